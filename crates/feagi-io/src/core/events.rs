//! What the brain and the peripheral nervous system tell each other, as values of signals.

use std::sync::Arc;

use super::{AgentInfo, AreaRequest, Departure, SharedFBC};

/// Visualization data of a burst is ready to be sent.
pub type VisualizationReadyEvent = SharedFBC;

/// Motor data for one agent.
#[derive(Clone, Debug)]
pub struct MotorCommandEvent {
    /// The agent; in the `current` wire profile the base64 of its 48-byte id.
    pub agent_id: Arc<str>,
    /// The frame.
    pub fbc: SharedFBC,
}

/// Sensory data of an agent came in. The container is valid; its structs are not looked at yet.
#[derive(Clone, Debug)]
pub struct SensoryDataEvent {
    /// The agent.
    pub agent_id: Arc<str>,
    /// The frame.
    pub fbc: SharedFBC,
}

/// An agent has a session now.
#[derive(Clone, Debug)]
pub struct AgentRegisteredEvent {
    /// The agent.
    pub info: AgentInfo,
}

/// The session of an agent is over.
#[derive(Clone, Debug)]
pub struct AgentDisconnectedEvent {
    /// The agent.
    pub agent_id: Arc<str>,
    /// How it ended.
    pub departure: Departure,
}

/// An agent has said what devices it has.
#[derive(Clone, Debug)]
pub struct DevicesConfiguredEvent {
    /// The agent.
    pub agent_id: Arc<str>,
    /// The areas that its devices need.
    pub areas: Arc<[AreaRequest]>,
}
