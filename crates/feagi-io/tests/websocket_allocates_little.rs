//! What hostile and slow WebSocket peers cost in memory: nothing is taken because a peer says so, and
//! publishing to a peer that does not read takes none.
#![cfg(feature = "transport-websocket")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::System;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use feagi_io::blocking::BlockingTransport as _;
use feagi_io::core::{Activity, EndpointId, Inbound, Limits, Opening, StreamType};
use feagi_io::nonblocking::{Blocked, Runtime};
use feagi_io::transports::websocket::WebSocketTransport;
use feagi_serialization::FeagiByteContainer;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const LONG: Duration = Duration::from_secs(20);
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KlUyzjKhp64qV3Gsn3SNNg==\r\n\r\n";

fn upgraded(url: &str) -> TcpStream {
    let mut tcp = TcpStream::connect(url.trim_start_matches("ws://")).unwrap();
    tcp.set_read_timeout(Some(LONG)).unwrap();
    tcp.set_write_timeout(Some(LONG)).unwrap();
    tcp.write_all(REQUEST).unwrap();
    let mut head = [0; 4096];
    let mut used = 0;
    while !head[..used].ends_with(b"\r\n\r\n") {
        used += tcp.read(&mut head[used..]).unwrap();
    }
    tcp
}

fn taken(region: &Region<'_, System>) -> usize {
    let change = region.change();
    change.bytes_allocated + usize::try_from(change.bytes_reallocated).unwrap_or(0)
}

/// One test, because the count is that of the whole process.
#[test]
fn peers_cannot_make_the_transport_take_memory() {
    let (sender, events) = crossbeam_channel::bounded(16);
    let inbound = Inbound::new(0, sender);
    let transport = WebSocketTransport::new("127.0.0.1", "127.0.0.1", 0, Limits::default(), inbound);
    let mut transport = Blocked::new(transport, Runtime::start().unwrap());
    let url = transport.start().unwrap();
    a_message_of_20_megabytes_is_refused_at_its_header(&url);
    assert!(events.recv_timeout(LONG).is_ok(), "the end of the connection is told");
    publishing_to_a_viewer_that_never_reads_takes_one_copy_at_most(&transport);
    transport.stop().unwrap();
}

fn a_message_of_20_megabytes_is_refused_at_its_header(url: &str) {
    const SIZE: u32 = 20 << 20;
    let mut tcp = upgraded(url);
    let chunk = [0; 1 << 14];
    let region = Region::new(COUNTED);
    let [a, b, c, d] = SIZE.to_be_bytes();
    tcp.write_all(&[0x82, 0xFF, 0, 0, 0, 0, a, b, c, d, 1, 2, 3, 4]).unwrap();
    let mut sent = 0;
    let refused = loop {
        match tcp.write(&chunk) {
            Ok(count) => sent += count,
            Err(error) => break error,
        }
        assert!(sent < SIZE as usize, "the whole message was taken");
    };
    assert!(!matches!(refused.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{refused}");
    let taken = taken(&region);
    assert!(taken < 64 << 10, "{taken} bytes for a message that is refused");
}

fn publishing_to_a_viewer_that_never_reads_takes_one_copy_at_most(transport: &Blocked<WebSocketTransport>) {
    const SIZE: usize = 3_200_000;
    let activity = Arc::<Activity>::default();
    let opening = Opening {
        endpoint: EndpointId(1),
        stream: StreamType::Visualization,
        host: "127.0.0.1".to_owned(),
        port: 0,
        agent_id: Arc::from("viewer"),
        activity: Arc::clone(&activity),
        intake: None,
    };
    let stalled = upgraded(&transport.open(opening).unwrap());
    while activity.peers() == 0 {
        std::thread::yield_now();
    }
    let mut bytes = vec![0; SIZE];
    bytes[0] = 4;
    let mut container = FeagiByteContainer::new_empty();
    container.try_write_data_by_ownership_to_container_and_verify(bytes).unwrap();
    let frame = Arc::new(container);
    transport.publish_visualization(Arc::clone(&frame)).unwrap();
    let region = Region::new(COUNTED);
    for _ in 0..200 {
        transport.publish_visualization(Arc::clone(&frame)).unwrap();
    }
    let taken = taken(&region);
    // The rest of the frame under way is copied, so that the frame itself can be used again.
    assert!(taken < SIZE + (64 << 10), "{taken} bytes for 200 frames");
    assert!(activity.frames_dropped() > 150, "{} frames dropped", activity.frames_dropped());
    drop(stalled);
}
