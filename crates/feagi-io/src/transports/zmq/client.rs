//! The agent's side: the sockets that the published clients use, with time limits.

use std::time::Duration;

use crate::core::IoError;

use super::ZmqSettings;
use super::sockets::{Bounds, failed, milliseconds, socket};

/// Bytes of a message that a client takes.
const MESSAGE: usize = 256 << 20;

/// Frames that wait in a client's socket at most, each way.
const FRAMES: u16 = 4;

/// Control messages that wait at most, each way.
const MESSAGES: u16 = 64;

/// Makes sockets for one agent. Connecting never waits: libzmq connects, and connects again, in the
/// background.
#[derive(Clone, Default)]
pub struct ZmqClient {
    context: zmq::Context,
    settings: ZmqSettings,
}

/// A control connection: reliable and in order while the server lives.
pub struct ControlSocket(zmq::Socket);

/// Sends sensory frames.
pub struct PushSocket(zmq::Socket);

/// Receives motor or visualization frames.
pub struct SubscribeSocket(zmq::Socket);

impl ZmqClient {
    /// With socket options of its own.
    #[must_use]
    pub fn new(settings: ZmqSettings) -> Self {
        Self { context: zmq::Context::new(), settings }
    }

    /// Connects to a control endpoint such as `tcp://127.0.0.1:30001`.
    ///
    /// # Errors
    /// [`IoError::Connect`] when the address is none.
    pub fn control(&self, address: &str) -> Result<ControlSocket, IoError> {
        let bounds = Bounds { message: MESSAGE, rcvhwm: MESSAGES, sndhwm: MESSAGES };
        self.connect(zmq::DEALER, &bounds, address).map(ControlSocket)
    }

    /// Connects to a sensory endpoint.
    ///
    /// # Errors
    /// [`IoError::Connect`] when the address is none.
    pub fn push(&self, address: &str) -> Result<PushSocket, IoError> {
        let sndhwm = self.settings.sndhwm.unwrap_or(FRAMES);
        let bounds = Bounds { message: MESSAGE, rcvhwm: 1, sndhwm };
        self.connect(zmq::PUSH, &bounds, address).map(PushSocket)
    }

    /// Connects to a motor or visualization endpoint and subscribes to everything.
    ///
    /// # Errors
    /// [`IoError::Connect`] when the address is none.
    pub fn subscribe(&self, address: &str) -> Result<SubscribeSocket, IoError> {
        let bounds = Bounds { message: MESSAGE, rcvhwm: self.settings.rcvhwm, sndhwm: FRAMES };
        let socket = self.connect(zmq::SUB, &bounds, address)?;
        socket.set_subscribe(b"").map_err(failed)?;
        Ok(SubscribeSocket(socket))
    }

    fn connect(&self, kind: zmq::SocketType, bounds: &Bounds, address: &str) -> Result<zmq::Socket, IoError> {
        let refused = |reason: String| IoError::Connect { address: address.to_owned(), reason };
        if address.contains('\0') {
            return Err(refused("the address contains a zero byte".to_owned()));
        }
        let socket = socket(&self.context, kind, &self.settings, bounds)?;
        socket.set_ipv6(true).map_err(failed)?;
        socket.connect(address).map_err(|error| refused(error.to_string()))?;
        Ok(socket)
    }
}

impl ControlSocket {
    /// Sends a message.
    ///
    /// # Errors
    /// [`IoError::Transport`] when it could not be queued in time because the server does not read or
    /// is not there.
    pub fn send(&self, message: &[u8], timeout: Duration) -> Result<(), IoError> {
        self.0.set_sndtimeo(milliseconds(timeout)).map_err(failed)?;
        self.0.send(zmq::Message::new(), zmq::SNDMORE).map_err(failed)?;
        self.0.send(message, 0).map_err(failed)
    }

    /// Receives a message; `None` when none comes in time.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the socket fails.
    pub fn receive(&self, timeout: Duration) -> Result<Option<Vec<u8>>, IoError> {
        receive(&self.0, timeout)
    }
}

impl PushSocket {
    /// Sends a frame.
    ///
    /// # Errors
    /// [`IoError::Transport`] when it could not be queued in time because the server does not read or
    /// is not there.
    pub fn send(&self, frame: &[u8], timeout: Duration) -> Result<(), IoError> {
        self.0.set_sndtimeo(milliseconds(timeout)).map_err(failed)?;
        self.0.send(frame, 0).map_err(failed)
    }
}

impl SubscribeSocket {
    /// Receives the oldest frame that waits; `None` when none comes in time.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the socket fails.
    pub fn receive(&self, timeout: Duration) -> Result<Option<Vec<u8>>, IoError> {
        receive(&self.0, timeout)
    }
}

/// The last part of a message: what comes before is addressing.
fn receive(socket: &zmq::Socket, timeout: Duration) -> Result<Option<Vec<u8>>, IoError> {
    socket.set_rcvtimeo(milliseconds(timeout)).map_err(failed)?;
    let mut part = zmq::Message::new();
    match socket.recv(&mut part, 0) {
        Ok(()) => {}
        Err(zmq::Error::EAGAIN | zmq::Error::EINTR) => return Ok(None),
        Err(error) => return Err(failed(error)),
    }
    while part.get_more() {
        socket.recv(&mut part, 0).map_err(failed)?;
    }
    Ok(Some(part.to_vec()))
}
