//! A running brain takes no memory once it has seen its traffic: with input of its own and of an
//! agent, an observer, two viewers and a motor agent. All threads of the process are counted, so this
//! test runs without the usual harness, whose threads allocate too.

use std::alloc::System;
use std::sync::Arc;

use feagi_burst_engine::FireQueue;
use feagi_io::SharedFBC;
use feagi_io::core::{MotorCommandEvent, SensoryDataEvent, StreamType};
use feagi_runtime::{
    Assembly, Brain, BurstLoop, Inlet, Mailboxes, ManualClock, Rate, Report, Running, Source, SpikeCounts,
    StopFlag, commands,
};
use feagi_serialization::FeagiByteContainer;
use feagi_structures::{CorticalMappedVoxels, XyzpArrays};
use feagi_types::{BurstCount, CorticalId, CorticalIdx, Voxel};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const GENOME: &str = r#"{"version": "3.0", "blueprint": {
    "Y19leWVfX18=": {"cortical_name": "eye", "block_boundaries": [16, 16, 1],
        "cortical_mapping_dst": {"b21vdAUAAAA=": [{"morphology_id": "projector"}]}},
    "Y19lYXJfX18=": {"cortical_name": "ear", "block_boundaries": [16, 16, 1]},
    "b21vdAUAAAA=": {"cortical_name": "wheels", "block_boundaries": [16, 16, 1]}
}}"#;

/// Drives the eye, and delivers two frames of an agent that drive the ear and the eye.
struct Everything {
    eye: CorticalIdx,
    mailboxes: Mailboxes,
    frames: [SensoryDataEvent; 2],
}

impl Source for Everything {
    fn feed(&mut self, burst: BurstCount, inlet: &mut Inlet<'_>) {
        // More in some bursts than in others.
        let driven = 256 - (burst.get() % 7) as u32;
        let voxels = (0..driven).map(|index| (Voxel::new(index % 16, index / 16, 0), 1.0));
        assert_eq!(inlet.voxels(self.eye, voxels), driven as usize);
        for frame in &self.frames {
            assert!(self.mailboxes.deliver(frame));
        }
    }
}

fn sensory_frame(seed: u32) -> SharedFBC {
    let area = |name| {
        let xs: Vec<u32> = (0..16).collect();
        let arrays = XyzpArrays::new_from_vectors(xs, vec![seed; 16], vec![0; 16], vec![2.0; 16]);
        (CorticalId::from_bytes(name).expect("a custom id"), arrays.expect("equal lengths"))
    };
    let voxels: CorticalMappedVoxels = [area(*b"c_ear___"), area(*b"c_eye___")].into_iter().collect();
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(&voxels, 0).expect("a small frame");
    Arc::new(container)
}

/// Subscribers that keep the newest frame, as workers do.
fn connect(running: &mut Running) {
    for _ in 0..2 {
        let mut newest: Option<SharedFBC> = None;
        running.outgoing.visualization_ready.connect(move |frame| drop(newest.replace(Arc::clone(frame))));
    }
    let mut newest: Option<MotorCommandEvent> = None;
    running.outgoing.motor_commands.connect(move |command| drop(newest.replace(command.clone())));
    running.outgoing.motor_agents().add(&"robot".into());
    running.incoming.mailboxes().open(&"robot".into());
}

fn main() {
    let brain =
        Brain::assemble(GENOME.as_bytes(), &Assembly::default(), &mut |_| {}).expect("a sound genome");
    let mut spikes = SpikeCounts::new(brain.areas.iter().map(|area| area.idx));
    let eye = brain.areas.iter().find(|area| area.name == "eye").expect("it has an eye").idx;
    let mut running = Running::new(brain, Rate::from_hz(1000.0).expect("a possible rate"));
    connect(&mut running);
    let event = |seed| SensoryDataEvent { agent_id: "robot".into(), fbc: sensory_frame(seed) };
    let mailboxes = running.incoming.mailboxes().clone();
    let mut source = Everything { eye, mailboxes, frames: [event(1), event(2)] };
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
    let (clock, stop, (_handle, commands)) = (ManualClock::default(), StopFlag::default(), commands());
    let bursts = BurstLoop::new(&clock, &stop, &commands).limit(Some(1100));
    bursts.source(&mut source).observer(&mut observer).run(&mut running);
    assert!(spikes.total() > 1000 * 512);
    for stream in [StreamType::Visualization, StreamType::Motor] {
        let counts = running.outgoing.counts(stream);
        assert_eq!((counts.sent, counts.dropped), (1100, 0), "{stream:?}");
    }
    let counts = running.incoming.counts();
    assert_eq!((counts.frames, counts.superseded, counts.voxels), (2200, 2200, 1100 * 32));
    println!("1000 bursts with agents allocated nothing");
}
