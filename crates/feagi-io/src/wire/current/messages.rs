//! Control messages of both directions, written as the JSON they are.

use std::collections::BTreeMap;

use feagi_serialization::AgentId;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::core::{AgentDescriptor, Capability, Protocol};

/// What an agent says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// It is still there.
    HeartBeat,
    /// It wants a session or ends it.
    AgentRegistration(SessionRequest),
    /// It asks whether the server is well.
    HealthCheck(HealthCheck),
    /// It says what devices it has.
    AgentConfiguration(AgentConfiguration),
}

/// Begin and end of a session, as an agent says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionRequest {
    /// A session shall begin.
    ClientRequestRegistration(Registration),
    /// The session shall end.
    ClientRequestDeregistration(Leave),
}

/// Who an agent is and what it wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Who it is.
    #[serde(with = "Descriptor")]
    pub agent_descriptor: AgentDescriptor,
    /// What it was built for; nobody checks it.
    pub api_version: ApiVersion,
    /// What proves that it may come in; nobody checks it.
    pub auth_token: AuthToken,
    /// How its data shall travel.
    #[serde(with = "ProtocolName")]
    pub connection_protocol: Protocol,
    /// What it wants to do.
    pub requested_capabilities: Vec<AskedCapability>,
}

/// Why a session ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// In words, for logs.
    pub reason: Option<String>,
}

/// Version of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiVersion {
    /// 1 until now.
    pub version: u64,
}

/// Secret of an agent; the published server and clients leave it zero.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthToken {
    /// The bytes, as an array of numbers.
    pub value: [u8; 32],
}

impl std::fmt::Debug for AuthToken {
    /// Shows no secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthToken(..)")
    }
}

/// Capabilities that agents may name, served or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedCapability {
    /// Push sensory data.
    SendSensorData,
    /// Receive motor data.
    ReceiveMotorData,
    /// Receive all voxels that fired.
    ReceiveNeuronVisualizations,
    /// Receive messages of the server; no server offers it.
    ReceiveSystemMessages,
}

impl AskedCapability {
    /// The capability, if it is served.
    #[must_use]
    pub const fn served(self) -> Option<Capability> {
        match self {
            Self::SendSensorData => Some(Capability::SendSensorData),
            Self::ReceiveMotorData => Some(Capability::ReceiveMotorData),
            Self::ReceiveNeuronVisualizations => Some(Capability::ReceiveNeuronVisualizations),
            Self::ReceiveSystemMessages => None,
        }
    }
}

impl From<Capability> for AskedCapability {
    fn from(capability: Capability) -> Self {
        match capability {
            Capability::SendSensorData => Self::SendSensorData,
            Capability::ReceiveMotorData => Self::ReceiveMotorData,
            Capability::ReceiveNeuronVisualizations => Self::ReceiveNeuronVisualizations,
        }
    }
}

/// The question after the server's health; the answer is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HealthCheck {
    /// The only one there is.
    FeagiHealthCheckRequest,
}

/// What devices an agent has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AgentConfiguration {
    /// An object; [`devices::areas`](super::devices::areas) reads it.
    AgentConfigurationDetails(Value),
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// It heard a heartbeat or a device configuration.
    HeartBeat,
    /// What became of a session.
    AgentRegistration(SessionResponse),
    /// It is well.
    HealthCheck(HealthCheck),
}

/// Begin and end of a session, as the server says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionResponse {
    /// What became of a registration.
    ServerRespondsRegistration(RegistrationOutcome),
    /// What became of a leave.
    ServerRespondsDeregistration(DeregistrationOutcome),
}

/// What became of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationOutcome {
    /// There is a session: its id, and where each capability is served.
    Success(#[serde(with = "id_text")] AgentId, BTreeMap<AskedCapability, Endpoint>),
    /// The same agent has a session that is in use.
    AlreadyRegistered,
    /// The request cannot be served.
    FailedInvalidRequest,
    /// The token is not accepted.
    FailedInvalidAuth,
}

/// What became of a leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeregistrationOutcome {
    /// The session is over.
    Success,
    /// There was none.
    NotRegistered,
}

/// Where a capability is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Endpoint {
    /// By ZeroMQ.
    Zmq {
        /// Such as `tcp://127.0.0.1:5558`.
        url: String,
    },
    /// By WebSocket.
    WebSocket {
        /// Such as `ws://127.0.0.1:8080`.
        url: String,
    },
    /// By Bluetooth.
    BluetoothSerial {
        /// The address.
        url: String,
    },
    /// By shared memory.
    SharedMemory {
        /// The address.
        url: String,
    },
}

impl Endpoint {
    /// The endpoint at `url` of a transport.
    #[must_use]
    pub const fn new(protocol: Protocol, url: String) -> Self {
        match protocol {
            Protocol::Zmq => Self::Zmq { url },
            Protocol::WebSocket => Self::WebSocket { url },
            Protocol::BluetoothSerial => Self::BluetoothSerial { url },
            Protocol::SharedMemory => Self::SharedMemory { url },
        }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Zmq { url }
            | Self::WebSocket { url }
            | Self::BluetoothSerial { url }
            | Self::SharedMemory { url } => url,
        }
    }
}

/// [`AgentDescriptor`] as JSON.
#[derive(Serialize, Deserialize)]
#[serde(remote = "AgentDescriptor")]
struct Descriptor {
    manufacturer: String,
    agent_name: String,
    agent_version: u32,
}

/// [`Protocol`] as JSON.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Protocol")]
enum ProtocolName {
    Zmq,
    WebSocket,
    BluetoothSerial,
    SharedMemory,
}

/// [`AgentId`] as base64.
mod id_text {
    use super::{AgentId, Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(id: &AgentId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&id.to_base64())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AgentId, D::Error> {
        let text = String::deserialize(deserializer)?;
        AgentId::from_base64(&text).map_err(de::Error::custom)
    }
}
