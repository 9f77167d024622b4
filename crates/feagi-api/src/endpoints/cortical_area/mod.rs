//! Cortical areas.

mod coding;
mod edits;
mod geometry;
mod lists;
mod properties;
mod types;

pub(crate) use edits::*;
pub(crate) use geometry::*;
pub(crate) use lists::*;
pub(crate) use properties::*;
pub(crate) use types::*;

pub(crate) use feagi_genome::cortical_group as group;
use feagi_types::CorticalId;

/// `cortical_type` of an area, which follows from its id.
pub(crate) fn kind_name(id: CorticalId) -> &'static str {
    match id.as_bytes()[0] {
        b'i' => "sensory",
        b'o' => "motor",
        b'_' => "core",
        b'm' => "memory",
        b'g' => "modulator",
        _ => "custom",
    }
}
