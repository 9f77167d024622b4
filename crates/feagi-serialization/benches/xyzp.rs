//! Writing and reading 200 000 voxels, beside a plain copy of as many bytes.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use feagi_serialization::FeagiByteContainer;
use feagi_structures::{CorticalMappedVoxels, XyzpArrays};
use feagi_types::CorticalId;

const VOXELS: u32 = 200_000;

fn frame() -> CorticalMappedVoxels {
    let xs: Vec<u32> = (0..VOXELS).collect();
    let ps = xs.iter().map(|&x| x as f32 / 8.0).collect();
    let voxels = XyzpArrays::new_from_vectors(xs.clone(), xs.clone(), xs, ps).expect("equal lengths");
    let id = CorticalId::from_bytes(*b"cust0001").expect("a custom id");
    [(id, voxels)].into_iter().collect()
}

fn xyzp(criterion: &mut Criterion) {
    let frame = frame();
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(&frame, 0).expect("the frame fits");
    let bytes = container.get_byte_ref().to_vec();
    let mut read = frame.clone();
    let mut copy = vec![0_u8; bytes.len()];

    let mut group = criterion.benchmark_group("xyzp_200k");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("memcpy", |bencher| {
        bencher.iter(|| black_box(&mut copy).copy_from_slice(black_box(&bytes)));
    });
    group.bench_function("encode", |bencher| {
        bencher.iter(|| {
            let written = container.overwrite_byte_data_with_single_struct_data(black_box(&frame), 1);
            written.expect("the frame fits");
        });
    });
    group.bench_function("decode", |bencher| {
        bencher.iter(|| {
            let updated = container.try_update_struct_from_index(0, black_box(&mut read));
            updated.expect("the frame can be read");
        });
    });
    group.finish();
}

criterion_group!(benches, xyzp);
criterion_main!(benches);
