//! Peers in the same process: for tests that need no socket, and for programs that embed a brain.
//!
//! Everything happens in the calls themselves: no thread, no queue that fills by itself, no time.

mod local;
mod peer;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::blocking::BlockingTransport;
use crate::core::{
    Activity, EndpointId, Inbound, Intake, IoError, LinkId, Opening, Protocol, SharedFBC, StreamType,
};

pub use local::LocalPns;
pub use peer::MemoryPeer;

const NAME: &str = "memory";

/// Transport for peers in the same process. Its peers are made by [`MemoryTransport::peer`].
pub struct MemoryTransport {
    protocol: Protocol,
    hub: Arc<Hub>,
}

/// What transport and peers share.
pub(crate) struct Hub {
    inbound: Inbound,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: bool,
    next_peer: u64,
    /// Replies that a link's peer has not read yet.
    replies: BTreeMap<u64, Vec<Vec<u8>>>,
    endpoints: BTreeMap<EndpointId, Endpoint>,
}

struct Endpoint {
    url: String,
    stream: StreamType,
    agent_id: Arc<str>,
    activity: Arc<Activity>,
    intake: Option<Arc<Intake>>,
    /// Newest frame of each connected peer.
    frames: BTreeMap<u64, Option<SharedFBC>>,
}

impl MemoryTransport {
    /// A transport that serves agents which ask for `protocol`.
    #[must_use]
    pub fn new(protocol: Protocol, inbound: Inbound) -> Self {
        Self { protocol, hub: Arc::new(Hub { inbound, state: Mutex::default() }) }
    }

    /// A new peer with a control connection.
    #[must_use]
    pub fn peer(&self) -> MemoryPeer {
        MemoryPeer::connect(Arc::clone(&self.hub))
    }

    fn publish(&self, wanted: impl Fn(&Endpoint) -> bool, fbc: &SharedFBC) -> Result<(), IoError> {
        let mut state = self.hub.running()?;
        for endpoint in state.endpoints.values_mut().filter(|endpoint| wanted(endpoint)) {
            for newest in endpoint.frames.values_mut() {
                endpoint.activity.frame(fbc.get_number_of_bytes_used());
                if newest.replace(Arc::clone(fbc)).is_some() {
                    endpoint.activity.dropped(1);
                }
            }
        }
        Ok(())
    }
}

impl Hub {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running(&self) -> Result<MutexGuard<'_, State>, IoError> {
        let state = self.state();
        if state.running { Ok(state) } else { Err(IoError::NotRunning(NAME)) }
    }
}

impl BlockingTransport for MemoryTransport {
    fn backend_name(&self) -> &str {
        NAME
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }

    fn start(&mut self) -> Result<String, IoError> {
        self.hub.state().running = true;
        Ok("memory://control".to_owned())
    }

    fn stop(&mut self) -> Result<(), IoError> {
        let mut state = self.hub.state();
        state.running = false;
        state.replies.clear();
        state.endpoints.clear();
        Ok(())
    }

    fn open(&self, opening: Opening) -> Result<String, IoError> {
        let Opening { endpoint, stream, host, port, agent_id, activity, intake } = opening;
        let mut state = self.hub.running()?;
        let address = format!("{host}:{port}");
        let url = format!("memory://{address}/{}", endpoint.0);
        // Port 0 is any number of places, every other port only one.
        let taken = port != 0
            && state.endpoints.values().any(|other| other.url.starts_with(&format!("memory://{address}/")));
        if taken {
            return Err(IoError::Bind { address, reason: "address in use".to_owned() });
        }
        let opened =
            Endpoint { url: url.clone(), stream, agent_id, activity, intake, frames: BTreeMap::new() };
        state.endpoints.insert(endpoint, opened);
        Ok(url)
    }

    fn close(&self, endpoint: EndpointId) -> Result<(), IoError> {
        let closed = self.hub.running()?.endpoints.remove(&endpoint);
        closed.map(|_| ()).ok_or(IoError::UnknownEndpoint(endpoint))
    }

    fn reply(&self, link: LinkId, message: Vec<u8>) -> Result<(), IoError> {
        let mut state = self.hub.running()?;
        let replies = state.replies.get_mut(&link.peer).ok_or(IoError::UnknownLink(link))?;
        replies.push(message);
        Ok(())
    }

    fn publish_visualization(&self, fbc: SharedFBC) -> Result<(), IoError> {
        self.publish(|endpoint| endpoint.stream == StreamType::Visualization, &fbc)
    }

    fn publish_motor(&self, agent_id: &str, fbc: SharedFBC) -> Result<(), IoError> {
        self.publish(|endpoint| endpoint.stream == StreamType::Motor && &*endpoint.agent_id == agent_id, &fbc)
    }
}
