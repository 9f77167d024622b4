//! One face for the reference and the real engine, so that a test drives both in the same words.

mod real;

use std::collections::BTreeMap;

pub(crate) use real::Real;

use crate::reference::network::SynapseRow;
use crate::reference::state::NeuronReading;
use crate::reference::{Edit, Reference};

/// Something that runs bursts.
pub(crate) trait Subject {
    /// Carries out an edit between bursts; edits of things that do not exist do nothing.
    fn apply(&mut self, edit: &Edit);
    fn burst(&mut self);
    /// What can be seen after a burst.
    fn observe(&self) -> Observation;
}

/// Everything visible after a burst, in a fixed order.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    /// Ids and firing potentials, by id.
    pub(crate) fired: Vec<(u32, f32)>,
    /// Ids and input sums, by id.
    pub(crate) candidates: Vec<(u32, f32)>,
    /// Neurons that are not deleted, by id.
    pub(crate) neurons: Vec<NeuronReading>,
    /// Synapses by source and target, then in order of creation.
    pub(crate) synapses: Vec<SynapseRow>,
}

impl Observation {
    /// The first thing that is not bit for bit the same in `other`; any NaN equals any other.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        first_difference("fired", &bits(&self.fired), &bits(&other.fired))
            .or_else(|| first_difference("candidates", &self.live_candidates(), &other.live_candidates()))
            .or_else(|| first_difference("neurons", &self.neuron_bits(), &other.neuron_bits()))
            .or_else(|| first_difference("synapses", &self.synapse_bits(), &other.synapse_bits()))
    }

    /// Candidates that are not deleted: the engine may forget deleted ones.
    fn live_candidates(&self) -> Vec<(u32, Bits)> {
        let live = |id: u32| self.neurons.binary_search_by_key(&id, |neuron| neuron.id).is_ok();
        bits(&self.candidates).into_iter().filter(|&(id, _)| live(id)).collect()
    }

    fn neuron_bits(&self) -> Vec<NeuronBits> {
        self.neurons
            .iter()
            .map(|neuron| {
                let counts = [neuron.countdown, neuron.consecutive];
                let (threshold, potential) = (Bits::of(neuron.threshold), Bits::of(neuron.potential));
                (neuron.id, neuron.area, neuron.voxel, threshold, potential, counts)
            })
            .collect()
    }

    fn synapse_bits(&self) -> Vec<(u32, u32, Bits, Bits, u8, u8)> {
        self.synapses
            .iter()
            .map(|row| (row.source, row.target, Bits::of(row.weight), Bits::of(row.psp), row.kind, row.delay))
            .collect()
    }
}

/// Id, area, voxel, threshold, potential, countdown and consecutive count.
type NeuronBits = (u32, u32, [u32; 3], Bits, Bits, [u16; 2]);

/// A float that is equal only to the same bits.
#[derive(Clone, Copy, Debug)]
struct Bits(f32);

impl Bits {
    fn of(value: f32) -> Self {
        Self(if value.is_nan() { f32::NAN } else { value })
    }
}

impl PartialEq for Bits {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

fn bits(pairs: &[(u32, f32)]) -> Vec<(u32, Bits)> {
    pairs.iter().map(|&(id, value)| (id, Bits::of(value))).collect()
}

fn first_difference<T: PartialEq + std::fmt::Debug>(what: &str, left: &[T], right: &[T]) -> Option<String> {
    let position = left.iter().zip(right).position(|(left, right)| left != right);
    let position = position.or((left.len() != right.len()).then_some(left.len().min(right.len())))?;
    Some(format!("{what}, row {position}: {:?} against {:?}", left.get(position), right.get(position)))
}

impl Subject for Reference {
    fn apply(&mut self, edit: &Edit) {
        self.apply(edit);
    }

    fn burst(&mut self) {
        self.burst();
    }

    fn observe(&self) -> Observation {
        let pairs = |map: &BTreeMap<u32, f32>| map.iter().map(|(&id, &value)| (id, value)).collect();
        let mut synapses: Vec<SynapseRow> = self.synapses().collect();
        synapses.sort_by_key(|row| (row.source, row.target));
        Observation {
            fired: pairs(self.fired()),
            candidates: pairs(self.candidates()),
            neurons: self.neurons().collect(),
            synapses,
        }
    }
}
