//! The binary as a person at a terminal meets it: real processes, files and signals.
//!
//! `binary.rs` starts it; each other file is named after a behaviour.

#![cfg(unix)] // Signals and the limit on memory are those of a Unix system.

mod binary;
mod reacts_to_pictures;
mod refuses_bad_input;
mod saves_and_restores;
mod starts_genomes;
mod stops_cleanly;
mod takes_settings;
