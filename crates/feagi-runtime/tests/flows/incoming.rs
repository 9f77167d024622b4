//! Frames of agents become charge.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use feagi_io::SharedFBC;
use feagi_runtime::{Incoming, IncomingCounts, Running};
use feagi_serialization::{FeagiByteContainer, JsonStruct};
use feagi_types::{CoreArea, CorticalId, Dimensions, Voxel};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{Cell, EAR, EYE, WHEELS, event, frame, frame_of, id, idx, run, running, viewer, voxels};

/// A brain that writes its candidates down, with a mailbox for each agent.
fn listening(agents: &[&str]) -> Running {
    let mut running = running();
    running.brain.engine.record_candidates(true);
    for &agent in agents {
        running.incoming.mailboxes().open(&agent.into());
    }
    running
}

fn deliver(running: &Running, agent: &str, frame: SharedFBC) {
    assert!(running.incoming.mailboxes().deliver(&event(agent, frame)), "{agent} has a mailbox");
}

/// Runs a burst; gives the charge of each voxel that got any.
fn charge(running: &mut Running) -> BTreeMap<(CorticalId, [u32; 3]), f32> {
    run(running, 1);
    let engine = &running.brain.engine;
    let ids: BTreeMap<_, _> = running.brain.areas.iter().map(|area| (area.idx, area.id)).collect();
    let charge = engine.candidates().iter().map(|&(neuron, sum)| {
        let state = engine.neuron(neuron).expect("a candidate exists");
        ((ids[&state.area], state.voxel.to_array()), sum)
    });
    // The power area always gets its share, which is nothing here.
    charge.filter(|((area, _), _)| *area != CorticalId::core(CoreArea::Power)).collect()
}

fn at(area: &str, voxel: [u32; 3]) -> (CorticalId, [u32; 3]) {
    (id(area), voxel)
}

#[test]
fn voxels_of_an_agent_are_charge_in_the_next_burst_and_only_then() {
    let mut running = listening(&["camera"]);
    deliver(&running, "camera", frame(&[(EYE, &[([3, 2, 1], 0.5), ([0, 0, 0], 7.0)])]));
    assert_eq!(charge(&mut running), [(at(EYE, [3, 2, 1]), 0.5), (at(EYE, [0, 0, 0]), 7.0)].into());
    assert_eq!(charge(&mut running), BTreeMap::new());
    assert_eq!(running.report.inputs, 2);
    let counts = IncomingCounts { frames: 1, voxels: 2, ..IncomingCounts::default() };
    assert_eq!(running.incoming.counts(), counts);
}

#[test]
fn enough_charge_fires() {
    let mut running = listening(&["camera"]);
    let seen = viewer(&mut running);
    deliver(&running, "camera", frame(&[(EYE, &[([3, 2, 1], 100.0)])]));
    run(&mut running, 1);
    assert_eq!(crate::support::cells(&crate::support::taken(&seen)[0])[&id(EYE)][0].0, [3, 2, 1]);
}

#[test]
fn the_newest_frame_of_an_area_wins_unless_it_says_nothing() {
    let mut running = listening(&["robot"]);
    deliver(
        &running,
        "robot",
        frame(&[(EYE, &[([0, 0, 0], 1.0), ([1, 0, 0], 1.0)]), (EAR, &[([0, 0, 0], 2.0)])]),
    );
    deliver(&running, "robot", frame(&[(EYE, &[([1, 0, 0], 3.0)])]));
    deliver(&running, "robot", frame(&[(EYE, &[])]));
    assert_eq!(charge(&mut running), [(at(EYE, [1, 0, 0]), 3.0), (at(EAR, [0, 0, 0]), 2.0)].into());
    assert_eq!(running.incoming.counts().superseded, 1);
}

#[test]
fn within_a_frame_the_last_mention_of_an_area_wins() {
    let mut running = listening(&["robot"]);
    deliver(&running, "robot", frame(&[(EAR, &[([0, 0, 0], 1.0)]), (EAR, &[([1, 0, 0], 2.0)])]));
    assert_eq!(charge(&mut running), [(at(EAR, [1, 0, 0]), 2.0)].into());
}

#[test]
fn every_frame_of_a_queued_area_counts() {
    let mut running = listening(&["robot"]);
    running.incoming.queue(id(EAR), true);
    running.incoming.queue(id(EAR), true);
    for potential in [1.0, 2.0, 4.0] {
        deliver(
            &running,
            "robot",
            frame(&[(EAR, &[([0, 0, 0], potential)]), (EYE, &[([0, 0, 0], potential)])]),
        );
    }
    assert_eq!(charge(&mut running), [(at(EAR, [0, 0, 0]), 7.0), (at(EYE, [0, 0, 0]), 4.0)].into());
    assert_eq!(running.incoming.counts().superseded, 2, "of the eye");
    running.incoming.queue(id(EAR), false);
    deliver(&running, "robot", frame(&[(EAR, &[([0, 0, 0], 1.0)])]));
    deliver(&running, "robot", frame(&[(EAR, &[([0, 0, 0], 2.0)])]));
    assert_eq!(charge(&mut running), [(at(EAR, [0, 0, 0]), 2.0)].into());
}

#[test]
fn agents_add_up_in_the_order_of_their_mailboxes() {
    // In 32 bits, 1e8 + 3 + 3 depends on the order: it tells who came first.
    let mut running = listening(&["b", "a", "c"]);
    for (agent, potential) in [("a", 3.0), ("c", -0.0), ("b", 1e8), ("c", 3.0)] {
        deliver(&running, agent, frame(&[(EYE, &[([0, 0, 0], potential)])]));
    }
    assert_eq!(charge(&mut running)[&at(EYE, [0, 0, 0])], 1e8_f32 + 3.0 + 3.0);
    for (agent, potential) in [("c", 1e8), ("a", 3.0), ("b", 3.0)] {
        deliver(&running, agent, frame(&[(EYE, &[([0, 0, 0], potential)])]));
    }
    assert_eq!(charge(&mut running)[&at(EYE, [0, 0, 0])], 3.0_f32 + 3.0 + 1e8);
    assert_ne!(1e8_f32 + 3.0 + 3.0, 3.0_f32 + 3.0 + 1e8, "the test tells orders apart");
}

#[test]
fn what_no_neuron_can_take_is_left_out_and_counted() {
    let mut running = listening(&["robot"]);
    let bad = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0, -f32::MIN_POSITIVE];
    let mut cells: Vec<Cell> = bad.map(|potential| ([0, 0, 0], potential)).to_vec();
    cells.extend([[4, 0, 0], [0, 3, 0], [0, 0, 2], [u32::MAX; 3]].map(|voxel| (voxel, 1.0)));
    // These say nothing, and that is allowed.
    cells.extend([([0, 0, 0], 0.0), ([0, 0, 0], -0.0), ([9, 9, 9], 0.0)]);
    cells.push(([1, 1, 1], 2.0));
    deliver(&running, "robot", frame(&[(EYE, &cells), ("cnobody_", &[([0, 0, 0], 1.0)])]));
    assert_eq!(charge(&mut running), [(at(EYE, [1, 1, 1]), 2.0)].into());
    let counts = running.incoming.counts();
    assert_eq!((counts.ignored_voxels, counts.unknown_areas, counts.voxels), (9, 1, 1));
}

#[test]
fn a_frame_without_voxels_does_nothing() {
    let mut running = listening(&["robot"]);
    deliver(&running, "robot", Arc::new(FeagiByteContainer::new_empty()));
    deliver(&running, "robot", frame_of(&[&JsonStruct::new_empty()]));
    assert_eq!(charge(&mut running), BTreeMap::new());
    let counts = IncomingCounts { frames: 2, ..IncomingCounts::default() };
    assert_eq!(running.incoming.counts(), counts);
}

#[test]
fn areas_of_any_time_are_found() {
    let mut running = listening(&["robot"]);
    let eye = idx(&running, EYE);
    running.brain.engine.remove_area(eye).unwrap();
    deliver(&running, "robot", frame(&[(EYE, &[([0, 0, 0], 1.0)])]));
    assert_eq!(charge(&mut running), BTreeMap::new());
    running.brain.engine.resize_area(idx(&running, EAR), Dimensions::new(9, 9, 9), 2).unwrap();
    deliver(&running, "robot", frame(&[(EAR, &[([8, 8, 8], 1.0)])]));
    assert_eq!(charge(&mut running), [(at(EAR, [8, 8, 8]), 1.0)].into());
    running.brain = crate::support::brain();
    running.brain.engine.record_candidates(true);
    deliver(&running, "robot", frame(&[(EYE, &[([0, 0, 0], 1.0)])]));
    assert_eq!(charge(&mut running), [(at(EYE, [0, 0, 0]), 1.0)].into());
}

#[test]
fn one_agent_that_repeats_an_area_without_end_is_looked_at_for_so_long_only() {
    let mut running = listening(&["flood", "robot"]);
    // 65 535 mentions of areas on the same 16 bytes; the last and newest is that of the ear.
    let mut body = vec![11, 1, 0xff, 0xff];
    let data = 4 + 65_535 * 16_u32;
    for mention in 0..65_535 {
        body.extend(if mention == 65_534 { EAR } else { "cnobody_" }.as_bytes());
        body.extend(data.to_le_bytes());
        body.extend(16_u32.to_le_bytes());
    }
    body.extend([0; 12]);
    body.extend(1.0_f32.to_le_bytes());
    let flood = with_struct(&body);
    for _ in 0..3 {
        deliver(&running, "flood", Arc::clone(&flood));
    }
    deliver(&running, "robot", frame(&[(EYE, &[([0, 0, 0], 1.0)])]));
    assert_eq!(charge(&mut running), [(at(EAR, [0, 0, 0]), 1.0), (at(EYE, [0, 0, 0]), 1.0)].into());
    let counts = running.incoming.counts();
    assert_eq!(counts.unknown_areas, 16_383);
    assert_eq!(counts.superseded, 3 * 65_535 - 16_384);
}

/// A container with one struct of these bytes.
fn with_struct(body: &[u8]) -> SharedFBC {
    let mut bytes = FeagiByteContainer::new_empty().get_byte_ref().to_vec();
    bytes[3] = 1;
    bytes.extend(u32::try_from(body.len()).expect("a short struct").to_le_bytes());
    bytes.extend(body);
    let mut container = FeagiByteContainer::new_empty();
    container.try_write_data_by_ownership_to_container_and_verify(bytes).expect("the container is sound");
    Arc::new(container)
}

#[test]
fn areas_that_share_bytes_too_often_are_refused() {
    let mut running = listening(&["robot"]);
    let mut body = vec![11, 1, 200, 0];
    for _ in 0..200 {
        body.extend(EAR.as_bytes());
        body.extend(0_u32.to_le_bytes());
        body.extend(3_200_u32.to_le_bytes());
    }
    deliver(&running, "robot", with_struct(&body));
    assert_eq!(charge(&mut running), BTreeMap::new());
    assert_eq!(running.incoming.counts().malformed, 1);
}

fn vectors() -> PathBuf {
    let copy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../feagi-serialization/tests/vectors");
    std::env::var_os("FEAGI_VECTORS").map_or(copy, PathBuf::from).join("fbc")
}

fn bytes_of(vector: &Value) -> Vec<u8> {
    match (vector["file"].as_str(), vector["hex"].as_str()) {
        (Some(file), _) => fs::read(vectors().join(file)).expect("the vector's file can be read"),
        (None, hex) => {
            let digits = hex.expect("a vector has bytes").as_bytes().chunks(2);
            let digits = digits.map(|pair| std::str::from_utf8(pair).expect("hex is ASCII"));
            digits.map(|pair| u8::from_str_radix(pair, 16).expect("hex digits")).collect()
        }
    }
}

#[test]
fn every_recorded_frame_is_taken_or_refused_struct_by_struct() {
    let index = fs::read_to_string(vectors().join("index.json")).expect("the vectors are there");
    let index: Value = serde_json::from_str(&index).expect("JSON");
    let (mut frames, mut refused) = (0, 0);
    for vector in index["vectors"].as_array().expect("a list") {
        let mut container = FeagiByteContainer::new_empty();
        let profile = vector["profile"] == "v4-48";
        if !profile || container.try_write_data_by_copy_and_verify(&bytes_of(vector)).is_err() {
            continue;
        }
        let malformed = container.xyzp_views().filter(Result::is_err).count() as u64;
        let mut running = listening(&["robot"]);
        deliver(&running, "robot", Arc::new(container));
        charge(&mut running);
        assert_eq!(running.incoming.counts().malformed, malformed, "{}", vector["name"]);
        frames += 1;
        refused += malformed;
    }
    assert!(frames > 60 && refused > 20, "{frames} frames, {refused} refused structs");
}

#[test]
fn a_malformed_struct_spoils_no_other() {
    let mut running = listening(&["robot"]);
    let good = voxels(EYE, &[([0, 0, 0], 1.0)]);
    let mut bytes = frame_of(&[&good, &good]).get_byte_ref().to_vec();
    let second = bytes.len() - 36;
    bytes[second + 2] = 9; // areas of the second struct
    let mut container = FeagiByteContainer::new_empty();
    container.try_write_data_by_ownership_to_container_and_verify(bytes).unwrap();
    deliver(&running, "robot", Arc::new(container));
    assert_eq!(charge(&mut running), [(at(EYE, [0, 0, 0]), 1.0)].into());
    assert_eq!(running.incoming.counts().malformed, 1);
}

/// Areas of the brain below and their sizes.
const AREAS: [(&str, [u32; 3]); 3] = [(EYE, [4, 3, 2]), (EAR, [5, 1, 1]), (WHEELS, [4, 1, 9])];

fn potential() -> impl Strategy<Value = f32> {
    prop_oneof![4 => 0.01_f32..100.0, 1 => any::<f32>()]
}

/// Mentions of areas in the order of a frame; each has its cells.
fn mentions() -> impl Strategy<Value = Vec<(usize, Vec<Cell>)>> {
    vec((0..AREAS.len(), vec(([0_u32..6, 0..4, 0..10], potential()), 0..6)), 0..4)
}

proptest! {
    #[test]
    fn charge_is_that_of_the_newest_frame_of_each_area_and_agent(
        frames in vec((0_usize..3, mentions()), 0..12), queued in 0..=AREAS.len(),
    ) {
        const AGENTS: [&str; 3] = ["one", "two", "three"];
        let mut running = listening(&AGENTS);
        if let Some((area, _)) = AREAS.get(queued) {
            running.incoming.queue(id(area), true);
        }
        for (agent, mentions) in &frames {
            let areas: Vec<_> = mentions.iter().map(|(area, cells)| (AREAS[*area].0, &cells[..])).collect();
            deliver(&running, AGENTS[*agent], frame(&areas));
        }
        let mut expected = BTreeMap::new();
        for agent in 0..AGENTS.len() {
            let own = frames.iter().filter(|(sender, _)| *sender == agent).flat_map(|(_, mentions)| mentions);
            for (at, (area, size)) in AREAS.iter().enumerate() {
                let spoken = own.clone().filter(|(area, cells)| *area == at && !cells.is_empty());
                let last = if at == queued { 0 } else { spoken.clone().count().saturating_sub(1) };
                for &(voxel, potential) in spoken.skip(last).flat_map(|(_, cells)| cells) {
                    let inside = Dimensions::from(*size).contains(Voxel::from(voxel));
                    if inside && potential.is_finite() && potential > 0.0 {
                        *expected.entry((id(area), voxel)).or_insert(0.0) += potential;
                    }
                }
            }
        }
        prop_assert_eq!(charge(&mut running), expected);
    }
}

#[test]
fn a_flow_without_mailboxes_is_silent() {
    let mut running = running();
    running.incoming = Incoming::default();
    run(&mut running, 3);
    assert_eq!(running.incoming.counts(), IncomingCounts::default());
}
