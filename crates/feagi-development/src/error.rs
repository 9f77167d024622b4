//! Why a genome is not developed.

use std::fmt;

use feagi_types::{CorticalId, Dimensions};

/// Why a genome is not developed. Faults of single mappings are warnings, not errors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DevelopmentError {
    /// An area has no voxel or no neuron.
    #[error(
        "area {name:?} ({id}) has {dimensions} voxels with {per_voxel} neurons each; all must be at least 1"
    )]
    EmptyArea {
        /// Name of the area.
        name: String,
        /// Id of the area.
        id: CorticalId,
        /// Its size.
        dimensions: Dimensions,
        /// Its neurons per voxel.
        per_voxel: u32,
    },
    /// The areas have more neurons than allowed.
    #[error(
        "area {name:?} ({id}) has {dimensions} voxels with {per_voxel} neurons each, {count} neurons, but only \
         {left} of max_neurons = {limit} are left for it; make the area smaller or raise max_neurons (50000000 \
         at most)"
    )]
    TooManyNeurons {
        /// Name of the area that goes over the limit.
        name: String,
        /// Id of the area.
        id: CorticalId,
        /// Its size.
        dimensions: Dimensions,
        /// Its neurons per voxel.
        per_voxel: u32,
        /// Its neurons.
        count: u128,
        /// What the areas before it left.
        left: u64,
        /// The limit in force.
        limit: u64,
    },
    /// The mappings make more synapses than allowed.
    #[error(
        "{mapping} makes {count} synapses, but only {left} of max_synapses = {limit} are left for it; narrow the \
         rule or raise max_synapses"
    )]
    TooManySynapses {
        /// The mapping rule that goes over the limit.
        mapping: Box<MappingName>,
        /// Its synapses.
        count: Count,
        /// What the mappings before it left, or what one mapping can hold.
        left: u64,
        /// The limit in force.
        limit: u64,
    },
    /// Counting the synapses takes more effort than allowed.
    #[error(
        "{mapping} may make up to {candidates} synapses, and counting them takes more than max_work = {limit} \
         steps; merge overlapping elements of the rule or raise max_work"
    )]
    TooMuchWork {
        /// The mapping rule that used up the effort.
        mapping: Box<MappingName>,
        /// Upper bound of its synapses; 0 when its elements were not all read.
        candidates: u64,
        /// The limit in force.
        limit: u64,
    },
}

/// How many there are, exactly or at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// This many.
    Exactly(u64),
    /// This many or more; counting stopped here.
    AtLeast(u64),
}

/// One mapping rule in words that find it in a genome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingName {
    /// Name of the source area.
    pub source_name: String,
    /// Id of the source area.
    pub source: CorticalId,
    /// Name of the target area.
    pub target_name: String,
    /// Id of the target area.
    pub target: CorticalId,
    /// Place of the rule in the mapping's list, from 0.
    pub position: usize,
    /// Connection rule it applies.
    pub morphology: String,
}

impl fmt::Display for MappingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source_name, source, target_name, target, position, morphology } = self;
        write!(
            f,
            "the mapping from {source_name:?} ({source}) to {target_name:?} ({target}), rule {position} ({morphology:?}),"
        )
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(count) => write!(f, "{count}"),
            Self::AtLeast(count) => write!(f, "at least {count}"),
        }
    }
}
