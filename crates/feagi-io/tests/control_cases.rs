//! Requests recorded at the published server and what it answered: one reported test for each case.
//!
//! Cases build upon each other, so each replays those before it. Ids and ports differ by nature and
//! are blotted out; everything else of an answer must agree, its length included.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use feagi_io::core::{Action, ControlPlane, LinkId, PNSConfig};
use feagi_serialization::{AgentId, FeagiByteContainer, Struct};
use feagi_structures::FeagiSignal;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// Connection of each recorded case that does not have one of its own.
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

fn main() -> ExitCode {
    let cases = Arc::new(read_cases("control_cases_zmq.json"));
    let mut trials: Vec<Trial> = (0..cases.len())
        .map(|last| {
            let cases = Arc::clone(&cases);
            let name = text(&cases[last], "case").to_owned();
            Trial::test(name, move || replay(&cases[..=last]))
        })
        .collect();
    trials.push(Trial::test("the visualizer's second session replaces its first", replay_visualizer));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// `$FEAGI_VECTORS/net` when set, else the copy beside the tests.
fn folder() -> PathBuf {
    match std::env::var_os("FEAGI_VECTORS") {
        Some(folder) => PathBuf::from(folder).join("net"),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/net"),
    }
}

fn read_cases(file: &str) -> Vec<Value> {
    let path = folder().join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is no text"))
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
    (0..hex.len()).step_by(2).map(digit).collect()
}

/// A server in which every port can be listened at.
struct Server {
    plane: ControlPlane,
    now: Duration,
}

impl Server {
    fn new() -> Self {
        let mut made = 0;
        let new_id = move || {
            made += 1;
            AgentId([made; AgentId::LEN])
        };
        let plane =
            ControlPlane::new(&PNSConfig::default(), new_id, Arc::new(Mutex::new(FeagiSignal::new())));
        Self { plane, now: Duration::ZERO }
    }

    /// Takes a message; returns the answers, those included that the server holds back for a while.
    fn ask(&mut self, peer: u64, message: &[u8]) -> Vec<(LinkId, Vec<u8>)> {
        self.plane.receive(LinkId { transport: 0, peer }, message, self.now);
        let mut replies = self.act();
        while let Some(deadline) = self.plane.deadline() {
            self.now = self.now.max(deadline);
            self.plane.wake(self.now);
            replies.extend(self.act());
        }
        replies
    }

    fn act(&mut self) -> Vec<(LinkId, Vec<u8>)> {
        let mut replies = Vec::new();
        while let Some(action) = self.plane.next_action() {
            match action {
                Action::Reply { link, message } => replies.push((link, message)),
                Action::Open { opening, protocol } => {
                    let scheme = if protocol == feagi_io::core::Protocol::Zmq { "tcp" } else { "ws" };
                    let url = format!("{scheme}://{}:{}", opening.host, opening.port);
                    self.plane.opened(opening.endpoint, Ok(url), self.now);
                }
                _ => {}
            }
        }
        replies
    }
}

fn replay(cases: &[Value]) -> Result<(), Failed> {
    let mut server = Server::new();
    let mut outcome = Ok(());
    for (at, case) in cases.iter().enumerate() {
        let peer = if FIRST_LINK.contains(&text(case, "case")) { 0 } else { at as u64 + 1 };
        let replies = server.ask(peer, &bytes_of(text(case, "request_hex")));
        if replies.iter().any(|(link, _)| link.peer != peer) {
            return Err(Failed::from("the answer goes to another peer"));
        }
        let answers: Vec<_> = replies.into_iter().map(|(_, message)| message).collect();
        outcome = agree(case["reply_hex"].as_str(), &answers);
    }
    outcome
}

fn agree(recorded: Option<&str>, replies: &[Vec<u8>]) -> Result<(), Failed> {
    let recorded: Vec<Vec<u8>> = recorded.into_iter().map(bytes_of).collect();
    let lengths = |messages: &[Vec<u8>]| messages.iter().map(Vec::len).collect::<Vec<_>>();
    if lengths(&recorded) != lengths(replies) {
        return Err(Failed::from(format!(
            "lengths {:?} expected, {:?}",
            lengths(&recorded),
            lengths(replies)
        )));
    }
    for (expected, found) in recorded.iter().zip(replies) {
        let (expected, found) = (blotted(expected), blotted(found));
        if expected != found {
            return Err(Failed::from(format!("{expected} expected, {found}")));
        }
    }
    Ok(())
}

/// The JSON of a message without ids and ports.
fn blotted(message: &[u8]) -> Value {
    let mut container = FeagiByteContainer::new_empty();
    container.try_write_data_by_copy_and_verify(message).expect("answers are containers");
    let Ok(Struct::Json(json)) = container.try_create_new_struct_from_index(0) else {
        panic!("answers hold JSON");
    };
    let mut value = json.borrow_json_value().clone();
    blot(&mut value);
    value
}

fn blot(value: &mut Value) {
    match value {
        Value::String(text) if AgentId::from_base64(text).is_ok() => "ID".clone_into(text),
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

/// The published visualizer registers a second time on a second connection while the first is open.
fn replay_visualizer() -> Result<(), Failed> {
    let events = read_cases("ws_session_brain_visualizer.json");
    let mut server = Server::new();
    server.plane.set_reports_closing(0, true);
    let (mut peer, mut replies) = (0, Vec::new());
    let mut sessions = 0;
    for event in &events {
        server.now = Duration::from_secs_f64(event["t_s"].as_f64().unwrap_or_default());
        match (text(event, "dir"), text(event, "kind")) {
            ("client->9053", "http") => peer += 1,
            ("client->9053", "binary") => {
                let answers = server.ask(peer, &bytes_of(text(event, "hex")));
                replies = answers.into_iter().map(|(_, message)| message).collect();
            }
            ("9053->client", "binary") => {
                agree(event["hex"].as_str(), &std::mem::take(&mut replies))?;
                sessions += 1;
            }
            _ => {}
        }
        server.plane.scan(server.now);
    }
    let agents: Vec<u64> = server.plane.agents().map(|info| info.link.peer).collect();
    if (sessions, agents.as_slice()) != (2, &[2]) {
        return Err(Failed::from(format!("{sessions} sessions began, those of peers {agents:?} are left")));
    }
    Ok(())
}
