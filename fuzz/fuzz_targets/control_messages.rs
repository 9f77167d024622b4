//! Any bytes as a control message, of an agent and of the server: refused or read, and what is read
//! and written reads back the same. A server and an agent that hear them go on.

#![no_main]

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use feagi_io::PNSConfig;
use feagi_io::core::{Action, AgentDescriptor, Capability, ControlPlane, LinkId, Protocol};
use feagi_io::wire::current::client::{ClientSession, ClientSettings};
use feagi_io::wire::current::{decode_request, decode_response, encode};
use feagi_serialization::AgentId;
use libfuzzer_sys::fuzz_target;
use serde::Serialize;

const LIMIT: usize = 1 << 20;
const LINK: LinkId = LinkId { transport: 0, peer: 1 };

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = decode_request(bytes, LIMIT) {
        same_again(&request, |written| decode_request(written, usize::MAX).ok());
    }
    if let Ok((_, response)) = decode_response(bytes, LIMIT) {
        same_again(&response, |written| decode_response(written, usize::MAX).ok().map(|(_, read)| read));
    }
    let (mut server, mut agent) = registered();
    for peer in 0..2 {
        server.receive(LinkId { transport: 0, peer }, bytes, Duration::ZERO);
    }
    let _ = agent.receive(bytes, Duration::ZERO);
    while server.next_action().is_some() {}
    while agent.next_step().is_some() {}
});

fn same_again<T: Serialize + PartialEq + Debug>(message: &T, read: impl FnOnce(&[u8]) -> Option<T>) {
    let written = encode(message, AgentId::BLANK).expect("what was read can be written");
    assert_eq!(read(&written).as_ref(), Some(message));
}

/// A server, and an agent that has a session there.
fn registered() -> (ControlPlane, ClientSession) {
    let mut server = ControlPlane::new(&PNSConfig::default(), || AgentId([1; 48]), Arc::default());
    let descriptor =
        AgentDescriptor { manufacturer: "m".to_owned(), agent_name: "n".to_owned(), agent_version: 1 };
    let capabilities = vec![Capability::SendSensorData];
    let mut agent = ClientSession::new(ClientSettings::new(descriptor, capabilities, Protocol::Zmq));
    agent.connected(Duration::ZERO);
    if let Some(feagi_io::wire::current::client::Step::Send(message)) = agent.next_step() {
        server.receive(LINK, &message, Duration::ZERO);
    }
    while let Some(action) = server.next_action() {
        match action {
            Action::Open { opening, .. } => {
                server.opened(opening.endpoint, Ok("tcp://127.0.0.1:1".to_owned()), Duration::ZERO);
            }
            Action::Reply { message, .. } => agent.receive(&message, Duration::ZERO).expect("an answer"),
            _ => {}
        }
    }
    assert!(agent.session().is_some());
    (server, agent)
}
