//! Agents against a real peripheral nervous system, over every transport.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod devices;
mod reconnecting;
mod registering;
mod streaming;
mod support;

/// Makes a test of each function for each transport.
macro_rules! over_every_transport {
    ($($name:ident),+ $(,)?) => {
        mod zmq {
            $(#[test] fn $name() { super::$name(crate::support::Transport::Zmq); })+
        }
        mod websocket {
            $(#[test] fn $name() { super::$name(crate::support::Transport::WebSocket); })+
        }
    };
}
pub(crate) use over_every_transport;
