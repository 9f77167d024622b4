//! Control messages: reliable and in order.

use std::collections::BTreeMap;

use feagi_io::core::{IoError, LinkId};

use crate::bench::{Bench, CONTROL_ROOM, PATIENCE, POSITION, eventually};
use crate::row::{Role, Row};

pub(crate) fn messages_are_answered_in_order<R: Row>() {
    let bench = Bench::start::<R>();
    let mut peer = R::connect(Role::Control, &bench.control);
    for number in 0..100_u32 {
        assert!(peer.send(&number.to_le_bytes(), PATIENCE));
    }
    let mut links = Vec::new();
    for number in 0..100_u32 {
        let (link, bytes) = bench.message();
        assert_eq!(bytes, number.to_le_bytes());
        assert_eq!(link.transport, POSITION);
        links.push(link);
        if number >= 90 {
            bench.transport.reply(link, bytes).unwrap();
        }
    }
    links.dedup();
    assert_eq!(links.len(), 1, "one connection is one link");
    for number in 90..100_u32 {
        assert_eq!(peer.receive(PATIENCE).unwrap(), number.to_le_bytes());
    }
}

pub(crate) fn many_links_are_told_apart<R: Row>() {
    let bench = Bench::start::<R>();
    let mut peers: Vec<_> = (0..40).map(|_| R::connect(Role::Control, &bench.control)).collect();
    for (number, peer) in peers.iter_mut().enumerate() {
        assert!(peer.send(format!("from {number}").as_bytes(), PATIENCE));
    }
    let links: BTreeMap<Vec<u8>, LinkId> =
        peers.iter().map(|_| bench.message()).map(|(link, bytes)| (bytes, link)).collect();
    assert_eq!(links.len(), peers.len());
    for (message, link) in links.iter().rev() {
        let answer = [b"for one ", &message[..]].concat();
        bench.transport.reply(*link, answer).unwrap();
    }
    for (number, peer) in peers.iter_mut().enumerate() {
        assert_eq!(peer.receive(PATIENCE).unwrap(), format!("for one from {number}").as_bytes());
    }
}

pub(crate) fn answering_a_peer_that_is_gone_is_an_error<R: Row>() {
    let bench = Bench::start::<R>();
    let nobody = LinkId { transport: POSITION, peer: u64::MAX };
    assert!(matches!(bench.transport.reply(nobody, vec![1]), Err(IoError::UnknownLink(_))));

    let mut peer = R::connect(Role::Control, &bench.control);
    assert!(peer.send(b"here", PATIENCE));
    let (gone, _) = bench.message();
    drop(peer);
    eventually(
        "its link is unknown",
        || matches!(bench.transport.reply(gone, vec![1]), Err(IoError::UnknownLink(link)) if link == gone),
    );

    let mut other = R::connect(Role::Control, &bench.control);
    assert!(bench.answers(&mut *other, b"still there"));
}

pub(crate) fn messages_that_find_no_room_wait<R: Row>() {
    let bench = Bench::start::<R>();
    let mut peer = R::connect(Role::Control, &bench.control);
    let sent = CONTROL_ROOM as u16 + 50;
    for number in 0..sent {
        assert!(peer.send(&number.to_le_bytes(), PATIENCE));
    }
    eventually("there is no room", || bench.events.is_full());
    // The first answer goes out while others wait.
    let (link, first) = bench.message();
    bench.transport.reply(link, first).unwrap();
    assert_eq!(peer.receive(PATIENCE).unwrap(), [0, 0]);
    for number in 1..sent {
        assert_eq!(bench.message().1, number.to_le_bytes());
    }
    assert!(bench.answers(&mut *peer, b"once more"));
}
