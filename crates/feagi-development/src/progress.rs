//! How far a development has come.

/// What a development is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Counting what the mapping rules will make; one step per rule.
    Counting,
    /// Placing areas; one step per neuron.
    Neurons,
    /// Making synapses; one step per synapse.
    Synapses,
}

/// A step forward. Stages come in the order of [`Stage`]; within one, `done` never falls and ends
/// at `total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The stage.
    pub stage: Stage,
    /// Steps taken.
    pub done: u64,
    /// Steps of the stage.
    pub total: u64,
}
