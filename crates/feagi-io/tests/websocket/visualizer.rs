//! The published Brain Visualizer, as it was recorded: it leaves its control connection open and
//! silent, registers again on a new one, closes its data connection and opens it again.

use std::io::Write as _;
use std::path::Path;

use feagi_io::blocking::BlockingTransport as _;
use feagi_io::core::{ControlEvent, StreamType};
use serde_json::Value;

use crate::support::{LONG, Raw, Station, container, dial, frame, wait};

fn recorded() -> Vec<Value> {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let folder = std::env::var_os("FEAGI_VECTORS").map_or_else(own, Into::into);
    let text = std::fs::read_to_string(folder.join("net/ws_session_brain_visualizer.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn bytes(step: &Value) -> Vec<u8> {
    let hex = step["hex"].as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// Sends the recorded request and returns the answer's head.
fn upgrade(url: &str, request: &str) -> (Raw, String) {
    let mut raw = Raw { tcp: dial(url) };
    raw.tcp.write_all(format!("{request}\r\n\r\n").as_bytes()).unwrap();
    let head = raw.head();
    (raw, head)
}

fn accept_line(head: &str) -> String {
    head.to_lowercase().lines().find(|line| line.starts_with("sec-websocket-accept")).unwrap().to_owned()
}

#[test]
fn the_recorded_session_runs_as_it_did() {
    let station = Station::start();
    let mut endpoint = station.open(StreamType::Visualization, "visualizer");
    let (mut controls, mut viewer, mut link) = (Vec::<Raw>::new(), None::<Raw>, None);
    let mut expected_head = None;
    let mut frames = 0_u8;
    for step in recorded() {
        match (step["dir"].as_str().unwrap(), step["kind"].as_str().unwrap()) {
            ("client->9053", "http") => {
                let (raw, head) = upgrade(&station.url, step["http"].as_str().unwrap());
                expected_head = Some(head);
                controls.push(raw);
            }
            ("client->8080", "http") => {
                let (raw, head) = upgrade(&endpoint.url, step["http"].as_str().unwrap());
                expected_head = Some(head);
                viewer = Some(raw);
                wait(|| endpoint.activity.peers() == 1, "the viewer is known");
            }
            ("9053->client" | "8080->client", "http") => {
                let head = expected_head.take().unwrap();
                assert!(head.starts_with("HTTP/1.1 101 Switching Protocols"), "{head}");
                assert_eq!(accept_line(&head), accept_line(step["http"].as_str().unwrap()));
            }
            ("client->9053", "binary") => {
                controls.last_mut().unwrap().send(0x82, &bytes(&step));
                let (from, message) = station.message();
                assert_eq!(message, bytes(&step));
                assert_ne!(link.replace(from), Some(from), "a new connection is a new link");
            }
            ("9053->client", "binary") => {
                station.transport.reply(link.unwrap(), bytes(&step)).unwrap();
                assert_eq!(controls.last_mut().unwrap().receive(), (0x82, bytes(&step)));
                if controls.len() == 2 {
                    // The new session replaces the old one and gets the same port.
                    station.transport.close(endpoint.id).unwrap();
                    endpoint =
                        station.open_at(StreamType::Visualization, "visualizer", endpoint.port()).unwrap();
                }
            }
            ("8080->client", "binary") => {
                frames += 1;
                station.publish(&container(&bytes(&step)));
                assert_eq!(viewer.as_mut().unwrap().receive(), (0x82, bytes(&step)));
            }
            // The server was faster: it has closed the connection already.
            ("client->8080", "close") => drop(viewer.take()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(frames, 4);
    // Frames go on after the second registration, and the first control connection is still open.
    station.publish(&frame(9, 9));
    assert_eq!(viewer.unwrap().receive(), (0x82, frame(9, 9).get_byte_ref().to_vec()));
    controls[0].send(0x82, b"still open");
    assert_eq!(station.message().1, b"still open");
    drop(controls);
    for _ in 0..2 {
        assert!(matches!(station.events.recv_timeout(LONG), Ok(ControlEvent::Closed { .. })));
    }
}
