//! Writes small checkpoints and snapshots into a folder, for the fuzz target `checkpoint_read` to start
//! from: `cargo run -p feagi-runtime --example checkpoint_seeds -- fuzz/seeds/checkpoint_read`.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use feagi_burst_engine::{AreaEdit, BurstEngine, Compatibility, EngineConfig, Neuron, Synapse};
use feagi_runtime::{Assembly, Brain, Capture, Rate};
use feagi_types::{
    AreaParameters, CoreArea, CorticalId, CorticalIdx, Dimensions, NeuronId, Precision, SynapticDelay, Voxel,
};

const GENOME: &str = r#"{"version": "3.0", "genome_title": "Seed",
    "physiology": {"simulation_timestep": 0.02, "quantization_precision": "int8"},
    "blueprint": {
        "Y19leWVfX18=": {"cortical_name": "eye", "block_boundaries": [3, 1, 1], "refractory_period": 1,
            "cortical_mapping_dst": {"Y19lY2hvX18=": [{"morphology_id": "projector", "synaptic_delay_bursts": 3}]}},
        "Y19lY2hvX18=": {"cortical_name": "echo", "block_boundaries": [3, 1, 1], "leak_coefficient": 0.5}
    }}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("name the folder to write into")?;
    let write = |name: &str, bytes: Vec<u8>| fs::write(Path::new(&folder).join(name), bytes);
    let eye = CorticalId::from_bytes(*b"c_eye___")?;
    let mut brain = Brain::assemble(GENOME.as_bytes(), &Assembly::default(), &mut |_| {})?;
    let show = |brain: &mut Brain| {
        let idx = brain.area(eye).map(|area| area.idx);
        idx.map(|idx| brain.engine.inject_voxels(idx, (0..3).map(|x| (Voxel::new(x, 0, 0), 2.0))));
    };
    show(&mut brain);
    brain.engine.burst();
    let rate = Rate::from_hz(50.0)?;
    write("brain.bin", Capture::of(&brain, rate).into_bytes())?;
    write("grid.bin", brain.engine.export().to_bytes())?;
    brain.resize_area(eye, Dimensions::new(70, 1, 1), 1)?;
    brain.edit_parameter(eye, AreaEdit::Degeneration(0.1))?;
    show(&mut brain);
    brain.engine.burst();
    write("edited.bin", Capture::of(&brain, rate).into_bytes())?;
    write("by_hand.bin", by_hand()?.export().to_bytes())?;
    Ok(())
}

/// A network with everything that genomes do not make.
fn by_hand() -> Result<BurstEngine, Box<dyn Error>> {
    let compatibility = Compatibility { removed_synapses_linger: true, ..Compatibility::default() };
    let config = EngineConfig { precision: Precision::Fp32, compatibility, ..EngineConfig::default() };
    let mut engine = BurstEngine::new(&config);
    engine.add_core_area(CoreArea::Power)?;
    let area = CorticalIdx(10);
    engine.add_area(area, CorticalId::from_bytes(*b"chand___")?, &AreaParameters::default())?;
    let neuron = |threshold| Neuron { threshold, refractory_period: 2, ..Neuron::default() };
    engine.add_neurons(area, &[0.5, 1.0, 1.0, 2.0].map(neuron))?;
    let synapse = |source, target, delay| Synapse {
        delay: SynapticDelay::new(delay).unwrap_or_default(),
        ..Synapse::new(NeuronId(source), NeuronId(target))
    };
    engine.add_synapses(&[synapse(0, 1, 1), synapse(0, 2, 4), synapse(1, 3, 2), synapse(2, 2, 1)])?;
    engine.remove_synapse(NeuronId(2), NeuronId(2));
    engine.track(area, 3)?;
    engine.record_candidates(true);
    for _ in 0..3 {
        engine.burst();
    }
    engine.delete_neuron(NeuronId(4));
    engine.inject(NeuronId(1), 0.7);
    engine.force_fire(area, [(Voxel::default(), 1.0)]);
    Ok(engine)
}
