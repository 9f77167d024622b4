//! The recorded session of the published Brain Visualizer: it registers, watches, registers again some
//! seconds later on a second connection, and never says that it is alive.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::case::{eventually, server};
use crate::control_cases::{blotted, bytes_of, recorded, text};
use crate::support::Server;
use crate::support::agent::{LONG, Link, Subscriber, Transport, websocket};
use crate::support::http::metrics;
use crate::support::wire::{cells_of, id_of, json_of};

const POWER: [u8; 8] = *b"___power";
/// A session that did nothing for so long is replaced by the next one of the same agent.
const ACTIVE: Duration = Duration::from_millis(2100);

#[test]
fn the_visualizer_watches_and_its_second_session_replaces_the_first() {
    let server = server();
    let events = recorded("ws_session_brain_visualizer.json");
    let of = |direction: &str, kind: &str| -> Vec<&Value> {
        let matches = |event: &&Value| text(event, "dir") == direction && text(event, "kind") == kind;
        events.iter().filter(matches).collect()
    };
    let (requests, answers) = (of("client->9053", "binary"), of("9053->client", "binary"));
    let frames = of("8080->client", "binary");
    assert_eq!((requests.len(), answers.len(), frames.len()), (2, 2, 4));

    let (mut first, first_id, mut picture) = open_session(&server, requests[0], answers[0]);
    let begun = Instant::now();
    // The recorded pictures show the power area and nothing else.
    let recorded_power = cells_of(&bytes_of(text(frames[0], "hex")), POWER);
    while begun.elapsed() < ACTIVE {
        let frame = picture.receive(LONG).expect("a picture");
        assert_eq!(cells_of(&frame, POWER), recorded_power);
        assert_eq!(id_of(&frame), [0; 48], "one picture serves all viewers");
    }

    let (second, second_id, mut new_picture) = open_session(&server, requests[1], answers[1]);
    assert_ne!(first_id, second_id);
    // The old pictures end, and nothing is said about it.
    eventually("the first session's endpoint is closed", || match &mut picture {
        Subscriber::WebSocket(client) => client.receive(Duration::from_millis(100)).is_err(),
        Subscriber::Zmq(_) => false,
    });
    assert_eq!(first.receive(Duration::from_millis(1)), None);
    for _ in 0..30 {
        assert_eq!(cells_of(&new_picture.receive(LONG).expect("a picture"), POWER), recorded_power);
    }
    let metrics = metrics(server.http);
    assert_eq!(metrics.of("agents"), 1.0);
    assert_eq!(metrics.of("registrations_total"), 2.0);
    drop((first, second));
    assert!(server.stop().0.success());
}

/// A control connection with a session, the id, and the pictures.
pub(crate) fn open_session(server: &Server, request: &Value, recorded: &Value) -> (Link, String, Subscriber) {
    let mut link = Link::connect(Transport::WebSocket, server.websocket);
    link.send(&bytes_of(text(request, "hex")));
    let answer = link.receive(LONG).expect("an answer");
    assert_eq!(blotted(&answer), blotted(&bytes_of(text(recorded, "hex"))));
    let mut outcome =
        json_of(&answer)["agent_registration"]["server_responds_registration"]["success"].take();
    let id = outcome[0].as_str().expect("an id").to_owned();
    let place = outcome[1]["receive_neuron_visualizations"]["WebSocket"].take();
    (link, id, Subscriber::WebSocket(websocket(text(&place, "url"))))
}
