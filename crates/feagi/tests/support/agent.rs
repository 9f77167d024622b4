//! An agent as published clients are: it says what they say, over the sockets that they use.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use feagi_io::transports::websocket::WebSocketClient;
use feagi_io::transports::zmq::{ControlSocket, PushSocket, SubscribeSocket, ZmqClient};
use serde_json::{Value, json};

use super::Server;
use super::wire;

/// Only a guard against tests that hang.
pub(crate) const LONG: Duration = Duration::from_secs(30);
/// Bytes of a message that an agent takes.
const LARGEST: usize = 64 << 20;

/// Everything that an agent can ask for.
pub(crate) const ALL: [&str; 3] = ["send_sensor_data", "receive_motor_data", "receive_neuron_visualizations"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Zmq,
    WebSocket,
}

pub(crate) const TRANSPORTS: [Transport; 2] = [Transport::Zmq, Transport::WebSocket];

/// A control connection.
pub(crate) enum Link {
    Zmq(ControlSocket),
    WebSocket(Box<WebSocketClient>),
}

/// A connection for sensory frames.
pub(crate) enum Pusher {
    Zmq(PushSocket),
    WebSocket(Box<WebSocketClient>),
}

/// A connection for motor or visualization frames.
pub(crate) enum Subscriber {
    Zmq(SubscribeSocket),
    WebSocket(Box<WebSocketClient>),
}

/// An agent that has a session.
pub(crate) struct Agent {
    pub(crate) link: Link,
    /// Address of each capability.
    pub(crate) places: BTreeMap<String, String>,
}

impl Transport {
    /// Where agents register.
    pub(crate) const fn control(self, server: &Server) -> SocketAddr {
        match self {
            Self::Zmq => server.zmq,
            Self::WebSocket => server.websocket,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Zmq => "Zmq",
            Self::WebSocket => "WebSocket",
        }
    }

    fn url(self, address: SocketAddr) -> String {
        match self {
            Self::Zmq => format!("tcp://{address}"),
            Self::WebSocket => format!("ws://{address}"),
        }
    }
}

/// A registration of an agent with this name.
pub(crate) fn registration(transport: Transport, name: &str, capabilities: &[&str]) -> Value {
    json!({"agent_registration": {"client_request_registration": {
        "agent_descriptor": {"manufacturer": "tests", "agent_name": name, "agent_version": 1},
        "api_version": {"version": 1},
        "auth_token": {"value": vec![0; 32]},
        "connection_protocol": transport.name(),
        "requested_capabilities": capabilities,
    }}})
}

/// The area that the two motors of a group need: `omot`, signed, absolute.
pub(crate) const fn motor_area(group: u8) -> [u8; 8] {
    [b'o', b'm', b'o', b't', 5, 0, group, 0]
}

/// The area of group 0.
pub(crate) const MOTORS: [u8; 8] = motor_area(0);

/// Two motors with nine voxels each.
pub(crate) fn two_motors(group: u8) -> Value {
    let channel = json!({"channel_index_override": null, "device_properties": {}, "friendly_name": null,
                         "pipeline_stages": []});
    json!({
        "input_units_and_encoder_properties": {},
        "output_units_and_decoder_properties": {"RotaryMotor": [[
            {"cortical_unit_index": group, "device_grouping": [channel, channel], "friendly_name": null,
             "io_configuration_flags": {"frame_change_handling": "Absolute",
                                        "percentage_neuron_positioning": "Linear"}},
            {"Percentage": [{"value": 9}, "Linear", true, "D1"]}
        ]]},
        "feedbacks": {"registered_feedbacks": []},
    })
}

impl Link {
    pub(crate) fn connect(transport: Transport, address: SocketAddr) -> Self {
        let url = transport.url(address);
        match transport {
            Transport::Zmq => Self::Zmq(ZmqClient::default().control(&url).expect("a socket")),
            Transport::WebSocket => Self::WebSocket(websocket(&url)),
        }
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, message: &[u8]) {
        match self {
            Self::Zmq(socket) => socket.send(message, LONG),
            Self::WebSocket(client) => client.send(message, LONG),
        }
        .expect("the server takes messages");
    }

    /// The next message of the server, if one comes in time.
    pub(crate) fn receive(&mut self, timeout: Duration) -> Option<Vec<u8>> {
        match self {
            Self::Zmq(socket) => socket.receive(timeout),
            Self::WebSocket(client) => client.receive(timeout),
        }
        .expect("the connection stands")
    }

    /// Sends a message and waits for the answer.
    pub(crate) fn ask(&mut self, message: &Value) -> Value {
        self.send(&wire::message(message));
        wire::json_of(&self.receive(LONG).unwrap_or_else(|| panic!("no answer to {message}")))
    }
}

impl Agent {
    /// Registers on a new connection.
    ///
    /// # Errors
    /// The answer, when it is a refusal.
    pub(crate) fn register(
        server: &Server,
        transport: Transport,
        name: &str,
        capabilities: &[&str],
    ) -> Result<Self, Value> {
        Self::register_on(Link::connect(transport, transport.control(server)), transport, name, capabilities)
    }

    /// Registers on a connection.
    ///
    /// # Errors
    /// The answer, when it is a refusal.
    pub(crate) fn register_on(
        mut link: Link,
        transport: Transport,
        name: &str,
        capabilities: &[&str],
    ) -> Result<Self, Value> {
        let answer = link.ask(&registration(transport, name, capabilities));
        let outcome = answer.pointer("/agent_registration/server_responds_registration/success");
        let Some([Value::String(_), Value::Object(places)]) =
            outcome.and_then(Value::as_array).map(Vec::as_slice)
        else {
            return Err(answer);
        };
        let url = |place: &Value| place[transport.name()]["url"].as_str().expect("a place").to_owned();
        let places = places.iter().map(|(capability, place)| (capability.clone(), url(place))).collect();
        Ok(Self { link, places })
    }

    /// Whether the server answers a heartbeat.
    pub(crate) fn beats(&mut self) -> bool {
        self.link.send(&wire::message(&json!("heart_beat")));
        self.link.receive(LONG).is_some_and(|answer| wire::json_of(&answer) == json!("heart_beat"))
    }

    /// Says what devices it has.
    pub(crate) fn configure(&mut self, devices: &Value) {
        let configuration = json!({"agent_configuration": {"AgentConfigurationDetails": devices}});
        assert_eq!(self.link.ask(&configuration), json!("heart_beat"));
    }

    pub(crate) fn pusher(&self) -> Pusher {
        let url = &self.places[ALL[0]];
        match self.link {
            Link::Zmq(_) => Pusher::Zmq(ZmqClient::default().push(url).expect("a socket")),
            Link::WebSocket(_) => Pusher::WebSocket(websocket(url)),
        }
    }

    pub(crate) fn motor(&self) -> Subscriber {
        self.subscriber(ALL[1])
    }

    pub(crate) fn viewer(&self) -> Subscriber {
        self.subscriber(ALL[2])
    }

    fn subscriber(&self, capability: &str) -> Subscriber {
        let url = &self.places[capability];
        match self.link {
            Link::Zmq(_) => Subscriber::Zmq(ZmqClient::default().subscribe(url).expect("a socket")),
            Link::WebSocket(_) => Subscriber::WebSocket(websocket(url)),
        }
    }

    /// Where a capability is served.
    pub(crate) fn address(&self, capability: &str) -> SocketAddr {
        let url = &self.places[capability];
        let address = url.trim_start_matches("tcp://").trim_start_matches("ws://");
        address.parse().unwrap_or_else(|_| panic!("{url} is no address"))
    }
}

impl Pusher {
    /// Sends a frame; waits while the server takes none. Returns whether it was sent in time.
    pub(crate) fn send(&mut self, frame: &[u8], timeout: Duration) -> bool {
        match self {
            Self::Zmq(socket) => socket.send(frame, timeout).is_ok(),
            Self::WebSocket(client) => client.send(frame, timeout).is_ok(),
        }
    }
}

impl Subscriber {
    /// The next frame, if one comes in time.
    pub(crate) fn receive(&mut self, timeout: Duration) -> Option<Vec<u8>> {
        match self {
            Self::Zmq(socket) => socket.receive(timeout).ok().flatten(),
            Self::WebSocket(client) => client.receive(timeout).ok().flatten(),
        }
    }
}

pub(crate) fn websocket(url: &str) -> Box<WebSocketClient> {
    Box::new(WebSocketClient::connect(url, LONG, LARGEST).expect("a WebSocket"))
}
