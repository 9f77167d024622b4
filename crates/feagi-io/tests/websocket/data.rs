//! Data endpoints.

use std::io::Read as _;
use std::net::{Shutdown, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use feagi_io::blocking::BlockingTransport as _;
use feagi_io::core::{IoError, Limits, StreamType};
use feagi_io::transports::websocket::Patience;

use crate::support::{LONG, Raw, Station, assert_same, connect, frame, wait};

#[test]
fn sensory_frames_come_in_as_they_were_sent() {
    let station = Station::start();
    let endpoint = station.open(StreamType::Sensory, "camera");
    let mut client = endpoint.join();
    for (mark, body) in [(1, 0), (2, 100), (3, 70_000), (4, 3_200_000)] {
        let sent = frame(mark, body);
        client.send(sent.get_byte_ref(), LONG).unwrap();
        let event = endpoint.frames.recv_timeout(LONG).unwrap();
        assert_same(event.fbc.get_byte_ref(), &sent);
        assert_eq!(&*event.agent_id, "camera");
    }
    assert_eq!(endpoint.activity.frames(), 4);
    assert_eq!(endpoint.activity.bytes(), (4 * 58 + 100 + 70_000 + 3_200_000) as u64);
}

#[test]
fn what_is_no_container_is_counted_and_costs_nothing_else() {
    let station = Station::start();
    let endpoint = station.open(StreamType::Sensory, "camera");
    let mut client = endpoint.join();
    client.send(Vec::new(), LONG).unwrap();
    client.send(vec![0xFF; 1000], LONG).unwrap();
    client.send(&frame(1, 100).get_byte_ref()[..60], LONG).unwrap();
    client.send(frame(2, 100).get_byte_ref(), LONG).unwrap();
    let event = endpoint.frames.recv_timeout(LONG).unwrap();
    assert_same(event.fbc.get_byte_ref(), &frame(2, 100));
    assert_eq!((endpoint.activity.frames(), endpoint.activity.frames_refused()), (1, 3));
}

#[test]
fn a_sensory_frame_above_the_limit_ends_only_its_connection() {
    let limits = Limits { frame: 10_000, ..Limits::default() };
    let station = Station::with(limits, Patience::default());
    let endpoint = station.open(StreamType::Sensory, "camera");
    let (mut good, mut bad) = (endpoint.join(), endpoint.join());
    bad.send(frame(1, 10_000).get_byte_ref(), LONG).unwrap();
    wait(|| endpoint.activity.peers() == 1, "the connection is closed");
    good.send(frame(2, 9_942).get_byte_ref(), LONG).unwrap();
    assert_eq!(endpoint.frames.recv_timeout(LONG).unwrap().fbc.get_byte_ref().len(), 10_000);
}

#[test]
fn every_viewer_gets_the_frame_and_a_robot_only_its_own() {
    let station = Station::start();
    let viewers =
        [station.open(StreamType::Visualization, "a"), station.open(StreamType::Visualization, "b")];
    let robots = [station.open(StreamType::Motor, "a"), station.open(StreamType::Motor, "c")];
    let mut viewing = [viewers[0].join(), viewers[0].join(), viewers[1].join()];
    let mut moving = [robots[0].join(), robots[1].join()];
    station.publish(&frame(1, 200));
    station.transport.publish_motor("a", frame(2, 20)).unwrap();
    station.transport.publish_motor("c", frame(3, 30)).unwrap();
    station.transport.publish_motor("nobody", frame(4, 40)).unwrap();
    for client in &mut viewing {
        assert_same(&client.receive(LONG).unwrap().unwrap(), &frame(1, 200));
    }
    assert_same(&moving[0].receive(LONG).unwrap().unwrap(), &frame(2, 20));
    assert_same(&moving[1].receive(LONG).unwrap().unwrap(), &frame(3, 30));
    wait(|| viewers[0].activity.frames() == 2, "both frames are counted");
    assert_eq!(viewers[0].activity.bytes(), 2 * 258);
    assert_eq!(viewers[1].activity.peers(), 1);
}

#[test]
fn frames_of_every_header_size_arrive() {
    let station = Station::start();
    let endpoint = station.open(StreamType::Visualization, "viewer");
    let mut client = endpoint.join();
    for length in [60, 125, 126, 65_535, 65_536, 5_000_000] {
        let sent = frame(1, length - 58);
        station.publish(&sent);
        assert_same(&client.receive(LONG).unwrap().unwrap(), &sent);
    }
}

#[test]
fn a_newcomer_gets_what_is_published_from_now_on() {
    let station = Station::start();
    let endpoint = station.open(StreamType::Visualization, "viewer");
    station.publish(&frame(1, 1));
    let mut client = endpoint.join();
    station.publish(&frame(2, 2));
    assert_same(&client.receive(LONG).unwrap().unwrap(), &frame(2, 2));
    wait(|| endpoint.activity.frames() == 1, "the frame is counted");
    assert_eq!(endpoint.activity.frames_dropped(), 0);
}

#[test]
fn a_viewer_that_never_reads_delays_nobody_and_holds_no_frame() {
    let station = Station::start();
    let endpoint = station.open(StreamType::Visualization, "viewer");
    let mut stalled = Raw::upgraded(&endpoint.url);
    wait(|| endpoint.activity.peers() == 1, "the viewer is there");
    let frames: Vec<_> = (0..4).map(|mark| frame(mark, 3_200_000)).collect();
    station.publish(&frames[0]);
    // The first frame is under way.
    let mut head = [0; 10];
    wait(|| stalled.tcp.peek(&mut head).unwrap() == 10, "bytes are there");
    assert_eq!(head, [0x82, 127, 0, 0, 0, 0, 0, 0x30, 0xD4, 0x3A]);
    let begin = Instant::now();
    for number in 0..200 {
        station.publish(&frames[number % 4]);
    }
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(2), "200 frames took {took:?}");
    // Some fit into the buffers of the system, one is under way, one waits.
    let passed = endpoint.activity.frames();
    assert!(passed < 20, "{passed} frames went to a peer that reads nothing");
    wait(
        || {
            let newest = Arc::strong_count(&frames[3]);
            newest <= 2 && frames[..3].iter().all(|frame| Arc::strong_count(frame) == 1)
        },
        "only the newest frame is held",
    );
    let dropped = endpoint.activity.frames_dropped();
    assert!(dropped + 22 > 200, "{dropped} dropped");
    // What it got is the beginning of the first frame, not of a later one.
    station.transport.close(endpoint.id).unwrap();
    let mut rest = Vec::new();
    let _ = stalled.tcp.read_to_end(&mut rest);
    let whole = rest.len().min(3_200_000);
    assert!(rest[10..whole] == frames[0].get_byte_ref()[..whole - 10], "{} bytes came", rest.len());
}

#[test]
fn a_viewer_that_is_slow_gets_newer_frames_and_misses_older_ones() {
    let station = Station::start();
    let endpoint = station.open(StreamType::Visualization, "viewer");
    let mut client = endpoint.join();
    let frames: Vec<_> = (0..30).map(|mark| frame(mark, 2_000_000)).collect();
    for frame in &frames {
        station.publish(frame);
    }
    let mut seen = Vec::new();
    while seen.last() != Some(&29) {
        let message = client.receive(LONG).unwrap().unwrap();
        assert_same(&message, &frames[usize::from(message[1])]);
        seen.push(message[1]);
    }
    assert!(seen.is_sorted(), "{seen:?}");
    wait(|| endpoint.activity.frames() + endpoint.activity.frames_dropped() == 30, "all are accounted for");
    assert_eq!(endpoint.activity.frames(), seen.len() as u64);
}

#[test]
fn a_peer_that_dies_in_the_middle_of_a_frame_harms_nobody() {
    let station = Station::start();
    let sensory = station.open(StreamType::Sensory, "camera");
    let mut raw = Raw::upgraded(&sensory.url);
    let message = Raw::masked(0x82, frame(1, 100_000).get_byte_ref());
    raw.write(&message[..message.len() / 2]);
    wait(|| sensory.activity.peers() == 1, "the peer is there");
    raw.tcp.shutdown(Shutdown::Both).unwrap();
    drop(raw);
    wait(|| sensory.activity.peers() == 0, "the peer is gone");
    sensory.join().send(frame(2, 5).get_byte_ref(), LONG).unwrap();
    assert_same(sensory.frames.recv_timeout(LONG).unwrap().fbc.get_byte_ref(), &frame(2, 5));

    let viewer = station.open(StreamType::Visualization, "viewer");
    let mut raw = Raw::upgraded(&viewer.url);
    wait(|| viewer.activity.peers() == 1, "the viewer is there");
    station.publish(&frame(1, 8 << 20));
    let mut some = [0; 1000];
    raw.tcp.read_exact(&mut some).unwrap();
    drop(raw);
    wait(|| viewer.activity.peers() == 0, "the viewer is gone");
    let mut next = viewer.join();
    station.publish(&frame(3, 5));
    assert_same(&next.receive(LONG).unwrap().unwrap(), &frame(3, 5));
}

#[test]
fn closing_an_endpoint_ends_its_connections_and_frees_its_port() {
    let station = Station::start();
    for stream in [StreamType::Sensory, StreamType::Motor, StreamType::Visualization] {
        let endpoint = station.open(stream, "agent");
        let mut client = endpoint.join();
        let mut half = Raw::half_upgraded(&endpoint.url);
        station.transport.close(endpoint.id).unwrap();
        assert_eq!(endpoint.activity.peers(), 0, "{stream:?}");
        let again = station.open_at(stream, "agent", endpoint.port()).unwrap();
        assert_eq!(again.url, endpoint.url);
        assert!(client.receive(LONG).is_err());
        assert!(half.is_closed());
        again.join();
        let outcome = station.transport.close(endpoint.id);
        assert!(matches!(outcome, Err(IoError::UnknownEndpoint(id)) if id == endpoint.id), "{outcome:?}");
    }
}

#[test]
fn an_occupied_port_is_an_error_that_names_it() {
    let station = Station::start();
    let occupied = TcpListener::bind("127.0.0.1:0").unwrap();
    let foreign = occupied.local_addr().unwrap().port();
    let own = station.open(StreamType::Motor, "first").port();
    for port in [foreign, own] {
        let error = station.open_at(StreamType::Motor, "second", port).err().unwrap();
        assert!(matches!(error, IoError::Bind { .. }), "{error:?}");
        assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
    }
}

#[test]
fn stopping_ends_everything_and_says_goodbye() {
    let mut station = Station::start();
    let endpoint = station.open(StreamType::Visualization, "viewer");
    let (mut control, mut viewer) = (Raw::upgraded(&station.url), Raw::upgraded(&endpoint.url));
    wait(|| endpoint.activity.peers() == 1, "the viewer is there");
    control.send(0x82, b"hello");
    station.message();
    station.transport.stop().unwrap();
    for raw in [&mut control, &mut viewer] {
        let mut rest = Vec::new();
        raw.tcp.read_to_end(&mut rest).unwrap();
        // A close frame with the code for a server that goes away.
        assert_eq!(&rest[..4], [0x88, 15, 0x03, 0xE9]);
    }
    TcpListener::bind(("127.0.0.1", endpoint.port())).unwrap();
    assert!(station.transport.close(endpoint.id).is_err());
}

#[test]
fn a_reader_gets_the_newest_or_the_next_frame_as_it_likes() {
    let station = Station::start();
    let endpoint = station.open(StreamType::Motor, "robot");
    let mut client = endpoint.join();
    for mark in 0..5 {
        station.transport.publish_motor("robot", frame(mark, 10)).unwrap();
        wait(|| endpoint.activity.frames() == u64::from(mark) + 1, "the frame is on its way");
    }
    assert_eq!(client.receive(LONG).unwrap().unwrap()[1], 0);
    wait(|| client.newest(LONG).unwrap().is_some_and(|frame| frame[1] == 4), "the newest frame is there");
    assert_eq!(client.newest(Duration::from_millis(1)).unwrap(), None);
}

#[test]
fn a_client_that_reaches_nobody_says_whom() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, timeout) in
        [(format!("ws://{nobody}"), LONG), ("ws://".to_owned(), LONG), ("tcp://x:1".to_owned(), LONG)]
    {
        let error =
            feagi_io::transports::websocket::WebSocketClient::connect(&url, timeout, 1000).unwrap_err();
        assert!(matches!(&error, IoError::Connect { address, .. } if *address == url), "{error:?}");
    }
    // Accepts connections and says nothing.
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", mute.local_addr().unwrap());
    let short = Duration::from_millis(50);
    let error = feagi_io::transports::websocket::WebSocketClient::connect(&url, short, 1000).unwrap_err();
    assert!(error.to_string().contains("no answer in time"), "{error}");
    drop(connect(&Station::start().url));
}
