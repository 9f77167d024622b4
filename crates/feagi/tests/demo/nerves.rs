//! A peripheral nervous system on free ports, without a brain.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use feagi_agent::FeagiByteContainer;
use feagi_io::core::{AgentInfo, MotorCommandEvent, SensoryDataEvent};
use feagi_io::{PNS, PNSConfig};
use feagi_structures::CorticalMappedVoxels;
use feagi_types::CorticalId;

/// Only a guard against tests that hang.
pub(crate) const LONG: Duration = Duration::from_secs(60);

pub(crate) struct Nerves {
    pub(crate) pns: PNS,
    /// Where agents register: by ZeroMQ, then by WebSocket.
    pub(crate) urls: Vec<String>,
    pub(crate) frames: Receiver<SensoryDataEvent>,
    config: PNSConfig,
}

impl Nerves {
    pub(crate) fn start() -> Self {
        Self::with(PNSConfig::default().with_free_ports())
    }

    pub(crate) fn with(config: PNSConfig) -> Self {
        let mut pns = PNS::with_config(config.clone()).unwrap();
        let (sender, frames) = channel();
        let signal = Arc::clone(&pns.signals().sensory_data_received);
        signal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .connect(move |event: &SensoryDataEvent| drop(sender.send(event.clone())));
        let urls = pns.start().unwrap().into_iter().map(|address| address.url).collect();
        Self { pns, urls, frames, config }
    }

    /// Stops it. The settings for another one at the same control ports.
    pub(crate) fn stop(mut self) -> PNSConfig {
        self.pns.stop().unwrap();
        for (pool, url) in [&mut self.config.zmq, &mut self.config.websocket].into_iter().zip(&self.urls) {
            let port = url.rsplit(':').next().unwrap().parse().unwrap();
            pool.as_mut().unwrap().control = port;
        }
        self.config
    }

    pub(crate) fn agents(&self) -> Vec<AgentInfo> {
        self.pns.directory().agents().to_vec()
    }

    /// Sends a motor frame in which these columns and heights fire, and shows the same to viewers.
    pub(crate) fn mover(&self) -> impl Fn(&[[u32; 2]]) + Send + use<> {
        let (outlets, directory) = (self.pns.outlets(), self.pns.directory());
        move |fired| {
            let mut voxels = CorticalMappedVoxels::new();
            let motors = CorticalId::from_bytes(*b"omot\x05\0\0\0").unwrap();
            let row = voxels.ensure_clear_and_borrow_mut(motors);
            fired.iter().for_each(|&[x, z]| row.push_raw(x, 0, z, 1.0));
            let mut container = FeagiByteContainer::new_empty();
            container.overwrite_byte_data_with_single_struct_data(&voxels, 0).unwrap();
            let fbc = Arc::new(container);
            for agent in &*directory.agents() {
                let agent_id = Arc::clone(&agent.agent_id);
                outlets.publish_motor(&MotorCommandEvent { agent_id, fbc: Arc::clone(&fbc) });
            }
            outlets.publish_visualization(&fbc);
        }
    }
}

/// Waits for something to become true.
pub(crate) fn wait(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
