//! Edits are taken back and done again, whatever agents do in between, and the brain stays the one that
//! its genome describes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod brains;

use brains::{assemble, assert_in_step, burst, request};
use feagi_genome::{AreaGenes, Genome, MappingRule, Morphology, Region, Rule};
use feagi_runtime::{Assembly, EditError, History, Rate, Revision, Running};
use feagi_types::cortical_id::{Direction, UnitType};
use feagi_types::{CorticalId, Dimensions, Position};
use proptest::prelude::*;
use serde_json::{Map, json};

const TEXT: &str = r#"{"version": "3.0", "genome_title": "Editable", "blueprint": {
    "Y2FfX19fX18=": {"cortical_name": "a", "block_boundaries": [3, 2, 1], "cortical_mapping_dst": {
        "Y2JfX19fX18=": [{"morphology_id": "projector"}], "Y2FfX19fX18=": [{"morphology_id": "step"}]}},
    "Y2JfX19fX18=": {"cortical_name": "b", "block_boundaries": [2, 2, 2], "cortical_mapping_dst": {
        "Y2FfX19fX18=": [{"morphology_id": "all_to_0-0-0"}]}},
    "b21vdAUAAAA=": {"cortical_name": "wheels", "block_boundaries": [4, 1, 3]}},
    "neuron_morphologies": {"step": {"type": "vectors", "class": "custom", "parameters": {"vectors": [[1, 0, 0]]}}}}"#;

fn custom(name: char) -> CorticalId {
    let mut bytes = *b"c_______";
    bytes[1] = name as u8;
    CorticalId::from_bytes(bytes).unwrap()
}

fn wheels() -> CorticalId {
    UnitType::named(Direction::Output, "RotaryMotor").unwrap().area(0, 0).unwrap()
}

fn running() -> Running {
    let brain = assemble(TEXT, &Assembly::default());
    Running::new(brain, Rate::from_hz(40.0).unwrap())
}

fn rule(name: &str) -> MappingRule {
    MappingRule {
        morphology: name.to_owned(),
        multiplier: 1.0,
        attractivity: 100,
        delay: feagi_types::SynapticDelay::new(1),
        plasticity: None,
        raw: Map::from_iter([("morphology_id".to_owned(), json!(name))]),
    }
}

fn vectors(vector: [i64; 3]) -> Morphology {
    let raw = json!({"type": "vectors", "class": "custom", "parameters": {"vectors": [vector]}});
    Morphology { rule: Rule::Vectors(vec![vector]), class: "custom".to_owned(), raw }
}

fn region(id: &str, genome: &Genome) -> Region {
    Region {
        id: id.to_owned(),
        title: id.to_owned(),
        parent: Some(genome.regions[0].id.clone()),
        areas: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        extra: Map::new(),
    }
}

/// Edits by people, and what agents do.
#[derive(Clone, Debug)]
enum Step {
    Threshold(char, f32),
    Move(char, i32),
    Rename(char, u8),
    Resize(char, u32),
    Create(char),
    Remove(char),
    Map(char, char, bool),
    Vector(i64),
    Region(u8, char),
    Pace(f64),
    Grow(u32),
    Undo,
    Redo,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let name = || prop_oneof![Just('a'), Just('b'), Just('d')];
    let step = prop_oneof![
        2 => (name(), 0.5_f32..9.0).prop_map(|(area, value)| Step::Threshold(area, value)),
        1 => (name(), -50_i32..50).prop_map(|(area, x)| Step::Move(area, x)),
        1 => (name(), 0_u8..3).prop_map(|(area, name)| Step::Rename(area, name)),
        2 => (name(), 1_u32..5).prop_map(|(area, width)| Step::Resize(area, width)),
        2 => name().prop_map(Step::Create),
        2 => name().prop_map(Step::Remove),
        2 => (name(), name(), any::<bool>()).prop_map(|(from, to, is)| Step::Map(from, to, is)),
        1 => (-2_i64..3).prop_map(Step::Vector),
        1 => (0_u8..2, name()).prop_map(|(id, area)| Step::Region(id, area)),
        1 => (0.01_f64..0.1).prop_map(Step::Pace),
        1 => (3_u32..8).prop_map(Step::Grow),
        2 => Just(Step::Undo),
        1 => Just(Step::Redo),
    ];
    prop::collection::vec(step, 1..14)
}

/// What an edit asks for; an error when it makes no sense now.
fn revision(step: &Step, genome: &Genome) -> Result<Revision, EditError> {
    let mut revision = Revision::default();
    match *step {
        Step::Threshold(area, value) => {
            revision.area(genome, custom(area))?.parameters.threshold = value;
        }
        Step::Move(area, x) => revision.area(genome, custom(area))?.position = Position { x, y: 0, z: 0 },
        Step::Rename(area, name) => revision.area(genome, custom(area))?.name = format!("named {name}"),
        Step::Resize(area, width) => {
            revision.area(genome, custom(area))?.dimensions = Dimensions::new(width, 2, 1);
        }
        Step::Create(area) => {
            let like = genome.areas.iter().find(|genes| genes.id == wheels()).unwrap();
            let genes = AreaGenes { id: custom(area), name: area.to_string(), ..like.clone() };
            if genome.areas.iter().any(|genes| genes.id == custom(area)) {
                return Err(EditError::AreaExists(custom(area)));
            }
            revision.areas.insert(custom(area), Some(genes));
        }
        Step::Remove(area) => drop(revision.areas.insert(custom(area), None)),
        Step::Map(from, to, is) => {
            let rules = if is { vec![rule("block_to_block")] } else { Vec::new() };
            revision.set_mapping(genome, custom(from), custom(to), rules)?;
        }
        Step::Vector(x) => drop(revision.morphologies.insert("step".to_owned(), Some(vectors([x, 0, 0])))),
        Step::Region(id, area) => {
            let id = format!("region {id}");
            if revision.region(genome, &id).is_err() {
                revision.regions(genome).push(region(&id, genome));
            }
            revision.area(genome, custom(area))?;
            revision.put_into_region(genome, custom(area), &id)?;
        }
        Step::Pace(seconds) => revision.timestep = Some(seconds),
        Step::Grow(_) | Step::Undo | Step::Redo => {}
    }
    Ok(revision)
}

/// Takes a step; whether an agent changed the brain.
fn take(running: &mut Running, step: &Step) -> bool {
    match step {
        Step::Undo => drop(running.undo().unwrap()),
        Step::Redo => drop(running.redo().unwrap()),
        Step::Grow(depth) => {
            let growth = running.brain.require_areas(&[request(wheels(), [1, 1, *depth])]);
            assert_eq!(growth.refusals, []);
            return !growth.changes.is_empty();
        }
        edit => {
            let before = running.brain.genome.clone();
            let done =
                revision(edit, &before).and_then(|revision| running.edit(format!("{edit:?}"), revision));
            if done.is_err() {
                assert_eq!(running.brain.genome, before, "a refused edit leaves no trace");
            }
        }
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_edit_is_taken_back_and_done_again(steps in steps()) {
        let mut running = running();
        let first = running.brain.genome.clone();
        let mut grown = false;
        for step in &steps {
            grown |= take(&mut running, step);
            burst(&mut running.brain);
            assert_in_step(&running.brain);
            let period = running.brain.genome.physiology.simulation_timestep;
            prop_assert_eq!(running.brain.timestep_secs, period);
        }
        let last = running.brain.genome.clone();
        let done = running.history.undoable().count();
        while let Some(undone) = running.undo().unwrap() {
            assert_in_step(&running.brain);
            prop_assert_eq!(running.history.redoable().next(), Some(undone.label.as_str()));
        }
        if !grown {
            prop_assert_eq!(&running.brain.genome, &first);
        }
        for _ in 0..done {
            prop_assert!(running.redo().unwrap().is_some());
            assert_in_step(&running.brain);
        }
        prop_assert_eq!(running.history.undoable().count(), done);
        if !grown {
            prop_assert_eq!(&running.brain.genome, &last);
        }
    }
}

#[test]
fn taking_back_an_edit_leaves_what_agents_did_since() {
    let mut running = running();
    take(&mut running, &Step::Grow(5));
    let mut edit = Revision::default();
    edit.area(&running.brain.genome, wheels()).unwrap().parameters.threshold = 7.0;
    running.edit("threshold", edit).unwrap();
    assert!(take(&mut running, &Step::Grow(9)));
    running.undo().unwrap().unwrap();
    let genes = running.brain.genome.areas.iter().find(|genes| genes.id == wheels()).unwrap();
    assert_eq!((genes.parameters.threshold, genes.dimensions.depth), (1.0, 9));
    assert_in_step(&running.brain);
}

#[test]
fn what_somebody_else_made_anew_is_not_taken_back() {
    let mut running = running();
    let gone = Revision { areas: [(wheels(), None)].into(), ..Revision::default() };
    running.edit("delete wheels", gone).unwrap();
    assert!(take(&mut running, &Step::Grow(4)));
    let before = running.brain.genome.clone();
    assert!(matches!(running.undo(), Err(EditError::Overtaken { .. })));
    assert_eq!(running.brain.genome, before);
    assert_eq!(running.history.undoable().count(), 0, "it would stand before older ones for ever");
}

#[test]
fn what_agents_made_larger_since_stays_when_a_resize_is_taken_back() {
    let mut running = running();
    let mut edit = Revision::default();
    edit.area(&running.brain.genome, wheels()).unwrap().dimensions.depth = 6;
    running.edit("resize", edit).unwrap();
    assert!(take(&mut running, &Step::Grow(9)));
    running.undo().unwrap().unwrap();
    assert_eq!(running.brain.area(wheels()).unwrap().dimensions.depth, 9);
    assert_in_step(&running.brain);
}

#[test]
fn a_rule_that_fails_takes_those_behind_it_along_and_gives_them_back() {
    let mut running = running();
    let first = running.brain.genome.clone();
    let fails =
        MappingRule::from_json(json!({"morphology_id": "projector", "plasticity_flag": true})).unwrap();
    assert_eq!(fails.plasticity.as_ref().map(|rule| rule.window), Some(0));
    let before = running.brain.engine.synapse_count();
    let mut edit = Revision::default();
    // Rules go by the ids of their targets: this one stands before that to b.
    edit.set_mapping(&first, custom('a'), custom('a'), vec![fails]).unwrap();
    running.edit("fail", edit).unwrap();
    assert_in_step(&running.brain);
    let mut resize = Revision::default();
    resize.area(&running.brain.genome, custom('b')).unwrap().dimensions.width = 5;
    running.edit("resize", resize).unwrap();
    assert_in_step(&running.brain);
    running.undo().unwrap().unwrap();
    running.undo().unwrap().unwrap();
    assert_in_step(&running.brain);
    assert_eq!((running.brain.genome.clone(), running.brain.engine.synapse_count()), (first, before));
}

#[test]
fn areas_change_places_within_the_same_room() {
    let mut assembly = Assembly::default();
    assembly.development.max_neurons = 7 + 6 + 8 + 12;
    let mut running = Running::new(assemble(TEXT, &assembly), Rate::from_hz(40.0).unwrap());
    let mut edit = Revision::default();
    for (area, size) in [('a', [2, 2, 2]), ('b', [3, 2, 1])] {
        edit.area(&running.brain.genome, custom(area)).unwrap().dimensions = Dimensions::from(size);
    }
    running.edit("exchange", edit).unwrap();
    assert_in_step(&running.brain);
    running.undo().unwrap().unwrap();
    assert_in_step(&running.brain);
}

#[test]
fn a_genome_that_could_not_be_read_again_is_refused() {
    let mut running = running();
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let large = json!("x".repeat(running.brain.assembly.limits.max_bytes));
    for value in [deep, large] {
        let before = running.brain.genome.clone();
        let mut edit = Revision::default();
        edit.area(&before, custom('a')).unwrap().extra.insert("more".to_owned(), value);
        assert!(matches!(running.edit("more", edit), Err(EditError::TooLarge { .. })));
        assert_eq!(running.brain.genome, before);
    }
    let mut edit = Revision::default();
    let genome = running.brain.genome.clone();
    let many = running.brain.assembly.limits.max_rules + 1;
    edit.set_mapping(&genome, custom('a'), custom('b'), vec![rule("nothing"); many]).unwrap();
    assert!(matches!(running.edit("many", edit), Err(EditError::TooLarge { .. })));
}

#[test]
fn a_long_chain_of_regions_is_checked_at_once() {
    let mut running = running();
    let genome = running.brain.genome.clone();
    let mut edit = Revision::default();
    let mut parent = genome.regions[0].id.clone();
    for number in 0..5000 {
        let child = Region {
            parent: Some(parent),
            ..region(&format!("00000000-0000-7000-8000-{number:012x}"), &genome)
        };
        parent = child.id.clone();
        edit.regions(&genome).push(child);
    }
    running.edit("chain", edit).unwrap();
    take(&mut running, &Step::Create('d'));
    assert_in_step(&running.brain);
}

#[test]
fn a_new_edit_forgets_what_was_taken_back_and_another_brain_forgets_everything() {
    let mut running = running();
    for step in [Step::Move('a', 1), Step::Move('a', 2), Step::Undo, Step::Move('a', 3)] {
        take(&mut running, &step);
    }
    assert_eq!(running.history.redoable().count(), 0);
    assert_eq!(running.history.undoable().collect::<Vec<_>>(), ["Move('a', 3)", "Move('a', 1)"]);
    take(&mut running, &Step::Move('a', 3));
    assert_eq!(running.history.undoable().count(), 2, "nothing changed, so there is nothing to take back");
    drop(running.replace_brain(assemble(TEXT, &Assembly::default())));
    assert_eq!(running.history.undoable().count(), 0);
}

#[test]
fn the_oldest_edits_are_forgotten() {
    let mut running = running();
    for x in 0..=History::LONGEST as i32 + 5 {
        take(&mut running, &Step::Move('a', 1 + x));
    }
    assert_eq!(running.history.undoable().count(), History::LONGEST);
}

#[test]
fn an_edited_pace_is_the_rate() {
    let mut running = running();
    let before = running.rate;
    take(&mut running, &Step::Pace(0.05));
    assert_eq!(running.rate.hz(), 20.0);
    running.undo().unwrap().unwrap();
    assert_eq!(running.brain.timestep_secs, 0.025);
    assert_eq!(before, running.rate);
    running.redo().unwrap().unwrap();
    assert_eq!(running.rate.hz(), 20.0);
    // The rate may be another one than the genome's.
    running.rate = Rate::from_hz(100.0).unwrap();
    take(&mut running, &Step::Pace(0.05));
    assert_eq!(running.rate.hz(), 20.0);
    running.undo().unwrap().unwrap();
    assert_eq!((running.rate.hz(), running.brain.timestep_secs), (100.0, 0.05));
    let never = Revision { timestep: Some(0.0), ..Revision::default() };
    assert!(matches!(running.edit("stop", never), Err(EditError::Timestep(_))));
}

#[test]
fn regions_stay_a_tree() {
    let mut running = running();
    take(&mut running, &Step::Region(0, 'a'));
    take(&mut running, &Step::Region(1, 'b'));
    let inside = |running: &Running, child: &str, parent: &str| {
        let mut revision = Revision::default();
        revision.region(&running.brain.genome, child).unwrap().parent = Some(parent.to_owned());
        revision
    };
    let revision = inside(&running, "region 0", "region 1");
    running.edit("nest", revision).unwrap();
    let revision = inside(&running, "region 1", "region 0");
    assert!(matches!(running.edit("circle", revision), Err(EditError::Regions { .. })));
    let revision = inside(&running, "region 1", "nowhere");
    assert!(matches!(running.edit("lost", revision), Err(EditError::Regions { .. })));
}
