//! Why bytes do not become a brain again.

use feagi_burst_engine::SnapshotError;
use feagi_genome::GenomeError;
use feagi_types::{CorticalId, MappingId};

use crate::RateError;

/// Why bytes do not become a brain again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The bytes start differently.
    #[error("these bytes are no checkpoint of a brain; those start with FEAGICKP")]
    NotACheckpoint,
    /// Another version of the format.
    #[error("the checkpoint has format {found}, this program reads format 1; use the program that wrote it")]
    Version {
        /// The version found.
        found: u32,
    },
    /// The checksum of the description does not fit.
    #[error("the checkpoint is damaged or cut off: its checksum does not fit; use another copy of the file")]
    Damaged,
    /// Something in the description is not as the format has it.
    #[error("section {section} of the checkpoint: {what}")]
    Invalid {
        /// The section, in words.
        section: &'static str,
        /// What is wrong.
        what: &'static str,
    },
    /// The rate is none.
    #[error("section rate of the checkpoint: {0}")]
    Rate(#[from] RateError),
    /// The genome is refused.
    #[error("section genome of the checkpoint: {0}")]
    Genome(#[from] GenomeError),
    /// The engine's snapshot is refused.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// An area is not the same in genome, engine and list of areas.
    #[error("section areas of the checkpoint: area {id} {what}")]
    Area {
        /// The area.
        id: CorticalId,
        /// What does not fit.
        what: &'static str,
    },
    /// A mapping is not the same in genome, engine and list of mappings.
    #[error("section mappings of the checkpoint: mapping {id} {what}")]
    Mapping {
        /// The mapping inside the engine.
        id: MappingId,
        /// What does not fit.
        what: &'static str,
    },
}
