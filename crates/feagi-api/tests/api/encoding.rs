//! The compact encoding, read back by its specification.

use feagi_api::{Encoder, Header};
use feagi_serialization::FeagiByteContainer;
use feagi_structures::{CorticalMappedVoxels, XyzpArrays};
use feagi_types::CorticalId;
use half::f16;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::page::{Frame, Voxel, frame};

const FIRST: [u8; 8] = *b"cust0001";
const SECOND: [u8; 8] = *b"cust0002";

fn container(areas: &[([u8; 8], Vec<Voxel>)]) -> FeagiByteContainer {
    let arrays = |voxels: &[Voxel]| {
        let axis = |axis: usize| voxels.iter().map(|voxel| voxel.0[axis]).collect();
        let potentials = voxels.iter().map(|voxel| voxel.1).collect();
        XyzpArrays::new_from_vectors(axis(0), axis(1), axis(2), potentials).unwrap()
    };
    let voxels: CorticalMappedVoxels =
        areas.iter().map(|(id, voxels)| (CorticalId::from_bytes(*id).unwrap(), arrays(voxels))).collect();
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(&voxels, 7).unwrap();
    container
}

fn encoded(encoder: &mut Encoder, container: &FeagiByteContainer, body: &mut Vec<u8>) -> Frame {
    let header = encoder.encode(container, body).unwrap();
    let header = Header { burst: 1 << 40, left_out: 3, ..header };
    frame(&[&header.to_bytes()[..], &body[..header.length as usize]].concat())
}

fn once(areas: &[([u8; 8], Vec<Voxel>)]) -> Frame {
    encoded(&mut Encoder::default(), &container(areas), &mut Vec::new())
}

#[test]
fn voxels_of_several_areas_come_back_in_their_order() {
    let one = vec![([0, 1, 2], 0.5), ([9, 8, 7], -3.0), ([9, 8, 7], 1.0)];
    let other = vec![([65_535, 0, 1], 100.0)];
    let frame = once(&[(FIRST, one.clone()), (SECOND, other.clone())]);
    let entries = vec![(FIRST, one), (SECOND, other)];
    assert_eq!(frame, Frame { burst: 1 << 40, left_out: 3, compressed: false, entries });
}

#[test]
fn areas_without_voxels_are_left_out() {
    assert_eq!(once(&[]).entries, []);
    assert_eq!(once(&[(FIRST, vec![]), (SECOND, vec![([1, 1, 1], 1.0)])]).entries.len(), 1);
    let empty = FeagiByteContainer::new_empty();
    assert_eq!(encoded(&mut Encoder::default(), &empty, &mut Vec::new()).entries, []);
}

#[test]
fn coordinates_beyond_16_bits_get_entries_of_their_own() {
    let far = [0, 65_535, 65_536, 1 << 20, u32::MAX];
    let voxels: Vec<Voxel> = far.iter().map(|&z| ([3, z, 70_000 - 3], z as f32 % 1000.0)).collect();
    let frame = once(&[(FIRST, voxels.clone())]);
    assert_eq!(frame.entries.iter().map(|(_, voxels)| voxels.len()).collect::<Vec<_>>(), [2, 1, 1, 1]);
    assert_eq!(
        frame.entries.iter().flat_map(|(_, voxels)| voxels.clone()).map(|voxel| voxel.0).collect::<Vec<_>>(),
        voxels.iter().map(|voxel| voxel.0).collect::<Vec<_>>()
    );
    // To and fro between two blocks: still two entries.
    let voxels: Vec<Voxel> = (0..1000).map(|at| ([at, 0, (at % 2) << 16], 1.0)).collect();
    assert_eq!(once(&[(FIRST, voxels)]).entries.len(), 2);
}

#[test]
fn potentials_that_no_half_float_holds_become_the_largest_one() {
    let given = [65_504.0, 65_505.0, 65_520.0, 1e30, f32::INFINITY, -1e30, 0.0, -0.0, 1e-30];
    let frame = once(&[(FIRST, given.map(|p| ([0, 0, 0], p)).to_vec())]);
    let told: Vec<f32> = frame.entries[0].1.iter().map(|voxel| voxel.1).collect();
    assert_eq!(told, [65_504.0, 65_504.0, 65_504.0, 65_504.0, 65_504.0, -65_504.0, 0.0, 0.0, 0.0]);
}

#[test]
fn memory_of_a_longer_frame_does_no_harm() {
    let (mut encoder, mut body) = (Encoder::default(), Vec::new());
    let long = container(&[(FIRST, vec![([1 << 17, 2, 3], 1.0); 5000]), (SECOND, vec![([1, 2, 3], 1.0)])]);
    let short = container(&[(SECOND, vec![([4, 5, 6], 2.0)])]);
    encoded(&mut encoder, &long, &mut body);
    let frame = encoded(&mut encoder, &short, &mut body);
    assert_eq!(frame.entries, [(SECOND, vec![([4, 5, 6], 2.0)])]);
}

fn coordinate() -> impl Strategy<Value = u32> {
    prop_oneof![0..100_u32, 65_000..66_000_u32, any::<u32>()]
}

fn voxels() -> impl Strategy<Value = Vec<Voxel>> {
    vec(([coordinate(), coordinate(), coordinate()], -1e5..1e5_f32), 0..50)
}

proptest! {
    #[test]
    fn every_voxel_comes_back_whatever_is_encoded(areas in [voxels(), voxels()]) {
        let areas: Vec<_> = [FIRST, SECOND].into_iter().zip(areas).collect();
        let frame = once(&areas);
        for (id, given) in &areas {
            let as_told = |potential: f32| f16::from_f32(potential.clamp(-65_504.0, 65_504.0)).to_f32();
            let mut expected: Vec<_> =
                given.iter().map(|(at, potential)| (*at, as_told(*potential).to_bits())).collect();
            let entries = frame.entries.iter().filter(|entry| entry.0 == *id);
            let mut found: Vec<_> =
                entries.flat_map(|entry| &entry.1).map(|voxel| (voxel.0, voxel.1.to_bits())).collect();
            expected.sort_unstable();
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
