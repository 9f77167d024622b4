//! What passes between the brain and those who are connected now.

use axum::Json;
use axum::extract::State;
use feagi_io::core::{Activity, AgentInfo, StreamType};
use serde::Serialize;
use utoipa::ToSchema;

use super::{describe, stream_name};
use crate::ApiState;
use crate::stream::{PATH, Sitter};

/// An agent or a viewer that is connected, and what has passed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentActivity {
    /// Base64 of 48 bytes for agents, `page-N` for viewers of this interface.
    agent_id: String,
    name: String,
    /// Empty for viewers.
    manufacturer: String,
    /// Empty for viewers.
    version: String,
    /// The transport of its data.
    protocol: &'static str,
    /// `sensory`, `motor` and `visualization`, as it may.
    capabilities: Vec<&'static str>,
    /// How long it has been silent, in milliseconds: for agents in steps of a second.
    silent_ms: u64,
    streams: Vec<StreamActivity>,
}

/// What passed on a data endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StreamActivity {
    /// `sensory`, `motor` or `visualization`.
    stream: &'static str,
    url: String,
    frames: u64,
    bytes: u64,
    frames_dropped: u64,
    frames_refused: u64,
    /// Connections that are open now.
    peers: u32,
}

impl StreamActivity {
    pub(super) fn new(stream: StreamType, url: String, activity: &Activity) -> Self {
        Self {
            stream: stream_name(stream),
            url,
            frames: activity.frames(),
            bytes: activity.bytes(),
            frames_dropped: activity.frames_dropped(),
            frames_refused: activity.frames_refused(),
            peers: activity.peers(),
        }
    }
}

impl AgentActivity {
    fn of_agent(agent: &AgentInfo) -> Self {
        let streams = agent.endpoints.iter();
        let streams =
            streams.map(|end| StreamActivity::new(end.stream, end.url.clone(), &end.activity)).collect();
        let capabilities = agent.capabilities.iter();
        Self {
            agent_id: agent.agent_id.to_string(),
            name: agent.descriptor.agent_name.clone(),
            manufacturer: agent.descriptor.manufacturer.clone(),
            version: agent.descriptor.agent_version.to_string(),
            protocol: describe::protocol(agent.protocol),
            capabilities: capabilities.map(|capability| stream_name(capability.stream())).collect(),
            silent_ms: agent.silence.ms(),
            streams,
        }
    }

    fn of_viewer(sitter: &Sitter) -> Self {
        let stream = StreamType::Visualization;
        Self {
            agent_id: format!("page-{}", sitter.number),
            name: sitter.program.clone(),
            manufacturer: String::new(),
            version: String::new(),
            protocol: "WebSocket",
            capabilities: vec![stream_name(stream)],
            silent_ms: sitter.silent_ms(),
            streams: vec![StreamActivity::new(stream, PATH.to_owned(), &sitter.activity)],
        }
    }
}

/// Who is connected, agents first, and what has passed since they came.
#[utoipa::path(get, path = "/v1/agent/activity", tag = "agent",
    responses((status = OK, body = Vec<AgentActivity>)))]
pub(crate) async fn activity(State(state): State<ApiState>) -> Json<Vec<AgentActivity>> {
    let agents = state.agents().agents();
    let viewers = state.viewers().list();
    let agents = agents.iter().map(AgentActivity::of_agent);
    Json(agents.chain(viewers.iter().map(|sitter| AgentActivity::of_viewer(sitter))).collect())
}
