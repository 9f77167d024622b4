//! Control connections and the life of the transport.

use std::net::TcpListener;
use std::sync::Arc;

use feagi_io::blocking::BlockingTransport as _;
use feagi_io::core::{ControlEvent, IoError, Limits, LinkId, Protocol, StreamType};
use feagi_io::nonblocking::Runtime;
use feagi_io::transports::websocket::Patience;

use crate::support::{LONG, Raw, Station, connect, frame, port, transport, wait};

#[test]
fn a_message_comes_in_and_its_reply_goes_back_to_the_same_peer() {
    let station = Station::start();
    let (mut first, mut second) = (station.connect(), station.connect());
    first.send(b"one".as_slice(), LONG).unwrap();
    let (link, bytes) = station.message();
    assert_eq!((link.transport, bytes.as_slice()), (3, b"one".as_slice()));
    second.send(b"two".as_slice(), LONG).unwrap();
    let (other, bytes) = station.message();
    assert_eq!(bytes, b"two");
    assert_ne!(link, other);
    station.transport.reply(link, b"eno".to_vec()).unwrap();
    station.transport.reply(other, b"owt".to_vec()).unwrap();
    assert_eq!(first.receive(LONG).unwrap().as_deref(), Some(b"eno".as_slice()));
    assert_eq!(second.receive(LONG).unwrap().as_deref(), Some(b"owt".as_slice()));
}

#[test]
fn messages_of_a_peer_keep_their_order_and_so_do_replies() {
    let station = Station::start();
    let mut client = station.connect();
    for number in 0..200_u8 {
        client.send(vec![number; 3], LONG).unwrap();
    }
    for number in 0..200 {
        let (link, bytes) = station.message();
        assert_eq!(bytes, [number; 3]);
        station.transport.reply(link, bytes).unwrap();
        assert_eq!(client.receive(LONG).unwrap(), Some(vec![number; 3]));
    }
}

#[test]
fn any_path_is_upgraded() {
    let station = Station::start();
    for path in ["/", "/agents/control?version=1", ""] {
        let mut client = connect(&format!("{}{path}", station.url));
        client.send(path.as_bytes(), LONG).unwrap();
        assert_eq!(station.message().1, path.as_bytes());
        client.close();
        assert!(matches!(station.event(), ControlEvent::Closed { .. }));
    }
}

#[test]
fn text_is_ignored_without_an_answer_and_costs_nothing() {
    let station = Station::start();
    let mut raw = Raw::upgraded(&station.url);
    raw.send(0x81, b"{\"agent_registration\":{}}");
    raw.send(0x82, b"binary");
    // In order, so the text was not put aside for later.
    assert_eq!(station.message().1, b"binary");
    assert!(station.events.is_empty());
}

#[test]
fn the_end_of_a_connection_is_told_and_its_link_is_gone() {
    let station = Station::start();
    let mut client = station.connect();
    client.send(b"hello".as_slice(), LONG).unwrap();
    let (link, _) = station.message();
    client.close();
    assert!(matches!(station.event(), ControlEvent::Closed { link: gone } if gone == link));
    let outcome = station.transport.reply(link, Vec::new());
    assert!(matches!(outcome, Err(IoError::UnknownLink(gone)) if gone == link), "{outcome:?}");
}

#[test]
fn a_peer_that_reads_no_replies_is_cut_off() {
    let station = Station::start();
    let mut raw = Raw::upgraded(&station.url);
    raw.send(0x82, b"hello");
    let (link, _) = station.message();
    let mut sent = 0_usize;
    wait(
        || {
            sent += 1;
            station.transport.reply(link, vec![0; 1 << 20]).is_err()
        },
        "no more replies are taken",
    );
    assert!(sent < 100, "{sent} MiB for a peer that does not read");
}

#[test]
fn the_news_that_a_connection_ended_waits_for_room() {
    let station = Station::with_room(1);
    let (mut first, mut second) = (station.connect(), station.connect());
    first.send(b"fills the channel".as_slice(), LONG).unwrap();
    wait(|| station.events.len() == 1, "the message is there");
    second.send(b"finds no room".as_slice(), LONG).unwrap();
    second.close();
    first.close();
    // Messages may be lost, ends may not.
    let ends = std::iter::repeat_with(|| station.event())
        .filter(|event| matches!(event, ControlEvent::Closed { .. }));
    assert_eq!(ends.take(2).count(), 2);
}

#[test]
fn an_occupied_control_port_is_an_error_that_names_it() {
    let occupied = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = occupied.local_addr().unwrap().port();
    let (mut transport, _events) = transport("127.0.0.1", port, Limits::default(), Patience::default(), 8);
    let message = transport.start().unwrap_err().to_string();
    assert!(message.contains(&format!("127.0.0.1:{port}")), "{message}");
    assert!(matches!(transport.stop(), Ok(())));
}

#[test]
fn two_transports_do_not_share_a_port() {
    let station = Station::start();
    let (mut second, _events) =
        transport("127.0.0.1", port(&station.url), Limits::default(), Patience::default(), 8);
    assert!(matches!(second.start(), Err(IoError::Bind { .. })));
}

#[test]
fn a_restarted_transport_gets_its_port_back_at_once() {
    let (mut transport, events) = transport("127.0.0.1", 0, Limits::default(), Patience::default(), 8);
    let url = transport.start().unwrap();
    let mut client = connect(&url);
    client.send(b"before".as_slice(), LONG).unwrap();
    events.recv_timeout(LONG).unwrap();
    // The server ends the connection, so its side of it lingers in the system.
    transport.stop().unwrap();
    assert!(client.receive(LONG).is_err());
    let (mut next, events) =
        crate::support::transport("127.0.0.1", port(&url), Limits::default(), Patience::default(), 8);
    assert_eq!(next.start().unwrap(), url);
    connect(&url).send(b"after".as_slice(), LONG).unwrap();
    assert!(
        matches!(events.recv_timeout(LONG), Ok(ControlEvent::Message { bytes, .. }) if bytes == b"after")
    );
    next.stop().unwrap();
}

#[test]
fn the_address_for_agents_names_the_advertised_host() {
    let limits = Limits::default();
    for (host, advertised, prefix) in [
        ("*", "robot.local", "ws://robot.local:"),
        ("localhost", "::1", "ws://[::1]:"),
        ("0.0.0.0", "[::1]", "ws://[::1]:"),
    ] {
        let (mut transport, _events) =
            crate::support::advertised(host, advertised, 0, limits, Patience::default(), 8);
        let url = transport.start().unwrap();
        assert!(url.starts_with(prefix) && port(&url) != 0, "{url}");
        connect(&format!("ws://localhost:{}", port(&url)));
        transport.stop().unwrap();
    }
}

#[test]
fn a_transport_that_does_not_run_says_so_and_stops_twice() {
    let (mut transport, _events) = transport("127.0.0.1", 0, Limits::default(), Patience::default(), 8);
    assert_eq!((transport.backend_name(), transport.protocol()), ("websocket", Protocol::WebSocket));
    let link = LinkId { transport: 3, peer: 1 };
    let calls = |transport: &dyn feagi_io::blocking::BlockingTransport| {
        [
            transport.reply(link, Vec::new()),
            transport.publish_visualization(frame(0, 0)),
            transport.publish_motor("a", frame(0, 0)),
            transport.close(feagi_io::core::EndpointId(1)),
        ]
    };
    for outcome in calls(&transport) {
        assert!(matches!(outcome, Err(IoError::NotRunning("websocket"))), "{outcome:?}");
    }
    transport.start().unwrap();
    transport.stop().unwrap();
    transport.stop().unwrap();
    for outcome in calls(&transport) {
        assert!(matches!(outcome, Err(IoError::NotRunning("websocket"))), "{outcome:?}");
    }
}

#[test]
fn calls_from_an_async_thread_fail_instead_of_waiting() {
    let station = Arc::new(Station::start());
    let endpoint = station.open(StreamType::Visualization, "viewer");
    let runtime = Runtime::start().unwrap();
    let inside = Arc::clone(&station);
    let task = runtime.handle().spawn(async move {
        let outcomes =
            [inside.transport.publish_visualization(frame(1, 1)), inside.transport.close(endpoint.id)];
        drop(inside);
        outcomes.map(|outcome| matches!(outcome, Err(IoError::Transport { .. })))
    });
    assert_eq!(runtime.block_on(task).unwrap().unwrap(), [true, true]);
}
