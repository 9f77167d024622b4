//! From the bytes of a genome to an engine.

use feagi_runtime::{Assembly, AssemblyError, Brain};
use feagi_types::{NeuronId, Precision};

const GENOME: &str = r#"{"version": "3.0", "genome_title": "Echo",
    "physiology": {"simulation_timestep": 0.02, "quantization_precision": "int8"},
    "blueprint": {
        "Y19leWVfX18=": {"cortical_name": "eye", "block_boundaries": [2, 1, 1],
            "cortical_mapping_dst": {"Y19lY2hvX18=": [{"morphology_id": "projector"}]}},
        "Y19lY2hvX18=": {"cortical_name": "echo", "block_boundaries": [2, 1, 1]}
    }}"#;

#[test]
fn a_genome_becomes_a_brain_that_fires() {
    let mut stages = Vec::new();
    let mut brain = Brain::assemble(GENOME.as_bytes(), &Assembly::default(), &mut |progress| {
        stages.push(progress.stage);
    })
    .unwrap();
    assert!(!stages.is_empty());
    assert_eq!((brain.title.as_str(), brain.timestep_secs, brain.precision), ("Echo", 0.02, Precision::Int8));
    assert_eq!(brain.areas.len(), 9);
    assert_eq!((brain.engine.neuron_count(), brain.engine.synapse_count()), (11, 2));
    assert_eq!(brain.engine.threads(), 1);

    let eye: NeuronId = NeuronId(
        brain.areas.iter().take_while(|area| area.name != "eye").map(|area| area.neurons as u32).sum(),
    );
    brain.engine.inject(eye, 1.0);
    assert!(brain.engine.burst().ids().contains(&eye.get()));
    assert_eq!(brain.engine.burst().len(), 2, "the echo and the power neuron");
}

#[test]
fn choices_overrule_the_genome() {
    let mut assembly = Assembly { threads: Some(2), power: Some(0.0), ..Assembly::default() };
    assembly.development.precision = Some(Precision::Fp32);
    let mut brain = Brain::assemble(GENOME.as_bytes(), &assembly, &mut |_| {}).unwrap();
    assert_eq!((brain.precision, brain.engine.threads()), (Precision::Fp32, 2));
    assert!(brain.engine.burst().is_empty(), "without power nothing fires");
}

#[test]
fn the_step_that_refuses_gives_the_reason() {
    let refusal = |text: &str, assembly: &Assembly| {
        Brain::assemble(text.as_bytes(), assembly, &mut |_| {}).unwrap_err()
    };
    assert!(matches!(refusal("[]", &Assembly::default()), AssemblyError::Genome(_)));
    let mut small = Assembly::default();
    small.development.max_neurons = 8;
    let refused = refusal(GENOME, &small);
    assert!(matches!(refused, AssemblyError::Development(_)));
    assert!(refused.to_string().contains("max_neurons"), "{refused}");
}
