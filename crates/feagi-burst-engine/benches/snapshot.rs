//! Time and size of snapshots of a large random network in the middle of its work.
//!
//! `cargo bench -p feagi-burst-engine --bench snapshot`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use feagi_burst_engine::{BurstEngine, EngineConfig, Snapshot, SnapshotLimits};
use feagi_types::{
    Area, AreaParameters, Column, Connectome, CorticalId, CorticalIdx, Dimensions, Mapping, Position,
    Precision, SynapseKind, SynapseRows, SynapticDelay, Voxel,
};

const AREA: CorticalIdx = CorticalIdx(10);
const NEURONS: u32 = 1_200_000;
const FAN_OUT: u32 = 10;

/// Numbers that only have to be scattered (xorshift).
struct Scatter(u64);

impl Scatter {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (((self.0 >> 32) * u64::from(bound)) >> 32) as u32
    }
}

/// A random network of which about a tenth fires in every burst.
fn connectome(weight: Column<f32>) -> Connectome {
    let mut scatter = Scatter(0x9E37_79B9_7F4A_7C15);
    let rows = SynapseRows {
        first_source: 0,
        offsets: (0..=NEURONS).map(|row| row * FAN_OUT).collect(),
        targets: (0..NEURONS * FAN_OUT).map(|_| scatter.below(NEURONS)).collect(),
    };
    let parameters = AreaParameters {
        threshold: 0.0,
        excitability: 0.16,
        psp_uniform: Some(true),
        ..AreaParameters::default()
    };
    Connectome {
        precision: Precision::Fp32,
        power_amount: 1.0,
        areas: vec![Area {
            idx: AREA,
            id: CorticalId::from_bytes(*b"cbench__").expect("a custom id"),
            name: "random".into(),
            position: Position::default(),
            dimensions: Dimensions::new(NEURONS, 1, 1),
            neurons_per_voxel: 1,
            parameters,
        }],
        mappings: vec![Mapping {
            source: AREA,
            target: AREA,
            rule: "random".into(),
            rows,
            weight,
            psp: Column::Uniform(1.0),
            kind: Column::Uniform(SynapseKind::Excitatory),
            delay: Column::Uniform(SynapticDelay::ONE),
            plasticity: None,
        }],
    }
}

fn snapshots(c: &mut Criterion) {
    let mut scatter = Scatter(0x2545_F491_4F6C_DD1D);
    let weights = (0..NEURONS * FAN_OUT).map(|_| (1 + scatter.below(100)) as f32 * 1e-3).collect();
    for (name, weight) in
        [("one weight", Column::Uniform(1.0)), ("a weight for each synapse", Column::PerRow(weights))]
    {
        let connectome = connectome(weight);
        let mut engine =
            BurstEngine::from_connectome(&connectome, &EngineConfig::default()).expect("a sound network");
        engine.inject_voxels(AREA, (0..NEURONS).map(|x| (Voxel::new(x, 0, 0), 1.0)));
        for _ in 0..30 {
            engine.burst();
        }
        let bytes = engine.export().to_bytes();
        let mut group = c.benchmark_group(format!("1.2M × 10, {name}"));
        group.sample_size(10).throughput(Throughput::Bytes(bytes.len() as u64));
        println!("{name}: {} bytes, {} spikes in the last burst", bytes.len(), engine.fire_queue().len());
        group.bench_function("export", |b| b.iter(|| black_box(engine.export())));
        let snapshot = engine.export();
        group.bench_function("write", |b| b.iter(|| black_box(snapshot.to_bytes())));
        group.bench_function("read", |b| {
            b.iter(|| black_box(Snapshot::from_bytes(&bytes, &SnapshotLimits::default())));
        });
        group.finish();
    }
}

criterion_group!(benches, snapshots);
criterion_main!(benches);
