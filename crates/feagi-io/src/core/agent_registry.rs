//! Who has a session.

use std::sync::Arc;
use std::time::Duration;

use feagi_serialization::AgentId;

use super::heartbeat::{Pulse, Silence};
use super::slots::Slot;
use super::{Activity, AgentDescriptor, Capability, EndpointId, LinkId, Protocol, StreamType};

/// A registered agent.
#[derive(Clone, Debug)]
pub struct AgentInfo {
    /// Its name in text: in the `current` wire profile the base64 of [`AgentInfo::session`].
    pub agent_id: Arc<str>,
    /// Its id in container headers.
    pub session: AgentId,
    /// Who it says it is.
    pub descriptor: Arc<AgentDescriptor>,
    /// What it may do, in the order of its request.
    pub capabilities: Vec<Capability>,
    /// The transport of its data.
    pub protocol: Protocol,
    /// Its control connection.
    pub link: LinkId,
    /// When it registered, since the start of the server.
    pub since: Duration,
    /// Its data endpoints.
    pub endpoints: Vec<AgentEndpoint>,
    /// What it last said about its devices, as it said it.
    pub devices: Option<Arc<serde_json::Value>>,
    /// How long it has been silent; goes on counting.
    pub silence: Arc<Silence>,
}

/// A data endpoint of an agent.
#[derive(Clone, Debug)]
pub struct AgentEndpoint {
    /// Its name.
    pub id: EndpointId,
    /// What it carries.
    pub stream: StreamType,
    /// Where the agent connects to.
    pub url: String,
    /// What passed, and who is connected.
    pub activity: Arc<Activity>,
}

/// A session: what everybody may know of the agent, and what keeps the session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) info: AgentInfo,
    /// The ports of the endpoints, in the same order.
    pub(super) slots: Vec<Slot>,
    pub(super) pulse: Pulse,
}

/// All sessions, found by link and by agent, in the order of registration. They are few, so that
/// searching a list is faster than any map, and its order is the same in every run.
#[derive(Debug, Default)]
pub struct AgentRegistry {
    sessions: Vec<Session>,
}

impl AgentRegistry {
    /// Number of sessions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether nobody is registered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// All agents, in the order of registration.
    pub fn agents(&self) -> impl Iterator<Item = &AgentInfo> {
        self.sessions.iter().map(|session| &session.info)
    }

    /// Takes a session; its link and its id must be new.
    pub(super) fn add(&mut self, session: Session) {
        self.sessions.push(session);
    }

    pub(super) fn by_link(&mut self, link: LinkId) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.info.link == link)
    }

    pub(super) fn by_agent(&mut self, agent_id: &str) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| &*session.info.agent_id == agent_id)
    }

    pub(super) fn by_descriptor(&mut self, descriptor: &AgentDescriptor) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| *session.info.descriptor == *descriptor)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        self.sessions.iter_mut()
    }

    /// Ends the first session of which this holds.
    pub(super) fn remove(&mut self, matches: impl FnMut(&Session) -> bool) -> Option<Session> {
        let at = self.sessions.iter().position(matches)?;
        Some(self.sessions.remove(at))
    }
}
