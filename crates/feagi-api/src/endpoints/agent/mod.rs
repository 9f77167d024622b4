//! Agents: who is registered, what they said, and stimulation by hand.

mod activity;
mod describe;
mod devices;
mod lists;
mod session;
mod stimulation;

pub(crate) use activity::*;
pub(crate) use devices::*;
pub(crate) use lists::*;
pub(crate) use session::*;
pub(crate) use stimulation::*;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::refusal::Refusal;

/// Which agent.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AgentName {
    /// Base64 of 48 bytes.
    agent_id: String,
}

/// The published server's words for an agent that is not registered.
fn unknown(agent_id: &str) -> Refusal {
    Refusal::missing(format!("agent 'Agent not found: Agent {agent_id} not found' not found"))
}

/// Bytes of an agent id.
const ID_BYTES: usize = 48;

/// Checks that `agent_id` is base64 of 48 bytes.
fn check_id(agent_id: &str) -> Result<(), Refusal> {
    // Longer texts cannot be right, and need not be decoded.
    let decoded = (agent_id.len() <= 2 * ID_BYTES).then(|| STANDARD.decode(agent_id).ok()).flatten();
    let problem = match decoded {
        Some(bytes) if bytes.len() == ID_BYTES => return Ok(()),
        Some(bytes) => format!("expected {ID_BYTES} bytes, got {}", bytes.len()),
        None => format!("expected base64 of {ID_BYTES} bytes"),
    };
    Err(Refusal::invalid(format!("Invalid agent_id (expected AgentID base64): {problem}")))
}
