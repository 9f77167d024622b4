//! Peers that are there, and peers that are gone without a word.

use std::time::Duration;

use feagi_io::blocking::BlockingTransport as _;
use feagi_io::core::{Limits, StreamType};
use feagi_io::transports::websocket::Patience;

use crate::support::{LONG, Raw, Station, frame, wait};

const HURRIED: Patience = Patience {
    handshake: Duration::from_secs(5),
    silence: Duration::from_secs(1),
    parting: Duration::from_millis(200),
};

/// Published clients read some of their connections seldom or never, and send on others nothing for
/// hours.
#[test]
fn peers_that_say_nothing_and_answer_nothing_stay() {
    let station = Station::with(Limits::default(), HURRIED);
    let mut control = Raw::upgraded(&station.url);
    let mut silent = [StreamType::Sensory, StreamType::Motor, StreamType::Visualization].map(|stream| {
        let endpoint = station.open(stream, "robot");
        let raw = Raw::upgraded(&endpoint.url);
        wait(|| endpoint.activity.peers() == 1, "the peer is there");
        (endpoint, raw)
    });
    // Half as long again as a dead host is waited for.
    assert!(control.hears_nothing_for(HURRIED.silence * 3 / 2));
    for (endpoint, raw) in &mut silent {
        assert!(raw.hears_nothing_for(Duration::from_millis(1)));
        assert_eq!(endpoint.activity.peers(), 1);
    }
    control.send(0x82, b"still here");
    assert_eq!(station.message().1, b"still here");
    let [(_, camera), ..] = &mut silent;
    camera.send(0x82, frame(5, 10).get_byte_ref());
    let received = silent[0].0.frames.recv_timeout(LONG).unwrap();
    assert_eq!(received.fbc.get_byte_ref(), frame(5, 10).get_byte_ref());
}

#[test]
fn pings_of_peers_are_answered() {
    let station = Station::start();
    let endpoints = [StreamType::Sensory, StreamType::Motor].map(|stream| station.open(stream, "robot"));
    for url in [&station.url, &endpoints[0].url, &endpoints[1].url] {
        let mut raw = Raw::upgraded(url);
        raw.send(0x89, b"there?");
        assert_eq!(raw.receive(), (0x8A, b"there?".to_vec()));
    }
}

#[test]
fn tending_a_connection_that_is_only_sent_on_tells_that_it_is_gone() {
    let station = Station::start();
    let endpoint = station.open(StreamType::Sensory, "camera");
    let mut tended = endpoint.join();
    tended.tend().unwrap();
    station.transport.close(endpoint.id).unwrap();
    wait(|| tended.tend().is_err(), "the end is noticed");
}

#[test]
fn a_message_that_comes_slowly_arrives() {
    let station = Station::with(Limits::default(), HURRIED);
    let mut raw = Raw::upgraded(&station.url);
    let message = Raw::masked(0x82, &[3; 40]);
    for byte in message {
        raw.write(&[byte]);
        // The peer's own pace: all of it takes longer than a dead host is waited for.
        assert!(raw.hears_nothing_for(Duration::from_millis(25)));
    }
    assert_eq!(station.message().1, [3; 40]);
}

#[test]
fn a_viewer_that_stops_reading_is_given_up_and_the_others_are_not() {
    let station = Station::with(Limits::default(), HURRIED);
    let endpoint = station.open(StreamType::Visualization, "viewer");
    let mut stalled = Raw::upgraded(&endpoint.url);
    wait(|| endpoint.activity.peers() == 1, "the first viewer is there");
    let mut reading = endpoint.join();
    let big = frame(1, 8 << 20);
    wait(
        || {
            station.publish(&big);
            reading.newest(Duration::from_millis(10)).unwrap();
            endpoint.activity.peers() == 1
        },
        "the stalled viewer is gone",
    );
    assert!(stalled.is_closed());
    station.publish(&frame(2, 1));
    wait(
        || reading.newest(LONG).unwrap().as_deref() == Some(frame(2, 1).get_byte_ref()),
        "the other one gets frames",
    );
}
