//! Agents in the words of the interface.

use std::collections::BTreeMap;

use feagi_io::core::{AgentInfo, Capability, Protocol};

/// Words for what agents may do: each capability has the name of its message and an older one.
pub(super) fn capabilities(agent: &AgentInfo) -> BTreeMap<&'static str, bool> {
    let words = agent.capabilities.iter().flat_map(|capability| match capability {
        Capability::SendSensorData => ["send_sensor_data", "sensory"],
        Capability::ReceiveMotorData => ["receive_motor_data", "motor"],
        Capability::ReceiveNeuronVisualizations => ["receive_neuron_visualizations", "visualization"],
    });
    words.map(|word| (word, true)).collect()
}

/// The kinds of agents.
pub(super) const TYPES: [&str; 5] = ["sensory", "motor", "both", "visualization", "infrastructure"];

/// The kind of an agent, which follows from what it may do.
pub(super) fn kind(agent: &AgentInfo) -> &'static str {
    let may = |capability| agent.capabilities.contains(&capability);
    match (may(Capability::SendSensorData), may(Capability::ReceiveMotorData)) {
        (true, true) => "both",
        (true, false) => "sensory",
        (false, true) => "motor",
        (false, false) if may(Capability::ReceiveNeuronVisualizations) => "visualization",
        (false, false) => "infrastructure",
    }
}

/// The transport of an agent's data, in words for people.
pub(super) const fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Zmq => "ZeroMQ",
        Protocol::WebSocket => "WebSocket",
        Protocol::BluetoothSerial => "Bluetooth",
        Protocol::SharedMemory => "shared memory",
    }
}

/// The transport of an agent's data.
pub(super) const fn transport(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Zmq => "zmq",
        Protocol::WebSocket => "websocket",
        Protocol::BluetoothSerial => "bluetooth",
        Protocol::SharedMemory => "shm",
    }
}
