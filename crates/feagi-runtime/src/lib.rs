//! Runs a brain: assembles it from a genome and turns the burst loop, paced by a clock.
//!
//! One turn of the loop waits for the burst's deadline, lets a [`Source`] stage input through an
//! [`Inlet`], runs the engine and shows the fired set to an [`Observer`]. Time comes from a
//! [`Clock`]: [`SteadyClock`] for living, [`ManualClock`] for tests that take no time at all.
//!
//! This crate knows the engine, development and genomes. It must not know files, terminals, any
//! single transport or any learning rule.
//!
//! Where to go next: `burst_loop.rs` is the loop; `incoming.rs` and `outgoing.rs` are the two flows,
//! voxels to neurons and fired set to voxels; `schedule.rs` decides which bursts are late or missed;
//! `brain.rs` goes from the bytes of a genome to an engine.

mod brain;
mod burst_loop;
mod clock;
mod commands;
mod histogram;
mod incoming;
mod outgoing;
mod rate;
mod report;
mod running;
mod schedule;
mod stop;

pub use brain::{Assembly, AssemblyError, Brain, BrainArea};
pub use burst_loop::run;
pub use clock::{Clock, ManualClock, SteadyClock};
pub use commands::{BrainHandle, CallError, Commands, commands};
pub use histogram::Histogram;
pub use incoming::{Inlet, NoInput, Source};
pub use outgoing::{Observer, SpikeCounts};
pub use rate::{Rate, RateError};
pub use report::Report;
pub use running::Running;
pub use schedule::{ON_TIME, Schedule};
pub use stop::StopFlag;
