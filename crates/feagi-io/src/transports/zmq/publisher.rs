//! A motor or visualization endpoint: a PUB socket that whoever publishes uses in turn.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::core::{Activity, EndpointId, IoError, StreamType};

use super::sockets::failed;

/// The endpoint. Publishing needs its lock, which nobody else holds but to take the socket away.
pub(super) struct Publisher {
    pub(super) endpoint: EndpointId,
    pub(super) stream: StreamType,
    pub(super) agent_id: Arc<str>,
    activity: Arc<Activity>,
    /// Connections, with and without a handshake.
    open: Arc<AtomicU32>,
    socket: Mutex<Option<zmq::Socket>>,
}

impl Publisher {
    pub(super) fn new(
        endpoint: EndpointId,
        stream: StreamType,
        agent_id: Arc<str>,
        activity: Arc<Activity>,
        open: Arc<AtomicU32>,
        socket: zmq::Socket,
    ) -> Self {
        Self { endpoint, stream, agent_id, activity, open, socket: Mutex::new(Some(socket)) }
    }

    /// Queues a frame for every subscriber that has room; the library drops it for the others without a
    /// word. Nothing is copied while nobody is connected.
    pub(super) fn send(&self, frame: &[u8]) -> Result<(), IoError> {
        if self.open.load(Ordering::Relaxed) == 0 {
            return Ok(());
        }
        let socket = self.socket();
        let Some(socket) = socket.as_ref() else { return Ok(()) };
        // Makes libzmq look at new subscriptions and at room that became free. By itself it looks once
        // in a millisecond, and would drop frames that come faster.
        let _ = socket.get_events();
        match socket.send(frame, zmq::DONTWAIT) {
            Ok(()) if self.activity.peers() > 0 => self.activity.frame(frame.len()),
            Ok(()) => {}
            Err(zmq::Error::EAGAIN) => self.activity.dropped(1),
            Err(error) => return Err(failed(error)),
        }
        Ok(())
    }

    /// Closes the socket.
    pub(super) fn close(&self) {
        drop(self.socket().take());
    }

    fn socket(&self) -> MutexGuard<'_, Option<zmq::Socket>> {
        self.socket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
