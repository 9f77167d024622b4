//! What a transport on an async runtime can do.

use crate::core::{EndpointId, IoError, LinkId, Opening, Protocol, SharedFBC};

/// A way to reach peers that runs on tasks. The methods mean what those of
/// [`BlockingTransport`](crate::blocking::BlockingTransport) mean and fail as they do.
#[expect(missing_docs, reason = "documented at BlockingTransport")]
pub trait NonBlockingTransport: Send + Sync {
    fn backend_name(&self) -> &str;
    fn protocol(&self) -> Protocol;
    fn start(&mut self) -> impl Future<Output = Result<String, IoError>> + Send;
    fn stop(&mut self) -> impl Future<Output = Result<(), IoError>> + Send;
    fn open(&self, opening: Opening) -> impl Future<Output = Result<String, IoError>> + Send;
    fn close(&self, endpoint: EndpointId) -> impl Future<Output = Result<(), IoError>> + Send;
    fn reply(&self, link: LinkId, message: Vec<u8>) -> impl Future<Output = Result<(), IoError>> + Send;
    fn publish_visualization(&self, fbc: SharedFBC) -> impl Future<Output = Result<(), IoError>> + Send;
    fn publish_motor(
        &self,
        agent_id: &str,
        fbc: SharedFBC,
    ) -> impl Future<Output = Result<(), IoError>> + Send;
}
