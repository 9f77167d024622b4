//! Encoding 200 000 voxels for browsers, beside a plain copy of as many bytes.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use feagi_api::Encoder;
use feagi_serialization::FeagiByteContainer;
use feagi_structures::{CorticalMappedVoxels, XyzpArrays};
use feagi_types::CorticalId;

const VOXELS: u32 = 200_000;

/// Every second voxel of a sheet fires.
fn frame() -> FeagiByteContainer {
    let xs: Vec<u32> = (0..VOXELS).map(|at| at / 800).collect();
    let ys: Vec<u32> = (0..VOXELS).map(|at| at * 2 % 1600).collect();
    let zs = vec![0; VOXELS as usize];
    let ps = (0..VOXELS).map(|at| 1.0 + (at % 777) as f32 / 100.0).collect();
    let voxels = XyzpArrays::new_from_vectors(xs, ys, zs, ps).expect("equal lengths");
    let id = CorticalId::from_bytes(*b"cust0001").expect("a custom id");
    let voxels: CorticalMappedVoxels = [(id, voxels)].into_iter().collect();
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(&voxels, 0).expect("the frame fits");
    container
}

fn encode(criterion: &mut Criterion) {
    let frame = frame();
    let (mut encoder, mut body) = (Encoder::default(), Vec::new());
    let header = encoder.encode(&frame, &mut body).expect("it can be counted");
    let bytes = body[..header.length as usize].to_vec();
    let container = frame.get_byte_ref().to_vec();
    let (mut copy, mut whole) = (bytes.clone(), container.clone());
    let mut block = vec![0; lz4_flex::block::get_maximum_output_size(bytes.len())];
    let mut table = lz4_flex::block::CompressTable::default();

    let mut group = criterion.benchmark_group("encode_200k");
    group.throughput(Throughput::Elements(VOXELS.into()));
    group.bench_function("memcpy", |bencher| {
        bencher.iter(|| black_box(&mut copy).copy_from_slice(black_box(&bytes)));
    });
    group.bench_function("memcpy_of_the_container", |bencher| {
        bencher.iter(|| black_box(&mut whole).copy_from_slice(black_box(&container)));
    });
    group.bench_function("encode", |bencher| {
        bencher.iter(|| encoder.encode(black_box(&frame), &mut body).expect("it can be counted"));
    });
    group.bench_function("lz4", |bencher| {
        bencher.iter(|| {
            let packed = lz4_flex::block::compress_into_with_table(black_box(&bytes), &mut block, &mut table);
            packed.expect("there is room")
        });
    });
    group.finish();
}

criterion_group!(benches, encode);
criterion_main!(benches);
