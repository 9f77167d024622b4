//! Peers that are there, and peers that are gone without a word.

use std::time::Duration;

use feagi_io::core::{ControlEvent, Limits, StreamType};
use feagi_io::transports::websocket::Patience;

use crate::support::{LONG, Raw, Station, frame, wait};

const HURRIED: Patience = Patience {
    handshake: Duration::from_secs(5),
    ping: Duration::from_millis(20),
    silence: Duration::from_secs(1),
    parting: Duration::from_millis(200),
};

#[test]
fn a_peer_that_answers_no_ping_is_gone() {
    let station = Station::with(Limits::default(), HURRIED);
    let mut control = Raw::upgraded(&station.url);
    let mut silent = [StreamType::Sensory, StreamType::Motor, StreamType::Visualization].map(|stream| {
        let endpoint = station.open(stream, "robot");
        let raw = Raw::upgraded(&endpoint.url);
        (stream, endpoint, raw)
    });
    assert!(matches!(station.event(), ControlEvent::Closed { .. }));
    assert!(control.is_closed());
    for (stream, endpoint, raw) in &mut silent {
        wait(|| endpoint.activity.connections() == 1 && endpoint.activity.peers() == 0, "the peer is gone");
        assert!(raw.is_closed(), "{stream:?}");
    }
}

#[test]
fn a_peer_that_answers_pings_stays() {
    let station = Station::with(Limits::default(), HURRIED);
    let endpoint = station.open(StreamType::Visualization, "viewer");
    let (mut control, mut viewer) = (station.connect(), endpoint.join());
    // Twice the silence that would end the connections.
    for _ in 0..40 {
        assert_eq!(control.receive(Duration::from_millis(25)).unwrap(), None);
        assert_eq!(viewer.receive(Duration::from_millis(25)).unwrap(), None);
    }
    assert_eq!(endpoint.activity.peers(), 1);
    assert!(station.events.is_empty());
}

#[test]
fn tending_a_connection_that_is_only_sent_on_keeps_it() {
    let station = Station::with(Limits::default(), HURRIED);
    let endpoint = station.open(StreamType::Sensory, "camera");
    let mut tended = endpoint.join();
    let neglected = endpoint.join();
    wait(
        || {
            tended.tend().unwrap();
            endpoint.activity.peers() == 1
        },
        "the neglected one is gone",
    );
    drop(neglected);
    tended.send(frame(5, 10).get_byte_ref(), LONG).unwrap();
    assert_eq!(endpoint.frames.recv_timeout(LONG).unwrap().fbc.get_byte_ref(), frame(5, 10).get_byte_ref());
}

#[test]
fn a_message_that_comes_slowly_is_a_sign_of_life() {
    let station = Station::with(Limits::default(), HURRIED);
    let mut raw = Raw::upgraded(&station.url);
    let message = Raw::masked(0x82, &[3; 40]);
    for byte in message {
        raw.write(&[byte]);
        // The peer's own pace, slower than the pings and faster than the silence.
        assert!(raw.hears_nothing_but_pings_for(Duration::from_millis(25)));
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
