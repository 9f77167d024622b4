//! Connections that say nothing, half of something, or noise.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::case::{Case, MB, eventually, noise, server_with_descriptors};
use crate::raw;
use crate::support::agent::{ALL, Agent, TRANSPORTS, Transport};
use crate::support::http::{get, try_get};

/// What other callers may have to wait while connections are held open.
const PROMPT: Duration = Duration::from_secs(1);

/// Every port of the server: of control and pages, and the data ports of an agent on each transport.
fn every_port(case: &Case) -> (Vec<SocketAddr>, Vec<Agent>) {
    let mut ports = vec![case.server.zmq, case.server.websocket, case.server.http];
    let agents = TRANSPORTS.map(|transport| {
        let name = format!("bystander over {transport:?}");
        Agent::register(&case.server, transport, &name, &ALL).expect("it may register")
    });
    for agent in &agents {
        ports.extend(ALL.map(|capability| agent.address(capability)));
    }
    (ports, agents.into())
}

/// Everybody else is served as if nothing were the matter.
fn others_are_served(case: &Case, agents: &mut [Agent]) {
    for agent in agents {
        assert!(agent.beats());
    }
    let mut slowest = Duration::ZERO;
    for number in 0..10 {
        let begun = Instant::now();
        assert_eq!(get(case.server.http, "/v1/system/health_check").status, 200);
        slowest = slowest.max(begun.elapsed());
        for transport in TRANSPORTS {
            let begun = Instant::now();
            let name = format!("newcomer {number} over {transport:?}");
            let mut newcomer = Agent::register(&case.server, transport, &name, &[]).expect("it may register");
            assert!(newcomer.beats());
            slowest = slowest.max(begun.elapsed());
        }
    }
    println!("others were served within {:.1} ms", slowest.as_secs_f64() * 1e3);
    assert!(slowest < PROMPT, "others were served after {slowest:?}");
}

#[test]
fn random_bytes_on_every_port_disturb_nobody() {
    let case = Case::begin("random bytes on every port", Transport::Zmq);
    let (ports, mut agents) = every_port(&case);
    let mut noise = noise(1);
    for round in 0..40 {
        for &port in &ports {
            // The server may close at any time; both is fine.
            let _ = raw::dial(port).write_all(&noise(1 << (round % 17)));
            let mut tcp = raw::dial(port);
            let _ = tcp.write_all(raw::HALF_UPGRADE).and_then(|()| tcp.write_all(&noise(100 * round)));
        }
    }
    others_are_served(&case, &mut agents);
    case.end(60 * MB);
}

#[test]
fn random_bytes_behind_a_good_handshake_disturb_nobody() {
    let case = Case::begin("random bytes behind good handshakes", Transport::WebSocket);
    let (ports, mut agents) = every_port(&case);
    let mut noise = noise(2);
    let zmq: Vec<_> = ports[3..6].iter().zip(["PUSH", "SUB", "SUB"]).collect();
    for round in 0..30 {
        for &(&port, kind) in zmq.iter().chain(&[(&case.server.zmq, "DEALER")]) {
            let _ = raw::zmq(port, kind).write_all(&noise(1 << (round % 17)));
            // Messages in due form, of random content; to publishers they are subscriptions.
            let mut tcp = raw::zmq(port, kind);
            for length in [1, 5, 60, 200] {
                let _ = tcp
                    .write_all(&raw::zmq_head(length))
                    .and_then(|()| tcp.write_all(&noise(length as usize)));
            }
        }
        for &port in ports[6..].iter().chain(&[case.server.websocket]) {
            let _ = raw::websocket(port).write_all(&noise(1 << (round % 17)));
            let mut tcp = raw::websocket(port);
            for length in [1, 5, 60, 200] {
                let _ = tcp
                    .write_all(&raw::websocket_head(length))
                    .and_then(|()| tcp.write_all(&noise(length as usize)));
            }
        }
    }
    // What came to control and sensory ports in due form was read and counted.
    case.await_rise("control_refused_total", 30 * 4);
    case.await_rise("frames_refused_total", 30 * 8);
    others_are_served(&case, &mut agents);
    case.end(60 * MB);
}

#[test]
fn half_open_http_requests_keep_nobody_waiting() {
    let case = Case::begin("500 half-open HTTP requests", Transport::Zmq);
    let request = b"POST /v1/genome/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"a\":";
    let _held: Vec<TcpStream> = (0..500)
        .map(|number| {
            let mut tcp = raw::dial(case.server.http);
            let _ = tcp.write_all(&request[..number % request.len()]);
            tcp
        })
        .collect();
    others_are_served(&case, &mut []);
    case.end(60 * MB);
}

#[test]
fn half_websocket_handshakes_keep_nobody_waiting() {
    let case = Case::begin("200 half WebSocket handshakes a port", Transport::WebSocket);
    let (ports, mut agents) = every_port(&case);
    let _held: Vec<TcpStream> = ports[6..]
        .iter()
        .chain(&[case.server.websocket])
        .flat_map(|&port| (0..200).map(move |number| (port, number)))
        .map(|(port, number)| {
            let mut tcp = raw::dial(port);
            let _ = tcp.write_all(&raw::HALF_UPGRADE[..number % raw::HALF_UPGRADE.len()]);
            tcp
        })
        .collect();
    let (mut motors, mut pictures) = (agents[1].motor(), agents[1].viewer());
    assert!(motors.receive(PROMPT).is_some() && pictures.receive(PROMPT).is_some());
    others_are_served(&case, &mut agents);
    case.end(60 * MB);
}

#[test]
fn idle_connections_keep_nobody_waiting() {
    let case = Case::begin("200 idle connections a port", Transport::Zmq);
    let (_, mut agents) = every_port(&case);
    let mut held = Vec::new();
    for _ in 0..200 {
        held.push(raw::dial(case.server.zmq));
        held.push(raw::zmq(case.server.zmq, "DEALER"));
        held.push(raw::websocket(case.server.websocket));
        held.push(raw::dial(case.server.http));
        held.push(raw::zmq(agents[0].address(ALL[0]), "PUSH"));
        held.push(raw::zmq(agents[0].address(ALL[1]), "SUB"));
    }
    others_are_served(&case, &mut agents);
    case.end(60 * MB);
}

#[test]
fn idle_websockets_that_fill_every_place_make_room_for_agents() {
    let case = Case::begin("more idle WebSockets than places", Transport::WebSocket);
    let _held: Vec<TcpStream> = (0..1200).filter_map(|_| raw::try_websocket(case.server.websocket)).collect();
    others_are_served(&case, &mut []);
    case.end(60 * MB);
}

/// Whoever is connected goes on working while nobody new can come in, and afterwards all is well.
#[test]
fn running_out_of_file_descriptors_is_survived() {
    let case = Case::at(server_with_descriptors(200), "no file descriptors left", Transport::Zmq);
    let mut held = Vec::new();
    let ports = [case.server.zmq, case.server.websocket, case.server.http];
    for port in (0..150).flat_map(|_| ports) {
        // When nobody accepts, connections wait until there are too many.
        held.extend(TcpStream::connect_timeout(&port, Duration::from_millis(100)));
    }
    // Long enough for many loops of the witness.
    thread::park_timeout(Duration::from_secs(2));
    drop(held);
    eventually("pages are served again", || try_get(case.server.http, "/v1/system/health_check").is_some());
    others_are_served(&case, &mut []);
    case.end(60 * MB);
}
