//! A server without a brain, and agents that are in a hurry.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use feagi_agent::{Agent, Protocol, Settings, Status};
use feagi_io::core::{AgentInfo, MotorCommandEvent, SensoryDataEvent};
use feagi_io::{PNS, PNSConfig, SharedFBC};
use feagi_serialization::FeagiByteContainer;
use feagi_structures::CorticalMappedVoxels;
use feagi_types::CorticalId;

/// Long enough for a machine that does much else.
pub(crate) const LONG: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug)]
pub(crate) enum Transport {
    Zmq,
    WebSocket,
}

/// A peripheral nervous system that one transport leads to.
pub(crate) struct Server {
    pub(crate) pns: PNS,
    pub(crate) url: String,
    /// Sensory frames that came in.
    pub(crate) frames: Receiver<SensoryDataEvent>,
    config: PNSConfig,
    transport: Transport,
}

impl Transport {
    /// Settings with free ports, of this transport only.
    pub(crate) fn config(self) -> PNSConfig {
        let mut config = PNSConfig::default().with_free_ports();
        match self {
            Self::Zmq => config.websocket = None,
            Self::WebSocket => config.zmq = None,
        }
        config
    }

    pub(crate) fn protocol(self) -> Protocol {
        match self {
            Self::Zmq => Protocol::Zmq,
            Self::WebSocket => Protocol::WebSocket,
        }
    }

    /// An address where nobody listens.
    pub(crate) fn nowhere(self) -> String {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        match self {
            Self::Zmq => format!("tcp://127.0.0.1:{port}"),
            Self::WebSocket => format!("ws://127.0.0.1:{port}"),
        }
    }
}

impl Server {
    pub(crate) fn start(transport: Transport) -> Self {
        Self::with(transport, transport.config())
    }

    pub(crate) fn with(transport: Transport, config: PNSConfig) -> Self {
        let mut pns = PNS::with_config(config.clone()).unwrap();
        let (sender, frames) = channel();
        let signal = Arc::clone(&pns.signals().sensory_data_received);
        signal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .connect(move |event: &SensoryDataEvent| drop(sender.send(event.clone())));
        let addresses = pns.start().unwrap();
        assert_eq!(addresses.len(), 1);
        assert_eq!(addresses[0].protocol, transport.protocol());
        Self { pns, url: addresses[0].url.clone(), frames, config, transport }
    }

    /// Stops it. The settings for another one at the same control port.
    pub(crate) fn stop(mut self) -> (Transport, PNSConfig) {
        self.pns.stop().unwrap();
        let port: u16 = self.url.rsplit(':').next().unwrap().parse().unwrap();
        let mut config = self.config;
        for pool in [&mut config.zmq, &mut config.websocket].into_iter().flatten() {
            pool.control = port;
        }
        (self.transport, config)
    }

    /// Settings of an agent that is quick to act and quick to give up.
    pub(crate) fn settings(&self, name: &str) -> Settings {
        quick(&self.url, name)
    }

    pub(crate) fn agents(&self) -> Vec<AgentInfo> {
        self.pns.directory().agents().to_vec()
    }

    /// The only agent that is registered.
    pub(crate) fn agent(&self) -> AgentInfo {
        let agents = self.agents();
        assert_eq!(agents.len(), 1, "{agents:?}");
        agents[0].clone()
    }

    /// The next sensory frame.
    pub(crate) fn frame(&self) -> SensoryDataEvent {
        self.frames.recv_timeout(LONG).expect("a frame")
    }

    pub(crate) fn publish_motor(&self, fbc: &SharedFBC) {
        for agent in self.agents() {
            let command = MotorCommandEvent { agent_id: agent.agent_id, fbc: Arc::clone(fbc) };
            self.pns.outlets().publish_motor(&command);
        }
    }
}

/// Settings of an agent that is quick to act and quick to give up.
pub(crate) fn quick(url: &str, name: &str) -> Settings {
    let mut settings = Settings::new(url.parse().unwrap(), "test", name);
    settings.answer_within = Duration::from_secs(2);
    settings.beat_every = Duration::from_millis(100);
    settings.retry_after = Duration::from_millis(100);
    settings.backoff.first = Duration::from_millis(50);
    settings.backoff.longest = Duration::from_millis(400);
    settings
}

/// Waits for something to become true.
pub(crate) fn wait(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Number of the agent's session; 0 without one.
pub(crate) fn session_of(agent: &Agent) -> u64 {
    match agent.status() {
        Status::Registered(session) => session.number,
        _ => 0,
    }
}

pub(crate) fn area(id: &[u8; 8]) -> CorticalId {
    CorticalId::from_bytes(*id).unwrap()
}

/// `count` voxels of an area along x.
pub(crate) fn voxels(id: &[u8; 8], count: u32) -> CorticalMappedVoxels {
    let mut voxels = CorticalMappedVoxels::new();
    let row = voxels.ensure_clear_and_borrow_mut(area(id));
    (0..count).for_each(|x| row.push_raw(x, 0, 0, 1.0));
    voxels
}

pub(crate) fn frame(voxels: &CorticalMappedVoxels, counter: u16) -> SharedFBC {
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(voxels, counter).unwrap();
    Arc::new(container)
}
