//! What the engine keeps per cortical area.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use feagi_types::{AreaParameters, CorticalId, CorticalIdx, Voxel};

/// A registered cortical area.
#[derive(Clone, Debug)]
pub(crate) struct AreaRecord {
    pub(crate) idx: CorticalIdx,
    pub(crate) id: CorticalId,
    pub(crate) parameters: AreaParameters,
    /// Whether the area's postsynaptic current, not each synapse's own, is what its synapses started
    /// with: so in a connectome, and after an edit.
    pub(crate) psp_configured: bool,
    /// Positions of its populations that are not retired, in id order.
    pub(crate) populations: Vec<usize>,
    /// Voxel and id of neurons that were added one by one.
    pub(crate) listed: BTreeSet<(Voxel, u32)>,
    /// Whether the area was removed. Its record stays so that positions stay.
    pub(crate) removed: bool,
}

impl AreaRecord {
    /// Whether contributions of its spikes are divided by out-degree. While no area has a psp flag
    /// configured (`any_psp_flag`), nothing is.
    pub(crate) fn divides(&self, any_psp_flag: bool) -> bool {
        any_psp_flag && self.parameters.psp_uniform != Some(true)
    }

    /// Whether the firing potential replaces the psp of its synapses.
    pub(crate) fn is_mp_driven(&self) -> bool {
        self.parameters.mp_driven_psp == Some(true)
    }

    /// What each spike takes from the psp of its synapses; the power area never degenerates.
    pub(crate) fn degeneration(&self) -> f32 {
        if self.idx == feagi_types::CoreArea::Power.idx() {
            0.0
        } else {
            self.parameters.degeneration.max(0.0)
        }
    }

    /// Whether the area has one of the two psp flags configured.
    pub(crate) fn has_psp_flag(&self) -> bool {
        !self.removed && (self.parameters.psp_uniform.is_some() || self.parameters.mp_driven_psp.is_some())
    }
}
