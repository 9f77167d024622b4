//! Why bytes are not taken for a snapshot.

use feagi_types::CorticalIdx;
use feagi_types::parameters::ParameterError;

/// Why bytes are not taken for a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The bytes start differently.
    #[error("these bytes are no snapshot of an engine; those start with FEAGIENG")]
    NotASnapshot,
    /// Another version of the format.
    #[error("the snapshot has format {found}, this program reads format 1; use the program that wrote it")]
    Version {
        /// The version found.
        found: u32,
    },
    /// The checksum does not fit.
    #[error("the snapshot is damaged or cut off: its checksum does not fit; use another copy of the file")]
    Damaged,
    /// Something in a section is not as the format or the engine has it.
    #[error("section {section} of the snapshot: {what}")]
    Invalid {
        /// The section, in words.
        section: &'static str,
        /// What is wrong.
        what: &'static str,
    },
    /// A parameter of an area is out of its range.
    #[error("section areas of the snapshot: area {area}: {source}")]
    Parameter {
        /// The area.
        area: CorticalIdx,
        /// The parameter and its range.
        source: ParameterError,
    },
    /// More than the limits allow.
    #[error(
        "section {section} of the snapshot: {count} {what}, but at most {limit} are allowed; raise the limit"
    )]
    TooMuch {
        /// The section, in words.
        section: &'static str,
        /// Of what there is too much.
        what: &'static str,
        /// How much there is, at least.
        count: u64,
        /// The limit in force.
        limit: u64,
    },
}
