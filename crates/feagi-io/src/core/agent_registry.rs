//! Who has a session.

use std::sync::Arc;
use std::time::Duration;

use feagi_serialization::AgentId;

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

/// All sessions, found by link and by agent.
#[derive(Debug, Default)]
pub struct AgentRegistry {}
