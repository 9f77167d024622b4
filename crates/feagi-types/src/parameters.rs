//! Parameters of areas and of plastic mappings, with their units, ranges and defaults
//! (`npu.md` section 10).

/// What the neurons of an area have in common.
///
/// `Default` gives the engine defaults: threshold 1, no leak, no refractory period, always
/// excitable, no limits.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaParameters {
    /// Potential at which a neuron fires, in charge units. Any finite value.
    pub threshold: f32,
    /// What each step along x, y and z adds to the threshold, in charge units per voxel.
    pub threshold_increment: [f32; 3],
    /// Highest potential that still fires, in charge units; 0 means no limit.
    pub threshold_limit: f32,
    /// Share of the potential lost per burst, 0..=1.
    pub leak: f32,
    /// Stored and written back; has no effect in the engine.
    pub resting_potential: f32,
    /// Silent bursts after a spike.
    pub refractory_period: u16,
    /// Probability that a neuron over its threshold fires, 0..=1.
    pub excitability: f32,
    /// Spikes in a row after which a neuron snoozes; 0 means no limit.
    pub consecutive_fire_limit: u16,
    /// Bursts added to the refractory period when the limit is reached.
    pub snooze_length: u16,
    /// Whether charge below the threshold is kept from burst to burst.
    pub accumulates: bool,
    /// Charge per spike and unit of weight that the area's outgoing synapses deliver.
    pub postsynaptic_current: f32,
    /// Whether every outgoing synapse gets the full contribution (`true`) or an equal share
    /// (`false`). `None` is "never configured" and exists only for hand-built networks: while no
    /// area has either flag nothing is divided; once one has, `None` acts as `false`.
    pub psp_uniform: Option<bool>,
    /// Whether the firing potential replaces the postsynaptic current. `None` acts as `false`.
    pub mp_driven_psp: Option<bool>,
    /// What each spike takes from the postsynaptic current of its synapses; 0 or less: nothing.
    pub degeneration: f32,
}

impl Default for AreaParameters {
    fn default() -> Self {
        Self {
            threshold: 1.0,
            threshold_increment: [0.0; 3],
            threshold_limit: 0.0,
            leak: 0.0,
            resting_potential: 0.0,
            refractory_period: 0,
            excitability: 1.0,
            consecutive_fire_limit: 0,
            snooze_length: 0,
            accumulates: false,
            postsynaptic_current: 1.0,
            psp_uniform: None,
            mp_driven_psp: None,
            degeneration: 0.0,
        }
    }
}

/// A parameter outside its range.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{name} is {value}, which is outside {range}")]
#[non_exhaustive]
pub struct ParameterError {
    /// The field of [`AreaParameters`].
    pub name: &'static str,
    /// The value found.
    pub value: f32,
    /// The range it has to be in.
    pub range: &'static str,
}

impl AreaParameters {
    /// Checks every field against its range.
    ///
    /// # Errors
    /// [`ParameterError`] with the first field that is out of range or not a number.
    pub fn validate(&self) -> Result<(), ParameterError> {
        let [ix, iy, iz] = self.threshold_increment;
        let finite = [
            ("threshold", self.threshold),
            ("threshold_increment.x", ix),
            ("threshold_increment.y", iy),
            ("threshold_increment.z", iz),
            ("threshold_limit", self.threshold_limit),
            ("resting_potential", self.resting_potential),
            ("postsynaptic_current", self.postsynaptic_current),
            ("degeneration", self.degeneration),
        ];
        for (name, value) in finite {
            if !value.is_finite() {
                return Err(ParameterError { name, value, range: "the finite numbers" });
            }
        }
        for (name, value) in [("leak", self.leak), ("excitability", self.excitability)] {
            if !(0.0..=1.0).contains(&value) {
                return Err(ParameterError { name, value, range: "0..=1" });
            }
        }
        Ok(())
    }

    /// Threshold of the voxel at `[x, y, z]`: base plus coordinate times increment, added left to
    /// right in f32 and not clamped.
    #[must_use]
    pub fn threshold_at(&self, [x, y, z]: [u32; 3]) -> f32 {
        let [ix, iy, iz] = self.threshold_increment;
        self.threshold + x as f32 * ix + y as f32 * iy + z as f32 * iz
    }
}

/// How a plastic mapping learns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PlasticityMode {
    /// Spike-timing-dependent plasticity over a window.
    #[default]
    Stdp,
    /// The same, gated and scaled by reward signals.
    RewardStdp,
    /// Configured but switched off.
    Off,
}

/// Settings of a plastic mapping (`npu.md` section 6).
#[derive(Clone, Debug, PartialEq)]
pub struct PlasticityParameters {
    /// Which rule applies.
    pub mode: PlasticityMode,
    /// Bursts of history that count as "together", at least 1.
    pub window: u32,
    /// Base size of a change.
    pub constant: i64,
    /// Times `constant`: what co-activity adds (product clamped to 0..=255).
    pub ltp_multiplier: i8,
    /// Times `constant`: what one-sided activity takes (product clamped to 0..=255).
    pub ltd_multiplier: i8,
    /// Decay constant of the eligibility trace in bursts; 0: no trace is kept.
    pub eligibility_decay: u32,
    /// Learning rate, above 0.
    pub eta: f32,
    /// Upper bound of the weight, above 0; `None`: unbounded.
    pub max_weight: Option<f32>,
    /// Whether the mapping is left out of learning.
    pub frozen: bool,
    /// Whether co-activity may create missing synapses in both directions.
    pub bidirectional: bool,
}

impl Default for PlasticityParameters {
    fn default() -> Self {
        Self {
            mode: PlasticityMode::Stdp,
            window: 1,
            constant: 0,
            ltp_multiplier: 0,
            ltd_multiplier: 0,
            eligibility_decay: 0,
            eta: 1.0,
            max_weight: None,
            frozen: false,
            bidirectional: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_out_of_range_is_named() {
        let parameters = AreaParameters { leak: 1.5, ..AreaParameters::default() };
        assert_eq!(parameters.validate().unwrap_err().name, "leak");
        let parameters = AreaParameters { threshold: f32::NAN, ..AreaParameters::default() };
        assert_eq!(parameters.validate().unwrap_err().name, "threshold");
        assert!(AreaParameters::default().validate().is_ok());
    }

    #[test]
    fn thresholds_rise_along_the_axes() {
        let parameters =
            AreaParameters { threshold_increment: [1.0, 10.0, 100.0], ..AreaParameters::default() };
        assert_eq!(parameters.threshold_at([1, 2, 3]), 322.0);
    }
}
