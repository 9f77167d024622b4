//! The writer for voxels in place: same bytes as the map of arrays, and no way to leave some out.

use feagi_serialization::{Layout, Serializable, XyzpView, XyzpWriter};
use feagi_structures::{CorticalMappedVoxels, XyzpArrays, XyzpVoxel};
use feagi_types::CorticalId;
use proptest::collection::vec;
use proptest::prelude::*;

fn id(text: &str) -> CorticalId {
    CorticalId::from_bytes(text.as_bytes().try_into().expect("8 characters")).expect("the kind exists")
}

fn class_of<T>(result: Result<T, feagi_serialization::DataError>) -> &'static str {
    result.map_or_else(|error| error.class(), |_| "no error")
}

proptest! {
    #[test]
    fn areas_written_one_by_one_give_the_bytes_of_the_map(
        areas in prop::collection::btree_map("c[a-z]{5}__", vec(any::<([u32; 3], f32)>(), 0..20), 0..6),
        layout in prop::sample::select(&Layout::ALL[..]),
    ) {
        let map: CorticalMappedVoxels = areas
            .iter()
            .map(|(name, voxels)| {
                let voxels = voxels.iter().map(|&([x, y, z], p)| XyzpVoxel { x, y, z, p });
                (id(name), voxels.collect::<XyzpArrays>())
            })
            .collect();
        let mut expected = vec![0xaa; usize::try_from(map.bytes_needed(layout).unwrap()).unwrap()];
        map.serialize_into(&mut expected, layout).unwrap();

        let mut bytes = vec![0x55; expected.len()];
        let mut writer = XyzpWriter::new(&mut bytes, layout, areas.len()).unwrap();
        for (name, voxels) in &areas {
            let block = writer.area(id(name), voxels.len()).unwrap();
            for (at, ([x, y, z], p)) in voxels.iter().enumerate() {
                (block.x[at], block.y[at]) = (x.to_le_bytes(), y.to_le_bytes());
                (block.z[at], block.p[at]) = (z.to_le_bytes(), p.to_le_bytes());
            }
        }
        writer.finish().unwrap();
        prop_assert_eq!(&bytes, &expected);

        let view = XyzpView::read(&bytes, layout).unwrap();
        let seen = view.areas().map(|area| (area.id(), area.voxels().count()));
        prop_assert!(seen.eq(areas.iter().map(|(name, voxels)| (id(name), voxels.len()))));
    }
}

#[test]
fn a_struct_with_missing_or_extra_areas_or_voxels_is_refused() {
    let layout = Layout::default();
    let area = id("cust0001");
    let mut bytes = vec![0; usize::try_from(XyzpWriter::bytes_needed(layout, [(area, 2)]).unwrap()).unwrap()];
    assert_eq!(class_of(XyzpWriter::new(&mut bytes[..3], layout, 0)), "SerializationError");
    assert_eq!(class_of(XyzpWriter::new(&mut bytes, layout, 4)), "SerializationError", "no room for headers");
    assert_eq!(class_of(XyzpWriter::new(&mut bytes, layout, 65_536)), "SerializationError");
    let writer = XyzpWriter::new(&mut bytes, layout, 1).unwrap();
    assert_eq!(class_of(writer.finish()), "SerializationError", "an area is missing");
    let mut writer = XyzpWriter::new(&mut bytes, layout, 1).unwrap();
    assert_eq!(class_of(writer.area(area, 3)), "SerializationError", "too many voxels");
    assert_eq!(class_of(writer.area(area, usize::MAX)), "SerializationError");
    writer.area(area, 1).unwrap();
    assert_eq!(class_of(writer.area(area, 0)), "SerializationError", "too many areas");
    assert_eq!(class_of(writer.finish()), "SerializationError", "a voxel is missing");
}

#[test]
fn sizes_that_do_not_fit_are_refused_before_anything_is_written() {
    let areas = |count: usize, voxels: usize| std::iter::repeat_n((id("cust0001"), voxels), count);
    for (count, voxels) in [(65_536, 0), (1, 1 << 28), (2, usize::MAX)] {
        assert_eq!(
            class_of(XyzpWriter::bytes_needed(Layout::default(), areas(count, voxels))),
            "SerializationError"
        );
    }
    assert_eq!(
        class_of(XyzpWriter::bytes_needed(Layout::V2SixByteIds, [(id("cust0001"), 1)])),
        "BadParameters",
        "the id has no 6-byte form"
    );
}
