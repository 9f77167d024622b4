//! Connections that do what no library would do.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use crate::support::agent::LONG;

/// The upgrade to WebSocket, without its last line.
pub(crate) const HALF_UPGRADE: &[u8] =
    b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KlUyzjKhp64qV3Gsn3SNNg==\r\n";

pub(crate) fn dial(address: SocketAddr) -> TcpStream {
    let tcp = TcpStream::connect_timeout(&address, LONG).expect("somebody listens");
    tcp.set_read_timeout(Some(LONG)).expect("an open socket");
    tcp.set_write_timeout(Some(LONG)).expect("an open socket");
    tcp
}

/// A connection that has been upgraded to WebSocket.
pub(crate) fn websocket(address: SocketAddr) -> TcpStream {
    try_websocket(address).expect("the server upgrades")
}

/// The same; nothing when the server closes it.
pub(crate) fn try_websocket(address: SocketAddr) -> Option<TcpStream> {
    let mut tcp = dial(address);
    tcp.write_all(&[HALF_UPGRADE, b"\r\n"].concat()).ok()?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        tcp.read_exact(&mut byte).ok()?;
        head.extend(byte);
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    Some(tcp)
}

/// The head of a binary message as clients send it. The mask is zero, so that what follows is the
/// message itself.
pub(crate) fn websocket_head(length: u64) -> Vec<u8> {
    let mut head = vec![0x82, 0x80 | 127];
    head.extend(length.to_be_bytes());
    head.extend([0; 4]);
    head
}

/// A connection to a ZeroMQ socket after the handshake of a peer of this kind (ZMTP 3.0, mechanism
/// NULL).
pub(crate) fn zmq(address: SocketAddr, kind: &str) -> TcpStream {
    let mut tcp = dial(address);
    let mut greeting = vec![0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0];
    greeting.extend(b"NULL");
    greeting.resize(64, 0);
    tcp.write_all(&greeting).expect("the server listens");
    tcp.read_exact(&mut [0; 64]).expect("its greeting");
    let mut ready = b"\x05READY\x0bSocket-Type".to_vec();
    ready.extend((kind.len() as u32).to_be_bytes());
    ready.extend(kind.as_bytes());
    tcp.write_all(&[&[4, ready.len() as u8][..], &ready].concat()).expect("the server listens");
    let mut head = [0; 2];
    tcp.read_exact(&mut head).expect("its command");
    tcp.read_exact(&mut vec![0; usize::from(head[1])]).expect("its command");
    tcp
}

/// The head of a message part; the last one of its message.
pub(crate) fn zmq_head(length: u64) -> Vec<u8> {
    [&[2][..], &length.to_be_bytes()].concat()
}

/// Writes so many bytes, or until the server has had enough. Returns how many it took.
pub(crate) fn pour(tcp: &mut TcpStream, bytes: usize) -> usize {
    static PIECE: [u8; 1 << 16] = [4; 1 << 16];
    let mut poured = 0;
    while poured < bytes {
        match tcp.write(&PIECE[..PIECE.len().min(bytes - poured)]) {
            Ok(written) => poured += written,
            Err(_) => break,
        }
    }
    poured
}

/// Whether the server closes the connection; what it says before is passed over.
pub(crate) fn is_closed(tcp: &mut TcpStream) -> bool {
    let mut some = [0; 1 << 12];
    loop {
        match tcp.read(&mut some) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => {
                return !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
            }
        }
    }
}
