//! Fired sets become frames.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use feagi_burst_engine::{FireQueue, Neuron};
use feagi_io::SharedFBC;
use feagi_io::core::StreamType::{Control, Motor, Sensory, Visualization};
use feagi_runtime::{FrameCounts, Outgoing, Report, Thinning};
use feagi_types::{AreaParameters, CorticalId, CorticalIdx, Voxel};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{
    Cell, DEATH, EAR, EYE, WHEELS, cells, fire, frame, id, robot, run, run_with, running, taken, viewer,
};

fn sent(frames: u64) -> FrameCounts {
    FrameCounts { sent: frames, ..FrameCounts::default() }
}

/// Cells of the areas for which `wanted` holds, as the engine tells them.
fn fired_cells(
    fired: &FireQueue<'_>,
    wanted: impl Fn(CorticalId) -> bool,
) -> BTreeMap<CorticalId, Vec<Cell>> {
    let mut cells = BTreeMap::<_, Vec<Cell>>::new();
    for area in fired.areas().filter(|area| wanted(area.id)) {
        let voxels = area.voxels().map(|(voxel, potential)| (voxel.to_array(), potential));
        cells.entry(area.id).or_default().extend(voxels);
    }
    cells
}

proptest! {
    #[test]
    fn a_frame_holds_the_fired_set_and_nothing_else(
        grids in vec(([1_u32..7, 1..7, 1..7], 1_u32..4), 1..4),
        listed in vec(vec([0_u32..9, 0..9, 0..9], 1..70), 0..5),
        fires in vec((0_usize..4, [0_u32..9, 0..9, 0..9], any::<f32>()), 0..120),
    ) {
        let mut running = running();
        let engine = &mut running.brain.engine;
        for (at, (dimensions, per_voxel)) in (20..).zip(&grids) {
            let area = CorticalId::from_bytes([b'o', at as u8, 0, 0, 0, 0, 0, 0]).unwrap();
            engine.add_area(CorticalIdx(at), area, &AreaParameters::default()).unwrap();
            engine.add_grid(CorticalIdx(at), (*dimensions).into(), *per_voxel).unwrap();
        }
        // One area of many parts, which other areas come in between.
        let scattered = CorticalIdx(50);
        engine.add_area(scattered, id("cscatter"), &AreaParameters::default()).unwrap();
        for (at, voxels) in (60..).zip(&listed) {
            let neuron = |&voxel: &[u32; 3]| Neuron { voxel: Voxel::from(voxel), ..Neuron::default() };
            engine.add_neurons(scattered, &voxels.iter().map(neuron).collect::<Vec<_>>()).unwrap();
            engine.add_area(CorticalIdx(at), CorticalId::from_bytes([b'c', at as u8, 1, 0, 0, 0, 0, 0]).unwrap(),
                &AreaParameters::default()).unwrap();
            engine.add_grid(CorticalIdx(at), [1, 1, 1].into(), 1).unwrap();
            engine.force_fire(CorticalIdx(at), [(Voxel::new(0, 0, 0), 2.5)]);
        }
        for (area, voxel, potential) in fires {
            let area = if area == 3 { scattered } else { CorticalIdx(20 + area as u32) };
            engine.force_fire(area, [(Voxel::from(voxel), potential)]);
        }
        let (seen, moved) = (viewer(&mut running), robot(&mut running));
        running.outgoing.motor_agents().add(&"robot".into());
        let (mut all, mut motor) = (BTreeMap::new(), BTreeMap::new());
        run_with(&mut running, 1, &feagi_runtime::commands().1, &mut |fired: &FireQueue<'_>, _: &Report| {
            all = fired_cells(fired, |_| true);
            motor = fired_cells(fired, |id| id.as_bytes()[0] == b'o');
        });
        let frames = taken(&seen);
        prop_assert_eq!(frames.len(), usize::from(!all.is_empty()));
        prop_assert!(frames.iter().all(|frame| cells(frame) == all));
        prop_assert_eq!(cells(&taken(&moved)[0].1), motor);
    }
}

#[test]
fn areas_come_by_rising_id_under_a_blank_name() {
    let mut running = running();
    let seen = viewer(&mut running);
    fire(&mut running, EYE, &[([0, 0, 0], 1.0), ([3, 2, 1], -4.0)]);
    fire(&mut running, EAR, &[([4, 0, 0], f32::NAN)].map(|(voxel, _): Cell| (voxel, 0.25)));
    run(&mut running, 1);
    let frames = taken(&seen);
    let mut expected =
        frame_in_one_struct(&[(EAR, &[([4, 0, 0], 0.25)]), (EYE, &[([0, 0, 0], 1.0), ([3, 2, 1], -4.0)])]);
    Arc::get_mut(&mut expected).unwrap().set_increment_counter_state(1).unwrap();
    assert_eq!(frames[0].get_byte_ref(), expected.get_byte_ref());
}

/// The frame that the map of arrays gives.
fn frame_in_one_struct(areas: &[(&str, &[Cell])]) -> SharedFBC {
    let map = areas.iter().flat_map(|(area, cells)| crate::support::voxels(area, cells)).collect();
    crate::support::frame_of(&[&map as &feagi_structures::CorticalMappedVoxels])
}

#[test]
fn motor_agents_share_one_frame_of_output_and_death_areas_in_every_burst() {
    let mut running = running();
    let moved = robot(&mut running);
    running.outgoing.motor_agents().add(&"one".into());
    running.outgoing.motor_agents().add(&"two".into());
    fire(&mut running, EYE, &[([1, 1, 1], 1.0)]);
    fire(&mut running, WHEELS, &[([0, 0, 3], 1.0), ([3, 0, 8], 2.0)]);
    fire(&mut running, DEATH, &[([0, 0, 0], 1.0)]);
    run(&mut running, 1);
    let commands = taken(&moved);
    assert_eq!(commands.iter().map(|(agent, _)| &**agent).collect::<Vec<_>>(), ["one", "two"]);
    assert!(Arc::ptr_eq(&commands[0].1, &commands[1].1));
    let expected =
        [(id(DEATH), vec![([0, 0, 0], 1.0)]), (id(WHEELS), vec![([0, 0, 3], 1.0), ([3, 0, 8], 2.0)])];
    assert_eq!(cells(&commands[0].1), expected.into());

    running.outgoing.motor_agents().remove("one");
    run(&mut running, 1);
    let commands = taken(&moved);
    assert_eq!(commands.len(), 1);
    assert_eq!(&*commands[0].0, "two");
    assert_eq!(cells(&commands[0].1), BTreeMap::new());
    assert_eq!(commands[0].1.get_byte_ref().len(), 60, "a struct without areas");
    assert_eq!((running.outgoing.counts(Motor), running.outgoing.counts(Visualization)), (sent(2), sent(0)));
}

#[test]
fn the_counter_is_the_burst_and_goes_on_through_another_genome() {
    let mut running = running();
    let moved = robot(&mut running);
    running.outgoing.motor_agents().add(&"robot".into());
    running.report.bursts = 65_533;
    run(&mut running, 2);
    let old = running.replace_brain(crate::support::brain());
    assert_eq!((old.engine.burst_count().get(), running.genomes_loaded), (2, 1));
    run(&mut running, 2);
    let counters = taken(&moved).into_iter().map(|(_, frame)| frame.get_increment_counter().unwrap());
    assert_eq!(counters.collect::<Vec<_>>(), [65_534, 65_535, 0, 1]);
    assert_eq!((running.report.bursts, running.brain.engine.burst_count().get()), (65_537, 2));
}

#[test]
fn frames_for_nobody_are_not_made() {
    let mut running = running();
    let fires = |running: &mut _| fire(running, WHEELS, &[([0, 0, 0], 1.0)]);
    fires(&mut running);
    running.outgoing.motor_agents().add(&"robot".into());
    run(&mut running, 1);
    let none =
        |outgoing: &Outgoing| [Visualization, Motor, Sensory, Control].map(|stream| outgoing.counts(stream));
    assert_eq!(none(&running.outgoing), [sent(0); 4], "nobody is connected");

    let (seen, moved) = (viewer(&mut running), robot(&mut running));
    let wanted = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&wanted);
    running.outgoing.make_if(move |_| asked.load(Ordering::Relaxed));
    fires(&mut running);
    run(&mut running, 1);
    assert_eq!(none(&running.outgoing), [sent(0); 4], "no endpoint");
    running.outgoing.motor_agents().remove("robot");
    wanted.store(true, Ordering::Relaxed);
    fires(&mut running);
    run(&mut running, 2);
    assert_eq!(taken(&moved).len(), 0, "no motor agent");
    assert_eq!(taken(&seen).len(), 1, "the second burst was silent");
}

#[test]
fn a_subscriber_holds_the_very_frame_that_was_written_and_bytes_stay_where_they_are() {
    let mut running = running();
    let (first, second) = (viewer(&mut running), viewer(&mut running));
    let mut places = Vec::new();
    for burst in 0..40 {
        fire(&mut running, EYE, &[([burst % 4, 0, 0], 1.0), ([0, 1, 1], 2.0)]);
        run(&mut running, 1);
        let (one, other) = (taken(&first), taken(&second));
        assert!(Arc::ptr_eq(&one[0], &other[0]), "nothing was copied between subscribers");
        assert_eq!(Arc::strong_count(&one[0]), 3, "the pool and two subscribers");
        places.push((Arc::as_ptr(&one[0]), one[0].get_byte_ref().as_ptr()));
    }
    assert!(places.iter().all(|place| *place == places[0]), "one container served all bursts");
}

#[test]
fn frames_that_readers_hold_stay_as_they_are_and_others_are_dropped_and_counted() {
    let mut running = running();
    running.outgoing = Outgoing::new(3);
    let seen = viewer(&mut running);
    for burst in 0..5 {
        fire(&mut running, EAR, &[([burst, 0, 0], 1.0)]);
        run(&mut running, 1);
    }
    let counts = running.outgoing.counts(Visualization);
    assert_eq!(counts, FrameCounts { sent: 3, dropped: 2, refused: 0 });
    assert_eq!(running.report.bursts, 5, "no burst waits for a reader");
    let mut held = taken(&seen);
    for (burst, frame) in (0..).zip(&held) {
        assert_eq!(cells(frame), [(id(EAR), vec![([burst, 0, 0], 1.0)])].into());
    }
    let freed = Arc::as_ptr(&held.remove(1));
    fire(&mut running, EAR, &[([4, 0, 0], 1.0)]);
    run(&mut running, 1);
    assert_eq!(Arc::as_ptr(&taken(&seen)[0]), freed);
    assert_eq!(running.outgoing.counts(Visualization).sent, 4);
}

#[test]
fn a_subscriber_that_panics_costs_no_burst_and_no_frame_of_others() {
    let mut running = running();
    running.outgoing.visualization_ready.connect(|_| panic!("a defect of the subscriber"));
    let seen = viewer(&mut running);
    fire(&mut running, EYE, &[([0, 0, 0], 1.0)]);
    run(&mut running, 1);
    fire(&mut running, EYE, &[([0, 0, 0], 1.0)]);
    run(&mut running, 1);
    assert_eq!(taken(&seen).len(), 2);
    assert_eq!(running.outgoing.visualization_ready.panic_count(), 2);
}

#[test]
fn areas_that_appear_and_go_are_in_the_frames_of_their_time() {
    let mut running = running();
    let moved = robot(&mut running);
    running.outgoing.motor_agents().add(&"robot".into());
    let arm = CorticalIdx(90);
    running.brain.engine.add_area(arm, id("oarm____"), &AreaParameters::default()).unwrap();
    running.brain.engine.add_grid(arm, [2, 1, 1].into(), 1).unwrap();
    fire(&mut running, "oarm____", &[([1, 0, 0], 1.0)]);
    run(&mut running, 1);
    running.brain.engine.remove_area(arm).unwrap();
    run(&mut running, 1);
    let frames = taken(&moved);
    assert_eq!(cells(&frames[0].1), [(id("oarm____"), vec![([1, 0, 0], 1.0)])].into());
    assert_eq!(cells(&frames[1].1), BTreeMap::new());
    // The engine refuses what its rules refuse; `frame` makes sure that the helper above is sound.
    assert_eq!(cells(&frame(&[(EYE, &[])])), [(id(EYE), vec![])].into());
}

#[test]
fn viewers_are_spared_bursts_and_large_areas_when_somebody_wishes_so() {
    let mut running = running();
    let seen = viewer(&mut running);
    running.outgoing.thinning = Thinning { every: 3, most_spikes: 2 };
    for _ in 0..6 {
        fire(&mut running, EYE, &[([0, 0, 0], 1.0), ([1, 0, 0], 1.0)]);
        fire(&mut running, EAR, &[([0, 0, 0], 1.0), ([1, 0, 0], 1.0), ([2, 0, 0], 1.0)]);
        run(&mut running, 1);
    }
    let frames = taken(&seen);
    let counters: Vec<_> = frames.iter().map(|frame| frame.get_increment_counter().unwrap()).collect();
    assert_eq!(counters, [3, 6]);
    assert_eq!(cells(&frames[0]).into_keys().collect::<Vec<_>>(), [id(EYE)]);
}
