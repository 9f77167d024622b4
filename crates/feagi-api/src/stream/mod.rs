//! What fires, for browsers: a WebSocket that shows the newest frame to each viewer as fast as the
//! viewer takes it.
//!
//! ```text
//! burst thread ──▶ Gate ──(newest frame)──▶ converter ──(picture of an encoding)──▶ viewer ──▶ socket
//!                    └────(records, state)──▶ journal ─────────────────────────────▶
//! ```
//!
//! The burst thread only puts things into slots ([`Gate`]), and makes frames only while somebody
//! watches. One thread turns the newest frame into the encodings that a viewer is ready for, once for
//! all viewers; one task serves each viewer. Who is slow gets fewer frames and costs nobody anything.
//!
//! Where to go next: `encode.rs` is the format, `pace.rs` decides what a viewer gets, `viewer.rs` is
//! its conversation. This folder knows containers and records of bursts. It must not know brains or
//! genomes.

mod control;
mod convert;
mod encode;
mod gate;
mod journal;
mod pace;
mod pictures;
mod viewer;
mod viewers;
mod wire;

pub use encode::{Encoder, Header};
pub use gate::Gate;
pub use viewers::Viewers;

pub(crate) use viewer::serve;
pub(crate) use viewers::{Encoding, Sitter};

/// Where the stream is.
pub(crate) const PATH: &str = "/v1/visualization/stream";
