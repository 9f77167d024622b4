//! Coming, staying and going over HTTP. A session itself needs the control connection of a transport.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{AgentName, check_id};
use crate::ApiState;
use crate::endpoints::network::Ports;
use crate::refusal::Refusal;
use crate::state::Stored;

/// An agent that wants to know where to connect. All members have to be there, few are needed.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Registration {
    /// Base64 of the 48 bytes of its descriptor.
    agent_id: String,
    #[serde(rename = "agent_type")]
    _agent_type: String,
    #[serde(rename = "agent_data_port")]
    _agent_data_port: u16,
    #[serde(rename = "agent_version")]
    _agent_version: String,
    #[serde(rename = "controller_version")]
    _controller_version: String,
    /// What it can do; `device_registrations` in it are kept.
    #[schema(value_type = Object)]
    capabilities: Map<String, Value>,
}

/// Where an agent connects to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Registered {
    status: &'static str,
    success: bool,
    message: &'static str,
    /// Nothing is known before the agent has connected.
    cortical_areas: BTreeMap<String, bool>,
    /// `websocket` or `zmq`.
    recommended_transport: &'static str,
    transports: Vec<Offer>,
}

/// A transport on offer.
#[derive(Debug, Serialize, ToSchema)]
struct Offer {
    transport_type: &'static str,
    enabled: bool,
    host: String,
    ports: Ports,
}

/// Keeps what an agent says of itself and tells where it connects to.
#[utoipa::path(post, path = "/v1/agent/register", tag = "agent", request_body = Registration,
    responses((status = OK, body = Registered), (status = 400, description = "No agent id")))]
pub(crate) async fn register(
    State(state): State<ApiState>,
    Json(request): Json<Registration>,
) -> Result<Json<Registered>, Refusal> {
    check_id(&request.agent_id)?;
    let devices = request.capabilities.get("device_registrations");
    state.store(Stored::new(request.agent_id, devices)?);
    let agents = &state.addresses().agents;
    let pools = [("zmq", agents.zmq.as_ref()), ("websocket", agents.websocket.as_ref())];
    let offers = pools.into_iter().filter(|(_, pool)| pool.is_some()).map(|(transport_type, pool)| Offer {
        transport_type,
        enabled: true,
        host: agents.advertised().to_owned(),
        ports: Ports::of(pool),
    });
    Ok(Json(Registered {
        status: "success",
        success: true,
        message: "Agent configuration stored. Connect via ZMQ/WebSocket for full registration",
        cortical_areas: BTreeMap::new(),
        recommended_transport: if agents.websocket.is_some() { "websocket" } else { "zmq" },
        transports: offers.collect(),
    }))
}

/// An answer in words, and whether it worked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Outcome {
    message: String,
    success: bool,
}

/// Counts as a sign of life of a registered agent.
#[utoipa::path(post, path = "/v1/agent/heartbeat", tag = "agent", request_body = AgentName,
    responses((status = OK, body = Outcome), (status = 404, description = "Not registered")))]
pub(crate) async fn heartbeat(
    State(state): State<ApiState>,
    Json(AgentName { agent_id }): Json<AgentName>,
) -> Result<Json<Outcome>, Refusal> {
    if !state.agents().beat(&agent_id) {
        return Err(Refusal::missing(format!("agent 'Agent {agent_id} not in registry' not found")));
    }
    Ok(Json(Outcome { message: format!("Heartbeat received from {agent_id}"), success: true }))
}

/// Ends the session of an agent.
#[utoipa::path(delete, path = "/v1/agent/deregister", tag = "agent", request_body = AgentName,
    responses((status = OK, body = Outcome), (status = 500, description = "Not registered")))]
pub(crate) async fn deregister(
    State(state): State<ApiState>,
    Json(AgentName { agent_id }): Json<AgentName>,
) -> Result<Json<Outcome>, Refusal> {
    if !state.agents().dismiss(&agent_id) {
        let message = format!("Deregistration failed: Agent not found: Agent {agent_id} not found");
        return Err(Refusal::failed(message));
    }
    Ok(Json(Outcome { message: format!("Agent {agent_id} deregistered"), success: true }))
}
