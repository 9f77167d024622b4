//! Why a call of an agent failed.

use std::time::Duration;

use feagi_io::core::{Capability, IoError};
use feagi_io::wire::current::client::ClientError;
use feagi_serialization::DataError;

use crate::AddressError;

/// Why a call of an agent failed. A brain that is away for a while is none of these: the agent comes
/// back by itself, and [`Delivery`](crate::Delivery) and [`Status`](crate::Status) tell.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AgentError {
    /// A text is no address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// This build cannot speak the address's protocol.
    #[error("{address}: this build has no such transport; build feagi-agent with the feature {feature}")]
    NotBuilt {
        /// The address.
        address: String,
        /// The missing feature.
        feature: &'static str,
    },
    /// The brain, or a data endpoint that it named, cannot be reached.
    #[error("{}; start the brain, or give the address where it listens", named(.address, .reason))]
    Unreachable {
        /// The brain's address.
        address: String,
        /// What the transport says.
        reason: IoError,
    },
    /// Nobody answered a registration.
    #[error(
        "{address}: nobody answered within {} s; start the brain, or give the address where it listens",
        .waited.as_secs_f32()
    )]
    NoAnswer {
        /// The brain's address.
        address: String,
        /// How long was waited.
        waited: Duration,
    },
    /// The brain refused the agent.
    #[error("{address}: {reason}")]
    Session {
        /// The brain's address.
        address: String,
        /// What became of the session, and what to do.
        reason: ClientError,
    },
    /// The brain stopped answering, or does not know the session any more.
    #[error("{address}: the brain stopped answering; the agent registers again by itself")]
    Lost {
        /// The brain's address.
        address: String,
    },
    /// The connection that carries frames broke.
    #[error("{address}: the connection for {stream} broke: {reason}; the agent registers again by itself")]
    Broken {
        /// The brain's address.
        address: String,
        /// What it carried.
        stream: &'static str,
        /// What the transport says.
        reason: String,
    },
    /// The brain's answer names no endpoint that can be used.
    #[error(
        "{address}: the brain offers no usable endpoint for {capability:?}; update it, or use another transport"
    )]
    NoEndpoint {
        /// The brain's address.
        address: String,
        /// What was asked for.
        capability: Capability,
    },
    /// The agent did not ask for what it now wants to do.
    #[error("the agent did not ask for {0:?} when it registered; ask for it in its settings")]
    NotAsked(Capability),
    /// No capability was asked for.
    #[error(
        "an agent without a capability can do nothing; ask for sensing, acting or watching in its settings"
    )]
    NoCapability,
    /// A description of devices that no brain understands.
    #[error("devices: {}", .0.join("; "))]
    Devices(Vec<String>),
    /// A description of devices that is larger than brains accept.
    #[error("devices: the description takes {bytes} bytes, brains accept {limit}; describe fewer devices")]
    TooManyDevices {
        /// Bytes that it takes.
        bytes: usize,
        /// Bytes that brains accept.
        limit: usize,
    },
    /// Voxels that fit into no frame.
    #[error("sensory frame: {0}")]
    Frame(#[from] DataError),
    /// The session was left, or its thread died.
    #[error("{address}: the agent has left; connect a new one")]
    Over {
        /// The brain's address.
        address: String,
    },
    /// The brain did not confirm that the agent left.
    #[error("{address}: the leave was not confirmed in time; the brain ends the session by itself")]
    LeaveNotConfirmed {
        /// The brain's address.
        address: String,
    },
    /// No thread could be started.
    #[error("no thread for the agent could be started: {0}; free some resources")]
    Thread(#[from] std::io::Error),
}

/// What a transport says, with the brain's address unless it is named there.
fn named(address: &str, reason: &IoError) -> String {
    match reason {
        IoError::Connect { address: named, .. } if named == address => reason.to_string(),
        _ => format!("{address}: {reason}"),
    }
}

impl AgentError {
    /// Whether trying again soon would end the same way.
    pub(crate) const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NotBuilt { .. }
                | Self::NoEndpoint { .. }
                | Self::Session {
                    reason: ClientError::AlreadyRegistered
                        | ClientError::InvalidRequest
                        | ClientError::InvalidAuth
                        | ClientError::Message(_),
                    ..
                }
        )
    }
}
