//! The session state machine: control messages and time in, actions out. It knows no socket and no
//! clock, so that it runs in tests as it runs in life.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use feagi_structures::FeagiSignal;

use super::{
    AgentInfo, AreaRequest, EndpointId, IoError, LinkId, Opening, PNSConfig, Protocol, SensoryDataEvent,
};

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Departure {
    /// The agent left.
    Left,
    /// The agent registered again and got a new session.
    Replaced,
    /// No sign of life for too long.
    TimedOut,
    /// Its connections are gone.
    Disconnected,
}

/// What has to be done now, in this order.
#[derive(Debug)]
pub enum Action {
    /// Send a message to the peer of a link.
    Reply {
        /// The link.
        link: LinkId,
        /// The message, encoded.
        message: Vec<u8>,
    },
    /// Open a data endpoint and tell [`ControlPlane::opened`] what came of it.
    Open {
        /// The transport to open it at.
        protocol: Protocol,
        /// What to open.
        opening: Opening,
    },
    /// Close a data endpoint.
    Close {
        /// The transport that has it.
        protocol: Protocol,
        /// The endpoint.
        endpoint: EndpointId,
    },
    /// An agent has a session now.
    Registered(AgentInfo),
    /// A session is over. Its endpoints are closed by actions of their own.
    Departed {
        /// The agent.
        info: AgentInfo,
        /// How it ended.
        departure: Departure,
    },
    /// An agent has said what devices it has.
    Configured {
        /// The agent.
        info: AgentInfo,
        /// The areas that its devices need.
        areas: Vec<AreaRequest>,
    },
}

/// The session state machine.
pub struct ControlPlane {}

impl ControlPlane {
    /// Without sessions. `new_id` makes the random bytes of agent ids; `sensory` is the signal that
    /// sensory frames are told by.
    #[must_use]
    pub fn new(
        _config: &PNSConfig,
        _new_id: impl FnMut() -> feagi_serialization::AgentId + Send + 'static,
        _sensory: Arc<Mutex<FeagiSignal<SensoryDataEvent>>>,
    ) -> Self {
        Self {}
    }

    /// Takes a control message.
    pub fn receive(&mut self, _link: LinkId, _message: &[u8], _now: Duration) {}

    /// Takes the news that a control connection is gone.
    pub fn closed(&mut self, _link: LinkId, _now: Duration) {}

    /// Takes a sign of life of an agent that came by another way than its link.
    pub fn beat(&mut self, _agent_id: &str, _now: Duration) {}

    /// Ends the session of an agent.
    pub fn dismiss(&mut self, _agent_id: &str, _now: Duration) {}

    /// Device configurations by descriptor, oldest first.
    pub fn remembered(
        &self,
    ) -> impl Iterator<Item = (&Arc<super::AgentDescriptor>, &Arc<serde_json::Value>)> {
        std::iter::empty()
    }

    /// Takes the outcome of [`Action::Open`]: the address for the agent, or why it failed.
    pub fn opened(&mut self, _endpoint: EndpointId, _outcome: Result<String, IoError>, _now: Duration) {}

    /// Looks at all sessions for signs of life and ends the dead ones.
    pub fn scan(&mut self, _now: Duration) {}

    /// The next thing to do.
    pub fn next_action(&mut self) -> Option<Action> {
        None
    }

    /// All sessions, in the order of registration.
    pub fn agents(&self) -> impl Iterator<Item = &AgentInfo> {
        std::iter::empty()
    }
}
