//! What is said of single neurons and their synapses, against the list of all synapses.

use feagi_burst_engine::{BurstEngine, EngineConfig, IncomingScan, Neuron, Synapse};
use feagi_types::{AreaParameters, CorticalId, CorticalIdx, Dimensions, NeuronId, Voxel};

const GRID: CorticalIdx = CorticalIdx(10);
const LIST: CorticalIdx = CorticalIdx(11);

/// A grid of 3x2x2 voxels with 3 neurons each, five neurons of a list, and synapses between them all.
fn engine() -> BurstEngine {
    let mut engine = BurstEngine::new(&EngineConfig::default());
    for (idx, name) in [(GRID, b"cgrid___"), (LIST, b"clist___")] {
        let id = CorticalId::from_bytes(*name).expect("a custom area");
        engine.add_area(idx, id, &AreaParameters::default()).expect("the index is free");
    }
    engine.add_grid(GRID, Dimensions::new(3, 2, 2), 3).expect("the area is empty");
    let neurons =
        (0..5).map(|at| Neuron { voxel: Voxel::new(at / 2, 0, 0), threshold: 2.0, ..Neuron::default() });
    engine.add_neurons(LIST, &neurons.collect::<Vec<_>>()).expect("ids are left");
    let synapses =
        (0..41_u32).flat_map(|source| (0..source % 7).map(move |at| (source, (source * 11 + at * 5) % 41)));
    let synapses = synapses.map(|(source, target)| {
        let synapse = Synapse::new(NeuronId(source), NeuronId(target));
        Synapse { weight: (source + target) as f32, ..synapse }
    });
    engine.add_synapses(&synapses.collect::<Vec<_>>()).expect("all neurons exist");
    engine
}

fn sorted(synapses: impl Iterator<Item = Synapse>) -> Vec<(u32, u32, u32)> {
    let mut ends: Vec<_> = synapses
        .map(|synapse| (synapse.source.get(), synapse.target.get(), synapse.weight.to_bits()))
        .collect();
    ends.sort_unstable();
    ends
}

#[test]
fn neurons_are_found_by_their_voxel() {
    let mut engine = engine();
    let at = |engine: &BurstEngine, area, voxel| {
        engine.neurons_at(area, voxel).map(NeuronId::get).collect::<Vec<_>>()
    };
    for id in 0..41 {
        let state = engine.neuron(NeuronId(id)).expect("it exists");
        assert!(at(&engine, state.area, state.voxel).contains(&id), "{id}");
    }
    assert_eq!(at(&engine, GRID, Voxel::new(2, 1, 1)), [33, 34, 35]);
    assert_eq!(at(&engine, LIST, Voxel::new(1, 0, 0)), [38, 39]);
    assert!(engine.delete_neuron(NeuronId(34)));
    assert_eq!(at(&engine, GRID, Voxel::new(2, 1, 1)), [33, 35]);
    for (area, voxel) in
        [(GRID, Voxel::new(3, 0, 0)), (LIST, Voxel::new(9, 0, 0)), (CorticalIdx(99), Voxel::default())]
    {
        assert_eq!(at(&engine, area, voxel), [0; 0]);
    }
}

#[test]
fn parameters_are_those_that_were_given() {
    let engine = engine();
    let expected = Neuron { voxel: Voxel::new(1, 0, 0), threshold: 2.0, ..Neuron::default() };
    assert_eq!(engine.parameters_of(NeuronId(38)), Some(expected));
    assert_eq!(engine.parameters_of(NeuronId(41)), None);
}

#[test]
fn synapses_of_a_neuron_are_those_of_the_list() {
    let engine = engine();
    for id in 0..42 {
        let outgoing = sorted(engine.outgoing(NeuronId(id)));
        assert_eq!(outgoing, sorted(engine.synapses().filter(|synapse| synapse.source.get() == id)));
        assert_eq!(engine.outgoing_count(NeuronId(id)), outgoing.len());
    }
}

#[test]
fn arriving_synapses_are_found_in_steps_of_any_length() {
    let engine = engine();
    for targets in [0..1, 33..36, 36..41, 39..40, 50..51] {
        let all = sorted(engine.synapses().filter(|synapse| targets.contains(&synapse.target.get())));
        for rows in [1, 2, 7, 1000] {
            let (mut scan, mut found, mut steps) = (IncomingScan::default(), Vec::new(), 1);
            while !engine.scan_incoming(targets.clone(), &mut scan, rows, |synapse| found.push(synapse)) {
                steps += 1;
            }
            assert_eq!(sorted(found.into_iter()), all, "{targets:?} in steps of {rows}");
            assert!(steps <= 1 + 41 / rows, "{steps} steps of {rows}");
        }
    }
    assert!(sorted(engine.synapses()).len() > 100);
}
