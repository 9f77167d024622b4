//! What edits between bursts leave behind, where the random scenarios do not go.

use feagi_burst_engine::{AreaEdit, BurstEngine, Compatibility, EngineConfig, EngineError, Neuron, Synapse};
use feagi_types::connectome::ConnectomeError;
use feagi_types::{
    Area, AreaParameters, Column, CorticalId, CorticalIdx, Dimensions, Mapping, MappingId, NeuronId,
    Position, SynapseKind, SynapseRows, SynapticDelay,
};

const FIRST: CorticalIdx = CorticalIdx(10);
const SECOND: CorticalIdx = CorticalIdx(11);

fn engine(compatibility: Compatibility) -> BurstEngine {
    let mut engine = BurstEngine::new(&EngineConfig { compatibility, ..EngineConfig::default() });
    for (idx, name) in [(FIRST, b"cfirst__"), (SECOND, b"csecond_")] {
        let id = CorticalId::from_bytes(*name).expect("a custom area");
        engine.add_area(idx, id, &AreaParameters::default()).expect("the index is free");
    }
    engine
}

/// Two neurons with a synapse from the first to the second that was removed but still delivers.
fn lingering() -> BurstEngine {
    let quirks = Compatibility { removed_synapses_linger: true, ..Compatibility::default() };
    let mut engine = engine(quirks);
    engine.add_neurons(FIRST, &[Neuron::default(), Neuron::default()]).expect("ids are left");
    engine.add_synapses(&[Synapse::new(NeuronId(0), NeuronId(1))]).expect("both neurons exist");
    assert!(engine.remove_synapse(NeuronId(0), NeuronId(1)));
    engine
}

#[test]
fn neurons_behind_an_empty_call_fire() {
    let mut engine = engine(Compatibility::default());
    engine.add_neurons(FIRST, &[Neuron::default()]).expect("ids are left");
    assert_eq!(engine.add_neurons(FIRST, &[]), Ok(1..1));
    engine.add_neurons(SECOND, &[Neuron::default()]).expect("ids are left");
    engine.inject(NeuronId(0), 1.0);
    engine.inject(NeuronId(1), 1.0);
    assert_eq!(engine.burst().ids(), [0, 1]);
}

#[test]
fn input_to_a_retired_neuron_lasts_one_burst() {
    let mut engine = engine(Compatibility::default());
    let size = Dimensions::new(2, 1, 1);
    engine.add_grid(FIRST, size, 1).expect("the area is empty");
    engine.resize_area(FIRST, size, 1).expect("ids are left");
    engine.record_candidates(true);
    engine.inject(NeuronId(0), 1.0);
    assert!(engine.burst().is_empty());
    assert_eq!(engine.candidates(), [(NeuronId(0), 1.0)]);
    engine.burst();
    assert!(engine.candidates().is_empty());
}

#[test]
fn a_removed_synapse_that_lingers_goes_with_its_neurons() {
    let mut engine = lingering();
    assert!(engine.delete_neuron(NeuronId(1)));
    assert_eq!(engine.synapse_count(), 0);
}

#[test]
fn a_removed_synapse_stops_lingering_once_a_psp_flag_is_configured() {
    let mut engine = lingering();
    engine.edit_area(FIRST, AreaEdit::PspUniform(true)).expect("the area exists");
    engine.inject(NeuronId(0), 1.0);
    assert_eq!(engine.burst().ids(), [0]);
    assert!(engine.burst().is_empty());
    assert_eq!(engine.synapse_count(), 0);
}

#[test]
fn neurons_and_synapses_with_impossible_values_are_refused() {
    let mut engine = engine(Compatibility::default());
    let neuron = Neuron { leak: 1.5, ..Neuron::default() };
    assert!(matches!(engine.add_neurons(FIRST, &[neuron]), Err(EngineError::Parameter(_))));
    engine.add_neurons(FIRST, &[Neuron::default()]).expect("ids are left");
    for (weight, psp) in [(f32::NAN, 1.0), (-1.0, 1.0), (1.0, f32::INFINITY)] {
        let synapse = Synapse { weight, psp, ..Synapse::new(NeuronId(0), NeuronId(0)) };
        assert!(matches!(engine.add_synapses(&[synapse]), Err(EngineError::SynapseValue { .. })));
    }
    assert_eq!(engine.synapse_count(), 0);
}

#[test]
fn history_that_no_memory_can_hold_is_refused() {
    let mut engine = engine(Compatibility::default());
    engine.add_neurons(FIRST, &[Neuron::default()]).expect("ids are left");
    assert!(matches!(engine.track(FIRST, usize::MAX), Err(EngineError::TooMuchHistory { .. })));
    assert_eq!(engine.ledger().window(FIRST), None);
}

fn mapping(source: CorticalIdx, target: CorticalIdx) -> Mapping {
    Mapping {
        source,
        target,
        rule: String::new(),
        rows: SynapseRows::from_sorted_pairs(&[(0, 0)]).expect("the pairs are sorted"),
        weight: Column::Uniform(1.0),
        psp: Column::Uniform(1.0),
        kind: Column::Uniform(SynapseKind::Excitatory),
        delay: Column::Uniform(SynapticDelay::ONE),
        plasticity: None,
    }
}

#[test]
fn the_mappings_that_go_with_an_area_are_named() {
    let mut engine = engine(Compatibility::default());
    for area in [FIRST, SECOND] {
        engine.add_grid(area, Dimensions::ONE, 1).expect("the area is empty");
    }
    for (source, target) in [(SECOND, SECOND), (FIRST, SECOND), (SECOND, FIRST), (FIRST, FIRST)] {
        engine.add_mapping(&mapping(source, target)).expect("both are grids");
    }
    let grown = engine.resize_area(FIRST, Dimensions::new(2, 1, 1), 1).expect("ids are left");
    assert_eq!((grown.ids, grown.dropped), (2..4, vec![MappingId(1), MappingId(2), MappingId(3)]));
    assert_eq!(engine.mapping_len(MappingId(0)), Ok(1));
    assert_eq!(engine.mapping_len(MappingId(1)), Err(EngineError::UnknownMapping(MappingId(1))));
    assert_eq!(engine.area_grid(FIRST), Ok((Dimensions::new(2, 1, 1), 1)));
    assert_eq!(engine.remove_area(SECOND), Ok(vec![MappingId(0)]));
    assert_eq!(engine.area_grid(SECOND), Err(EngineError::UnknownArea(SECOND)));
}

#[test]
fn a_placed_area_has_its_neurons_or_does_not_exist() {
    let mut engine = engine(Compatibility::default());
    let mut area = Area {
        idx: CorticalIdx(12),
        id: CorticalId::from_bytes(*b"cthird__").expect("a custom area"),
        name: String::from("third"),
        position: Position::default(),
        dimensions: Dimensions::new(0, 1, 1),
        neurons_per_voxel: 1,
        parameters: AreaParameters::default(),
    };
    let refused = engine.place_area(&area);
    assert!(matches!(refused, Err(EngineError::Connectome(ConnectomeError::AreaSize { .. }))), "{refused:?}");
    assert_eq!(engine.area_idx(area.id), None);
    area.dimensions = Dimensions::new(3, 1, 1);
    assert_eq!(engine.place_area(&area), Ok(0..3));
    assert_eq!((engine.area_idx(area.id), engine.neuron_ids_left()), (Some(area.idx), 49_999_997));
    assert!(matches!(engine.place_area(&area), Err(EngineError::AreaExists(_))));
}
