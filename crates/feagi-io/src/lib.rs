//! The peripheral nervous system (PNS): agents, their sessions, and the transports that carry their
//! data to and from a running brain.
//!
//! Three layers: `core` is shared by all and knows no socket (types, events, registry, registration,
//! heartbeat, configuration); `blocking` and `nonblocking` are the two ways to move bytes, on threads
//! and on an async runtime; `transports` holds one folder for each way to reach a peer. [`PNS`] joins
//! them. Frames move as [`SharedFBC`] and are never copied between the brain and a socket; parts are
//! joined by signals and bounded slots, so that a slow peer costs frames, never bursts.
//!
//! This crate knows containers, voxels and ids. It must not know the engine or genomes.
//!
//! Where to go next: `core/control.rs` is the session state machine, without sockets and clocks;
//! `core/events.rs` is what a brain hears from here; `wire/current` is the protocol of the published
//! clients of 2026; `pns.rs` is where threads start.

pub mod blocking;
pub mod core;
#[cfg(feature = "async")]
pub mod nonblocking;
mod pns;
mod switchboard;
pub mod transports;
pub mod wire;

pub use crate::core::{PNSConfig, SharedFBC};
pub use pns::{ControlAddress, Outlets, PNS};
pub use switchboard::{Attached, SharedSignal, Signals, Switchboard};
