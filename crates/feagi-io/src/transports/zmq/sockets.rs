//! Sockets with their options set.

use std::time::Duration;

use crate::core::IoError;

use super::{NAME, ZmqSettings};

/// What differs between kinds of sockets.
pub(super) struct Bounds {
    /// Bytes of a message part that comes in.
    pub(super) message: usize,
    /// Messages queued for each peer on the way in.
    pub(super) rcvhwm: u16,
    /// Messages queued for each peer on the way out.
    pub(super) sndhwm: u16,
}

/// A socket for TCP that is not bound yet.
pub(super) fn socket(
    context: &zmq::Context,
    kind: zmq::SocketType,
    settings: &ZmqSettings,
    bounds: &Bounds,
) -> Result<zmq::Socket, IoError> {
    let make = || {
        let socket = context.socket(kind)?;
        socket.set_linger(milliseconds(settings.linger))?;
        socket.set_immediate(settings.immediate)?;
        socket.set_maxmsgsize(i64::try_from(bounds.message).unwrap_or(i64::MAX))?;
        // 0 would mean no bound at all.
        socket.set_rcvhwm(i32::from(bounds.rcvhwm.max(1)))?;
        socket.set_sndhwm(i32::from(bounds.sndhwm.max(1)))?;
        keep_alive(&socket, settings.host_timeout)?;
        Ok(socket)
    };
    make().map_err(failed)
}

/// Half of the time the connection may be silent, then three probes follow.
fn keep_alive(socket: &zmq::Socket, patience: Duration) -> zmq::Result<()> {
    let seconds = |duration: Duration| i32::try_from(duration.as_secs()).unwrap_or(i32::MAX).max(1);
    socket.set_tcp_keepalive(1)?;
    socket.set_tcp_keepalive_idle(seconds(patience / 2))?;
    socket.set_tcp_keepalive_intvl(seconds(patience / 6))?;
    socket.set_tcp_keepalive_cnt(3)
}

/// A socket inside the process.
pub(super) fn inner(context: &zmq::Context, kind: zmq::SocketType) -> Result<zmq::Socket, IoError> {
    let make = || {
        let socket = context.socket(kind)?;
        socket.set_linger(0)?;
        Ok(socket)
    };
    make().map_err(failed)
}

pub(super) fn milliseconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}

pub(super) fn failed(error: zmq::Error) -> IoError {
    IoError::Transport { transport: NAME, reason: error.to_string() }
}
