//! Sensory messages that are no frames, and frames whose content is not what it says.

use std::io::Write as _;
use std::time::Duration;

use serde_json::json;

use crate::case::{Case, MB, eventually, noise};
use crate::raw;
use crate::support::agent::{ALL, Agent, LONG, MOTORS, Pusher, TRANSPORTS, Transport, two_motors};
use crate::support::wire::{cells_of, container, frame, json as json_struct, voxels};

/// Messages that are no containers.
fn no_containers() -> Vec<Vec<u8>> {
    let good = frame(MOTORS, &[(1, 0, 5, 100.0)]);
    let mut noise = noise(7);
    let mut broken: Vec<Vec<u8>> = [1, 3, 51, 53, 55, good.len() - 1].map(|end| good[..end].to_vec()).into();
    for (at, byte) in [(0, 0), (0, 2), (0, 3), (0, 5), (3, 2), (3, 255), (55, 255), (55, 1), (52, 255)] {
        let mut changed = good.clone();
        changed[at] = byte;
        broken.push(changed);
    }
    // Structs of length zero at the end: an only one, and one behind another.
    broken.push(container(&[&voxels(MOTORS, &[(1, 0, 5, 100.0)]), &[]]));
    broken.push([&container(&[])[..3], &[1], &[0; 52]].concat());
    broken.extend([1, 52, 100, 5000].map(|length| [&[255], &noise(length)[..]].concat()));
    broken
}

/// Containers whose voxels end before they should.
fn broken_structs() -> Vec<Vec<u8>> {
    let good = voxels(MOTORS, &[(1, 0, 5, 100.0)]);
    let mut broken: Vec<Vec<u8>> =
        vec![vec![11, 1], vec![11, 1, 255, 255], vec![11, 1, 1], vec![11, 9, 0, 0]];
    broken.extend([4, 10, 19, 20, 35].map(|end| good[..end].to_vec()));
    // Offset and length of the area's data: past the end, before the beginning, overflowing, no cells.
    for (at, word) in [(12, 21), (12, u32::MAX), (16, 17), (16, 32), (16, u32::MAX), (16, 15)] {
        let mut changed = good.clone();
        changed[at..at + 4].copy_from_slice(&u32::to_le_bytes(word));
        broken.push(changed);
    }
    let mut messages: Vec<_> = broken.iter().map(|part| container(&[part])).collect();
    // A struct of length zero in front of a good one.
    messages.push(container(&[&[], &good]));
    messages
}

/// Frames that say something, but nothing that means anything.
fn pointless_frames() -> Vec<Vec<u8>> {
    let outside = [(2, 0, 0, 1.0), (0, 1, 0, 1.0), (0, 0, 9, 1.0), (u32::MAX, u32::MAX, u32::MAX, 1.0)];
    let values = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0, -0.0, 0.0, f32::MIN_POSITIVE];
    vec![
        container(&[]),
        frame(MOTORS, &[]),
        frame(MOTORS, &outside),
        frame(MOTORS, &values.map(|value| (0, 0, 0, value))),
        frame(*b"inosuch\0", &[(0, 0, 0, 1.0)]),
        frame([255; 8], &[(0, 0, 0, 1.0)]),
        container(&[&json_struct("{\"a\":[1,2,3]}")]),
        container(&[&json_struct("{\"a\":[1,2,3")]),
        container(&vec![&voxels(*b"inosuch\0", &[])[..]; 255]),
    ]
}

/// An agent that sends what it should not, and can show that it is still listened to.
struct Saboteur {
    agent: Agent,
    pusher: Pusher,
}

impl Saboteur {
    fn begin(case: &Case, transport: Transport) -> Self {
        let mut agent =
            Agent::register(&case.server, transport, "saboteur", &ALL[..2]).expect("it may register");
        agent.configure(&two_motors(0));
        let pusher = agent.pusher();
        Self { agent, pusher }
    }

    fn send(&mut self, message: &[u8]) {
        assert!(self.pusher.send(message, LONG));
    }

    /// A good frame comes back as a motor command.
    fn is_heard(&mut self) {
        let (mut motors, cell) = (self.agent.motor(), (1, 0, 5, 77.0));
        eventually("a good frame comes back", || {
            self.send(&frame(MOTORS, &[cell]));
            let command = motors.receive(Duration::from_millis(100));
            command.is_some_and(|command| cells_of(&command, MOTORS).contains(&cell))
        });
        assert!(self.agent.beats());
    }
}

#[test]
fn sensory_messages_that_are_no_containers_are_refused_and_counted() {
    for transport in TRANSPORTS {
        let case = Case::begin("sensory messages that are no containers", transport);
        let mut saboteur = Saboteur::begin(&case, transport);
        let broken = no_containers();
        for (sent, message) in (1..).zip(&broken) {
            saboteur.send(message);
            case.await_rise("frames_refused_total", sent);
        }
        saboteur.is_heard();
        assert_eq!(case.rise("frames_refused_total"), broken.len() as u64);
        case.end(20 * MB);
    }
}

#[test]
fn structs_that_end_before_they_should_are_counted_and_do_not_stop_the_burst() {
    for transport in TRANSPORTS {
        let case = Case::begin("voxels past their end", transport);
        let mut saboteur = Saboteur::begin(&case, transport);
        // One after the other: of frames that come faster than bursts, only the newest count.
        for (sent, message) in (1..).zip(broken_structs()) {
            saboteur.send(&message);
            case.await_rise("sensory_malformed_total", sent);
        }
        saboteur.is_heard();
        assert_eq!(case.rise("sensory_malformed_total"), broken_structs().len() as u64);
        assert_eq!(case.rise("frames_refused_total"), 0);
        case.end(20 * MB);
    }
}

#[test]
fn frames_that_mean_nothing_are_passed_over() {
    for transport in TRANSPORTS {
        let case = Case::begin("frames that mean nothing", transport);
        let mut saboteur = Saboteur::begin(&case, transport);
        for message in pointless_frames() {
            saboteur.send(&message);
        }
        saboteur.is_heard();
        assert_eq!(case.rise("frames_refused_total"), 0);
        case.end(20 * MB);
    }
}

#[test]
fn frames_above_the_limit_cost_only_their_connection() {
    /// More than a sensory message may have.
    const ABOVE: u64 = (64 << 20) + 1;
    for transport in TRANSPORTS {
        let case = Case::begin("sensory messages of more than 64 MiB", transport);
        let mut saboteur = Saboteur::begin(&case, transport);
        let address = saboteur.agent.address(ALL[0]);
        for length in [ABOVE, 1 << 40, u64::MAX >> 1] {
            let (mut tcp, head) = match transport {
                Transport::Zmq => (raw::zmq(address, "PUSH"), raw::zmq_head(length)),
                Transport::WebSocket => (raw::websocket(address), raw::websocket_head(length)),
            };
            let _ = tcp.write_all(&head);
            assert!((raw::pour(&mut tcp, ABOVE as usize) as u64) < ABOVE, "nobody reads all that");
            assert!(raw::is_closed(&mut tcp));
        }
        saboteur.is_heard();
        case.end(30 * MB);
    }
}

#[test]
fn a_websocket_message_of_20_megabytes_is_refused_if_it_is_no_frame() {
    let case = Case::begin("20 MB WebSocket messages", Transport::WebSocket);
    let mut saboteur = Saboteur::begin(&case, Transport::WebSocket);
    let message = vec![255; 20_000_000];
    for _ in 0..5 {
        saboteur.send(&message);
    }
    case.await_rise("frames_refused_total", 5);
    saboteur.is_heard();
    // The message as it comes in, and what the connection reads ahead.
    case.end(80 * MB);
}

#[test]
fn text_on_a_data_connection_is_passed_over() {
    let case = Case::begin("text on data connections", Transport::WebSocket);
    let mut saboteur = Saboteur::begin(&case, Transport::WebSocket);
    for capability in &ALL[..2] {
        let mut tcp = raw::websocket(saboteur.agent.address(capability));
        let text = json!("heart_beat").to_string();
        tcp.write_all(&[&[0x81, 0x80 | text.len() as u8, 0, 0, 0, 0], text.as_bytes()].concat())
            .expect("an open socket");
        // A ping is answered behind it: the connection stands.
        tcp.write_all(&[0x89, 0x80, 0, 0, 0, 0]).expect("an open socket");
        eventually("the ping is answered", || {
            let mut byte = [0];
            std::io::Read::read_exact(&mut tcp, &mut byte).expect("the connection stands");
            byte == [0x8A]
        });
    }
    saboteur.is_heard();
    case.end(20 * MB);
}
