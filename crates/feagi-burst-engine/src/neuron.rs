//! One neuron as callers give and read it.

use feagi_types::parameters::ParameterError;
use feagi_types::{AreaParameters, CorticalIdx, Voxel};

/// A neuron to add. `Default` has threshold 1, no leak, no limits, and keeps its charge.
#[derive(Clone, Debug, PartialEq)]
pub struct Neuron {
    /// Voxel inside its area.
    pub voxel: Voxel,
    /// Potential at which it fires.
    pub threshold: f32,
    /// Highest potential that still fires; 0: no limit.
    pub threshold_limit: f32,
    /// Share of the potential lost per burst, 0..=1.
    pub leak: f32,
    /// Silent bursts after a spike.
    pub refractory_period: u16,
    /// Probability of firing above the threshold, 0..=1.
    pub excitability: f32,
    /// Spikes in a row after which it snoozes; 0: no limit.
    pub consecutive_fire_limit: u16,
    /// Bursts added to the refractory period when the limit is reached.
    pub snooze_length: u16,
    /// Whether charge below the threshold is kept from burst to burst.
    pub accumulates: bool,
}

impl Default for Neuron {
    fn default() -> Self {
        Self {
            voxel: Voxel::default(),
            threshold: 1.0,
            threshold_limit: 0.0,
            leak: 0.0,
            refractory_period: 0,
            excitability: 1.0,
            consecutive_fire_limit: 0,
            snooze_length: 0,
            accumulates: true,
        }
    }
}

impl Neuron {
    /// The neuron of a core area in a network built by hand: leak 0.1, refractory period 5
    /// (`npu.md` section 5).
    #[must_use]
    pub fn core() -> Self {
        Self { leak: 0.1, refractory_period: 5, ..Self::default() }
    }

    /// Checks what the neuron shares with an area against the ranges of areas.
    pub(crate) fn validate(&self) -> Result<(), ParameterError> {
        let &Self { threshold, threshold_limit, leak, excitability, .. } = self;
        let shared = AreaParameters { threshold, threshold_limit, leak, excitability, ..Default::default() };
        shared.validate()
    }
}

/// What can be read of a neuron between bursts.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronState {
    /// Its area.
    pub area: CorticalIdx,
    /// Its voxel inside the area.
    pub voxel: Voxel,
    /// Membrane potential at the end of the last burst, idle leak applied.
    pub potential: f32,
    /// Bursts for which it still ignores input.
    pub refractory_countdown: u32,
    /// Spikes in a row.
    pub consecutive_fires: u16,
    /// Threshold as stored (`int8` precision clamps it to 0..=255).
    pub threshold: f32,
}
