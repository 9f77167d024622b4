//! Input staged for the next burst.

use alloc::vec::Vec;

/// Input staged between bursts; used by exactly one burst.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// Slot and charge, in order of arrival.
    pub(crate) sensory: Vec<(u32, f32)>,
    /// Slot and potential of spikes that happen whatever the neuron's state is.
    pub(crate) force_fires: Vec<(u32, f32)>,
}

impl Inputs {
    /// Drops what is staged for slots for which `keep` is false.
    pub(crate) fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        self.sensory.retain(|&(slot, _)| keep(slot));
        self.force_fires.retain(|&(slot, _)| keep(slot));
    }
}
