//! The WebSocket transport over real sockets: what it carries, what it refuses, what it survives.
#![cfg(feature = "transport-websocket")]
#![expect(clippy::unwrap_used, reason = "peers of tests must not fail")]

mod control;
mod data;
mod hostile;
mod liveness;
mod support;
mod visualizer;
