//! One folder for each way to reach a peer.

pub mod memory;
#[cfg(feature = "transport-websocket")]
pub mod websocket;
#[cfg(feature = "transport-zmq")]
pub mod zmq;
