//! The interface to a running brain, as its clients see it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agents;
mod bodies;
mod connectomes;
mod edits;
mod encoding;
mod genomes;
mod inside;
mod life;
mod limits;
mod listening;
mod page;
mod pages;
mod stream;
mod stream_hostile;
#[path = "../support/mod.rs"]
mod support;
