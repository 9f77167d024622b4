//! The endpoints, one file for each family.

pub(crate) mod agent;
pub(crate) mod burst_engine;
pub(crate) mod connectome;
pub(crate) mod cortical_area;
pub(crate) mod fired;
pub(crate) mod genome;
pub(crate) mod mapping_edits;
pub(crate) mod mappings;
pub(crate) mod metrics;
pub(crate) mod morphology;
pub(crate) mod morphology_edits;
pub(crate) mod network;
pub(crate) mod neurons;
pub(crate) mod pace;
pub(crate) mod region;
pub(crate) mod region_edits;
pub(crate) mod system;
pub(crate) mod thinning;
pub(crate) mod visualization;

use serde::Serialize;
use utoipa::ToSchema;

/// An answer in words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Message {
    message: String,
}

impl Message {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}
