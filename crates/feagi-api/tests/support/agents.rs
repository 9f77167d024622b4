//! Agents in the same process, registered as over a network.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};
use feagi_io::blocking::{BlockingTransport, outlet};
use feagi_io::core::{ControlEvent, Directory, Inbound, PNSConfig, Protocol};
use feagi_io::transports::memory::{MemoryPeer, MemoryTransport};
use feagi_io::wire::current::encode;
use feagi_io::{Attached, Signals, Switchboard};
use feagi_serialization::AgentId;
use serde_json::{Value, json};

/// Sessions of agents, with a clock that stands still.
pub(crate) struct Agents {
    pub(crate) directory: Directory,
    switchboard: Switchboard,
    events: Receiver<ControlEvent>,
    peers: Vec<MemoryPeer>,
    make_peer: Box<dyn Fn() -> MemoryPeer + Send>,
}

impl Agents {
    /// Nobody is there.
    pub(crate) fn none() -> Self {
        let (sender, events) = unbounded();
        let mut transport = MemoryTransport::new(Protocol::Zmq, Inbound::new(0, sender.clone()));
        transport.start().unwrap();
        let transport = Arc::new(transport);
        let directory = Directory::new(sender);
        let attached = Attached { transport: Arc::clone(&transport) as _, outlet: outlet().0 };
        let mut made = 0_u8;
        let new_id = move || {
            made += 1;
            AgentId([made; AgentId::LEN])
        };
        let switchboard = Switchboard::new(
            &PNSConfig::default(),
            new_id,
            vec![attached],
            Signals::default(),
            directory.clone(),
        );
        let make_peer = Box::new(move || transport.peer());
        Self { directory, switchboard, events, peers: Vec::new(), make_peer }
    }

    /// Does what peers and the program asked for.
    pub(crate) fn turn(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.switchboard.take(event, Duration::from_secs(1));
        }
    }

    /// Registers an agent and returns its id.
    pub(crate) fn register(&mut self, name: &str, capabilities: &[&str], devices: Option<&Value>) -> String {
        let peer = (self.make_peer)();
        let registration = json!({"agent_registration": {"client_request_registration": {
            "agent_descriptor": {"manufacturer": "probe", "agent_name": name, "agent_version": 1},
            "api_version": {"version": 1}, "auth_token": {"value": vec![0; 32]},
            "connection_protocol": "Zmq", "requested_capabilities": capabilities}}});
        peer.send(encode(&registration, AgentId::BLANK).unwrap());
        self.turn();
        if let Some(devices) = devices {
            let configuration = json!({"agent_configuration": {"AgentConfigurationDetails": devices}});
            peer.send(encode(&configuration, AgentId::BLANK).unwrap());
            self.turn();
        }
        self.peers.push(peer);
        self.directory.agents().last().expect("the registration was refused").agent_id.to_string()
    }
}

/// Two rotary motors, as a published client describes them.
pub(crate) fn two_motors() -> Value {
    let device = json!({"channel_index_override": null, "device_properties": {}, "friendly_name": null,
        "pipeline_stages": []});
    json!({"feedbacks": {"registered_feedbacks": []}, "input_units_and_encoder_properties": {},
        "output_units_and_decoder_properties": {"RotaryMotor": [[
            {"cortical_unit_index": 0, "device_grouping": [device, device], "friendly_name": null,
                "io_configuration_flags": {"frame_change_handling": "Absolute",
                    "percentage_neuron_positioning": "Linear"}},
            {"Percentage": [{"value": 9}, "Linear", true, "D1"]}]]}})
}
