//! Time of one burst on random networks (workloads of the performance page in `docs/`), with a
//! plain memory loop over the same traffic in the same run to compare with.
//!
//! `cargo bench -p feagi-burst-engine --bench burst`

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use feagi_burst_engine::{BurstEngine, EngineConfig, SynapticPropagationEngine};
use feagi_types::{
    Area, AreaParameters, Column, Connectome, CorticalId, CorticalIdx, Dimensions, Mapping, Position,
    Precision, SynapseKind, SynapseRows, SynapticDelay, Voxel,
};

const AREA: CorticalIdx = CorticalIdx(10);

/// A random network in which a steady share of the neurons fires in every burst: whoever something
/// reaches fires with a fixed probability.
struct Workload {
    name: &'static str,
    neurons: u32,
    fan_out: u32,
    /// Share that fires, 0..=1.
    rate: f64,
}

impl Workload {
    /// The excitability that balances the rate: a share of `1 - exp(-fan_out * rate)` is reached.
    fn excitability(&self) -> f32 {
        if self.rate == 1.0 {
            return 1.0;
        }
        (self.rate / -(-f64::from(self.fan_out) * self.rate).exp_m1()) as f32
    }
}

const WORKLOADS: [Workload; 5] = [
    Workload { name: "12K × 1, all fire", neurons: 12_000, fan_out: 1, rate: 1.0 },
    Workload { name: "100K × 10, about 10 % fire", neurons: 100_000, fan_out: 10, rate: 0.1 },
    Workload { name: "100K × 100, about 10 % fire", neurons: 100_000, fan_out: 100, rate: 0.1 },
    Workload { name: "1M × 10, about 10 % fire", neurons: 1_000_000, fan_out: 10, rate: 0.1 },
    Workload { name: "1.2M × 10, all fire", neurons: 1_200_000, fan_out: 10, rate: 1.0 },
];

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

fn connectome(workload: &Workload) -> Connectome {
    let mut scatter = Scatter(0x9E37_79B9_7F4A_7C15);
    let synapses = workload.neurons * workload.fan_out;
    let rows = SynapseRows {
        first_source: 0,
        offsets: (0..=workload.neurons).map(|row| row * workload.fan_out).collect(),
        targets: (0..synapses)
            .map(|at| if workload.fan_out == 1 { at } else { scatter.below(workload.neurons) })
            .collect(),
    };
    let weights = (0..synapses).map(|_| (1 + scatter.below(100)) as f32 * 1e-9).collect();
    Connectome {
        precision: Precision::Fp32,
        power_amount: 1.0,
        areas: vec![Area {
            idx: AREA,
            id: CorticalId::from_bytes(*b"cbench__").expect("a custom id"),
            name: workload.name.into(),
            position: Position::default(),
            dimensions: Dimensions::new(workload.neurons, 1, 1),
            neurons_per_voxel: 1,
            parameters: AreaParameters {
                threshold: 0.0,
                excitability: workload.excitability(),
                psp_uniform: Some(true),
                ..AreaParameters::default()
            },
        }],
        mappings: vec![Mapping {
            source: AREA,
            target: AREA,
            rule: "random".into(),
            rows,
            weight: Column::PerRow(weights),
            psp: Column::Uniform(1.0),
            kind: Column::Uniform(SynapseKind::Excitatory),
            delay: Column::Uniform(SynapticDelay::ONE),
            plasticity: None,
        }],
    }
}

/// An engine after enough bursts that its rate is steady.
fn running(workload: &Workload, threads: usize) -> BurstEngine {
    let config = EngineConfig { threads, ..EngineConfig::default() };
    let mut engine = BurstEngine::from_connectome(&connectome(workload), &config).expect("a sound network");
    engine.inject_voxels(AREA, (0..workload.neurons).map(|x| (Voxel::new(x, 0, 0), 1.0)));
    for _ in 0..30 {
        engine.burst();
    }
    engine
}

fn bursts(c: &mut Criterion) {
    let threads: Vec<usize> = vec![1, std::thread::available_parallelism().map_or(1, usize::from)];
    let mut group = c.benchmark_group("burst");
    group.sample_size(10);
    for workload in &WORKLOADS {
        for &threads in &threads {
            let mut engine = running(workload, threads);
            let spikes = engine.fire_queue().len() as u64;
            group.throughput(Throughput::Elements(spikes * u64::from(workload.fan_out)));
            group.bench_function(BenchmarkId::new(workload.name, format!("{threads} threads")), |b| {
                b.iter(|| black_box(engine.burst().len()));
            });
        }
        group.bench_function(BenchmarkId::new(workload.name, "plain adds"), |b| {
            let connectome = connectome(workload);
            let rows = &connectome.mappings[0].rows;
            let weights = connectome.mappings[0].weight.per_row().unwrap_or_default();
            let mut sums = vec![0.0_f32; workload.neurons as usize];
            let share = (1.0 / workload.rate) as usize;
            b.iter(|| {
                for row in (0..rows.len()).step_by(share) {
                    let ends = rows.offsets[row] as usize..rows.offsets[row + 1] as usize;
                    for (&target, weight) in rows.targets[ends.clone()].iter().zip(&weights[ends]) {
                        sums[target as usize] += weight;
                    }
                }
                black_box(sums[0])
            });
        });
    }
    group.finish();
}

/// The stand-alone propagation at the size for which the Python engine took 165 ms.
fn propagation(c: &mut Criterion) {
    const NEURONS: u32 = 12_000;
    const SYNAPSES: usize = 13_000;
    let mut scatter = Scatter(0x2545_F491_4F6C_DD1D);
    let mut ids = || -> Vec<u32> { (0..SYNAPSES).map(|_| scatter.below(NEURONS)).collect() };
    let (sources, targets) = (ids(), ids());
    let mut engine = SynapticPropagationEngine::new();
    engine
        .build_index(
            &sources,
            &targets,
            &[200; SYNAPSES],
            &[255; SYNAPSES],
            &[0; SYNAPSES],
            &[true; SYNAPSES],
        )
        .expect("arrays of one length");
    engine.set_neuron_mapping((0..NEURONS).map(|neuron| (neuron, neuron % 30)));
    let fired: Vec<u32> = (0..NEURONS).collect();
    let mut group = c.benchmark_group("propagate");
    group.throughput(Throughput::Elements(SYNAPSES as u64));
    group.bench_function("12K neurons, 13K synapses, all fire", |b| {
        b.iter(|| black_box(engine.propagate(&fired).is_empty()));
    });
    group.finish();
}

criterion_group!(benches, bursts, propagation);
criterion_main!(benches);
