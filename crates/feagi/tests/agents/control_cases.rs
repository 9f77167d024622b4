//! Requests recorded at the published server, sent over both transports. Ids and ports differ by
//! nature; all else of an answer has to agree, and where the published server was silent so are we.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::case::server;
use crate::support::agent::{LONG, Link, Transport};
use crate::support::wire::{json_of, message};

/// Cases of the connection that registers; every other case has a connection of its own.
const FIRST_LINK: [&str; 11] = [
    "heartbeat before registration: no reply",
    "leave before registration",
    "register zmq three capabilities",
    "heartbeat with own id",
    "heartbeat with zero id",
    "second registration on a registered connection: no reply",
    "health check is echoed",
    "unknown message: no reply",
    "leave",
    "leave twice",
    "heartbeat after leave: no reply",
];

/// Longer than any answer is held back.
const LATE: Duration = Duration::from_millis(300);

#[test]
fn recorded_requests_are_answered_over_zmq_as_they_were() {
    replay(Transport::Zmq);
}

#[test]
fn recorded_requests_are_answered_over_websocket_as_they_were_over_zmq() {
    replay(Transport::WebSocket);
}

fn replay(transport: Transport) {
    let server = server();
    let cases = recorded("control_cases_zmq.json");
    assert_eq!(cases.len(), 22);
    let mut links: BTreeMap<&str, (Link, bool)> = BTreeMap::new();
    for case in &cases {
        let name = text(case, "case");
        let connection = if FIRST_LINK.contains(&name) { "" } else { name };
        let (link, registered) = links
            .entry(connection)
            .or_insert_with(|| (Link::connect(transport, transport.control(&server)), false));
        link.send(&bytes_of(text(case, "request_hex")));
        let expected = case["reply_hex"].as_str().map(|hex| blotted(&bytes_of(hex)));
        if let Some(expected) = expected {
            let answer = link.receive(LONG).unwrap_or_else(|| panic!("{name}: no answer"));
            assert_eq!(blotted(&answer), expected, "{name}");
            let session = &expected["agent_registration"];
            *registered |= session["server_responds_registration"]["success"].is_array();
            *registered &= session["server_responds_deregistration"] != "success";
        }
        expect_nothing_more(link, *registered, name);
    }
    for (name, (link, _)) in &mut links {
        assert_eq!(link.receive(LATE), None, "{name}: a late answer");
    }
}

/// Asks something whose answer is known: had the request before been answered, that would come first.
fn expect_nothing_more(link: &mut Link, registered: bool, name: &str) {
    let leave = json!({"agent_registration": {"client_request_deregistration": {"reason": null}}});
    let not_registered = json!({"agent_registration": {"server_responds_deregistration": "not_registered"}});
    let (question, answer) =
        if registered { (json!("heart_beat"), json!("heart_beat")) } else { (leave, not_registered) };
    link.send(&message(&question));
    let first = link.receive(LONG).unwrap_or_else(|| panic!("{name}: nothing is answered any more"));
    assert_eq!(json_of(&first), answer, "{name}: one answer too many");
}

/// `$FEAGI_VECTORS/net` when set, else the copy in the repository.
pub(crate) fn recorded(file: &str) -> Vec<Value> {
    let folder = match std::env::var_os("FEAGI_VECTORS") {
        Some(folder) => PathBuf::from(folder).join("net"),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../feagi-io/tests/vectors/net"),
    };
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is no text"))
}

pub(crate) fn bytes_of(hex: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
    (0..hex.len()).step_by(2).map(digit).collect()
}

/// The JSON of a message without ids and ports.
pub(crate) fn blotted(message: &[u8]) -> Value {
    let mut value = json_of(message);
    blot(&mut value);
    value
}

fn blot(value: &mut Value) {
    match value {
        // An id is the base64 of 48 bytes.
        Value::String(text) if text.len() == 64 => "ID".clone_into(text),
        Value::String(text) => {
            if let Some((address, _port)) = text.rsplit_once(':') {
                *text = format!("{address}:PORT");
            }
        }
        Value::Array(values) => values.iter_mut().for_each(blot),
        Value::Object(map) => map.values_mut().for_each(blot),
        _ => {}
    }
}
