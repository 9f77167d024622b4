//! Any bytes are refused or become an engine or a brain that can be run, edited and written again.
//! Checksums are put right first: they keep out accidents, not people.

#![no_main]

use feagi_burst_engine::{AreaEdit, BurstEngine, Neuron, Snapshot, SnapshotLimits, Synapse};
use feagi_development::Settings;
use feagi_runtime::{Assembly, Brain, Capture, Checkpoint};
use feagi_types::{CorticalId, CorticalIdx, Dimensions, MappingId, NeuronId, Voxel};
use libfuzzer_sys::fuzz_target;

const LIMITS: SnapshotLimits =
    SnapshotLimits { neurons: 20_000, synapses: 100_000, memory: 32 << 20, history: 8 << 20 };
/// Bytes of a checksum.
const CHECKSUM: usize = 4;
/// Bytes before the description of a checkpoint; its length is the last word.
const HEAD: usize = 16;
/// Areas that are edited.
const EDITED: usize = 6;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = bytes.to_vec();
    if Checkpoint::recognises(&bytes) {
        let described = described(&bytes);
        seal(&mut bytes[..described]);
        seal(&mut bytes[described..]);
        brain(&bytes);
    } else {
        seal(&mut bytes);
        engine(&bytes);
    }
});

/// Bytes of a checkpoint up to and with the checksum of its description.
fn described(bytes: &[u8]) -> usize {
    let length = bytes
        .get(HEAD - 4..HEAD)
        .map_or(0, |word| word.iter().rev().fold(0, |length, &byte| length << 8 | usize::from(byte)));
    (HEAD + length + CHECKSUM).min(bytes.len())
}

/// Puts the checksum of everything before into the last bytes.
fn seal(bytes: &mut [u8]) {
    if let Some((content, checksum)) = bytes.split_last_chunk_mut::<CHECKSUM>() {
        *checksum = crc32fast::hash(content).to_le_bytes();
    }
}

fn engine(bytes: &[u8]) {
    let Ok(snapshot) = Snapshot::from_bytes(bytes, &LIMITS) else { return };
    let written = snapshot.to_bytes();
    let again = Snapshot::from_bytes(&written, &LIMITS).expect("what is written is read");
    assert!(again.to_bytes() == written, "and written again");
    let mut engine = BurstEngine::import(snapshot, 1);
    let mut twin = BurstEngine::import(again, if bytes.len() % 8 == 0 { 3 } else { 1 });
    for _ in 0..2 {
        live(&mut engine);
        live(&mut twin);
        assert!(engine.export().to_bytes() == twin.export().to_bytes(), "twins live alike");
    }
}

/// Runs bursts and does everything between them that can be done to an engine.
fn live(engine: &mut BurstEngine) {
    engine.burst();
    look(engine);
    let areas: Vec<CorticalIdx> = engine.areas().map(|(idx, _)| idx).take(EDITED).collect();
    for (number, &area) in areas.iter().enumerate() {
        let voxels = || (0..3).map(|x| (Voxel::new(x, 0, 0), 1.5));
        engine.inject_voxels(area, voxels());
        engine.force_fire(area, voxels());
        let edits = [
            AreaEdit::Leak(0.25),
            AreaEdit::ConsecutiveFireLimit(2),
            AreaEdit::RefractoryPeriod(1),
            AreaEdit::PspUniform(false),
            AreaEdit::PostsynapticCurrent(2.0),
            AreaEdit::Degeneration(0.1),
        ];
        let _ = engine.edit_area(area, edits[number % edits.len()]);
    }
    engine.burst();
    for id in [0, 1, 2, 63, 64] {
        engine.set_neuron_leak(NeuronId(id), 0.5);
        engine.set_weight(NeuronId(id), NeuronId(1), 2.0);
        engine.remove_synapse(NeuronId(id), NeuronId(id + 1));
        let _ = engine.add_synapses(&[Synapse::new(NeuronId(id), NeuronId(0))]);
    }
    engine.burst();
    engine.delete_neurons(&[NeuronId(1), NeuronId(64)]);
    let mapping: Option<MappingId> = engine.mappings().map(|(id, ..)| id).next();
    mapping.map(|id| engine.remove_mapping(id));
    if let [first, second, third, ..] = areas[..] {
        let _ = engine.add_neurons(first, &[Neuron::default(), Neuron::core()]);
        let _ = engine.resize_area(second, Dimensions::new(2, 1, 1), 2);
        let _ = engine.reset_area_state(first);
        let _ = engine.remove_area(third);
    }
    engine.burst();
    look(engine);
}

/// Reads what can be read of an engine.
fn look(engine: &BurstEngine) {
    let fired = engine.fire_queue();
    let spikes: usize = fired.areas().map(|area| area.voxels().count()).sum();
    assert_eq!(spikes, fired.len());
    for id in (0..200).map(NeuronId) {
        let _ = engine.neuron(id);
    }
    let _ = engine.synapses().take(1000).count();
    let _ = engine.synapse_counts().count();
    for (area, _) in engine.areas().take(EDITED) {
        let frames = engine.ledger().frames(area, 1).into_iter().flatten();
        let _ = frames.flat_map(|frame| frame.ids()).count();
    }
}

fn brain(bytes: &[u8]) {
    let settings = Settings {
        max_neurons: LIMITS.neurons,
        max_synapses: LIMITS.synapses,
        max_work: 1_000_000,
        ..Settings::default()
    };
    let assembly = Assembly { development: settings, threads: Some(1), ..Assembly::default() };
    let Ok((mut brain, rate)) = Checkpoint::read(bytes, &assembly) else { return };
    brain.engine.burst();
    let ids: Vec<CorticalId> = brain.areas.iter().map(|area| area.id).take(EDITED * 2).collect();
    for (number, &id) in ids.iter().enumerate() {
        let _ = brain.edit_parameter(id, AreaEdit::Threshold(0.5));
        match number % 3 {
            0 => drop(brain.resize_area(id, Dimensions::new(2, 2, 1), 1)),
            1 => drop(brain.set_mapping(id, ids[0], Vec::new())),
            _ => drop(brain.remove_area(id)),
        }
        brain.engine.burst();
    }
    keep(&brain, rate, &assembly);
    live(&mut brain.engine);
}

/// Whatever was done to it, a brain can be saved and restored.
fn keep(brain: &Brain, rate: feagi_runtime::Rate, assembly: &Assembly) {
    let bytes = Capture::of(brain, rate).into_bytes();
    let (again, _) = Checkpoint::read(&bytes, assembly).expect("what is written is read");
    assert!(Capture::of(&again, rate).into_bytes() == bytes, "and written again");
}
