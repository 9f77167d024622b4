//! What all transports share and no socket is needed for.

mod activity;
mod agent_registry;
mod config;
mod control;
mod directory;
mod events;
mod heartbeat;
mod intake;
mod outlet;
mod registration;
mod remembered;
mod slots;
mod types;

pub use activity::Activity;
pub use agent_registry::{AgentEndpoint, AgentInfo, AgentRegistry};
pub use config::{Limits, LivenessSettings, PNSConfig, PortPool};
pub use control::{Action, ControlPlane, Departure};
pub use directory::{Counters, Directory};
pub use events::{
    AgentDisconnectedEvent, AgentRegisteredEvent, DevicesConfiguredEvent, MotorCommandEvent,
    SensoryDataEvent, VisualizationReadyEvent,
};
pub use heartbeat::Silence;
pub use intake::{Intake, Refusal};
pub use outlet::Outlet;
pub use types::{
    AgentDescriptor, AreaRequest, Capability, ControlEvent, EndpointId, Inbound, IoError, LinkId, Opening,
    Protocol, SharedFBC, StreamType,
};
