//! What is written reads back the same, in every layout; and no bytes bring the reader down.

use feagi_serialization::{DataError, FeagiByteContainer, JsonStruct, Layout, Serializable, Struct};
use feagi_structures::{CorticalMappedVoxels, XyzpArrays, XyzpVoxel};
use feagi_types::CorticalId;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no NaN", |number| number.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((any::<String>(), inner), 0..5).prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

fn arrays() -> impl Strategy<Value = XyzpArrays> {
    // All bits of p but NaN payloads, which `PartialEq` cannot compare; the vectors cover those.
    let voxel = (any::<[u32; 3]>(), any::<u32>().prop_map(f32::from_bits));
    let voxel = voxel.prop_filter("NaN differs from itself", |(_, p)| !p.is_nan());
    vec(voxel.prop_map(|([x, y, z], p)| XyzpVoxel { x, y, z, p }), 0..40).prop_map(XyzpArrays::from_iter)
}

/// Ids that every layout can hold.
fn id() -> impl Strategy<Value = CorticalId> {
    "[cmio][A-Za-z0-9_]{5}__".prop_map(|text| {
        CorticalId::from_bytes(text.into_bytes().try_into().expect("8 characters")).expect("the kind exists")
    })
}

fn content() -> impl Strategy<Value = Struct> {
    prop_oneof![
        json().prop_map(|value| Struct::Json(JsonStruct::from_json_value(value))),
        vec((id(), arrays()), 0..6).prop_map(|areas| Struct::Xyzp(areas.into_iter().collect())),
    ]
}

fn layout() -> impl Strategy<Value = Layout> {
    prop::sample::select(&Layout::ALL[..])
}

fn write(container: &mut FeagiByteContainer, structs: &[Struct], counter: u16) -> Result<(), DataError> {
    let refs: Vec<&dyn Serializable> = structs.iter().map(Struct::as_serializable).collect();
    container.overwrite_byte_data_with_multiple_struct_data(&refs, counter)
}

fn load(layout: Layout, bytes: &[u8]) -> Result<FeagiByteContainer, DataError> {
    let mut container = FeagiByteContainer::new_empty_with_layout(layout);
    container.try_write_data_by_copy_and_verify(bytes).map(|()| container)
}

/// Takes out all that can be taken out, and writes it again.
fn exercise(container: &FeagiByteContainer) {
    let count = container.try_get_number_contained_structures().unwrap_or(0);
    let mut reused = CorticalMappedVoxels::new();
    let mut taken = Vec::new();
    for index in (0..=u8::MAX).take(count) {
        let updated = container.try_update_struct_from_index(index, &mut reused);
        let created = container.try_create_new_struct_from_index(index);
        if matches!(created, Ok(Struct::Xyzp(_))) {
            assert_eq!(updated, Ok(()), "what can be created can be updated");
        }
        taken.extend(created);
    }
    for view in container.xyzp_views().flatten() {
        let voxels: usize = view.areas().map(|area| area.voxels().count()).sum();
        let lengths: usize = view.areas().rev().map(|area| area.len()).sum();
        assert_eq!(voxels, lengths);
    }
    let mut again = FeagiByteContainer::new_empty_with_layout(container.layout());
    write(&mut again, &taken, 0).expect("what was read can be written");
    let mut types = again.get_contained_struct_types().into_iter();
    assert!(taken.iter().all(|item| types.next() == Some(item.as_serializable().struct_type())));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn content_survives_every_layout(layout in layout(), structs in vec(content(), 0..5), counter: u16) {
        let mut sent = FeagiByteContainer::new_empty_with_layout(layout);
        write(&mut sent, &structs, counter).unwrap();
        let received = load(layout, sent.get_byte_ref()).unwrap();
        prop_assert_eq!(received.get_increment_counter(), Ok(counter));
        prop_assert_eq!(received.try_get_number_contained_structures(), Ok(structs.len()));
        for (index, expected) in (0..=u8::MAX).zip(&structs) {
            prop_assert_eq!(&received.try_create_new_struct_from_index(index).unwrap(), expected);
        }
    }

    #[test]
    fn a_reused_container_writes_what_a_fresh_one_writes(
        layout in layout(), first in vec(content(), 0..4), second in vec(content(), 0..4),
    ) {
        let mut fresh = FeagiByteContainer::new_empty_with_layout(layout);
        write(&mut fresh, &second, 9).unwrap();
        let mut reused = FeagiByteContainer::new_empty_with_layout(layout);
        write(&mut reused, &first, 3).unwrap();
        write(&mut reused, &second, 9).unwrap();
        prop_assert_eq!(reused.get_byte_ref(), fresh.get_byte_ref());
    }

    #[test]
    fn a_cut_container_is_refused_and_its_reader_stays_usable(
        layout in layout(), structs in vec(content(), 1..4), cut in any::<prop::sample::Index>(),
    ) {
        let mut whole = FeagiByteContainer::new_empty_with_layout(layout);
        write(&mut whole, &structs, 1).unwrap();
        let bytes = whole.get_byte_ref();
        let mut reader = FeagiByteContainer::new_empty_with_layout(layout);
        let refused = reader.try_write_data_by_copy_and_verify(&bytes[..cut.index(bytes.len())]);
        prop_assert_eq!(refused.map_err(|error| error.class()), Err("DeserializationError"));
        prop_assert!(!reader.is_valid());
        reader.try_write_data_by_copy_and_verify(bytes).unwrap();
        prop_assert_eq!(reader.get_byte_ref(), bytes);
    }

    #[test]
    fn changed_bytes_never_bring_the_reader_down(
        layout in layout(),
        structs in vec(content(), 1..4),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut container = FeagiByteContainer::new_empty_with_layout(layout);
        write(&mut container, &structs, 1).unwrap();
        let mut bytes = container.get_byte_ref().to_vec();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Ok(container) = load(layout, &bytes) {
            exercise(&container);
        }
    }

    #[test]
    fn arbitrary_bytes_never_bring_the_reader_down(layout in layout(), mut bytes in vec(any::<u8>(), 0..200)) {
        if let Some(first) = bytes.first_mut() {
            *first = layout.version();
        }
        if let Ok(container) = load(layout, &bytes) {
            exercise(&container);
        }
        for mut target in [Struct::Json(JsonStruct::new_empty()), Struct::Xyzp(CorticalMappedVoxels::new())] {
            let target = target.as_serializable_mut();
            if bytes.len() > 1 {
                (bytes[0], bytes[1]) = (target.struct_type().id(), 1);
            }
            // Only the absence of a panic is looked for.
            let _ = target.update_from(&bytes, layout);
        }
    }
}
