//! WebSocket: a connection for control and one for each stream.

use std::time::Duration;

use feagi_io::core::IoError;
use feagi_io::transports::websocket::WebSocketClient;

use super::{ControlLink, Dialer, FrameLink, LARGEST_FRAME, SensoryLink};

/// A frame that is half sent cannot be taken back, so that giving up costs the connection.
const SHORTEST_SEND: Duration = Duration::from_secs(2);

pub(super) struct Sockets {
    address: String,
    timeout: Duration,
}

struct Connection(WebSocketClient);

impl Sockets {
    pub(super) const fn new(address: String, timeout: Duration) -> Self {
        Self { address, timeout }
    }

    fn connect(&self, url: &str) -> Result<Box<Connection>, IoError> {
        Ok(Box::new(Connection(WebSocketClient::connect(url, self.timeout, LARGEST_FRAME)?)))
    }
}

impl Dialer for Sockets {
    fn control(&self) -> Result<Box<dyn ControlLink>, IoError> {
        Ok(self.connect(&self.address)?)
    }

    fn sensory(&self, url: &str) -> Result<Box<dyn SensoryLink>, IoError> {
        Ok(self.connect(url)?)
    }

    fn frames(&self, url: &str) -> Result<Box<dyn FrameLink>, IoError> {
        Ok(self.connect(url)?)
    }
}

impl ControlLink for Connection {
    fn send(&mut self, message: &[u8], timeout: Duration) -> Result<(), IoError> {
        self.0.send(message, timeout)
    }

    fn receive(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, IoError> {
        self.0.receive(timeout)
    }
}

impl SensoryLink for Connection {
    fn send(&mut self, frame: &[u8], timeout: Duration) -> Result<bool, IoError> {
        self.0.send(frame, timeout.max(SHORTEST_SEND)).map(|()| true)
    }

    fn tend(&mut self) -> Result<(), IoError> {
        self.0.tend()
    }
}

impl FrameLink for Connection {
    fn receive(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, IoError> {
        self.0.receive(timeout)
    }
}
