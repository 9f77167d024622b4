//! Control connections.

use feagi_io::blocking::BlockingTransport as _;
use feagi_io::core::{ControlEvent, IoError};

use crate::support::{LONG, Station};

#[test]
fn a_message_comes_in_and_its_reply_goes_back_to_the_same_peer() {
    let station = Station::start();
    let (mut first, mut second) = (station.connect(), station.connect());
    first.send(b"one".as_slice(), LONG).unwrap();
    let (link, bytes) = station.message();
    assert_eq!((link.transport, bytes.as_slice()), (3, b"one".as_slice()));
    second.send(b"two".as_slice(), LONG).unwrap();
    let (other, bytes) = station.message();
    assert_eq!(bytes, b"two");
    assert_ne!(link, other);
    station.transport.reply(link, b"eno".to_vec()).unwrap();
    station.transport.reply(other, b"owt".to_vec()).unwrap();
    assert_eq!(first.receive(LONG).unwrap().as_deref(), Some(b"eno".as_slice()));
    assert_eq!(second.receive(LONG).unwrap().as_deref(), Some(b"owt".as_slice()));
}

#[test]
fn the_end_of_a_connection_is_told_and_its_link_is_gone() {
    let station = Station::start();
    let mut client = station.connect();
    client.send(b"hello".as_slice(), LONG).unwrap();
    let (link, _) = station.message();
    client.close();
    assert!(matches!(station.event(), ControlEvent::Closed { link: gone } if gone == link));
    let outcome = station.transport.reply(link, Vec::new());
    assert!(matches!(outcome, Err(IoError::UnknownLink(gone)) if gone == link), "{outcome:?}");
}
