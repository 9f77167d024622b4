//! Where the program is reached.

use axum::Json;
use axum::extract::State;
use feagi_io::core::{PortPool, Protocol};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Addresses, ApiState};

/// Where everything is reached.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionInfo {
    api: Rest,
    zmq: Transport,
    websocket: Transport,
    shm: SharedMemory,
    udp: Udp,
    bluetooth: Bluetooth,
    stream_status: Streams,
}

/// This interface.
#[derive(Debug, Serialize, ToSchema)]
struct Rest {
    enabled: bool,
    host: String,
    port: u16,
    base_url: String,
    swagger_url: String,
}

/// A transport for agents. Data addresses are those of the first agent; the answer to a registration
/// names an agent's own.
#[derive(Debug, Serialize, ToSchema)]
struct Transport {
    enabled: bool,
    host: String,
    ports: Ports,
    endpoints: Endpoints,
}

/// Ports of a transport; 0 where the system chooses or the transport is off.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub(crate) struct Ports {
    pub(crate) registration: u16,
    pub(crate) sensory: u16,
    pub(crate) motor: u16,
    pub(crate) visualization: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    rest_api: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_control: Option<u16>,
}

/// Addresses of a transport.
#[derive(Debug, Serialize, ToSchema)]
struct Endpoints {
    registration: String,
    sensory: String,
    motor: String,
    visualization: String,
}

/// Memory shared with other processes.
#[derive(Debug, Serialize, ToSchema)]
struct SharedMemory {
    enabled: bool,
    base_path: &'static str,
    policy: &'static str,
    note: &'static str,
}

/// UDP.
#[derive(Debug, Serialize, ToSchema)]
struct Udp {
    enabled: bool,
    sensory: Option<String>,
    visualization: Option<String>,
    note: &'static str,
}

/// Bluetooth.
#[derive(Debug, Serialize, ToSchema)]
struct Bluetooth {
    enabled: bool,
    relay_port: Option<u16>,
    note: &'static str,
}

/// What is listened at now.
#[derive(Debug, Serialize, ToSchema)]
struct Streams {
    zmq_control_started: bool,
    zmq_data_streams_started: bool,
    websocket_started: bool,
    note: &'static str,
}

/// Which ways in there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NetworkStatus {
    http_enabled: bool,
    zmq_enabled: bool,
    websocket_enabled: bool,
}

impl Ports {
    /// The ports that a first agent gets: motor from the front of the pool, visualization from the back.
    pub(crate) fn of(pool: Option<&PortPool>) -> Self {
        let Some(pool) = pool else { return Self::default() };
        Self {
            registration: pool.control,
            sensory: pool.sensory.first().copied().unwrap_or(0),
            motor: pool.publish.first().copied().unwrap_or(0),
            visualization: pool.publish.last().copied().unwrap_or(0),
            ..Self::default()
        }
    }
}

/// Host and port as they stand in addresses, where hosts with colons need brackets.
pub(crate) fn authority(host: &str, port: u16) -> String {
    if host.contains(':') && !host.starts_with('[') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

impl Transport {
    fn new(addresses: &Addresses, pool: Option<&PortPool>, scheme: &str) -> Self {
        let host = addresses.agents.advertised();
        let ports = Ports::of(pool);
        let address = |port: u16| format!("{scheme}://{}", authority(host, port));
        Self {
            enabled: pool.is_some(),
            host: host.to_owned(),
            endpoints: Endpoints {
                registration: address(ports.registration),
                sensory: address(ports.sensory),
                motor: address(ports.motor),
                visualization: address(ports.visualization),
            },
            ports,
        }
    }
}

/// Where everything is reached.
#[utoipa::path(get, path = "/v1/network/connection_info", tag = "network",
    responses((status = OK, body = ConnectionInfo)))]
pub(crate) async fn connection_info(State(state): State<ApiState>) -> Json<ConnectionInfo> {
    let addresses = state.addresses();
    let Addresses { host, port, agents } = addresses;
    let base_url = format!("http://{}", authority(host, *port));
    let mut zmq = Transport::new(addresses, agents.zmq.as_ref(), "tcp");
    let mut websocket = Transport::new(addresses, agents.websocket.as_ref(), "ws");
    // Both lead here: there is one REST interface.
    zmq.ports.api_control = Some(*port);
    websocket.ports.rest_api = Some(*port);
    let has_zmq_agents = state.agents().agents().iter().any(|agent| agent.protocol == Protocol::Zmq);
    Json(ConnectionInfo {
        api: Rest {
            enabled: true,
            host: host.clone(),
            port: *port,
            swagger_url: format!("{base_url}/swagger-ui/"),
            base_url,
        },
        stream_status: Streams {
            zmq_control_started: zmq.enabled,
            zmq_data_streams_started: has_zmq_agents,
            websocket_started: websocket.enabled,
            note: "data streams open when an agent registers",
        },
        zmq,
        websocket,
        shm: SharedMemory { enabled: false, base_path: "", policy: "auto", note: "not offered" },
        udp: Udp { enabled: false, sensory: None, visualization: None, note: "not offered" },
        bluetooth: Bluetooth { enabled: false, relay_port: None, note: "not offered" },
    })
}

/// Which ways in there are.
#[utoipa::path(get, path = "/v1/network/status", tag = "network",
    responses((status = OK, body = NetworkStatus)))]
pub(crate) async fn status(State(state): State<ApiState>) -> Json<NetworkStatus> {
    let agents = &state.addresses().agents;
    Json(NetworkStatus {
        http_enabled: true,
        zmq_enabled: agents.zmq.is_some(),
        websocket_enabled: agents.websocket.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::authority;

    #[test]
    fn hosts_with_colons_stand_in_brackets() {
        assert_eq!(authority("::1", 8000), "[::1]:8000");
        assert_eq!(authority("[::1]", 8000), "[::1]:8000");
        assert_eq!(authority("brain.local", 8000), "brain.local:8000");
    }
}
