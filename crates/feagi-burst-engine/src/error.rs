//! Why a change to an engine is refused.

use feagi_types::connectome::ConnectomeError;
use feagi_types::parameters::ParameterError;
use feagi_types::{CorticalId, CorticalIdx, MappingId, NeuronId};

/// A change that the engine refuses. The engine is as it was before.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The cortical index is taken.
    #[error("cortical index {0} is already in use")]
    AreaExists(CorticalIdx),
    /// Another area has the id.
    #[error("an area with the id {0} exists already")]
    IdTaken(CorticalId),
    /// No area has the cortical index.
    #[error("no area has cortical index {0}")]
    UnknownArea(CorticalIdx),
    /// No live neuron has the id.
    #[error("no neuron has id {0}")]
    UnknownNeuron(NeuronId),
    /// No mapping has the id.
    #[error("no mapping has id {0}")]
    UnknownMapping(MappingId),
    /// The area has neurons already, or they do not form one grid.
    #[error("area {0} must have exactly one grid of neurons for this")]
    NotAGrid(CorticalIdx),
    /// More neurons than ids exist for (50 000 000 over an engine's life).
    #[error("{requested} more neurons do not fit: ids 0..50000000, of which {used} are used")]
    TooManyNeurons {
        /// Neurons asked for.
        requested: u64,
        /// Ids handed out so far.
        used: u64,
    },
    /// More synapses between two groups of neurons than row offsets can count.
    #[error("a mapping holds at most 4294967295 synapses")]
    TooManySynapses,
    /// A synapse with a negative weight, or a value that is not finite.
    #[error(
        "synapse from neuron {} to {}: weight {weight} has to be finite and not negative, psp {psp} finite",
        ends.0,
        ends.1
    )]
    SynapseValue {
        /// Its source and its target.
        ends: (NeuronId, NeuronId),
        /// Its weight.
        weight: f32,
        /// Its postsynaptic current.
        psp: f32,
    },
    /// More history than the ledger keeps of one area (1 GiB).
    #[error("{window} bursts of history of area {area} take more than 1 GiB; use a shorter window")]
    TooMuchHistory {
        /// The area.
        area: CorticalIdx,
        /// Bursts asked for.
        window: usize,
    },
    /// A parameter out of its range.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A connectome or mapping that does not hold together.
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
}
