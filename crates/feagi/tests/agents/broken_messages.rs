//! Control messages that are none.

use std::io::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::case::{Case, MB};
use crate::raw;
use crate::support::agent::{Agent, LONG, Link, MOTORS, TRANSPORTS, Transport, registration};
use crate::support::wire::{container, json, json_of, message, voxels};

/// A message that is too large for a control connection, as the published server met it.
const HUGE: usize = 100_000_000;
/// The same over WebSocket.
const LARGE: usize = 20_000_000;

/// The header of a container with these bytes behind its id.
fn header(version: u8, structs: u8, rest: &[u8]) -> Vec<u8> {
    let mut bytes = vec![version, 0, 0, structs];
    bytes.resize(52, 0);
    bytes.extend(rest);
    bytes
}

/// Messages that nobody answers, with and without a session.
fn broken() -> Vec<(&'static str, Vec<u8>)> {
    let good = container(&[&json("\"heart_beat\"")]);
    let length = |length: u32| length.to_le_bytes();
    let mut huge_length = good.clone();
    huge_length[52..56].copy_from_slice(&length(u32::MAX));
    let mut too_short = good.clone();
    too_short[52..56].copy_from_slice(&length(13));
    let mut too_long = good.clone();
    too_long[52..56].copy_from_slice(&length(15));
    let text = |text: &str| container(&[&json(text)]);
    let deep = |depth: usize| text(&"[".repeat(depth));
    let odd = json!({"agent_registration": {"client_request_registration": {"agent_descriptor": 7}}});
    vec![
        ("one byte", vec![4]),
        ("a header without its end", good[..51].to_vec()),
        ("a container without its lengths", good[..53].to_vec()),
        ("a container without its end", good[..good.len() - 1].to_vec()),
        ("an older version", [&[2], &good[1..]].concat()),
        ("a version of the future", [&[255], &good[1..]].concat()),
        ("no structs", header(4, 0, &[])),
        ("more structs than bytes", header(4, 255, &[1; 100])),
        ("a length beyond all bytes", huge_length),
        ("a length that ends within the text", too_short),
        ("a length one byte too long", too_long),
        ("an only struct of length zero", header(4, 1, &length(0))),
        ("a last struct of length zero", header(4, 2, &[&length(14)[..], &length(0), &good[56..]].concat())),
        ("a struct of one byte", header(4, 1, &[&length(1)[..], &[1]].concat())),
        ("a struct without a body", container(&[&[1, 1]])),
        ("an unknown kind of struct", container(&[&[77, 1, 0]])),
        ("an unknown version of JSON", container(&[&[1, 9, b'1']])),
        ("voxels", container(&[&voxels(MOTORS, &[(0, 0, 0, 1.0)])])),
        ("voxels without their count", container(&[&[11, 1]])),
        ("voxels that end before they begin", container(&[&[11, 1, 255, 255]])),
        ("text that is no text", container(&[&[1, 1, 0xC3, 0x28]])),
        ("no JSON", text("{\"heart_beat\"")),
        ("nothing but a quote", text("\"")),
        ("a number beyond numbers", text("1e999999")),
        ("deep JSON", deep(900)),
        ("null", text("null")),
        ("an unknown message", text("{\"zzz\":1}")),
        ("a message without content", text("{\"agent_registration\":null}")),
        ("a registration of another form", message(&odd)),
        ("zeros", vec![0; 500]),
        ("ones", vec![255; 500]),
    ]
}

/// Asks something that is always answered. What was said before has been read then.
fn is_heard(link: &mut Link, registered: bool) {
    let leave = json!({"agent_registration": {"client_request_deregistration": {"reason": null}}});
    let question = if registered { json!("heart_beat") } else { leave };
    link.send(&message(&question));
    let answer = json_of(&link.receive(LONG).expect("an answer"));
    let left = &answer["agent_registration"]["server_responds_deregistration"];
    assert!(if registered { answer == question } else { left == "not_registered" }, "{answer}");
}

#[test]
fn broken_control_messages_get_no_answer_and_are_counted() {
    for transport in TRANSPORTS {
        let case = Case::begin("broken control messages", transport);
        let stranger = Link::connect(transport, transport.control(&case.server));
        let agent = Agent::register(&case.server, transport, "broken", &[]).expect("it may register");
        let mut sent = 0;
        for (mut link, registered) in [(stranger, false), (agent.link, true)] {
            for (_, message) in broken() {
                link.send(&message);
                sent += 1;
            }
            // A message of a stranger that leaves counts as refused as well.
            is_heard(&mut link, registered);
            sent += u64::from(!registered);
        }
        case.await_rise("control_refused_total", sent);
        assert_eq!(case.rise("control_refused_total"), sent);
        case.end(20 * MB);
    }
}

#[test]
fn large_and_deep_messages_of_a_registered_agent_cost_only_themselves() {
    for transport in TRANSPORTS {
        let case = Case::begin("large and deep messages", transport);
        let mut agent = Agent::register(&case.server, transport, "deep", &[]).expect("it may register");
        let text = |text: String| container(&[&json(&text)]);
        let depth = 400_000;
        let open = "[".repeat(depth);
        let many = vec!["{}"; 300_000].join(",");
        let configuration = |devices: &str| {
            text(format!("{{\"agent_configuration\":{{\"AgentConfigurationDetails\":{devices}}}}}"))
        };
        for message in [
            text(open.clone()),
            text(format!("{open}{}", "]".repeat(depth))),
            text("{\"a\":".repeat(150_000)),
            configuration(&open),
            configuration(&format!("[{many}]")),
        ] {
            agent.link.send(&message);
        }
        assert!(agent.beats());
        case.await_rise("control_refused_total", 5);
        assert_eq!(case.rise("control_refused_total"), 5);
        // An object is a device configuration; this one would take too much memory to be kept.
        agent.link.send(&configuration(&format!("{{\"feedbacks\":[{many}]}}")));
        assert!(agent.beats());
        assert!(agent.beats());
        case.end(150 * MB);
    }
}

#[test]
fn capabilities_that_nobody_serves_are_refused() {
    for transport in TRANSPORTS {
        let case = Case::begin("capabilities that nobody serves", transport);
        let mut link = Link::connect(transport, transport.control(&case.server));
        let refused =
            json!({"agent_registration": {"server_responds_registration": "failed_invalid_request"}});
        for capabilities in
            [&["receive_system_messages"][..], &["send_sensor_data", "receive_system_messages"]]
        {
            assert_eq!(link.ask(&registration(transport, "odd", capabilities)), refused);
        }
        for capabilities in [&["zzz"][..], &[""], &["send_sensor_data", "Send_Sensor_Data"]] {
            link.send(&message(&registration(transport, "odd", capabilities)));
        }
        let mut twenty = registration(transport, "odd", &[]);
        twenty["agent_registration"]["client_request_registration"]["requested_capabilities"] =
            Value::Array(vec![json!("send_sensor_data"); 20]);
        assert_eq!(link.ask(&twenty), refused);
        is_heard(&mut link, false);
        case.await_rise("control_refused_total", 7);
        assert_eq!(case.rise("control_refused_total"), 7);
        assert_eq!(case.rise("registrations_total"), 0);
        // The connection is still good for a registration.
        let agent = Agent::register_on(link, transport, "odd", &["send_sensor_data"]);
        assert!(agent.expect("it may register").beats());
        case.end(20 * MB);
    }
}

#[test]
fn messages_of_100_megabytes_are_cut_off_at_their_head() {
    let case = Case::begin("100 MB control messages", Transport::Zmq);
    for _ in 0..3 {
        let mut tcp = raw::zmq(case.server.zmq, "DEALER");
        let _ = tcp.write_all(&raw::zmq_head(HUGE as u64));
        assert!(raw::pour(&mut tcp, HUGE) < HUGE, "nobody reads all that");
        assert!(raw::is_closed(&mut tcp));
        for length in [HUGE, LARGE] {
            let mut tcp = raw::websocket(case.server.websocket);
            let _ = tcp.write_all(&raw::websocket_head(length as u64));
            assert!(raw::pour(&mut tcp, length) < length, "nobody reads all that");
            assert!(raw::is_closed(&mut tcp));
        }
        for length in [u64::MAX, u64::MAX >> 1, 1 << 40] {
            for (mut tcp, head) in [
                (raw::zmq(case.server.zmq, "DEALER"), raw::zmq_head(length)),
                (raw::websocket(case.server.websocket), raw::websocket_head(length)),
            ] {
                let _ = tcp.write_all(&head);
                assert!(raw::is_closed(&mut tcp), "{length}");
            }
        }
    }
    case.end(30 * MB);
}

#[test]
fn a_message_in_endless_pieces_is_cut_off() {
    let case = Case::begin("a WebSocket message in endless pieces", Transport::WebSocket);
    let mut tcp = raw::websocket(case.server.websocket);
    tcp.set_write_timeout(Some(Duration::from_secs(5))).expect("an open socket");
    let piece = [&[0x00, 0x80 | 126, 0x40, 0, 0, 0, 0, 0][..], &[4; 0x4000]].concat();
    tcp.write_all(&[&[0x02], &piece[1..]].concat()).expect("the first piece is taken");
    let pieces = (0..10_000).take_while(|_| tcp.write_all(&piece).is_ok()).count();
    assert!(pieces < 10_000, "164 MB were taken");
    assert!(raw::is_closed(&mut tcp));
    case.end(20 * MB);
}
