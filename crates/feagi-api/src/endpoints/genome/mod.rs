//! Genomes: loading, saving, and what is known of the one that runs.

mod about;
mod download;
mod load;
mod records;
mod undo;
mod upload;

pub(crate) use about::*;
pub(crate) use download::*;
pub(crate) use load::*;
pub(crate) use records::*;
pub(crate) use undo::*;
pub(crate) use upload::*;
