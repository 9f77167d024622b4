//! What edits between bursts leave behind, where the random scenarios do not go.

use feagi_burst_engine::{AreaEdit, BurstEngine, Compatibility, EngineConfig, EngineError, Neuron, Synapse};
use feagi_types::{AreaParameters, CorticalId, CorticalIdx, Dimensions, NeuronId};

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
