//! ZeroMQ: peers are our client's sockets; raw connections speak ZMTP 3.0.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use feagi_io::blocking::BlockingTransport;
use feagi_io::core::{Inbound, Limits};
use feagi_io::transports::zmq::{
    ControlSocket, PushSocket, SubscribeSocket, ZmqClient, ZmqSettings, ZmqTransport,
};

use crate::bench::{PATIENCE, socket_address};
use crate::row::{Peer, Role, Row};

pub(crate) struct Zmq;

enum Socket {
    Control(ControlSocket),
    Push(PushSocket),
    Subscribe(SubscribeSocket),
}

impl Peer for Socket {
    fn send(&mut self, message: &[u8], patience: Duration) -> bool {
        match self {
            Self::Control(socket) => socket.send(message, patience).is_ok(),
            Self::Push(socket) => socket.send(message, patience).is_ok(),
            Self::Subscribe(_) => false,
        }
    }

    fn receive(&mut self, patience: Duration) -> Option<Vec<u8>> {
        match self {
            Self::Control(socket) => socket.receive(patience).ok().flatten(),
            Self::Push(_) => None,
            Self::Subscribe(socket) => socket.receive(patience).ok().flatten(),
        }
    }
}

impl Row for Zmq {
    fn transport(limits: Limits, inbound: Inbound) -> Box<dyn BlockingTransport> {
        let settings = ZmqSettings::default();
        Box::new(ZmqTransport::new("127.0.0.1", "127.0.0.1", 0, limits, settings, inbound))
    }

    fn connect(role: Role, address: &str) -> Box<dyn Peer> {
        let client = ZmqClient::default();
        Box::new(match role {
            Role::Control => Socket::Control(client.control(address).unwrap()),
            Role::Pusher => Socket::Push(client.push(address).unwrap()),
            Role::Subscriber => Socket::Subscribe(client.subscribe(address).unwrap()),
        })
    }

    fn connect_raw(role: Role, address: &str) -> TcpStream {
        let mut stream = TcpStream::connect(socket_address(address)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(&greeting()).unwrap();
        stream.read_exact(&mut [0; 64]).unwrap();
        stream.write_all(&ready(role)).unwrap();
        let mut head = [0; 2];
        stream.read_exact(&mut head).unwrap();
        assert_eq!(head[0], COMMAND, "the answer is a command");
        stream.read_exact(&mut vec![0; usize::from(head[1])]).unwrap();
        if role == Role::Subscriber {
            stream.write_all(&[0, 1, 1]).unwrap();
        }
        stream
    }

    fn head(role: Role, length: u64) -> Vec<u8> {
        let mut head = if role == Role::Control { vec![MORE, 0] } else { Vec::new() };
        head.push(LONG);
        head.extend(length.to_be_bytes());
        head
    }
}

const MORE: u8 = 1;
const LONG: u8 = 2;
const COMMAND: u8 = 4;

/// Signature, version 3.0, mechanism NULL.
fn greeting() -> Vec<u8> {
    let mut greeting = vec![0; 64];
    greeting[0] = 0xFF;
    greeting[9] = 0x7F;
    greeting[10] = 3;
    greeting[12..16].copy_from_slice(b"NULL");
    greeting
}

fn ready(role: Role) -> Vec<u8> {
    let kind: &[u8] = match role {
        Role::Control => b"DEALER",
        Role::Pusher => b"PUSH",
        Role::Subscriber => b"SUB",
    };
    let mut body = b"\x05READY\x0BSocket-Type".to_vec();
    body.extend(u32::try_from(kind.len()).unwrap().to_be_bytes());
    body.extend(kind);
    [&[COMMAND, u8::try_from(body.len()).unwrap()], &body[..]].concat()
}
