//! Areas appear and grow in a running brain, and the brain stays the one that its genome describes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod brains;

use std::path::PathBuf;

use brains::{areas, assemble, assert_in_step, burst, developed_anew, request, synapses};
use feagi_burst_engine::{AreaEdit, EngineError};
use feagi_development::DevelopmentError;
use feagi_runtime::{AreaChange, Assembly, Brain, EditError};
use feagi_types::cortical_id::{Direction, UnitType};
use feagi_types::{CorticalId, Dimensions, Voxel};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn custom(name: &str) -> CorticalId {
    let mut bytes = *b"c_______";
    bytes[1..=name.len()].copy_from_slice(name.as_bytes());
    CorticalId::from_bytes(bytes).unwrap()
}

fn unit(direction: Direction, name: &str, sub_unit: u8) -> CorticalId {
    UnitType::named(direction, name).unwrap().area(sub_unit, 0).unwrap()
}

fn motor() -> CorticalId {
    unit(Direction::Output, "RotaryMotor", 0)
}

fn eye() -> CorticalId {
    unit(Direction::Input, "SegmentedVision", 4)
}

/// Areas and mapping rules that the random tests use; the last two are not there at first.
fn ids() -> [CorticalId; 6] {
    let infrared = unit(Direction::Input, "Infrared", 0);
    let servo = unit(Direction::Output, "PositionalServo", 1);
    [custom("a"), custom("b"), motor(), eye(), infrared, servo]
}

const RULES: [&str; 7] =
    ["projector", "block_to_block", "lateral_+x", "all_to_0-0-0", "transpose_xz", "last_to_first", "tile"];

type Rule = ((usize, usize), usize, u8, bool);

fn genome(sizes: &[([u32; 3], u32)], rules: &[Rule]) -> String {
    let mut blueprint = Map::new();
    for (id, (size, copies)) in ids().iter().zip(sizes) {
        let area = json!({"cortical_name": format!("{id:?}"), "block_boundaries": size,
            "per_voxel_neuron_cnt": copies, "cortical_mapping_dst": {}, "postsynaptic_current": 3.0});
        blueprint.insert(id.to_base64(), area);
    }
    for &((source, target), rule, attractivity, inhibits) in rules {
        let (source, target) = (ids()[source].to_base64(), ids()[target].to_base64());
        let Some(area) = blueprint.get_mut(&source) else { continue };
        let list = area["cortical_mapping_dst"].as_object_mut().unwrap().entry(target);
        list.or_insert(json!([])).as_array_mut().unwrap().push(json!({
            "morphology_id": RULES[rule], "synapse_attractivity": attractivity.min(100),
            "postSynapticCurrent_multiplier": if inhibits { -1 } else { 1 }
        }));
    }
    json!({"version": "3.0", "genome_title": "Growing", "blueprint": blueprint}).to_string()
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(((0_usize..4, 0_usize..6), 0..RULES.len(), 1_u8..=140, any::<bool>()), 0..14)
}

/// Requests of agents and edits by people.
#[derive(Clone, Debug)]
enum Step {
    Require(Vec<(usize, [u32; 3])>),
    Resize(usize, [u32; 3], u32),
    Map(usize, usize, usize),
    Unmap(usize, usize),
    Edit(usize, AreaEdit),
    Remove(usize),
    Burst,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let size = [1_u32..5, 1_u32..4, 1_u32..4];
    // Areas 2 to 5 belong to devices.
    let requests = prop::collection::vec((2_usize..6, size.clone()), 1..4);
    let step = prop_oneof![
        4 => requests.prop_map(Step::Require),
        1 => (0_usize..6, size, 1_u32..3).prop_map(|(area, size, copies)| Step::Resize(area, size, copies)),
        1 => (0_usize..6, 0_usize..6, 0..RULES.len()).prop_map(|(from, to, rule)| Step::Map(from, to, rule)),
        1 => (0_usize..6, 0_usize..6).prop_map(|(from, to)| Step::Unmap(from, to)),
        1 => (0_usize..6, 0.1_f32..9.0).prop_map(|(area, psp)| Step::Edit(area, AreaEdit::PostsynapticCurrent(psp))),
        1 => (0_usize..6).prop_map(Step::Remove),
        2 => Just(Step::Burst),
    ];
    prop::collection::vec(step, 1..8)
}

fn take(brain: &mut Brain, step: &Step) {
    let exists = |brain: &Brain, area: usize| brain.area(ids()[area]).is_some();
    match step {
        Step::Require(wanted) => {
            let requests: Vec<_> = wanted.iter().map(|&(area, size)| request(ids()[area], size)).collect();
            let growth = brain.require_areas(&requests);
            assert_eq!(growth.refusals, []);
            for request in &requests {
                let has = brain.area(request.id).unwrap().dimensions;
                assert_eq!(has.union(request.dimensions), has);
            }
            let revision = brain.revision;
            assert_eq!(brain.require_areas(&requests).changes, []);
            assert_eq!(brain.revision, revision);
        }
        &Step::Resize(area, size, copies) => {
            let known = exists(brain, area);
            let done = brain.resize_area(ids()[area], Dimensions::from(size), copies);
            assert_eq!(done.is_ok(), known);
        }
        &Step::Map(from, to, rule) => {
            let known = exists(brain, from) && exists(brain, to);
            let donor =
                assemble(&genome(&[([1; 3], 1); 2], &[((0, 1), rule, 100, false)]), &Assembly::default());
            let rules = donor.genome.area(&ids()[0].to_base64()).unwrap().mappings.values().next().cloned();
            let done = brain.set_mapping(ids()[from], ids()[to], rules.unwrap());
            assert_eq!(done.is_ok(), known);
        }
        &Step::Unmap(from, to) => {
            let known = exists(brain, from) && exists(brain, to);
            assert_eq!(brain.set_mapping(ids()[from], ids()[to], Vec::new()).is_ok(), known);
        }
        &Step::Edit(area, edit) => {
            let known = exists(brain, area);
            assert_eq!(brain.edit_parameter(ids()[area], edit).is_ok(), known);
        }
        &Step::Remove(area) => {
            let known = exists(brain, area);
            assert_eq!(brain.remove_area(ids()[area]).is_ok(), known);
        }
        Step::Burst => {
            brain.engine.burst();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn an_edited_brain_is_the_one_that_its_genome_describes(
        sizes in prop::collection::vec(([1_u32..5, 1_u32..4, 1_u32..4], 1_u32..3), 4),
        rules in rules(),
        steps in steps(),
        seed in any::<u64>(),
    ) {
        let mut assembly = Assembly::default();
        assembly.development.seed = seed;
        let mut brain = assemble(&genome(&sizes, &rules), &assembly);
        for step in &steps {
            take(&mut brain, step);
            assert_in_step(&brain);
        }
    }

    #[test]
    fn a_brain_that_grew_fires_like_one_that_was_born_so(
        sizes in prop::collection::vec(([1_u32..5, 1_u32..4, 1_u32..4], 1_u32..3), 4),
        rules in rules(),
        wanted in prop::collection::vec((2_usize..6, [1_u32..6, 1_u32..4, 1_u32..4]), 1..5),
        stimulus in prop::collection::vec((0_usize..6, [0_u32..5, 0_u32..3, 0_u32..3]), 1..12),
    ) {
        let mut grown = assemble(&genome(&sizes, &rules), &Assembly::default());
        let requests: Vec<_> = wanted.iter().map(|&(area, size)| request(ids()[area], size)).collect();
        prop_assert_eq!(grown.require_areas(&requests).refusals, []);
        let mut born = developed_anew(&grown);
        for (area, voxel) in stimulus {
            for brain in [&mut grown, &mut born] {
                if let Some(idx) = brain.area(ids()[area]).map(|area| area.idx) {
                    brain.engine.inject_voxels(idx, [(Voxel::from(voxel), 1.0)]);
                }
            }
            prop_assert_eq!(burst(&mut grown), burst(&mut born));
        }
    }
}

/// Everything that an edit could change.
fn state(brain: &Brain) -> impl PartialEq + std::fmt::Debug + use<> {
    (areas(brain), synapses(brain), brain.mappings.clone(), brain.genome.clone(), brain.revision)
}

fn small() -> Brain {
    let sizes = [([2, 1, 1], 1), ([2, 1, 1], 1), ([8, 1, 1], 1), ([4, 4, 1], 1)];
    let mut assembly = Assembly::default();
    assembly.development.max_neurons = 100;
    assembly.development.max_synapses = 40;
    assemble(&genome(&sizes, &[((0, 2), 0, 100, false), ((3, 1), 0, 100, false)]), &assembly)
}

#[test]
fn a_request_beyond_the_neurons_left_is_refused_and_the_others_are_met() {
    let mut brain = small();
    let infrared = ids()[4];
    let growth = brain.require_areas(&[request(eye(), [u32::MAX; 3]), request(infrared, [1, 1, 10])]);
    assert_eq!(growth.changes.len(), 1);
    assert_eq!(brain.area(infrared).unwrap().neurons, 10);
    let [EditError::Development(refusal @ DevelopmentError::TooManyNeurons { id, limit: 100, .. })] =
        &growth.refusals[..]
    else {
        panic!("{:?}", growth.refusals);
    };
    assert_eq!(*id, eye());
    assert!(refusal.to_string().contains("max_neurons = 100"), "{refusal}");
    assert_in_step(&brain);
}

#[test]
fn a_resize_gives_its_own_neurons_back() {
    let mut brain = small();
    let infrared = ids()[4];
    assert_eq!(brain.require_areas(&[request(infrared, [1, 1, 10])]).refusals, []);
    // 35 neurons are elsewhere: 7 of the core, 2 + 2, 8, 16.
    assert_eq!(brain.require_areas(&[request(infrared, [1, 1, 65])]).refusals, []);
    assert_eq!(brain.engine.neuron_count(), 100);
    let before = state(&brain);
    let growth = brain.require_areas(&[request(infrared, [1, 1, 66])]);
    assert_eq!((growth.changes.len(), growth.refusals.len()), (0, 1));
    assert_eq!(state(&brain), before);
}

#[test]
fn a_request_beyond_the_synapses_left_is_refused_without_a_trace() {
    let mut brain = small();
    let before = state(&brain);
    // The projector makes a synapse from each voxel of the eye: 16 so far, 42 then.
    let growth = brain.require_areas(&[request(eye(), [6, 7, 1]), request(motor(), [9, 1, 1])]);
    let motor_only = [AreaChange::Resized {
        id: motor(),
        idx: brain.area(motor()).unwrap().idx,
        from: Dimensions::new(8, 1, 1),
        to: Dimensions::new(9, 1, 1),
    }];
    assert_eq!(growth.changes, motor_only);
    let refusal = growth.refusals[0].to_string();
    assert!(refusal.contains("max_synapses = 40"), "{refusal}");
    assert_eq!(brain.area(eye()).unwrap().dimensions, Dimensions::new(4, 4, 1));
    assert_in_step(&brain);
    let again = brain.require_areas(&[request(eye(), [6, 7, 1])]);
    assert_eq!((again.changes.len(), again.refusals.len()), (0, 1));
    assert_ne!(state(&brain), before);
}

#[test]
fn areas_are_as_many_as_a_genome_may_have() {
    let mut brain = small();
    brain.assembly.limits.max_areas = brain.areas.len() + 1;
    let growth = brain.require_areas(&[request(ids()[4], [1; 3]), request(ids()[5], [1; 3])]);
    assert_eq!(growth.changes.len(), 1);
    assert!(matches!(growth.refusals[..], [EditError::TooManyAreas { id, .. }] if id == ids()[5]));
}

#[test]
fn agents_get_areas_of_devices_only() {
    let mut brain = small();
    let before = state(&brain);
    let core = CorticalId::from_bytes(*b"___power").unwrap();
    let odd = CorticalId::from_bytes(*b"omot\x0f\0\0\0").unwrap();
    let empty = request(motor(), [0; 3]);
    let growth = brain.require_areas(&[
        request(custom("a"), [9; 3]),
        request(core, [9; 3]),
        request(odd, [9; 3]),
        empty,
        request(ids()[4], [1, 0, 1]),
    ]);
    assert_eq!(growth.changes, []);
    assert!(
        matches!(
            growth.refusals[..],
            [
                EditError::NoDevice(_),
                EditError::NoDevice(_),
                EditError::Id { .. },
                EditError::Development(DevelopmentError::EmptyArea { .. })
            ]
        ),
        "{:?}",
        growth.refusals
    );
    assert_eq!(state(&brain), before);
}

#[test]
fn an_area_that_the_engine_has_otherwise_is_left_alone() {
    let mut brain = small();
    let idx = brain.area(motor()).unwrap().idx;
    brain.engine.resize_area(idx, Dimensions::new(1, 1, 1), 1).unwrap();
    let genome = brain.genome.clone();
    let growth = brain.require_areas(&[request(motor(), [9, 1, 1])]);
    assert_eq!(growth.refusals, [EditError::OutOfStep(motor())]);
    assert_eq!(brain.genome, genome);
}

#[test]
fn a_new_area_stands_where_its_type_belongs_and_in_the_root_region() {
    let mut brain = small();
    let second = UnitType::named(Direction::Input, "Infrared").unwrap().area(0, 1).unwrap();
    assert_eq!(
        brain.require_areas(&[request(ids()[4], [1, 1, 10]), request(second, [1, 1, 10])]).refusals,
        []
    );
    let genes = |id: CorticalId| brain.genome.area(&id.to_base64()).unwrap().clone();
    assert_eq!(genes(ids()[4]).position, [10, 0, -20].into());
    assert_eq!(genes(second).position, [10, 6, -20].into());
    assert_eq!(genes(second).parameters.threshold, 1.0);
    let root = brain.genome.regions.iter().find(|region| region.parent.is_none()).unwrap();
    assert!(root.areas.contains(&second));
}

#[test]
fn what_is_not_touched_keeps_its_ids_and_its_state() {
    let mut brain = small();
    let a = brain.area(custom("a")).unwrap().idx;
    brain.engine.edit_area(a, AreaEdit::Accumulates(true)).unwrap();
    let source = brain.engine.synapses().next().unwrap().source;
    brain.engine.inject(source, 0.5);
    brain.engine.burst();
    let before = brain.engine.neuron(source).unwrap();
    assert_eq!((before.area, before.potential), (a, 0.5));
    assert_eq!(brain.require_areas(&[request(motor(), [8, 1, 2])]).refusals, []);
    assert_eq!(brain.engine.neuron(source), Some(before));
    assert_eq!(brain.engine.synapses().next().unwrap().source, source);
}

#[test]
fn ids_of_neurons_run_out_before_memory_does() {
    let mut brain = small();
    brain.assembly.development.max_neurons = u64::MAX;
    let before = state(&brain);
    let growth = brain.require_areas(&[request(ids()[4], [50_000_000, 1, 1])]);
    let [EditError::Engine { id, source: EngineError::TooManyNeurons { used: 35, .. }, .. }] =
        growth.refusals[..]
    else {
        panic!("{:?}", growth.refusals);
    };
    assert_eq!(id, ids()[4]);
    assert_eq!(state(&brain), before);
}

#[test]
fn core_areas_and_unknown_ones_are_not_edited() {
    let mut brain = small();
    let core = CorticalId::from_bytes(*b"___power").unwrap();
    assert_eq!(brain.remove_area(core), Err(EditError::CoreArea(core)));
    assert_eq!(brain.resize_area(core, Dimensions::ONE, 2), Err(EditError::CoreArea(core)));
    assert_eq!(brain.remove_area(custom("zz")), Err(EditError::UnknownArea(custom("zz"))));
    let twin = brain.genome.area(&motor().to_base64()).unwrap().clone();
    assert_eq!(brain.create_area(twin.clone(), None), Err(EditError::AreaExists(motor())));
    let other = feagi_genome::AreaGenes { id: custom("new"), ..twin };
    let nowhere = brain.create_area(other.clone(), Some("nowhere"));
    assert_eq!(nowhere, Err(EditError::UnknownRegion(String::from("nowhere"))));
    let home = brain.genome.regions.last().unwrap().id.clone();
    assert_eq!(brain.create_area(other, Some(&home)).unwrap().changes.len(), 1);
    assert!(brain.genome.regions.last().unwrap().areas.contains(&custom("new")));
    assert_in_step(&brain);
}

/// A genome of the field; `None` when no folder of them is named.
fn essential() -> Option<Brain> {
    let Some(folder) = std::env::var_os("FEAGI_GENOMES").map(PathBuf::from) else {
        eprintln!("skipped: FEAGI_GENOMES does not name a folder with genomes");
        return None;
    };
    let text = std::fs::read_to_string(folder.join("default_essential.genome")).unwrap();
    Some(assemble(&text, &Assembly::default()))
}

fn device(unit: u16, channels: usize) -> Value {
    json!({"cortical_unit_index": unit, "device_grouping": vec![json!({}); channels], "io_configuration_flags":
        {"frame_change_handling": "Absolute", "percentage_neuron_positioning": "Linear"}})
}

#[test]
fn motors_and_a_camera_make_the_areas_of_a_genome_of_the_field_grow() {
    let Some(mut brain) = essential() else { return };
    brain.engine.burst();
    let segments = [
        "lower_left",
        "lower_middle",
        "lower_right",
        "middle_left",
        "center",
        "middle_right",
        "upper_left",
        "upper_middle",
        "upper_right",
    ];
    let segments: Map<String, Value> =
        segments.map(|name| (name.to_owned(), json!({"width": 64, "height": 64}))).into_iter().collect();
    let configuration = json!({
        "input_units_and_encoder_properties": {"SegmentedVision": [[device(0, 1), {"SegmentedImageFrame": {
            "center_color_channel": "RGB", "peripheral_color_channels": "RGB",
            "segment_xy_resolutions": segments}}]]},
        "output_units_and_decoder_properties": {"RotaryMotor": [[device(0, 2),
            {"Percentage": [{"value": 9}, "Linear", true, "D1"]}]]},
    });
    let (requests, problems) = feagi_io::wire::current::devices::areas(&configuration);
    assert!(problems.is_empty() && requests.len() == 10, "{problems:?}");
    let growth = brain.require_areas(&requests);
    assert_eq!(growth.refusals, []);
    // The centre has 128 by 128 voxels already.
    assert_eq!(growth.changes.len(), 9);
    assert_eq!(brain.area(motor()).unwrap().dimensions, Dimensions::new(8, 1, 9));
    for sub_unit in 0..9 {
        let side = if sub_unit == 4 { 128 } else { 64 };
        let area = brain.area(unit(Direction::Input, "SegmentedVision", sub_unit)).unwrap();
        assert_eq!(area.dimensions, Dimensions::new(side, side, 3));
    }
    assert_in_step(&brain);
    brain.engine.burst();
    assert_eq!(brain.require_areas(&requests).changes, []);
}
