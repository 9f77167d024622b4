//! ZeroMQ over TCP.
//!
//! | socket | owner | limits |
//! | --- | --- | --- |
//! | control ROUTER | `router.rs`, a thread | message size, peers remembered, messages queued |
//! | sensory PULL | `data.rs`, one thread for all | frame size, frames queued for each peer |
//! | motor and visualization PUB | `publisher.rs`, whoever publishes | frames queued for each peer |
//! | monitors of data sockets | `data.rs` | |
//!
//! Sockets are made, bound and closed by the caller of [`ZmqTransport`], so that nobody who publishes
//! waits for that. libzmq keeps what goes wrong on a connection (bad greeting, message too large) to
//! that connection. Two things it cannot bound: the parts of a message that never ends, and how many
//! different topics a subscriber names; both need a hostile peer that can reach the port.

mod address;
mod client;
mod connections;
mod data;
mod mailbox;
mod peers;
mod publisher;
mod router;
mod settings;
mod sockets;
mod transport;

pub use client::{ControlSocket, PushSocket, SubscribeSocket, ZmqClient};
pub use settings::ZmqSettings;
pub use transport::ZmqTransport;

/// Name of the transport in errors and logs.
const NAME: &str = "zmq";
