//! What the interface does with requests that ask for too much, too slowly or for nonsense.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::listening::Listening;
use crate::support::{BARE, Life, SMALL};
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use crossbeam_channel::unbounded;
use feagi_api::Limits;
use feagi_io::core::Directory;
use serde_json::json;

fn with_limits(limits: Limits) -> Life {
    Life::with(SMALL.as_bytes(), Directory::new(unbounded().0), limits)
}

fn post(path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header("content-type", kind).body(body.into()).unwrap()
}

#[tokio::test]
async fn slow_large_bodies_take_turns_and_small_requests_pass_them() {
    let life = Life::small();
    let path = "/v1/cortical_area/multi/cortical_area_properties";
    // Bodies that never come: as many as have turns, and more.
    let stalled = || {
        let request = Request::post(path).header("content-type", "application/json");
        let endless = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        request.body(endless).unwrap()
    };
    let waiting = futures_util::future::join_all((0..40).map(|_| life.send(stalled())));
    let quick = async {
        let answer = life.send(post(path, "application/json", "[]")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    };
    tokio::select! {
        biased;
        _ = waiting => panic!("a body that never comes was read"),
        () = quick => {}
    }
}

#[tokio::test]
async fn bodies_above_two_megabytes_are_refused_and_genomes_may_be_larger() {
    let life = Life::small();
    let large = || vec![b' '; (2 << 20) + 1];
    let path = "/v1/cortical_area/cortical_area_properties";
    assert_eq!(
        life.send(post(path, "application/json", large())).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );

    let mut genome = BARE.as_bytes().to_vec();
    genome.extend(large());
    let answer = life.send(post("/v1/genome/upload", "application/json", genome)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());

    let life = with_limits(Limits { genome: 1000, ..Limits::default() });
    for path in ["/v1/genome/upload", "/v1/genome/upload/string"] {
        let answer = life.send(post(path, "application/json", vec![b' '; 1001])).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_in_plain_text() {
    let life = Life::small();
    let path = "/v1/agent/heartbeat";
    for (kind, body, status) in [
        ("application/json", "{", 400),
        ("application/json", "", 400),
        ("application/json", r#"{"agent_id": 7}"#, 422),
        ("application/json", r#"{"other": 7}"#, 422),
        ("text/plain", r#"{"agent_id": "x"}"#, 415),
    ] {
        let answer = life.send(post(path, kind, body)).await;
        assert_eq!(answer.status.as_u16(), status, "{body}");
        assert_eq!(answer.content_type(), "text/plain; charset=utf-8");
    }
}

#[tokio::test]
async fn every_answer_may_be_read_by_pages_from_anywhere() {
    let life = Life::small();
    for path in ["/v1/system/health_check", "/v1/nope", "/metrics", "/v1/agent/info/none"] {
        let request = Request::get(path).header("origin", "http://elsewhere").body(Body::empty()).unwrap();
        assert_eq!(life.send(request).await.headers["access-control-allow-origin"], "*", "{path}");
    }
    let request = Request::builder()
        .method("OPTIONS")
        .uri("/v1/genome/upload")
        .header("origin", "http://elsewhere")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
        .body(Body::empty())
        .unwrap();
    let answer = life.send(request).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["access-control-allow-headers"], "*");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let life = Life::small();
    let endless = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
    let answer = life.send(post("/v1/agent/heartbeat", "application/json", Body::from_stream(endless))).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["code"], 503);
}

#[tokio::test]
async fn a_brain_that_has_stopped_is_told_and_never_waited_for() {
    let mut life = Life::small();
    assert_eq!(life.see("/v1/system/health_check").await["burst_engine"], true);
    life.end_brain();
    let answer = life.get("/v1/burst_engine/status").await;
    assert_eq!((answer.status, answer.json()["code"].as_u64()), (StatusCode::SERVICE_UNAVAILABLE, Some(503)));
    let health = life.see("/v1/system/health_check").await;
    assert_eq!((&health["burst_engine"], &health["brain_readiness"]), (&json!(false), &json!(false)));
    assert!(life.get("/metrics").await.text().contains("feagi_brain_up 0"));
}

/// Whether the peer has closed the connection.
fn is_closed(stream: &mut TcpStream) -> bool {
    let mut byte = [0];
    !matches!(stream.read(&mut byte), Ok(1..))
}

#[test]
fn five_hundred_half_open_requests_keep_nobody_waiting() {
    let mut server = Listening::start(Limits::default());
    let half_open: Vec<TcpStream> = (0..500)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(b"GET /v1/system/version HTTP/1.1\r\nhost: x\r\nx-slow:").unwrap();
            stream
        })
        .collect();
    let begin = Instant::now();
    for _ in 0..20 {
        assert_eq!(server.ask(), "HTTP/1.1 200 OK");
    }
    // Far above what it takes, and far below the time after which half-open requests are closed.
    assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
    server.stop().unwrap();
    drop(half_open);
}

#[test]
fn a_request_that_never_comes_is_not_waited_for() {
    let limits = Limits { first_request: Duration::from_millis(200), ..Limits::default() };
    let mut server = Listening::start(limits);
    let mut silent = server.connect();
    let mut slow = server.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nhost:").unwrap();
    assert!(is_closed(&mut silent));
    assert!(is_closed(&mut slow));
    server.stop().unwrap();
}

#[test]
fn a_connection_that_has_asked_may_ask_again_later() {
    let limits = Limits { first_request: Duration::from_millis(100), ..Limits::default() };
    let mut server = Listening::start(limits);
    let mut stream = server.connect();
    let mut answer = [0; 12];
    for _ in 0..2 {
        stream.write_all(b"GET /v1/nope HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 404");
        // What is left of the answer: it ends with this text.
        let mut rest = Vec::new();
        while !rest.ends_with(b"404 Not Found") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            rest.push(byte[0]);
        }
        // Longer than a first request may take: waiting for a later one is another matter. A newcomer
        // that says nothing tells when that time is over.
        assert!(is_closed(&mut server.connect()));
    }
    server.stop().unwrap();
}

#[test]
fn when_all_places_are_taken_the_oldest_silent_connection_makes_room() {
    let limits = Limits { connections: 4, first_request: Duration::from_secs(60), ..Limits::default() };
    let mut server = Listening::start(limits);
    let mut silent: Vec<TcpStream> = (0..4).map(|_| server.connect()).collect();
    for _ in 0..3 {
        assert_eq!(server.ask(), "HTTP/1.1 200 OK");
    }
    assert!(is_closed(&mut silent[0]));
    server.stop().unwrap();
}

#[test]
fn stopping_closes_idle_connections_and_lets_go_of_the_port() {
    let mut server = Listening::start(Limits::default());
    let mut idle = server.connect();
    idle.write_all(b"GET /v1/nope HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut byte = [0];
    idle.read_exact(&mut byte).unwrap();
    let _silent = server.connect();
    server.stop().unwrap();
    let mut rest = Vec::new();
    let _ = idle.read_to_end(&mut rest);
    assert!(rest.ends_with(b"404 Not Found"));
    std::net::TcpListener::bind(server.address).unwrap();
}

#[test]
fn random_bytes_on_the_port_harm_nobody() {
    let mut server = Listening::start(Limits::default());
    // A small generator: what matters is that the bytes are many and of every kind.
    let mut number = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..40 {
        let mut bytes = Vec::new();
        if round % 2 == 0 {
            bytes.extend_from_slice(b"POST /v1/genome/upload HTTP/1.1\r\ncontent-length: 5000\r\n");
        }
        for _ in 0..5000 {
            number ^= number << 13;
            number ^= number >> 7;
            number ^= number << 17;
            bytes.push(number as u8);
        }
        let mut stream = server.connect();
        // The server may have closed the connection before everything was sent.
        let _ = stream.write_all(&bytes);
    }
    assert_eq!(server.ask(), "HTTP/1.1 200 OK");
    server.stop().unwrap();
}
