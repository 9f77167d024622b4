//! What an agent needs of a transport. `zmq` and `websocket` are the two that there are.

#[cfg(feature = "websocket")]
mod websocket;
#[cfg(feature = "zmq")]
mod zmq;

use std::time::Duration;

use feagi_io::core::{IoError, Protocol};

use crate::{Address, AgentError};

/// Bytes of a frame that an agent takes.
#[cfg(feature = "websocket")]
const LARGEST_FRAME: usize = 64 << 20;

/// Makes connections.
pub(crate) trait Dialer: Send {
    /// To the address where agents register.
    fn control(&self) -> Result<Box<dyn ControlLink>, IoError>;

    /// To a sensory endpoint.
    fn sensory(&self, url: &str) -> Result<Box<dyn SensoryLink>, IoError>;

    /// To a motor or visualization endpoint.
    fn frames(&self, url: &str) -> Result<Box<dyn FrameLink>, IoError>;
}

/// A control connection.
pub(crate) trait ControlLink: Send {
    /// Sends a message. An error means that the connection is of no use any more.
    fn send(&mut self, message: &[u8], timeout: Duration) -> Result<(), IoError>;

    /// The next message, if one comes in time. An error means that the connection is gone.
    fn receive(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, IoError>;
}

/// A connection that sensory frames are sent on.
pub(crate) trait SensoryLink: Send {
    /// Sends a frame; false when the brain does not take it in time. An error means that the
    /// connection is gone.
    fn send(&mut self, frame: &[u8], timeout: Duration) -> Result<bool, IoError>;

    /// Gives the sign of life that the brain may ask for. An error means that the connection is gone.
    fn tend(&mut self) -> Result<(), IoError>;
}

/// A connection that frames come in on.
pub(crate) trait FrameLink: Send {
    /// The next frame, if one comes in time. An error means that the connection is gone.
    fn receive(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, IoError>;
}

/// Makes connections to `address`, each within `timeout`.
///
/// # Errors
/// [`AgentError::NotBuilt`] when this build does not speak the protocol.
pub(crate) fn dialer(address: &Address, timeout: Duration) -> Result<Box<dyn Dialer>, AgentError> {
    let feature = match address.protocol() {
        #[cfg(feature = "zmq")]
        Protocol::Zmq => return Ok(Box::new(zmq::Zmq::new(address.to_string()))),
        #[cfg(feature = "websocket")]
        Protocol::WebSocket => return Ok(Box::new(websocket::Sockets::new(address.to_string(), timeout))),
        #[cfg(not(feature = "zmq"))]
        Protocol::Zmq => "zmq",
        _ => "websocket",
    };
    let _ = timeout;
    Err(AgentError::NotBuilt { address: address.to_string(), feature })
}
