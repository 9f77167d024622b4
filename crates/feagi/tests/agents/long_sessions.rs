//! Agents that published clients are: they say nothing for longer than a session lasts without a sign
//! of life, and answer no pings.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use crate::case::server;
use crate::raw;
use crate::support::agent::{ALL, Agent, LONG, Link, MOTORS, Transport};
use crate::support::http::metrics;
use crate::support::wire::{frame, message};

/// A session without any sign of life ends after 30 s, and sessions are looked at every second.
const LONGER: Duration = Duration::from_secs(33);

#[test]
fn silent_agents_with_open_connections_outlive_the_timeout() {
    let server = server();
    // As the published visualizer: the control connection stays open and is never used again.
    let viewer =
        Agent::register(&server, Transport::WebSocket, "viewer", &ALL[2..]).expect("it may register");
    let mut pictures = viewer.viewer();
    // As the published Rust client, whose program does not poll: connections that nobody reads.
    let mut robot =
        Agent::register(&server, Transport::WebSocket, "robot", &ALL[..1]).expect("it may register");
    let mut senses = raw::websocket(robot.address(ALL[0]));
    // A robot that only listens, over ZeroMQ.
    let listener = Agent::register(&server, Transport::Zmq, "listener", &ALL[1..2]).expect("it may register");
    let mut motors = listener.motor();
    let begun = Instant::now();
    while begun.elapsed() < LONGER {
        assert!(pictures.receive(LONG).is_some() && motors.receive(LONG).is_some());
    }
    let now = metrics(server.http);
    assert_eq!(now.of("agents"), 3.0);
    assert_eq!(now.of("sessions_ended_total{how=\"evicted\"}"), 0.0);
    // The connections that were silent all the time still serve.
    let stimulus = frame(MOTORS, &[(0, 0, 0, 1.0)]);
    senses.write_all(&[raw::websocket_head(stimulus.len() as u64), stimulus].concat()).expect("it stands");
    assert!(robot.beats());
    crate::case::eventually("the frame is in", || {
        metrics(server.http).of("frames_total{direction=\"in\"}") >= 1.0
    });
    senses.set_nonblocking(true).expect("an open socket");
    assert!(senses.read(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock));
    assert!(server.stop().0.success());
}

#[test]
fn a_silent_agent_without_connections_is_forgotten() {
    let server = server();
    let agent = Agent::register(&server, Transport::Zmq, "silent", &ALL).expect("it may register");
    let mut other = Link::connect(Transport::Zmq, server.zmq);
    assert_eq!(metrics(server.http).of("agents"), 1.0);
    let begun = Instant::now();
    while metrics(server.http).of("agents") > 0.0 {
        assert!(begun.elapsed() < LONGER, "its session goes on");
        std::thread::park_timeout(Duration::from_millis(200));
    }
    println!("a silent agent was forgotten after {:.1} s", begun.elapsed().as_secs_f64());
    assert!(begun.elapsed() > Duration::from_secs(25));
    other.send(&message(&serde_json::json!("heart_beat")));
    drop(agent);
    assert!(server.stop().0.success());
}
