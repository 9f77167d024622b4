//! The boundary to learning rules.
//!
//! The engine knows this trait, rules know this trait, and neither knows the other. After each
//! burst the engine shows a rule what fired ([`Activity`]) and takes its [`Commands`]; a rule never
//! touches the engine's arrays. With no rule attached the engine runs the same, only nothing learns.
//!
//! Commands given in burst N act on the spikes of burst N + 1 at the earliest.

use crate::{BurstCount, CorticalIdx, MappingId, NeuronId, SynapseIndex};

/// A learning rule, called once after each burst.
pub trait PlasticityRule: Send {
    /// Name for people and logs.
    fn name(&self) -> &str;

    /// How many bursts of history the rule needs of each area; reported once when it is attached
    /// and again whenever [`PlasticityRule::mapping_changed`] returned `true`.
    fn history(&self, need: &mut dyn FnMut(CorticalIdx, usize));

    /// The mapping was added, edited (`present`) or removed (`!present`). Returns whether the
    /// rule's needs changed.
    fn mapping_changed(&mut self, mapping: MappingId, present: bool) -> bool {
        let _ = (mapping, present);
        false
    }

    /// A burst is over: look at what fired and say what to change.
    fn burst_finished(&mut self, burst: BurstCount, activity: &dyn Activity, commands: &mut dyn Commands);
}

/// What fired, as far back as the rule asked for.
pub trait Activity {
    /// Calls `visit` with every neuron of `area` that fired `bursts_ago` bursts ago (0: this burst),
    /// in rising id order. Returns `false`, without calling, when that burst is not in the history.
    fn fired(&self, area: CorticalIdx, bursts_ago: usize, visit: &mut dyn FnMut(NeuronId)) -> bool;

    /// Whether `neuron` fired in any of the last `window` bursts, this one included.
    fn fired_within(&self, neuron: NeuronId, window: usize) -> bool;

    /// Calls `visit` with source, target, place among the mapping's synapses and weight of every
    /// synapse of `mapping`.
    fn synapses(&self, mapping: MappingId, visit: &mut dyn FnMut(NeuronId, NeuronId, SynapseIndex, f32));
}

/// What a rule may ask for. All of it is carried out between this burst and the next.
pub trait Commands {
    /// Sets the weight of the synapse at `synapse` of `mapping`; negative weights count as 0.
    fn set_weight(&mut self, mapping: MappingId, synapse: SynapseIndex, weight: f32);

    /// Creates a synapse in `mapping` with the given weight and the mapping's psp, kind and delay.
    fn create_synapse(&mut self, mapping: MappingId, source: NeuronId, target: NeuronId, weight: f32);

    /// Adds `potential` to `neuron`'s inputs of the next burst.
    fn inject(&mut self, neuron: NeuronId, potential: f32);
}
