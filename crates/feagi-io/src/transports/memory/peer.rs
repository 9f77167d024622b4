//! The agent's side of the in-memory transport.

use std::sync::Arc;

use super::Hub;
use crate::core::{EndpointId, IoError, SharedFBC, StreamType};

/// An agent in the same process. Dropping it is what a crash is for other transports: its
/// connections are gone.
pub struct MemoryPeer {
    hub: Arc<Hub>,
    peer: u64,
}

impl MemoryPeer {
    pub(super) fn connect(hub: Arc<Hub>) -> Self {
        let mut state = hub.state();
        let peer = state.next_peer;
        state.next_peer += 1;
        state.replies.insert(peer, Vec::new());
        drop(state);
        Self { hub, peer }
    }

    /// Sends a control message.
    pub fn send(&self, message: Vec<u8>) {
        self.hub.inbound.message(self.peer, message);
    }

    /// Takes the replies that came since the last call, oldest first.
    #[must_use]
    pub fn replies(&self) -> Vec<Vec<u8>> {
        self.hub.state().replies.get_mut(&self.peer).map(std::mem::take).unwrap_or_default()
    }

    /// Connects to a data endpoint by the address that registration gave.
    ///
    /// # Errors
    /// [`IoError::Connect`] when no such endpoint is open.
    pub fn attach(&self, url: &str) -> Result<EndpointId, IoError> {
        let mut state = self.hub.state();
        let found = state.endpoints.iter_mut().find(|(_, endpoint)| endpoint.url == url);
        let Some((id, endpoint)) = found else {
            let reason = "nothing listens there".to_owned();
            return Err(IoError::Connect { address: url.to_owned(), reason });
        };
        if endpoint.frames.insert(self.peer, None).is_none() {
            endpoint.activity.connected();
        }
        Ok(*id)
    }

    /// Pushes a frame to a sensory endpoint. Bytes that are no container are refused and counted
    /// there, as on every transport; the sender does not hear of it.
    ///
    /// # Errors
    /// [`IoError::UnknownEndpoint`] when the endpoint is closed or takes no frames.
    pub fn push(&self, endpoint: EndpointId, bytes: &[u8]) -> Result<(), IoError> {
        let intake = {
            let state = self.hub.state();
            let open = state.endpoints.get(&endpoint).filter(|open| open.stream == StreamType::Sensory);
            open.and_then(|open| open.intake.clone()).ok_or(IoError::UnknownEndpoint(endpoint))?
        };
        // Outside the lock: whoever listens may use the transport.
        let _ = intake.copy(bytes);
        Ok(())
    }

    /// Takes the newest frame of a motor or visualization endpoint, if one came since the last call.
    ///
    /// # Errors
    /// [`IoError::UnknownEndpoint`] when the endpoint is closed or this peer is not attached to it.
    pub fn receive(&self, endpoint: EndpointId) -> Result<Option<SharedFBC>, IoError> {
        let mut state = self.hub.state();
        let open = state.endpoints.get_mut(&endpoint);
        let newest = open.and_then(|open| open.frames.get_mut(&self.peer));
        newest.map(Option::take).ok_or(IoError::UnknownEndpoint(endpoint))
    }
}

impl Drop for MemoryPeer {
    fn drop(&mut self) {
        let mut state = self.hub.state();
        state.replies.remove(&self.peer);
        for endpoint in state.endpoints.values_mut() {
            if endpoint.frames.remove(&self.peer).is_some() {
                endpoint.activity.disconnected();
            }
        }
        drop(state);
        self.hub.inbound.closed(self.peer);
    }
}
