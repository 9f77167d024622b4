//! Genomes: the JSON files that describe a brain.
//!
//! [`Genome::read`] takes any published format (flat 2.0 and 2.1, hierarchical, 3.0 and up to
//! schema 7), migrates it to the newest schema, puts right what may be put right, and gives typed
//! values together with a list of [`Warning`]s. [`Genome::write_flat`] and
//! [`Genome::write_hierarchical`] write them back. A text that is no genome is refused with a
//! [`GenomeError`] that names the place and the fix; nothing in a text can make reading panic or
//! take more memory than [`Limits`] allow.
//!
//! This crate knows files and their meaning; it knows no neurons, no synapses and no engine.
//! Building a brain from a [`Genome`] is the next crate's work.
//!
//! Where to go next: [`model`] for the values, `read.rs` for the order of the steps, `schema` for
//! the migrations, `genes.rs` for the table of genes.

mod areas;
mod catalogue;
mod core_areas;
mod document;
mod error;
mod fields;
mod flat;
mod footprint;
mod genes;
mod json;
mod limits;
mod mappings;
pub mod model;
mod morphologies;
mod normalise;
mod patterns;
mod physiology;
mod read;
mod regions;
mod schema;
mod warnings;
mod write;

pub use areas::group as cortical_group;
pub use error::GenomeError;
pub use footprint::Footprint;
pub use limits::Limits;
pub use model::*;
pub use read::{Layout, Reading};
pub use regions::ROOT_TITLE;
pub use schema::{NEWEST_SCHEMA, OLDEST_SCHEMA};
