//! WebSocket: peers are our client; raw connections upgrade by hand and mask with zeros.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use feagi_io::blocking::BlockingTransport;
use feagi_io::core::{Inbound, Limits};
use feagi_io::nonblocking::{Blocked, Runtime};
use feagi_io::transports::websocket::{WebSocketClient, WebSocketTransport};

use crate::bench::{PATIENCE, socket_address};
use crate::row::{Peer, Role, Row};

pub(crate) struct WebSocket;

/// Bytes of a message that a peer takes.
const LIMIT: usize = 64 << 20;
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: brain\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KlUyzjKhp64qV3Gsn3SNNg==\r\n\r\n";

impl Peer for WebSocketClient {
    fn send(&mut self, message: &[u8], patience: Duration) -> bool {
        Self::send(self, message, patience).is_ok()
    }

    fn receive(&mut self, patience: Duration) -> Option<Vec<u8>> {
        Self::receive(self, patience).ok().flatten()
    }
}

impl Row for WebSocket {
    fn transport(limits: Limits, inbound: Inbound) -> Box<dyn BlockingTransport> {
        let transport = WebSocketTransport::new("127.0.0.1", "127.0.0.1", 0, limits, inbound);
        Box::new(Blocked::new(transport, Runtime::start().unwrap()))
    }

    fn connect(_: Role, address: &str) -> Box<dyn Peer> {
        Box::new(WebSocketClient::connect(address, PATIENCE, LIMIT).unwrap())
    }

    fn connect_raw(_: Role, address: &str) -> TcpStream {
        let mut stream = TcpStream::connect(socket_address(address)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(REQUEST).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.extend(byte);
        }
        stream
    }

    fn head(_: Role, length: u64) -> Vec<u8> {
        [&[0x82, 0xFF][..], &length.to_be_bytes(), &[0; 4]].concat()
    }
}
