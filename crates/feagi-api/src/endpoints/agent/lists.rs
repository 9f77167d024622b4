//! Who is registered.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use feagi_io::core::{AgentInfo, Protocol, StreamType};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{StreamActivity, describe, unknown};
use crate::ApiState;
use crate::endpoints::network::authority;
use crate::refusal::Refusal;

/// Words for agents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Vocabulary {
    agent_types: Vec<&'static str>,
    capability_types: Vec<&'static str>,
}

/// What an agent may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentSummary {
    agent_name: String,
    capabilities: BTreeMap<&'static str, bool>,
    /// What it said about its devices, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    device_registrations: Option<Value>,
}

/// What is known of an agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentProperties {
    agent_name: String,
    /// `sensory`, `motor`, `both`, `visualization` or `infrastructure`.
    agent_type: &'static str,
    /// Empty: transports do not tell.
    agent_ip: String,
    /// Port of its first data endpoint; 0 when it has none.
    agent_data_port: u16,
    /// The address that it registered at.
    agent_router_address: String,
    agent_version: String,
    /// Empty: agents do not tell.
    controller_version: String,
    capabilities: BTreeMap<&'static str, bool>,
    /// The transport of its data.
    chosen_transport: &'static str,
}

/// Which agents.
#[derive(Debug, Deserialize)]
pub(crate) struct Filter {
    /// Only agents of this kind.
    agent_type: Option<String>,
    /// Only agents with one of these capabilities, separated by commas.
    capability: Option<String>,
    /// Whether to tell what they said about their devices.
    #[serde(default)]
    include_device_registrations: bool,
}

/// Which agent.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    /// Base64 of 48 bytes.
    agent_id: String,
}

/// Ids of all registered agents.
#[utoipa::path(get, path = "/v1/agent/list", tag = "agent", responses((status = OK, body = Vec<String>)))]
pub(crate) async fn list(State(state): State<ApiState>) -> Json<Vec<String>> {
    Json(state.agents().agents().iter().map(|agent| agent.agent_id.to_string()).collect())
}

/// Words for agents.
#[utoipa::path(get, path = "/v1/agent/capabilities", tag = "agent",
    responses((status = OK, body = Vocabulary)))]
pub(crate) async fn capabilities() -> Json<Vocabulary> {
    Json(Vocabulary {
        agent_types: describe::TYPES.to_vec(),
        capability_types: vec!["vision", "motor", "visualization", "sensory"],
    })
}

/// What registered agents may do, by id.
#[utoipa::path(get, path = "/v1/agent/capabilities/all", tag = "agent",
    params(
        ("agent_type" = Option<String>, Query, description = "Only agents of this kind"),
        ("capability" = Option<String>, Query, description = "Only agents with one of these, by commas"),
        ("include_device_registrations" = Option<bool>, Query, description = "Tell their devices too")),
    responses((status = OK, body = BTreeMap<String, AgentSummary>)))]
pub(crate) async fn all_capabilities(
    State(state): State<ApiState>,
    Query(filter): Query<Filter>,
) -> Json<BTreeMap<String, AgentSummary>> {
    let agents = state.agents().agents();
    let chosen = agents.iter().filter(|agent| filter.lets(agent));
    let summary = |agent: &AgentInfo| AgentSummary {
        agent_name: agent.descriptor.agent_name.clone(),
        capabilities: describe::capabilities(agent),
        device_registrations: filter.include_device_registrations.then(|| devices_of(&state, agent)),
    };
    Json(chosen.map(|agent| (agent.agent_id.to_string(), summary(agent))).collect())
}

/// What was said about an agent's devices over HTTP, else by its own connection; empty when nothing.
pub(super) fn devices_of(state: &ApiState, agent: &AgentInfo) -> Value {
    let devices = state.stored_devices(&agent.agent_id);
    devices.or_else(|| agent.devices.as_deref().cloned()).unwrap_or_else(|| json!({}))
}

impl Filter {
    fn lets(&self, agent: &AgentInfo) -> bool {
        let capabilities = describe::capabilities(agent);
        self.agent_type.as_deref().is_none_or(|kind| kind == describe::kind(agent))
            && self
                .capability
                .as_deref()
                .is_none_or(|wanted| wanted.split(',').any(|word| capabilities.contains_key(word.trim())))
    }
}

/// What is known of the agent in the query.
#[utoipa::path(get, path = "/v1/agent/properties", tag = "agent",
    params(("agent_id" = String, Query, description = "Base64 of 48 bytes")),
    responses((status = OK, body = AgentProperties), (status = 404, description = "Not registered")))]
pub(crate) async fn properties(
    State(state): State<ApiState>,
    Query(Which { agent_id }): Query<Which>,
) -> Result<Json<AgentProperties>, Refusal> {
    properties_of(&state, &agent_id)
}

/// What is known of the agent in the path.
#[utoipa::path(get, path = "/v1/agent/properties/{agent_id}", tag = "agent",
    params(("agent_id" = String, Path, description = "Base64 of 48 bytes")),
    responses((status = OK, body = AgentProperties), (status = 404, description = "Not registered")))]
pub(crate) async fn properties_by_path(
    State(state): State<ApiState>,
    Path(agent_id): Path<String>,
) -> Result<Json<AgentProperties>, Refusal> {
    properties_of(&state, &agent_id)
}

fn properties_of(state: &ApiState, agent_id: &str) -> Result<Json<AgentProperties>, Refusal> {
    let agent = state.agents().agent(agent_id).ok_or_else(|| unknown(agent_id))?;
    let port = |url: &str| url.rsplit(':').next().and_then(|port| port.parse().ok());
    let config = &state.addresses().agents;
    let control = match agent.protocol {
        Protocol::WebSocket => config.websocket.as_ref().map(|pool| ("ws", pool.control)),
        _ => config.zmq.as_ref().map(|pool| ("tcp", pool.control)),
    };
    Ok(Json(AgentProperties {
        agent_name: agent.descriptor.agent_name.clone(),
        agent_type: describe::kind(&agent),
        agent_ip: String::new(),
        agent_data_port: agent.endpoints.first().and_then(|endpoint| port(&endpoint.url)).unwrap_or(0),
        agent_router_address: control
            .map(|(scheme, port)| format!("{scheme}://{}", authority(config.advertised(), port)))
            .unwrap_or_default(),
        agent_version: agent.descriptor.agent_version.to_string(),
        controller_version: String::new(),
        capabilities: describe::capabilities(&agent),
        chosen_transport: describe::transport(agent.protocol),
    }))
}

/// Everything that is known of an agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentDetails {
    agent_id: String,
    /// Always `active`: sessions that end are forgotten.
    status: &'static str,
    manufacturer: String,
    #[serde(flatten)]
    properties: AgentProperties,
    /// Seconds from the start of the program to the registration.
    registered_at_seconds: f64,
    endpoints: Vec<StreamActivity>,
}

/// The word for a stream.
pub(crate) const fn stream_name(stream: StreamType) -> &'static str {
    match stream {
        StreamType::Control => "control",
        StreamType::Sensory => "sensory",
        StreamType::Motor => "motor",
        StreamType::Visualization => "visualization",
    }
}

/// Everything that is known of an agent.
#[utoipa::path(get, path = "/v1/agent/info/{agent_id}", tag = "agent",
    params(("agent_id" = String, Path, description = "Base64 of 48 bytes")),
    responses((status = OK, body = AgentDetails), (status = 404, description = "Not registered")))]
pub(crate) async fn info(
    State(state): State<ApiState>,
    Path(agent_id): Path<String>,
) -> Result<Json<AgentDetails>, Refusal> {
    let Json(properties) = properties_of(&state, &agent_id)?;
    let agent = state.agents().agent(&agent_id).ok_or_else(|| unknown(&agent_id))?;
    let endpoints = agent.endpoints.iter();
    let endpoints = endpoints.map(|end| StreamActivity::new(end.stream, end.url.clone(), &end.activity));
    Ok(Json(AgentDetails {
        status: "active",
        manufacturer: agent.descriptor.manufacturer.clone(),
        properties,
        registered_at_seconds: agent.since.as_secs_f64(),
        endpoints: endpoints.collect(),
        agent_id,
    }))
}
