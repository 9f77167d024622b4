//! Cortical areas.

mod coding;
mod geometry;
mod lists;
mod properties;
mod types;

pub(crate) use geometry::*;
pub(crate) use lists::*;
pub(crate) use properties::*;
pub(crate) use types::*;

use feagi_types::CorticalId;

/// `cortical_group` of an area, which follows from its id.
pub(crate) fn group(id: CorticalId) -> &'static str {
    match id.as_bytes()[0] {
        b'i' => "IPU",
        b'o' => "OPU",
        b'_' => "CORE",
        b'm' => "MEMORY",
        b'g' => "MODULATOR",
        _ => "CUSTOM",
    }
}

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
