//! One face for the reference and the real engine, so that a test drives both in the same words.

use crate::reference::network::SynapseRow;
use crate::reference::state::NeuronReading;
use crate::reference::{Edit, Reference};

/// Something that runs bursts.
pub(crate) trait Brain {
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
    /// Synapses by source, then in order of creation.
    pub(crate) synapses: Vec<SynapseRow>,
}

impl Brain for Reference {
    fn apply(&mut self, edit: &Edit) {
        self.apply(edit);
    }

    fn burst(&mut self) {
        self.burst();
    }

    fn observe(&self) -> Observation {
        let pairs = |map: &std::collections::BTreeMap<u32, f32>| map.iter().map(|(&id, &x)| (id, x)).collect();
        Observation {
            fired: pairs(self.fired()),
            candidates: pairs(self.candidates()),
            neurons: self.neurons().collect(),
            synapses: self.synapses().collect(),
        }
    }
}
