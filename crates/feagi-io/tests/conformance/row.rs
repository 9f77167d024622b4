//! What the suite has to know of a transport.

use std::net::TcpStream;
use std::time::Duration;

use feagi_io::blocking::BlockingTransport;
use feagi_io::core::{Inbound, Limits};

/// A transport and its peers.
pub(crate) trait Row {
    /// The transport, not started. It listens for control connections at 127.0.0.1, port 0.
    fn transport(limits: Limits, inbound: Inbound) -> Box<dyn BlockingTransport>;

    /// A well-behaved peer of an address that the transport gave.
    fn connect(role: Role, address: &str) -> Box<dyn Peer>;

    /// A connection of which the suite writes the bytes itself: the handshake is done, and a subscriber
    /// has subscribed. Nothing reads from it.
    fn connect_raw(role: Role, address: &str) -> TcpStream;

    /// The bytes in front of a message of so many bytes on such a connection.
    fn head(role: Role, length: u64) -> Vec<u8>;
}

/// What a peer connects for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Control messages both ways.
    Control,
    /// Sends sensory frames.
    Pusher,
    /// Receives motor or visualization frames.
    Subscriber,
}

/// A peer. Dropping it closes its connection.
pub(crate) trait Peer: Send {
    /// Sends a message; returns whether there was room for it in time.
    fn send(&mut self, message: &[u8], patience: Duration) -> bool;

    /// The next message, if one comes in time.
    fn receive(&mut self, patience: Duration) -> Option<Vec<u8>>;
}
