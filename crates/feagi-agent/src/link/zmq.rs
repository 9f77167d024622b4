//! ZeroMQ: connections that libzmq makes and remakes in the background, so that none ever breaks.

use std::time::Duration;

use feagi_io::core::IoError;
use feagi_io::transports::zmq::{ControlSocket, PushSocket, SubscribeSocket, ZmqClient, ZmqSettings};

use super::{ControlLink, Dialer, FrameLink, SensoryLink};

/// How long a socket goes on sending what it has when the agent leaves.
const LINGER: Duration = Duration::from_millis(200);

pub(super) struct Zmq {
    address: String,
    client: ZmqClient,
}

struct Control(ControlSocket);
struct Sensory(PushSocket);
struct Frames(SubscribeSocket);

impl Zmq {
    pub(super) fn new(address: String) -> Self {
        let mut settings = ZmqSettings::default();
        settings.linger = LINGER;
        Self { address, client: ZmqClient::new(settings) }
    }
}

impl Dialer for Zmq {
    fn control(&self) -> Result<Box<dyn ControlLink>, IoError> {
        Ok(Box::new(Control(self.client.control(&self.address)?)))
    }

    fn sensory(&self, url: &str) -> Result<Box<dyn SensoryLink>, IoError> {
        Ok(Box::new(Sensory(self.client.push(url)?)))
    }

    fn frames(&self, url: &str) -> Result<Box<dyn FrameLink>, IoError> {
        Ok(Box::new(Frames(self.client.subscribe(url)?)))
    }
}

impl ControlLink for Control {
    fn send(&mut self, message: &[u8], timeout: Duration) -> Result<(), IoError> {
        self.0.send(message, timeout)
    }

    fn receive(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, IoError> {
        self.0.receive(timeout)
    }
}

impl SensoryLink for Sensory {
    fn send(&mut self, frame: &[u8], timeout: Duration) -> Result<bool, IoError> {
        // The one thing that goes wrong with such a socket is that its queue is full.
        Ok(self.0.send(frame, timeout).is_ok())
    }

    fn tend(&mut self) -> Result<(), IoError> {
        Ok(())
    }
}

impl FrameLink for Frames {
    fn receive(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, IoError> {
        self.0.receive(timeout)
    }
}
