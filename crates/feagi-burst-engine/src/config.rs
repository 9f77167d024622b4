//! Settings of an engine.

use feagi_types::Precision;

use crate::fatigue::Capacity;

/// How an engine computes. See each field; `Default` is f32, power 1.0, one thread, no quirks.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineConfig {
    /// Arithmetic of membrane potentials.
    pub precision: Precision,
    /// Charge that the power area's lowest neuron gets every burst; non-finite amounts count as 0.
    pub power_amount: f32,
    /// Threads that share a burst, the calling one included; 0 counts as 1. Without the `std`
    /// feature every burst runs on the calling thread. The result does not depend on it.
    pub threads: usize,
    /// Room for neurons and synapses: while 85 % of either is used, until it is below 80 %, the
    /// brain is fatigued. `None`: it never is by itself. Nothing is refused because of it.
    pub capacity: Option<Capacity>,
    /// Published quirks to reproduce.
    pub compatibility: Compatibility,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            precision: Precision::Fp32,
            power_amount: 1.0,
            threads: 1,
            capacity: None,
            compatibility: Compatibility::default(),
        }
    }
}

/// Quirks of the published engine that some recorded traces depend on. All are off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compatibility {
    /// A new leak coefficient also applies to the idle bursts before the edit. Off: an edit first
    /// settles the idle stretch with the old coefficient (`npu.md` section 3).
    pub leak_edit_covers_idle_stretch: bool,
    /// While no area has a psp flag configured, a removed synapse keeps delivering until synapses
    /// are added. Off: it stops at once (`npu.md` section 2.3).
    pub removed_synapses_linger: bool,
}
