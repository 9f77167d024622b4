//! The loop itself takes no memory once it runs, with input and an observer.

use std::alloc::System;

use feagi_burst_engine::FireQueue;
use feagi_runtime::{Assembly, Brain, Inlet, ManualClock, Rate, Report, Source, SpikeCounts, StopFlag, run};
use feagi_types::{BurstCount, CorticalIdx, Voxel};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const GENOME: &str = r#"{"version": "3.0", "blueprint": {
    "Y19leWVfX18=": {"cortical_name": "eye", "block_boundaries": [16, 16, 1],
        "cortical_mapping_dst": {"Y19lY2hvX18=": [{"morphology_id": "projector"}]}},
    "Y19lY2hvX18=": {"cortical_name": "echo", "block_boundaries": [16, 16, 1]}
}}"#;

struct Everything(CorticalIdx);

impl Source for Everything {
    fn feed(&mut self, _burst: BurstCount, inlet: &mut Inlet<'_>) {
        let voxels = (0..256).map(|index| (Voxel::new(index % 16, index / 16, 0), 1.0));
        assert_eq!(inlet.voxels(self.0, voxels), 256);
    }
}

#[test]
fn a_running_loop_allocates_nothing() {
    let mut brain = Brain::assemble(GENOME.as_bytes(), &Assembly::default(), &mut |_| {}).unwrap();
    let eye = brain.areas.iter().find(|area| area.name == "eye").unwrap().idx;
    let mut spikes = SpikeCounts::new(brain.areas.iter().map(|area| area.idx));
    let mut before = None;
    let mut observer = |fired: &FireQueue<'_>, report: &Report| {
        spikes.add(fired);
        let stats = ALLOCATOR.stats();
        let taken = (stats.allocations, stats.reallocations);
        match before {
            Some(before) if report.bursts > 100 => assert_eq!(taken, before, "burst {}", report.bursts),
            _ => before = Some(taken),
        }
    };
    let (clock, stop) = (ManualClock::default(), StopFlag::default());
    let rate = Rate::from_hz(1000.0).unwrap();
    let mut source = Everything(eye);
    run(&mut brain.engine, rate, Some(1100), &clock, &stop, &mut source, &mut observer);
    assert!(spikes.total() > 1000 * 512);
}
