//! Any bytes, read as a container of every layout: all structs are taken out and written again, and
//! what was written must read back the same.

#![no_main]

use feagi_serialization::{FeagiByteContainer, Layout, Serializable, Struct, StructType};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for layout in Layout::ALL {
        let mut container = FeagiByteContainer::new_empty_with_layout(layout);
        if container.try_write_data_by_copy_and_verify(bytes).is_ok() {
            write_again(&container);
        }
        // A struct without container: reaches the bodies without a header to guess.
        for mut target in [StructType::Json, StructType::Xyzp].map(Struct::new_empty) {
            let _ = target.as_serializable_mut().update_from(bytes, layout);
        }
    }
});

fn write_again(container: &FeagiByteContainer) {
    let taken = take_all(container);
    let structs: Vec<&dyn Serializable> = taken.iter().map(Struct::as_serializable).collect();
    let counter = container.get_increment_counter().expect("a loaded container is valid");
    let mut written = FeagiByteContainer::new_empty_with_layout(container.layout());
    written
        .overwrite_byte_data_with_multiple_struct_data(&structs, counter)
        .expect("what was read can be written");
    let mut again = FeagiByteContainer::new_empty_with_layout(container.layout());
    again.try_write_data_by_copy_and_verify(written.get_byte_ref()).expect("what was written can be read");
    // Bytes and not values are compared: NaN differs from itself.
    let retaken = take_all(&again);
    let structs: Vec<&dyn Serializable> = retaken.iter().map(Struct::as_serializable).collect();
    again.overwrite_byte_data_with_multiple_struct_data(&structs, counter).expect("written once already");
    assert_eq!(again.get_byte_ref(), written.get_byte_ref(), "writing loses something");
}

fn take_all(container: &FeagiByteContainer) -> Vec<Struct> {
    let count = container.try_get_number_contained_structures().expect("the container is valid");
    (0..=u8::MAX)
        .take(count)
        .filter_map(|index| container.try_create_new_struct_from_index(index).ok())
        .collect()
}
