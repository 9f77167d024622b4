//! Genomes: the JSON files that describe a brain.

pub mod model;

pub use model::*;
