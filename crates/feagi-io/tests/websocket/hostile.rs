//! Peers that send too much, too slowly or nothing at all.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use feagi_io::blocking::BlockingTransport as _;
use feagi_io::core::{ControlEvent, Limits, StreamType};
use feagi_io::transports::websocket::{Patience, WebSocketClient};

use crate::support::{LONG, Raw, Station, dial, frame, wait};

#[test]
fn a_message_above_the_limit_ends_only_its_own_connection() {
    let limits = Limits { control_message: 1000, ..Limits::default() };
    let station = Station::with(limits, Patience::default());
    let (mut good, mut bad) = (station.connect(), station.connect());
    bad.send(vec![1; 1000], LONG).unwrap();
    assert_eq!(station.message().1.len(), 1000);
    bad.send(vec![1; 1001], LONG).unwrap();
    assert!(matches!(station.event(), ControlEvent::Closed { .. }));
    let error = bad.receive(LONG).unwrap_err().to_string();
    assert!(!error.is_empty());
    good.send(b"still here".as_slice(), LONG).unwrap();
    assert_eq!(station.message().1, b"still here");
}

#[test]
fn a_message_in_many_pieces_is_measured_as_a_whole() {
    let limits = Limits { control_message: 1000, ..Limits::default() };
    let station = Station::with(limits, Patience::default());
    let mut raw = Raw::upgraded(&station.url);
    raw.send(0x02, &[1; 600]);
    raw.send(0x80, &[2; 400]);
    assert_eq!(station.message().1.len(), 1000);
    raw.send(0x02, &[1; 600]);
    raw.send(0x80, &[2; 401]);
    assert!(matches!(station.event(), ControlEvent::Closed { .. }));
    assert!(raw.is_closed());
}

#[test]
fn bytes_that_are_no_websocket_end_their_connection() {
    let station = Station::start();
    // Reserved bits, a reserved opcode, an unmasked message, text that is not UTF-8.
    for bytes in [
        &[0xF2, 0x80, 0, 0, 0, 0][..],
        &[0x83, 0x80, 0, 0, 0, 0],
        &[0x82, 0x01, 7],
        &[0x81, 0x81, 0, 0, 0, 0, 0xFF],
    ] {
        let mut raw = Raw::upgraded(&station.url);
        raw.tcp.write_all(bytes).unwrap();
        assert!(raw.is_closed(), "{bytes:?}");
        assert!(matches!(station.event(), ControlEvent::Closed { .. }), "{bytes:?}");
    }
    for request in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\n\r\n", "\0\0\0\0\r\n\r\n"] {
        let mut raw = Raw { tcp: dial(&station.url) };
        raw.tcp.write_all(request.as_bytes()).unwrap();
        assert!(raw.is_closed(), "{request:?}");
    }
    assert!(station.events.is_empty(), "who has not upgraded has no link");
}

#[test]
fn half_handshakes_shut_out_nobody() {
    let patience = Patience { handshake: Duration::from_secs(600), ..Patience::default() };
    let station = Station::with(Limits::default(), patience);
    let endpoint = station.open(StreamType::Visualization, "viewer");
    for url in [&station.url, &endpoint.url] {
        let held: Vec<TcpStream> = (0..300)
            .map(|at| {
                let mut tcp = dial(url);
                tcp.write_all(&b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: webso"[..at % 40]).unwrap();
                tcp
            })
            .collect();
        let begin = Instant::now();
        let client = WebSocketClient::connect(url, LONG, 1000).unwrap();
        assert!(begin.elapsed() < patience.handshake);
        client.close();
        drop(held);
    }
}

#[test]
fn a_handshake_that_takes_too_long_is_given_up() {
    let patience = Patience { handshake: Duration::from_millis(100), ..Patience::default() };
    let station = Station::with(Limits::default(), patience);
    let mut raw = Raw { tcp: dial(&station.url) };
    raw.tcp.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    assert!(raw.is_closed());
}

#[test]
fn idle_connections_are_kept_and_disturb_nobody() {
    let station = Station::start();
    let mut idle: Vec<_> = (0..200).map(|_| station.connect()).collect();
    let mut busy = station.connect();
    busy.send(b"first".as_slice(), LONG).unwrap();
    assert_eq!(station.message().1, b"first");
    for (number, client) in idle.iter_mut().enumerate() {
        client.send(number.to_string(), LONG).unwrap();
        assert_eq!(station.message().1, number.to_string().as_bytes());
    }
}

#[test]
fn there_are_never_more_connections_than_allowed() {
    let limits = Limits { links: 3, ..Limits::default() };
    let station = Station::with(limits, Patience::default());
    let mut clients: Vec<_> = (0..3).map(|_| station.connect()).collect();
    for client in &mut clients {
        client.send(b"here".as_slice(), LONG).unwrap();
        let (link, message) = station.message();
        station.transport.reply(link, message).unwrap();
        assert!(client.receive(LONG).unwrap().is_some());
    }
    assert!(WebSocketClient::connect(&station.url, LONG, 1000).is_err());
    clients.pop().unwrap().close();
    assert!(matches!(station.event(), ControlEvent::Closed { .. }));
    wait(|| WebSocketClient::connect(&station.url, LONG, 1000).is_ok(), "the place is free again");

    let endpoint = station.open(StreamType::Motor, "robot");
    let _viewers: Vec<_> = (0..8).map(|_| endpoint.join()).collect();
    assert!(WebSocketClient::connect(&endpoint.url, LONG, 1000).is_err());
    assert_eq!(endpoint.activity.peers(), 8);
}

#[test]
fn strangers_make_room_for_others_and_agents_do_not() {
    let limits = Limits { links: 3, ..Limits::default() };
    let station = Station::with(limits, Patience::default());
    let mut agent = station.connect();
    let is_answered = |agent: &mut WebSocketClient| {
        agent.send(b"here".as_slice(), LONG).unwrap();
        let (link, message) = loop {
            if let ControlEvent::Message { link, bytes } = station.event() {
                break (link, bytes);
            }
        };
        station.transport.reply(link, message).unwrap();
        agent.receive(LONG).unwrap().unwrap() == b"here"
    };
    assert!(is_answered(&mut agent));
    // Silent ones, and one that says what nobody answers.
    let mut strangers: Vec<_> = (0..10).map(|_| station.connect()).collect();
    strangers[9].send(b"nonsense".as_slice(), LONG).unwrap();
    assert_eq!(
        station.events.iter().find_map(|event| match event {
            ControlEvent::Message { bytes, .. } => Some(bytes),
            _ => None,
        }),
        Some(b"nonsense".to_vec())
    );
    let mut newcomer = station.connect();
    assert!(is_answered(&mut newcomer));
    assert!(is_answered(&mut agent));
    for stranger in &mut strangers[..9] {
        assert!(stranger.receive(LONG).is_err(), "it made room");
    }
}

#[test]
fn a_flood_of_control_messages_is_slowed_down_and_nobody_loses_any() {
    let station = Station::with_room(8);
    let mut flood = station.connect();
    for _ in 0..100 {
        flood.send(vec![7; 100], LONG).unwrap();
    }
    wait(|| station.events.is_full(), "there is no room");
    let mut other = station.connect();
    other.send(b"other".as_slice(), LONG).unwrap();
    let mut heard: Vec<_> = (0..101).map(|_| station.message().1).collect();
    heard.retain(|message| message != &[7; 100]);
    assert_eq!(heard, [b"other"]);
}

#[test]
fn messages_to_a_publishing_endpoint_are_ignored() {
    let station = Station::start();
    let endpoint = station.open(StreamType::Visualization, "viewer");
    let mut client = endpoint.join();
    for _ in 0..10 {
        client.send(vec![9; 1000], LONG).unwrap();
    }
    station.publish(&frame(1, 100));
    assert_eq!(client.receive(LONG).unwrap().unwrap(), frame(1, 100).get_byte_ref());
    wait(|| endpoint.activity.frames() == 1, "the frame is counted");
    assert_eq!(endpoint.activity.frames_refused(), 0);
}
