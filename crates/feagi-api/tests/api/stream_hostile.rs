//! Viewers that say what no viewer may say, or nothing at all.

use std::io::{Read, Write};
use std::time::Duration;

use feagi_api::Limits;
use futures_util::SinkExt as _;
use tokio_tungstenite::tungstenite::Message;

use crate::listening::Listening;
use crate::page::Said;

const COMPACT: &str = "feagi.voxels.1";

#[test]
fn what_cannot_be_read_is_answered_with_a_reason() {
    let server = Listening::start(Limits::default());
    let long = format!(r#"{{"next": 1{}}}"#, " ".repeat(300));
    for (message, code) in [
        (Message::text("next"), 1008),
        (Message::text("{}"), 1008),
        (Message::text(r#"{"next": -1}"#), 1008),
        (Message::text(r#"{"every": 0}"#), 1008),
        (Message::text(r#"{"next": 1, "password": "x"}"#), 1008),
        (Message::text("[".repeat(200)), 1008),
        (Message::text(long), 1009),
        (Message::binary(b"next".to_vec()), 1003),
        (Message::binary(vec![0; 100_000]), 1009),
    ] {
        let mut page = server.page(COMPACT);
        let end = server.runtime.block_on(async {
            page.socket.send(message.clone()).await.unwrap();
            page.end().await
        });
        assert_eq!(end.0, code, "{message:?}: {end:?}");
        assert!(!end.1.is_empty());
    }
    assert_eq!(server.ask(), "HTTP/1.1 200 OK");
    let metrics = server.runtime.block_on(server.life.get("/metrics")).text();
    assert!(metrics.contains("feagi_viewers_refused_total 9"), "{metrics}");
}

/// A connection that has been upgraded, without a library in between.
fn raw(server: &Listening, protocol: &str) -> std::net::TcpStream {
    let mut stream = server.connect();
    let request = format!(
        "GET /v1/visualization/stream HTTP/1.1\r\nhost: x\r\nconnection: keep-alive, Upgrade\r\nupgrade: \
         websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         sec-websocket-protocol: {protocol}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&head));
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    assert!(head.starts_with("HTTP/1.1 101 ") && head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
    stream
}

/// The code of the close frame, behind whatever else was said.
fn close_code(stream: &mut std::net::TcpStream) -> u16 {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let mut rest = &bytes[..];
    loop {
        let (length, header) = match rest[1] {
            126 => (usize::from(u16::from_be_bytes([rest[2], rest[3]])), 4),
            127 => (u64::from_be_bytes(rest[2..10].try_into().unwrap()) as usize, 10),
            short => (usize::from(short), 2),
        };
        let (frame, behind) = rest.split_at(header + length);
        if frame[0] == 0x88 {
            return u16::from_be_bytes([frame[2], frame[3]]);
        }
        rest = behind;
    }
}

#[test]
fn bytes_that_are_no_websocket_end_the_connection() {
    let server = Listening::start(Limits::default());
    for (bytes, code) in [
        // Not masked.
        (&b"\x81\x0b{\"next\": 1}"[..], 1002),
        // An opcode that does not exist.
        (b"\x83\x80\0\0\0\0", 1002),
        // A text of 2^62 bytes.
        (b"\x81\xff\x40\0\0\0\0\0\0\0\0\0\0\0", 1009),
        // Text that is not UTF-8.
        (b"\x81\x82\0\0\0\0\xff\xff", 1007),
    ] {
        let mut stream = raw(&server, COMPACT);
        stream.write_all(bytes).unwrap();
        assert_eq!(close_code(&mut stream), code, "{bytes:?}");
    }
}

#[test]
fn a_viewer_that_never_stops_talking_is_sent_away() {
    let server = Listening::held();
    let mut page = server.page(COMPACT);
    let end = server.runtime.block_on(async {
        let (mut sink, stream) = futures_util::StreamExt::split(page.socket);
        let flood = async move {
            while sink.send(Message::text(r#"{"next": 0}"#)).await.is_ok() {}
            sink
        };
        let heard = async move {
            use futures_util::StreamExt as _;
            let mut stream = stream;
            loop {
                match stream.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => return Some(u16::from(frame.code)),
                    Some(Ok(_)) => {}
                    _ => return None,
                }
            }
        };
        tokio::select! {
            code = heard => code,
            _ = flood => None,
        }
    });
    // What it still had to say may have cost it the reason.
    assert!(matches!(end, Some(1008) | None), "{end:?}");
    page = server.page(COMPACT);
    let burst = server.step(1);
    assert_eq!(server.frame(&mut page).burst, burst);
}

#[test]
fn a_viewer_that_reads_nothing_costs_nobody_else_a_frame() {
    let server = Listening::start(Limits::default());
    let deaf: Vec<_> = (0..10).map(|_| raw(&server, "feagi.container.4")).collect();
    let mut page = server.page(COMPACT);
    server.runtime.block_on(async {
        let mut last = 0;
        for _ in 0..100 {
            let frame = page.frame().await;
            assert!(frame.burst > last);
            last = frame.burst;
            page.say(r#"{"next": 1}"#).await;
        }
    });
    let refused = server
        .life
        .state
        .brain()
        .call(|running| running.outgoing.counts(feagi_io::core::StreamType::Visualization).dropped);
    assert_eq!(refused, Ok(0), "frames were left out because readers held all containers");
    drop(deaf);
}

#[test]
fn a_viewer_that_vanishes_gives_its_place_back() {
    let server =
        Listening::start(Limits { viewers: 1, answer: Duration::from_secs(30), ..Limits::default() });
    for _ in 0..5 {
        let mut page = server.runtime.block_on(crate::support::until(async || {
            crate::page::Page::open(server.address, COMPACT).await.ok()
        }));
        assert!(matches!(server.runtime.block_on(page.hear()), Said::Text(_)));
    }
}
