//! A container that is loaded and overwritten again and again (`fbc.md` section 5.1).

use feagi_serialization::{
    AgentId, Cause, DataError, FeagiByteContainer, JsonStruct, Layout, Serializable, Struct, StructType,
};
use feagi_structures::{CorticalMappedVoxels, XyzpArrays};
use feagi_types::CorticalId;
use serde_json::json;

const ID: AgentId = AgentId([0xa7; 48]);

fn number(value: u32) -> JsonStruct {
    JsonStruct::from_json_value(json!(value))
}

fn voxels(count: u32) -> CorticalMappedVoxels {
    let area = XyzpArrays::new_from_vectors(
        (0..count).collect(),
        vec![1; count as usize],
        vec![2; count as usize],
        vec![0.5; count as usize],
    );
    let id = CorticalId::from_bytes(*b"cust0001").expect("a custom id");
    [(id, area.expect("equal lengths"))].into_iter().collect()
}

fn class<T>(result: Result<T, DataError>) -> Option<&'static str> {
    result.err().map(|error| error.class())
}

/// A container whose last load failed; its bytes begin with 20.
fn failed() -> FeagiByteContainer {
    let mut container = FeagiByteContainer::new_empty();
    assert!(container.try_write_data_by_copy_and_verify(&[20; 100]).is_err());
    container
}

#[test]
fn after_a_failed_load_only_the_bytes_can_be_seen() {
    let mut container = failed();
    assert!(!container.is_valid());
    assert_eq!(container.get_byte_ref(), [20; 100]);
    assert_eq!(class(container.try_get_number_contained_structures()), Some("DeserializationError"));
    assert_eq!(class(container.get_increment_counter()), Some("DeserializationError"));
    assert_eq!(class(container.set_increment_counter_state(1)), Some("DeserializationError"));
    assert_eq!(class(container.get_agent_identifier_bytes()), Some("DeserializationError"));
    assert_eq!(class(container.set_agent_identifier(ID)), Some("DeserializationError"));
    assert_eq!(class(container.try_create_new_struct_from_index(0)), Some("BadParameters"));
    assert!(container.get_contained_struct_types().is_empty());
}

#[test]
fn an_overwrite_after_a_failed_load_makes_a_container_that_others_accept() {
    for bytes in [&[20_u8; 100][..], &[], &[4; 3]] {
        let mut container = failed();
        assert!(container.try_write_data_by_copy_and_verify(bytes).is_err());
        container.overwrite_byte_data_with_single_struct_data(&number(5), 3).unwrap();
        let mut fresh = FeagiByteContainer::new_empty();
        fresh.overwrite_byte_data_with_single_struct_data(&number(5), 3).unwrap();
        assert_eq!(container.get_byte_ref(), fresh.get_byte_ref());
        fresh.try_write_data_by_copy_and_verify(container.get_byte_ref()).unwrap();
    }
}

#[test]
fn the_agent_id_outlives_overwrites_of_a_valid_container() {
    let mut container = FeagiByteContainer::new_empty();
    container.set_agent_identifier(ID).unwrap();
    container.overwrite_byte_data_with_single_struct_data(&voxels(10), 1).unwrap();
    container.overwrite_byte_data_with_multiple_struct_data(&[], 2).unwrap();
    assert_eq!(container.get_agent_identifier_bytes(), Ok(ID.as_ref()));
    assert_eq!(container.get_number_of_bytes_used(), 52);
    let refused = container.set_agent_identifier([1; 8]);
    assert_eq!(refused, Err(DataError::BadParameters(Cause::AgentIdLength { found: 8, expected: 48 })));
}

#[test]
fn sizes_are_exact_in_every_layout_and_memory_is_kept() {
    for layout in Layout::ALL {
        let mut container = FeagiByteContainer::new_empty_with_layout(layout);
        container.overwrite_byte_data_with_single_struct_data(&number(u32::MAX), 1).unwrap();
        let (bytes, memory) = (container.get_byte_ref().as_ptr(), container.get_number_of_bytes_allocated());
        container.overwrite_byte_data_with_single_struct_data(&number(7), 2).unwrap();
        assert_eq!(container.get_number_of_bytes_used(), layout.header_len() + 4 + 3);
        container.overwrite_byte_data_with_single_struct_data(&number(u32::MAX), 3).unwrap();
        assert_eq!(container.get_byte_ref().as_ptr(), bytes);
        assert_eq!(container.get_number_of_bytes_allocated(), memory);
    }
}

#[test]
fn loading_by_copy_keeps_memory_and_loading_by_ownership_copies_nothing() {
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(&voxels(1000), 1).unwrap();
    let memory = container.get_number_of_bytes_allocated();
    let small = FeagiByteContainer::new_empty().get_byte_ref().to_vec();
    container.try_write_data_by_copy_and_verify(&small).unwrap();
    assert_eq!(container.get_number_of_bytes_allocated(), memory);
    let place = small.as_ptr();
    container.try_write_data_by_ownership_to_container_and_verify(small).unwrap();
    assert_eq!(container.get_byte_ref().as_ptr(), place);
    container.free_unused_allocation();
    assert_eq!(container.get_number_of_bytes_allocated(), 52);
}

#[test]
fn too_many_structs_are_refused_before_anything_is_touched() {
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(&number(1), 1).unwrap();
    let before = container.get_byte_ref().to_vec();
    let item = number(2);
    let refused =
        container.overwrite_byte_data_with_multiple_struct_data(&[&item as &dyn Serializable; 256], 2);
    assert_eq!(class(refused), Some("BadParameters"));
    assert!(container.is_valid());
    assert_eq!(container.get_byte_ref(), before);
    container.overwrite_byte_data_with_multiple_struct_data(&[&item as &dyn Serializable; 255], 2).unwrap();
    assert_eq!(container.try_get_number_contained_structures(), Ok(255));
}

#[test]
fn more_areas_than_the_format_counts_are_refused() {
    let area =
        |n: u32| (CorticalId::from_u64(0x6300_0000_0000_0000 + u64::from(n)).unwrap(), XyzpArrays::new());
    let many: CorticalMappedVoxels = (0..65_536).map(area).collect();
    let mut container = FeagiByteContainer::new_empty();
    let refused = container.overwrite_byte_data_with_single_struct_data(&many, 1);
    assert_eq!(refused, Err(DataError::SerializationError(Cause::TooManyAreas(65_536))));
    assert!(!container.is_valid());
}

#[test]
fn a_writer_that_fails_leaves_a_flag_that_tells_the_truth() {
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(&number(1), 1).unwrap();
    let untouched = container
        .try_write_data_to_container_and_verify(|_| Err(DataError::BadParameters(Cause::AgentIdText)));
    assert_eq!(class(untouched), Some("BadParameters"));
    assert_eq!(container.get_contained_struct_types(), [StructType::Json]);
    let cut = container.try_write_data_to_container_and_verify(|bytes| {
        bytes.truncate(20);
        Err(DataError::BadParameters(Cause::AgentIdText))
    });
    assert_eq!(class(cut), Some("BadParameters"));
    assert!(!container.is_valid());
    assert_eq!(class(container.try_create_new_struct_from_index(0)), Some("BadParameters"));
}

#[test]
fn updates_reach_only_structs_of_their_type() {
    let mut container = FeagiByteContainer::new_empty();
    let (json, area) = (number(1), voxels(2));
    container.overwrite_byte_data_with_multiple_struct_data(&[&json, &area], 1).unwrap();
    let mut target = number(9);
    container.try_update_struct_from_index(0, &mut target).unwrap();
    assert_eq!(target, json);
    assert_eq!(class(container.try_update_struct_from_index(1, &mut target)), Some("DeserializationError"));
    assert_eq!(class(container.try_update_struct_from_index(2, &mut target)), Some("BadParameters"));
    let mut other = voxels(0);
    assert_eq!(container.try_update_struct_from_first_found_struct_of_type(&mut other), Ok(true));
    assert_eq!(other, area);
    let found = container.try_create_struct_from_first_found_struct_of_type(StructType::Xyzp);
    assert_eq!(found, Ok(Some(Struct::Xyzp(area))));
    let empty = FeagiByteContainer::new_empty();
    assert_eq!(empty.try_update_struct_from_first_found_struct_of_type(&mut other), Ok(false));
    assert_eq!(empty.try_create_struct_from_first_found_struct_of_type(StructType::Json), Ok(None));
}

#[test]
fn reading_into_voxels_empties_areas_that_the_message_does_not_mention() {
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(&voxels(3), 1).unwrap();
    let other = CorticalId::from_bytes(*b"cother__").unwrap();
    let mut target = voxels(50);
    target.ensure_clear_and_borrow_mut(other).push_raw(1, 1, 1, 1.0);
    container.try_update_struct_from_index(0, &mut target).unwrap();
    assert_eq!(target.get_neurons_of(&other).map(XyzpArrays::len), Some(0));
    target.remove_empty();
    assert_eq!(target, voxels(3));
}

#[test]
fn a_refused_message_leaves_the_voxels_as_they_were() {
    let mut bytes = vec![0; 4 + 3 * 16];
    let mut target = voxels(3);
    voxels(2).serialize_into(&mut bytes, Layout::default()).expect("4 + 16 + 2 * 16 bytes");
    bytes[16] = 7;
    assert_eq!(class(target.update_from(&bytes, Layout::default())), Some("SerializationError"));
    assert_eq!(target, voxels(3));
}

#[test]
fn areas_that_share_bytes_without_end_are_refused_before_memory_is_taken() {
    let (areas, block) = (1000_u32, 160_000_u32);
    let start = 4 + 16 * areas;
    let mut bytes = vec![11, 1];
    bytes.extend((areas as u16).to_le_bytes());
    for area in 0..areas {
        bytes.extend(b"c___");
        bytes.extend(area.to_le_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend(block.to_le_bytes());
    }
    bytes.resize((start + block) as usize, 0);
    let mut target = CorticalMappedVoxels::new();
    let refused = target.update_from(&bytes, Layout::default());
    assert!(
        matches!(refused, Err(DataError::DeserializationError(Cause::VoxelsSharedTooOften { .. }))),
        "{refused:?}"
    );
    assert!(target.is_empty());
}
