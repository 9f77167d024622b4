//! A brain that was written to bytes and read again goes on bit for bit like the one that was captured,
//! whatever was done to it before, and stays editable. Bytes that are not as they should be are refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use feagi_burst_engine::AreaEdit;
use feagi_runtime::{Assembly, Brain, Capture, Checkpoint, CheckpointError, Rate, Running};
use feagi_types::{CorticalId, Dimensions, Precision, Voxel};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const RULES: [&str; 5] = ["projector", "block_to_block", "lateral_+x", "all_to_0-0-0", "last_to_first"];
const AREAS: usize = 5;

/// Areas that the tests use; the last one is not there at first.
fn id(area: usize) -> CorticalId {
    CorticalId::from_bytes([b'c', b'a' + area as u8, b'_', b'_', b'_', b'_', b'_', b'_']).unwrap()
}

/// Source, target, connection rule, percentage of synapses, delay in bursts.
type Rule = (usize, usize, usize, u8, u8);

fn rule(&(_, _, rule, attractivity, delay): &Rule) -> Value {
    json!({"morphology_id": RULES[rule], "synapse_attractivity": attractivity, "synaptic_delay_bursts": delay,
        "postSynapticCurrent_multiplier": if delay == 4 { -1 } else { 1 }})
}

fn genome(sizes: &[[u32; 3]], rules: &[Rule], precision: &str) -> String {
    let mut blueprint = Map::new();
    for (area, size) in sizes.iter().enumerate() {
        let area_genes = json!({"cortical_name": format!("area {area}"), "block_boundaries": size,
            "per_voxel_neuron_cnt": 1 + area % 2, "cortical_mapping_dst": {}, "postsynaptic_current": 1.5,
            "leak_coefficient": 0.1 * area as f32, "refractory_period": area, "mp_charge_accumulation": area > 1,
            "neuron_excitability": 1.0 - 0.2 * area as f32, "consecutive_fire_cnt_max": 2, "snooze_length": area});
        blueprint.insert(id(area).to_base64(), area_genes);
    }
    for made in rules {
        let Some(source) = blueprint.get_mut(&id(made.0).to_base64()) else { continue };
        let targets = source["cortical_mapping_dst"].as_object_mut().unwrap();
        targets.entry(id(made.1).to_base64()).or_insert(json!([])).as_array_mut().unwrap().push(rule(made));
    }
    json!({"version": "3.0", "genome_title": "Kept", "blueprint": blueprint,
        "physiology": {"simulation_timestep": 0.02, "quantization_precision": precision}})
    .to_string()
}

fn assemble(text: &str, assembly: &Assembly) -> Brain {
    Brain::assemble(text.as_bytes(), assembly, &mut |_| {}).unwrap()
}

/// What happens to a brain between bursts, and bursts.
#[derive(Clone, Debug)]
enum Step {
    Create([u32; 3]),
    Resize(usize, [u32; 3]),
    Remove(usize),
    Map(Rule),
    Edit(usize, AreaEdit),
    /// Charges every other voxel of an area from a voxel on.
    Show(usize, [u32; 3]),
    Burst,
}

fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let size = || [1_u32..5, 1_u32..4, 1_u32..4];
    let area = || 0..AREAS;
    let edit = prop_oneof![
        (0.1_f32..3.0).prop_map(AreaEdit::Threshold),
        (0.0_f32..=1.0).prop_map(AreaEdit::Leak),
        (0_u16..4).prop_map(AreaEdit::RefractoryPeriod),
        (0.1_f32..9.0).prop_map(AreaEdit::PostsynapticCurrent),
        (0.0_f32..0.4).prop_map(AreaEdit::Degeneration),
        any::<bool>().prop_map(AreaEdit::MpDrivenPsp),
    ];
    let step = prop_oneof![
        1 => size().prop_map(Step::Create),
        1 => (area(), size()).prop_map(|(area, size)| Step::Resize(area, size)),
        1 => area().prop_map(Step::Remove),
        1 => rule_strategy().prop_map(Step::Map),
        2 => (area(), edit).prop_map(|(area, edit)| Step::Edit(area, edit)),
        9 => (area(), [0_u32..4, 0_u32..3, 0_u32..3]).prop_map(|(area, voxel)| Step::Show(area, voxel)),
        6 => Just(Step::Burst),
    ];
    prop::collection::vec(step, 1..most)
}

fn rule_strategy() -> impl Strategy<Value = Rule> {
    (0..AREAS, 0..AREAS, 0..RULES.len(), prop_oneof![Just(100_u8), 20..90_u8], 1..6_u8)
}

/// Takes a step; what cannot be done is refused, and the same everywhere.
fn take(brain: &mut Brain, step: &Step) -> Option<Vec<(u32, u32)>> {
    match step {
        Step::Create(size) => {
            let donor =
                assemble(&genome(&[*size; AREAS], &[(4, 0, 0, 100, 1)], "fp32"), &Assembly::default());
            let genes = donor.genome.area(&id(4).to_base64()).unwrap().clone();
            let _ = brain.create_area(genes, None);
        }
        &Step::Resize(area, size) => drop(brain.resize_area(id(area), Dimensions::from(size), 2)),
        &Step::Remove(area) => drop(brain.remove_area(id(area))),
        Step::Map(made) => {
            let donor = assemble(&genome(&[[1; 3]; AREAS], &[*made], "fp32"), &Assembly::default());
            let source = donor.genome.area(&id(made.0).to_base64()).unwrap();
            let rules = source.mappings.values().next().unwrap().clone();
            let _ = brain.set_mapping(id(made.0), id(made.1), rules);
        }
        &Step::Edit(area, edit) => drop(brain.edit_parameter(id(area), edit)),
        &Step::Show(area, voxel) => {
            if let Some((idx, size)) = brain.area(id(area)).map(|area| (area.idx, area.dimensions)) {
                let (first, last) =
                    (size.index_of(Voxel::from(voxel)).unwrap_or(0), size.voxel_count().unwrap());
                let voxels = (first..last).step_by(2).map(|index| (size.voxel_at(index), 2.5));
                brain.engine.inject_voxels(idx, voxels);
            }
        }
        Step::Burst => {
            let fired = brain.engine.burst();
            let bits = fired.potentials().iter().map(|potential| potential.to_bits());
            return Some(fired.ids().iter().copied().zip(bits).collect());
        }
    }
    None
}

fn rate() -> Rate {
    Rate::from_hz(12.5).unwrap()
}

/// The brain that is read from the bytes of a checkpoint of `brain`.
fn restored(brain: &Brain, assembly: &Assembly) -> Brain {
    let bytes = Capture::of(brain, rate()).into_bytes();
    let (restored, found) = Checkpoint::read(&bytes, assembly).unwrap();
    assert_eq!(found, rate());
    assert!(Capture::of(&restored, rate()).into_bytes() == bytes, "what was read is written again");
    restored
}

fn assert_alike(left: &Brain, right: &Brain) {
    assert_eq!(left.areas, right.areas);
    assert_eq!(left.mappings, right.mappings);
    assert_eq!(left.genome, right.genome);
    assert_eq!(left.warnings, right.warnings);
    assert_eq!((&left.title, left.timestep_secs), (&right.title, right.timestep_secs));
    assert_eq!(
        (left.precision, left.assembly.development.seed),
        (right.precision, right.assembly.development.seed)
    );
    assert_eq!(left.engine.burst_count(), right.engine.burst_count());
    assert_eq!(left.engine.neuron_count(), right.engine.neuron_count());
    assert!(left.engine.synapses().eq(right.engine.synapses()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_restored_brain_goes_on_like_the_captured_one(
        sizes in prop::collection::vec([1_u32..5, 1_u32..4, 1_u32..4], AREAS - 1),
        rules in prop::collection::vec(rule_strategy(), 1..8),
        precision in prop::sample::select(vec!["fp32", "int8"]),
        seed in any::<u64>(),
        (before, after) in (steps(40), steps(40)),
        threads in prop::sample::select(vec![1, 2, 7]),
    ) {
        let mut assembly = Assembly::default();
        assembly.development.seed = seed;
        let mut brain = assemble(&genome(&sizes, &rules, precision), &assembly);
        for step in &before {
            take(&mut brain, step);
        }
        let mut again = restored(&brain, &Assembly { threads: Some(threads), ..Assembly::default() });
        prop_assert_eq!(again.engine.threads(), threads);
        assert_alike(&again, &brain);
        for step in &after {
            prop_assert_eq!(take(&mut again, step), take(&mut brain, step), "{:?}", step);
        }
        assert_alike(&again, &brain);
    }
}

fn small() -> Brain {
    let sizes = [[2, 1, 1], [3, 1, 1], [1, 1, 4], [2, 2, 2]];
    let text = genome(&sizes, &[(0, 1, 0, 100, 1), (1, 2, 3, 100, 4), (2, 3, 4, 100, 2)], "fp32");
    let mut brain = assemble(&text, &Assembly::default());
    for burst in 0..6 {
        take(&mut brain, &Step::Show(burst % 4, [0; 3]));
        take(&mut brain, &Step::Burst);
    }
    brain
}

#[test]
fn a_running_brain_is_captured_and_replaced() {
    let mut running = Running::new(small(), rate());
    running.report.bursts = 100;
    let bytes = Checkpoint::capture(&running).into_bytes();
    assert!(Checkpoint::recognises(&bytes) && !Checkpoint::recognises(b"{}"));
    take(&mut running.brain, &Step::Burst);
    let (brain, rate) = Checkpoint::read(&bytes, &running.brain.assembly).unwrap();
    drop(running.replace_brain(brain));
    running.rate = rate;
    assert_eq!((running.brain.engine.burst_count().get(), running.report.bursts), (6, 100));
}

#[test]
fn a_power_that_is_asked_for_takes_the_place_of_the_captured_one() {
    let brain = small();
    assert_eq!(restored(&brain, &Assembly::default()).engine.power_amount(), 1.0);
    let bytes = Capture::of(&brain, rate()).into_bytes();
    let assembly = Assembly { power: Some(0.25), ..Assembly::default() };
    let (read, _) = Checkpoint::read(&bytes, &assembly).unwrap();
    assert_eq!((read.engine.power_amount(), read.precision), (0.25, Precision::Fp32));
}

#[test]
fn a_brain_beyond_the_limits_is_refused() {
    let bytes = Capture::of(&small(), rate()).into_bytes();
    let mut assembly = Assembly::default();
    assembly.development.max_neurons = 12;
    let refused = Checkpoint::read(&bytes, &assembly).unwrap_err();
    assert!(refused.to_string().contains("neurons, but at most 12 are allowed"), "{refused}");
    let mut assembly = Assembly::default();
    assembly.development.max_synapses = 3;
    let refused = Checkpoint::read(&bytes, &assembly).unwrap_err();
    assert!(refused.to_string().contains("synapses, but at most 3 are allowed"), "{refused}");
    let mut assembly = Assembly::default();
    assembly.limits.max_areas = 3;
    assert!(matches!(Checkpoint::read(&bytes, &assembly), Err(CheckpointError::Genome(_))));
}

#[test]
fn every_byte_that_is_changed_or_missing_is_noticed() {
    let bytes = Capture::of(&small(), rate()).into_bytes();
    let assembly = Assembly::default();
    for at in (0..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x11;
        assert!(Checkpoint::read(&changed, &assembly).is_err(), "byte {at}");
        assert!(Checkpoint::read(&bytes[..at], &assembly).is_err(), "{at} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(Checkpoint::read(&longer, &assembly).is_err());
}

/// The refusal of a checkpoint of `brain` after `change`.
fn refusal(change: impl FnOnce(&mut Brain)) -> String {
    let mut brain = small();
    change(&mut brain);
    let bytes = Capture::of(&brain, rate()).into_bytes();
    Checkpoint::read(&bytes, &Assembly::default()).unwrap_err().to_string()
}

#[test]
fn genome_engine_and_lists_have_to_belong_together() {
    let refused = |part: &str, refusal: String| assert!(refusal.contains(part), "{refusal}");
    refused("another size", refusal(|brain| brain.genome.areas[7].dimensions = Dimensions::new(9, 1, 1)));
    refused("not in the genome", refusal(|brain| drop(brain.genome.areas.pop())));
    refused("part of the engine and not listed", refusal(|brain| drop(brain.areas.pop())));
    refused("not part of the engine", refusal(|brain| brain.areas.push(brain.areas[8].clone())));
    let unlisted = refusal(|brain| {
        let area = brain.areas.pop().unwrap();
        let lost = brain.engine.remove_area(area.idx).unwrap();
        brain.mappings.retain(|mapping| !lost.contains(&mapping.id));
    });
    refused("is in the genome and not listed", unlisted);
    refused("mapping 2 is part of the engine and not listed", refusal(|brain| brain.mappings.truncate(2)));
    refused("does not have", refusal(|brain| brain.mappings[1].place.position = 5));
    refused("joins other areas", refusal(|brain| brain.mappings[1].place.source = id(3)));
    refused("is listed and not part", refusal(|brain| brain.mappings[1].id.0 = 77));
}
