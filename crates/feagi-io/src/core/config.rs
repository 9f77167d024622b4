//! Settings of the peripheral nervous system.

use std::time::Duration;

/// How agents reach the brain, and how much of what they send is believed. `Default` is what the
/// published clients expect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PNSConfig {
    /// Address to listen at: a host name or IP address.
    pub host: String,
    /// Host that answers name to agents; `None`: the address that is listened at, or 127.0.0.1 when
    /// that means every interface.
    pub advertised_host: Option<String>,
    /// ZeroMQ; `None` switches it off.
    pub zmq: Option<PortPool>,
    /// Options of ZeroMQ sockets.
    #[cfg(feature = "transport-zmq")]
    pub zmq_settings: crate::transports::zmq::ZmqSettings,
    /// WebSocket; `None` switches it off.
    pub websocket: Option<PortPool>,
    /// When a session counts as dead.
    pub liveness: LivenessSettings,
    /// Bounds on what agents send.
    pub limits: Limits,
}

/// Ports of one transport. Port 0 lets the system choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortPool {
    /// Control connections.
    pub control: u16,
    /// Sensory endpoints, one for each agent, taken from the front.
    pub sensory: Vec<u16>,
    /// Motor and visualization endpoints: motor is taken from the front, visualization from the back.
    pub publish: Vec<u16>,
}

/// When a session counts as dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LivenessSettings {
    /// Without any sign of life for so long, a session ends.
    pub timeout: Duration,
    /// When every connection of a session is gone that once was there, it ends after this.
    pub grace: Duration,
    /// Time between two looks at all sessions.
    pub scan: Duration,
}

/// Bounds on what agents send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a control message.
    pub control_message: usize,
    /// Bytes of a control message from a connection without a session.
    pub first_message: usize,
    /// Bytes of a data frame.
    pub frame: usize,
    /// Sessions at a time.
    pub sessions: usize,
    /// Control connections at a time.
    pub links: usize,
    /// Descriptors whose device configuration is remembered.
    pub remembered: usize,
}

impl Default for PNSConfig {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            advertised_host: None,
            zmq: Some(PortPool {
                control: 30001,
                sensory: vec![5558, 5566, 5567, 5568, 5569, 5570, 5571, 5572],
                publish: vec![
                    5564, 5562, 5574, 5582, 5575, 5583, 5576, 5584, 5577, 5585, 5578, 5586, 5579, 5587, 5580,
                    5588,
                ],
            }),
            #[cfg(feature = "transport-zmq")]
            zmq_settings: crate::transports::zmq::ZmqSettings::default(),
            websocket: Some(PortPool {
                control: 9053,
                // 5558 and 5564 may be taken by ZeroMQ agents; the ports between are for that case.
                sensory: vec![5558, 9055, 9056, 9057],
                publish: vec![5564, 9058, 9059, 9060, 8080],
            }),
            liveness: LivenessSettings::default(),
            limits: Limits::default(),
        }
    }
}

impl PNSConfig {
    /// The same with every port chosen by the system: for tests and for several brains on a machine.
    #[must_use]
    pub fn with_free_ports(mut self) -> Self {
        for pool in [&mut self.zmq, &mut self.websocket].into_iter().flatten() {
            pool.control = 0;
            pool.sensory.fill(0);
            pool.publish.fill(0);
        }
        self
    }

    /// The host that answers name to agents.
    #[must_use]
    pub fn advertised(&self) -> &str {
        match &self.advertised_host {
            Some(host) => host,
            None if matches!(self.host.as_str(), "0.0.0.0" | "::" | "[::]" | "*") => "127.0.0.1",
            None => &self.host,
        }
    }
}

impl Default for LivenessSettings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(30), grace: Duration::from_secs(5), scan: Duration::from_secs(1) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            control_message: 1 << 20,
            first_message: 1024,
            frame: 64 << 20,
            sessions: 64,
            links: 1024,
            remembered: 256,
        }
    }
}
