//! Brains side by side: everything that may be compared without neuron ids, which depend on history.

use std::collections::BTreeMap;

use feagi_io::core::AreaRequest;
use feagi_runtime::{Assembly, Brain};
use feagi_types::{CorticalId, CorticalIdx, Dimensions, NeuronId, SynapseKind, Voxel};

/// A neuron by area, voxel and copy.
type Neuron = (CorticalId, Voxel, usize);

/// One end to the other, with weight, psp, kind and delay.
pub(crate) type Edge = (Neuron, Neuron, u32, u32, bool, u8);

pub(crate) fn assemble(text: &str, assembly: &Assembly) -> Brain {
    Brain::assemble(text.as_bytes(), assembly, &mut |_| {}).unwrap()
}

/// The brain that the genome as it is now develops into.
pub(crate) fn developed_anew(brain: &Brain) -> Brain {
    assemble(&brain.genome.write_hierarchical(), &brain.assembly)
}

pub(crate) fn request(id: CorticalId, dimensions: [u32; 3]) -> AreaRequest {
    AreaRequest { id, name: String::from("device"), dimensions: Dimensions::from(dimensions) }
}

/// All synapses; several between the same two neurons keep their order.
pub(crate) fn synapses(brain: &Brain) -> Vec<Edge> {
    let ids: BTreeMap<CorticalIdx, CorticalId> = brain.areas.iter().map(|area| (area.idx, area.id)).collect();
    let at = |id: NeuronId| brain.engine.neuron(id).map(|state| (ids[&state.area], state.voxel));
    let neuron = |id: NeuronId| {
        let (area, voxel) = at(id).unwrap();
        let same = |before: &u32| at(NeuronId(id.get() - before)) == Some((area, voxel));
        (area, voxel, (1..=id.get()).take_while(same).count())
    };
    let edge = |synapse: feagi_burst_engine::Synapse| {
        let inhibits = synapse.kind == SynapseKind::Inhibitory;
        let (weight, psp) = (synapse.weight.to_bits(), synapse.psp.to_bits());
        (neuron(synapse.source), neuron(synapse.target), weight, psp, inhibits, synapse.delay.get())
    };
    let mut edges: Vec<Edge> = brain.engine.synapses().map(edge).collect();
    edges.sort_by_key(|&(source, target, ..)| (source, target));
    edges
}

/// Areas by id: name, size, neurons, and what the engine has.
pub(crate) fn areas(brain: &Brain) -> Vec<(CorticalId, String, Dimensions, u64, u32)> {
    let mut areas: Vec<_> = brain
        .areas
        .iter()
        .map(|area| {
            let (dimensions, per_voxel) = brain.engine.area_grid(area.idx).unwrap();
            assert_eq!(brain.engine.area_idx(area.id), Some(area.idx));
            assert_eq!(dimensions, area.dimensions);
            (area.id, area.name.clone(), area.dimensions, area.neurons, per_voxel)
        })
        .collect();
    areas.sort_by_key(|area| area.0);
    areas
}

/// What fires, by area and voxel.
pub(crate) fn burst(brain: &mut Brain) -> Vec<(CorticalId, Voxel)> {
    let fired = brain.engine.burst();
    let mut voxels: Vec<_> =
        fired.areas().flat_map(|area| area.voxels().map(move |(voxel, _)| (area.id, voxel))).collect();
    voxels.sort_unstable();
    voxels
}

/// Checks that the brain is the one that its genome describes.
pub(crate) fn assert_in_step(brain: &Brain) {
    let fresh = developed_anew(brain);
    assert_eq!(areas(brain), areas(&fresh));
    assert_eq!(synapses(brain), synapses(&fresh));
    let mut places: Vec<_> = brain.mappings.iter().map(|mapping| mapping.place).collect();
    let mut expected: Vec<_> = fresh.mappings.iter().map(|mapping| mapping.place).collect();
    places.sort_unstable();
    expected.sort_unstable();
    assert_eq!(places, expected);
    let held: usize =
        brain.mappings.iter().map(|mapping| brain.engine.mapping_len(mapping.id).unwrap()).sum();
    assert_eq!(held, brain.engine.synapse_count());
    assert_eq!(brain.engine.neuron_count() as u64, brain.areas.iter().map(|area| area.neurons).sum::<u64>());
}
