//! Sessions of agents from registration to departure, both sides, without sockets and clocks.

mod client;
mod server;
mod world;

use std::sync::Arc;

use feagi_io::core::{Activity, LinkId, StreamType};
use feagi_io::wire::current::Response;
use world::World;

/// What tests ask beyond what the fuzzer needs.
impl World {
    /// The counters of an agent's endpoint.
    pub(crate) fn activity(&self, link: LinkId, stream: StreamType) -> Arc<Activity> {
        let info = self.plane.agents().find(|info| info.link == link).expect("the link has a session");
        let endpoint = info.endpoints.iter().find(|endpoint| endpoint.stream == stream);
        Arc::clone(&endpoint.expect("the agent has the endpoint").activity)
    }

    /// What was answered to a link since the last call, and to nobody else.
    pub(crate) fn answers(&mut self, link: LinkId) -> Vec<Response> {
        let replies = std::mem::take(&mut self.replies);
        replies
            .into_iter()
            .map(|(to, response)| if to == link { response } else { panic!("answer to {to:?}") })
            .collect()
    }
}
