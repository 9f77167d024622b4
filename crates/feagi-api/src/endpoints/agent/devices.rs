//! What agents say about their devices.

use axum::Json;
use axum::extract::{Path, State};
use feagi_io::wire::current::devices::areas;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{check_id, devices_of, unknown};
use crate::ApiState;
use crate::refusal::Refusal;
use crate::state::Stored;

/// The devices of an agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Devices {
    agent_id: String,
    /// As the agent said it.
    #[schema(value_type = Object)]
    device_registrations: Value,
}

/// What an agent says about its devices.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewDevices {
    /// In the form of the agents' own messages.
    #[schema(value_type = Object)]
    device_registrations: Map<String, Value>,
}

/// Whether it was understood.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DevicesKept {
    agent_id: String,
    success: bool,
    message: String,
}

/// The devices of an agent.
#[utoipa::path(get, path = "/v1/agent/{agent_id}/device_registrations", tag = "agent",
    params(("agent_id" = String, Path, description = "Base64 of 48 bytes")),
    responses((status = OK, body = Devices), (status = 400, description = "No agent id"),
        (status = 404, description = "Not registered")))]
pub(crate) async fn device_registrations(
    State(state): State<ApiState>,
    Path(agent_id): Path<String>,
) -> Result<Json<Devices>, Refusal> {
    check_id(&agent_id)?;
    let device_registrations = match state.agents().agent(&agent_id) {
        Some(agent) => devices_of(&state, &agent),
        None if state.is_stored(&agent_id) => state.stored_devices(&agent_id).unwrap_or_else(|| json!({})),
        None => return Err(unknown(&agent_id)),
    };
    Ok(Json(Devices { agent_id, device_registrations }))
}

/// Keeps what an agent says about its devices and makes the areas that they need.
#[utoipa::path(post, path = "/v1/agent/{agent_id}/device_registrations", tag = "agent",
    params(("agent_id" = String, Path, description = "Base64 of 48 bytes")), request_body = NewDevices,
    responses((status = OK, body = DevicesKept), (status = 400, description = "No agent id"),
        (status = 404, description = "Not registered")))]
pub(crate) async fn set_device_registrations(
    State(state): State<ApiState>,
    Path(agent_id): Path<String>,
    Json(NewDevices { device_registrations }): Json<NewDevices>,
) -> Result<Json<DevicesKept>, Refusal> {
    check_id(&agent_id)?;
    if state.agents().agent(&agent_id).is_none() && !state.is_stored(&agent_id) {
        return Err(unknown(&agent_id));
    }
    let devices = Value::Object(device_registrations);
    let (requests, mut problems) = areas(&devices);
    state.store(Stored::new(agent_id.clone(), Some(&devices))?);
    let growth = state.require(requests).await?;
    problems.extend(growth.refusals.iter().map(ToString::to_string));
    let message = match problems.len() {
        0 => String::from("Device registrations imported"),
        _ => format!("Device registrations imported, but: {}", problems.join("; ")),
    };
    Ok(Json(DevicesKept { agent_id, success: problems.is_empty(), message }))
}
