//! Once traffic has been seen, bursts take no memory. All threads of the process are counted, so
//! this test runs on the main thread and without the usual harness, whose threads allocate too.

use std::alloc::System;

use feagi_burst_engine::{BurstEngine, EngineConfig};
use feagi_types::{
    Area, AreaParameters, Column, Connectome, CorticalId, CorticalIdx, Dimensions, Mapping, NeuronId,
    Position, Precision, SynapseKind, SynapseRows, SynapticDelay, Voxel,
};
use libtest_mimic::{Arguments, Failed, Trial};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const AREA: CorticalIdx = CorticalIdx(10);

/// One way to run a brain.
#[derive(Clone, Copy, Debug)]
struct Load {
    precision: Precision,
    threads: usize,
    neurons: u32,
    /// Whether every neuron fires in every burst, or only what is injected and what follows.
    all_fire: bool,
    longest_delay: u8,
    bursts: u32,
}

fn main() -> std::process::ExitCode {
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    let trial = Trial::test("bursts_take_no_memory_after_warm_up", bursts_take_no_memory_after_warm_up);
    libtest_mimic::run(&arguments, vec![trial]).exit_code()
}

fn bursts_take_no_memory_after_warm_up() -> Result<(), Failed> {
    let mut failures = Vec::new();
    for precision in [Precision::Fp32, Precision::Int8] {
        let small =
            Load { precision, threads: 1, neurons: 500, all_fire: false, longest_delay: 5, bursts: 1000 };
        // Wide enough that the engine shares the burst out over its threads.
        let wide = Load { neurons: 18_000, all_fire: true, bursts: 10, ..small };
        let loads = [
            small,
            Load { longest_delay: 1, ..small },
            Load { all_fire: true, ..small },
            Load { all_fire: true, longest_delay: 1, ..small },
            wide,
            Load { longest_delay: 1, ..wide },
            Load { threads: 2, ..wide },
            Load { threads: 2, longest_delay: 1, ..wide },
        ];
        failures.extend(loads.into_iter().filter_map(allocations));
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(format!("bursts allocated:\n{}", failures.join("\n")).into())
    }
}

/// What the bursts of a load take after warm-up, if anything.
fn allocations(load: Load) -> Option<String> {
    let config = EngineConfig { threads: load.threads, ..EngineConfig::default() };
    let mut engine = BurstEngine::from_connectome(&brain(load), &config).expect("the brain is sound");
    engine.track(AREA, 8).expect("the area exists");
    // The first burst is the busiest: afterwards the engine has seen all the traffic there can be.
    (0..load.neurons).for_each(|neuron| assert!(engine.inject(NeuronId(neuron), 1.0)));
    let warm_up = 4 * u32::from(load.longest_delay) + 40;
    let mut spikes = 0;
    for burst in 0..warm_up {
        spikes += run_burst(&mut engine, load, burst);
    }
    assert!(spikes > 0, "{load:?} is silent");
    let region = Region::new(ALLOCATOR);
    for burst in warm_up..warm_up + load.bursts {
        run_burst(&mut engine, load, burst);
    }
    let change = region.change();
    let taken = change.allocations + change.reallocations;
    (taken > 0).then(|| format!("{load:?}: {taken} times, {} bytes", change.bytes_allocated))
}

/// Stages a few inputs in all three ways and runs a burst.
fn run_burst(engine: &mut BurstEngine, load: Load, burst: u32) -> usize {
    let neuron = burst.wrapping_mul(7919) % load.neurons;
    engine.inject(NeuronId(neuron), 2.0);
    let voxel = |x: u32| Voxel { x: x % load.neurons, y: 0, z: 0 };
    engine.inject_voxels(AREA, (0..4).map(|step| (voxel(neuron + 13 * step), 1.5)));
    engine.force_fire(AREA, [(voxel(neuron + 5), 1.0)]);
    engine.burst().len()
}

fn brain(load: Load) -> Connectome {
    let parameters = AreaParameters {
        // At threshold 0 every spike brings the next one: once all have fired, all go on firing.
        threshold: if load.all_fire { 0.0 } else { 1.0 },
        leak: 0.1,
        refractory_period: if load.all_fire { 0 } else { 2 },
        accumulates: true,
        psp_uniform: Some(true),
        degeneration: if load.all_fire { 0.0 } else { 0.001 },
        ..AreaParameters::default()
    };
    let area = Area {
        idx: AREA,
        id: CorticalId::from_bytes(*b"c_memory").expect("`c` is a kind of area"),
        name: "ring".to_owned(),
        position: Position::default(),
        dimensions: Dimensions { width: load.neurons, height: 1, depth: 1 },
        neurons_per_voxel: 1,
        parameters,
    };
    let delays = 1..=load.longest_delay;
    Connectome {
        precision: load.precision,
        power_amount: 1.0,
        areas: vec![area],
        mappings: delays.map(|delay| ring(load, delay)).collect(),
    }
}

/// Every neuron to the one `7 * delay` further on.
fn ring(load: Load, delay: u8) -> Mapping {
    let target = |source: u32| (source + 7 * u32::from(delay)) % load.neurons;
    let pairs: Vec<_> = (0..load.neurons).map(|source| (source, target(source))).collect();
    Mapping {
        source: AREA,
        target: AREA,
        rule: "ring".to_owned(),
        rows: SynapseRows::from_sorted_pairs(&pairs).expect("sources rise"),
        weight: Column::Uniform(if load.all_fire { 0.1 } else { 0.4 }),
        psp: Column::Uniform(1.0),
        kind: Column::Uniform(SynapseKind::Excitatory),
        delay: Column::Uniform(SynapticDelay::new(delay).expect("not 0")),
        plasticity: None,
    }
}
