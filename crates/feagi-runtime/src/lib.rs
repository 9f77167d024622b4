//! Runs a brain: assembles it from a genome and turns the burst loop, paced by a clock.
//!
//! One turn of the loop waits for the burst's deadline, running [commands](BrainHandle) meanwhile,
//! stages input, runs the engine and shows what fired. Input comes from agents through [`Mailboxes`]
//! and from a [`Source`] of the program's own; what fired goes to agents as frames, through the
//! signals of [`Outgoing`], and to an [`Observer`] of the program's own. Time comes from a [`Clock`]:
//! [`SteadyClock`] for living, [`ManualClock`] for tests that take no time at all.
//!
//! The burst thread owns all of it ([`Running`]) and waits for nobody. Others reach it in three ways:
//! closures that it runs between bursts, mailboxes that they put frames into, and frames that they
//! hold on to as long as they like.
//!
//! This crate knows the engine, development, genomes, and the events of `feagi-io`. It must not know
//! files, terminals, any single transport or any learning rule.
//!
//! Where to go next: `burst_loop.rs` is the loop; `outgoing.rs` and `incoming.rs` are the two flows,
//! fired set to frames and frames to neurons; `wiring.rs` joins them to the peripheral nervous system;
//! `schedule.rs` decides which bursts are late or missed; `brain.rs` goes from the bytes of a genome
//! to an engine, `checkpoint` from a brain to bytes and back, `edits.rs` changes a brain that runs,
//! `history.rs` takes edits back and `growth.rs` makes the areas that devices of agents need.

mod brain;
mod burst_loop;
mod checkpoint;
mod clock;
mod commands;
mod edits;
mod fired_frame;
mod frames;
mod growth;
mod histogram;
mod history;
mod hold;
mod incoming;
mod mailboxes;
mod observer;
mod outgoing;
mod planning;
mod rate;
mod rebase;
mod record;
mod report;
mod revision;
mod running;
mod schedule;
mod source;
mod stop;
mod wiring;

/// Words of the engine for those who look at single neurons of a running brain.
pub use feagi_burst_engine::{IncomingScan, Synapse};

pub use brain::{Assembly, AssemblyError, Brain, BrainArea};
pub use burst_loop::BurstLoop;
pub use checkpoint::{Capture, Checkpoint, CheckpointError};
pub use clock::{Clock, ManualClock, SteadyClock};
pub use commands::{BrainHandle, CallError, Command, Commands, commands};
pub use edits::{AreaChange, BrainMapping, Concern, EditError, Edited, Revised};
pub use frames::{FrameError, FramePool};
pub use growth::{Growth, device_genes};
pub use histogram::Histogram;
pub use history::{History, Retraced};
pub use hold::{Hold, StepError};
pub use incoming::{Incoming, IncomingCounts};
pub use mailboxes::{MailCounts, MailboxLimits, Mailboxes};
pub use observer::{Observer, SpikeCounts};
pub use outgoing::{FrameCounts, MotorAgents, Outgoing, Thinning};
pub use rate::{Rate, RateError};
pub use record::{BrainState, BurstRecord};
pub use report::Report;
pub use revision::Revision;
pub use running::Running;
pub use schedule::{ON_TIME, Schedule};
pub use source::{Inlet, NoInput, Source};
pub use stop::StopFlag;
pub use wiring::{Watcher, connect_to_burst_engine, connect_to_outlets, connect_to_pns, connect_to_watcher};
