//! What a transport on threads can do.

use crate::core::{EndpointId, IoError, LinkId, Opening, Protocol, SharedFBC};

/// A way to reach peers that runs on threads of its own.
///
/// Control messages that come in go to the [`Inbound`](crate::core::Inbound) that the transport was
/// made with, sensory frames to the [`Intake`](crate::core::Intake) of their endpoint. All methods
/// may be called from any thread; none of the publishing ones waits for a peer.
pub trait BlockingTransport: Send + Sync {
    /// Short name for logs and metrics, such as `zmq`.
    fn backend_name(&self) -> &str;

    /// The protocol that agents name to get this transport for their data.
    fn protocol(&self) -> Protocol;

    /// Whether the transport tells when a control connection is gone. An open connection counts as a
    /// sign of life then.
    fn reports_closing(&self) -> bool {
        true
    }

    /// Listens for control connections and starts the transport's threads. Returns the address of
    /// the control endpoint, such as `tcp://127.0.0.1:30001`.
    ///
    /// # Errors
    /// [`IoError::Bind`] when the control address cannot be listened at.
    fn start(&mut self) -> Result<String, IoError>;

    /// Closes every socket and joins the threads. Stopping twice does nothing.
    ///
    /// # Errors
    /// [`IoError::Transport`] when a thread had died.
    fn stop(&mut self) -> Result<(), IoError>;

    /// Opens a data endpoint and returns the address for the agent. The endpoint listens when this
    /// returns.
    ///
    /// # Errors
    /// [`IoError::Bind`] when the address is in use; [`IoError::NotRunning`].
    fn open(&self, opening: Opening) -> Result<String, IoError>;

    /// Closes a data endpoint with its connections. Its port is free when this returns.
    ///
    /// # Errors
    /// [`IoError::UnknownEndpoint`]; [`IoError::NotRunning`].
    fn close(&self, endpoint: EndpointId) -> Result<(), IoError>;

    /// Sends a control message to the peer of a link.
    ///
    /// # Errors
    /// [`IoError::UnknownLink`] when the peer is gone; [`IoError::NotRunning`].
    fn reply(&self, link: LinkId, message: Vec<u8>) -> Result<(), IoError>;

    /// Says that the peer of a link has a session now, or no longer. A transport that remembers only so
    /// many peers forgets those last that have one. Others do nothing.
    fn keep(&self, link: LinkId, has_session: bool) {
        let _ = (link, has_session);
    }

    /// Sends a frame to every viewer that has an endpoint here; a viewer that lags behind misses it.
    ///
    /// # Errors
    /// [`IoError::NotRunning`].
    fn publish_visualization(&self, fbc: SharedFBC) -> Result<(), IoError>;

    /// Sends a frame to the motor endpoint of an agent; does nothing when the agent has none here.
    ///
    /// # Errors
    /// [`IoError::NotRunning`].
    fn publish_motor(&self, agent_id: &str, fbc: SharedFBC) -> Result<(), IoError>;
}
