//! The words of the peripheral nervous system.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{Sender, TrySendError};
use feagi_types::{CorticalId, Dimensions};

use super::{Activity, Intake};

pub use feagi_serialization::SharedFBC;

/// What a stream carries, and with it how it is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamType {
    /// Registration, heartbeat, configuration, leave: reliable and in order.
    Control,
    /// Agent to brain: the newest frame of an area wins.
    Sensory,
    /// Brain to agent: the newest frame wins.
    Motor,
    /// Brain to viewer: the newest frame wins.
    Visualization,
}

/// What an agent asks to be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Push sensory data.
    SendSensorData,
    /// Receive motor data.
    ReceiveMotorData,
    /// Receive all voxels that fired.
    ReceiveNeuronVisualizations,
}

impl Capability {
    /// The stream that serves the capability.
    #[must_use]
    pub const fn stream(self) -> StreamType {
        match self {
            Self::SendSensorData => StreamType::Sensory,
            Self::ReceiveMotorData => StreamType::Motor,
            Self::ReceiveNeuronVisualizations => StreamType::Visualization,
        }
    }
}

/// The transport that an agent wants its data to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// ZeroMQ over TCP.
    Zmq,
    /// WebSocket, one binary message a frame.
    WebSocket,
    /// Bluetooth serial; no server offers it.
    BluetoothSerial,
    /// Memory shared by two processes.
    SharedMemory,
}

/// Who an agent says it is. Two registrations with the same descriptor are the same agent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentDescriptor {
    /// Maker of the agent.
    pub manufacturer: String,
    /// Name of the agent.
    pub agent_name: String,
    /// Version of the agent.
    pub agent_version: u32,
}

/// A control connection: a peer of a ZeroMQ router or an open WebSocket. Unique in the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId {
    /// Position of the transport among those of the process.
    pub transport: u8,
    /// The transport's own number for the peer; never used again for another one.
    pub peer: u64,
}

/// A data endpoint that was opened for an agent. Unique in the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointId(pub u64);

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// What a transport has to know to open a data endpoint for an agent.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Its name from now on.
    pub endpoint: EndpointId,
    /// What it carries; never [`StreamType::Control`].
    pub stream: StreamType,
    /// Host to listen at, without scheme.
    pub host: String,
    /// Port to listen at; 0 lets the system choose (the transport then reports the real one).
    pub port: u16,
    /// The agent it belongs to.
    pub agent_id: Arc<str>,
    /// Where the transport counts what passes and who is connected.
    pub activity: Arc<Activity>,
    /// Where frames of a sensory endpoint go; `None` for the other streams.
    pub intake: Option<Arc<Intake>>,
}

/// What transports hear on control connections, and what the program asks of sessions.
#[derive(Debug)]
pub enum ControlEvent {
    /// A message of a peer.
    Message {
        /// The connection it came by; answers go there.
        link: LinkId,
        /// The message, not looked at yet.
        bytes: Vec<u8>,
    },
    /// A connection is gone for good. ZeroMQ routers cannot tell and never send this.
    Closed {
        /// The connection.
        link: LinkId,
    },
    /// A sign of life of an agent that came by another way.
    Beat {
        /// The agent.
        agent_id: Arc<str>,
    },
    /// The session of an agent shall end.
    Dismiss {
        /// The agent.
        agent_id: Arc<str>,
    },
}

/// Messages above this size take a place only while few events wait, so that what waits is bounded in
/// bytes, too: nobody has to be registered to send a large message.
const LARGE_MESSAGE: usize = 16 << 10;
/// Events that may wait in front of a large message.
const FEW_EVENTS: usize = 64;

/// Where a transport puts what it hears on control connections: one bounded channel for all
/// transports. A message that finds it full is dropped and counted; one of more than 16 KiB also when
/// 64 events wait.
#[derive(Clone, Debug)]
pub struct Inbound {
    transport: u8,
    events: Sender<ControlEvent>,
    dropped: Arc<AtomicU64>,
}

impl Inbound {
    /// For the transport at this position; `events` is shared by all.
    #[must_use]
    pub fn new(transport: u8, events: Sender<ControlEvent>) -> Self {
        Self { transport, events, dropped: Arc::default() }
    }

    /// The same with another counter of dropped messages.
    pub(crate) fn counting(self, dropped: Arc<AtomicU64>) -> Self {
        Self { dropped, ..self }
    }

    /// A message of a peer that can wait.
    ///
    /// # Errors
    /// Gives the message back while there is no room. The transport tries again soon and reads nothing
    /// more of the peer until then: who floods is slowed down, and nobody's message is lost.
    pub fn offer(&self, peer: u64, bytes: Vec<u8>) -> Result<(), Vec<u8>> {
        if bytes.len() > LARGE_MESSAGE && self.events.len() >= FEW_EVENTS {
            return Err(bytes);
        }
        let link = LinkId { transport: self.transport, peer };
        match self.events.try_send(ControlEvent::Message { link, bytes }) {
            Err(TrySendError::Full(ControlEvent::Message { bytes, .. })) => Err(bytes),
            // Without a receiver it need not be tried again.
            _ => Ok(()),
        }
    }

    /// A message of a peer that cannot wait. Returns whether there was room.
    pub fn message(&self, peer: u64, bytes: Vec<u8>) -> bool {
        let fits = bytes.len() <= LARGE_MESSAGE || self.events.len() < FEW_EVENTS;
        let event = ControlEvent::Message { link: LinkId { transport: self.transport, peer }, bytes };
        let room = fits && self.events.try_send(event).is_ok();
        if !room {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        room
    }

    /// A peer is gone for good. Waits for room, because nobody would tell again.
    pub fn closed(&self, peer: u64) {
        let _ = self.events.send(ControlEvent::Closed { link: LinkId { transport: self.transport, peer } });
    }

    /// A peer is gone for good, told by a task, which must not wait. Returns whether it need not be
    /// told again.
    pub fn try_closed(&self, peer: u64) -> bool {
        let event = ControlEvent::Closed { link: LinkId { transport: self.transport, peer } };
        !matches!(self.events.try_send(event), Err(TrySendError::Full(_)))
    }

    /// Messages that found no room.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

/// An area that an agent's devices need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaRequest {
    /// Id of the input or output area.
    pub id: CorticalId,
    /// Name for people, such as `Rotary Motor Unit 0`.
    pub name: String,
    /// Smallest size that serves the devices, in voxels.
    pub dimensions: Dimensions,
}

/// Why something between agents and the brain failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IoError {
    /// An address cannot be listened at.
    #[error("cannot listen at {address}: {reason}; choose another port or stop the program that has it")]
    Bind {
        /// The address.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// A peer cannot be reached.
    #[error("cannot connect to {address}: {reason}")]
    Connect {
        /// The address.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// An endpoint is unknown or of another kind.
    #[error("endpoint {0} does not exist")]
    UnknownEndpoint(EndpointId),
    /// The peer of a control connection is gone.
    #[error("the control connection is gone")]
    UnknownLink(LinkId),
    /// The transport was not started or has been stopped.
    #[error("the {0} transport is not running")]
    NotRunning(&'static str),
    /// A setting cannot be used.
    #[error("setting {name}: {problem}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// What is wrong and what to write instead.
        problem: String,
    },
    /// Something that the transport's library or the system reports.
    #[error("{transport}: {reason}")]
    Transport {
        /// Name of the transport.
        transport: &'static str,
        /// What it says.
        reason: String,
    },
    /// Compressed bytes are not what their size prefix says, or larger than allowed.
    #[error("compressed frame: {0}")]
    Compression(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_messages_wait_only_behind_few_events() {
        let (sender, events) = crossbeam_channel::bounded(100);
        let inbound = Inbound::new(0, sender);
        let large = || vec![0; LARGE_MESSAGE + 1];
        let taken = (0..100).filter(|_| inbound.message(1, large())).count();
        assert_eq!(taken, FEW_EVENTS);
        assert!(inbound.message(2, vec![0; LARGE_MESSAGE]), "small ones have the whole channel");
        let taken = (0..100).filter(|_| inbound.message(2, vec![0; 70])).count();
        assert_eq!((taken, inbound.dropped()), (35, 36 + 65));
        assert_eq!(events.try_iter().take(37).count(), 37);
        assert!(inbound.message(1, large()));
    }
}
