//! The REST interface of a running brain: what viewers, agents and people ask over HTTP.
//!
//! [`ApiState`] holds what answers need, [`router`] is the interface, [`serve`] listens. Paths, shapes
//! and error conventions are those of the published server, so that its clients work here. The
//! OpenAPI document at `/api-docs/openapi.json` is made from the code that answers.
//!
//! Answers about what fires now come from the burst thread, which runs short commands between two
//! bursts; answers about the genome come from a copy that is renewed when the genome changes, so that
//! a curious viewer costs no burst. Nothing here waits on a thread of the async runtime.
//!
//! This crate knows brains, genomes and the directory of agents. It must not know the inside of any
//! transport.
//!
//! Where to go next: `router.rs` lists the endpoints, `endpoints` has one file for each family,
//! `portrait.rs` is the copy of the genome, `stream` shows what fires to browsers, `server.rs` is the
//! listening side.

mod ask;
mod changes;
mod digest;
mod edit;
mod endpoints;
mod http;
mod patient;
mod portrait;
mod refusal;
mod router;
mod server;
mod state;
mod stream;

pub use router::router;
pub use server::serve;
pub use state::{Addresses, ApiState, Limits, Setup, Starter};
pub use stream::{Encoder, Gate, Header, Viewers};
