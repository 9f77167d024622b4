//! Which number a peer of the control socket has.

use std::collections::{BTreeMap, HashMap};

/// Numbers of peers by their ZeroMQ identity, for so many peers at most. When it is full, the peer
/// that has been silent longest is forgotten, one that was never answered before those that were, and
/// those before peers with a session: neither shouting nor being refused pushes an agent out.
pub(super) struct Peers {
    capacity: usize,
    next_number: u64,
    clock: u64,
    numbers: HashMap<Box<[u8]>, u64>,
    peers: HashMap<u64, Peer>,
    /// From (rank, time of the last message) to number: the first one is forgotten first.
    order: BTreeMap<(Rank, u64), u64>,
}

/// A peer and how it wants to be spoken to.
pub(super) struct Peer {
    /// What the router calls it.
    pub(super) identity: Box<[u8]>,
    /// Whether it puts an empty part before the message.
    pub(super) delimited: bool,
    rank: Rank,
    heard: u64,
}

/// How long a peer is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It was never answered.
    Stranger,
    /// It was answered, perhaps with a refusal.
    Answered,
    /// It has a session.
    Agent,
}

impl Peers {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            next_number: 0,
            clock: 0,
            numbers: HashMap::new(),
            peers: HashMap::new(),
            order: BTreeMap::new(),
        }
    }

    /// The number of the peer that a message came from.
    pub(super) fn heard(&mut self, identity: &[u8], delimited: bool) -> u64 {
        self.clock += 1;
        let number = self.numbers.get(identity).copied().unwrap_or_else(|| self.add(identity));
        if let Some(peer) = self.peers.get_mut(&number) {
            self.order.remove(&(peer.rank, peer.heard));
            peer.delimited = delimited;
            peer.heard = self.clock;
            self.order.insert((peer.rank, peer.heard), number);
        }
        number
    }

    /// The peer with a number, which will be answered now.
    pub(super) fn answer(&mut self, number: u64) -> Option<&Peer> {
        self.rank(number, |rank| rank.max(Rank::Answered));
        self.peers.get(&number)
    }

    /// A peer has a session now, or no longer.
    pub(super) fn keep(&mut self, number: u64, has_session: bool) {
        self.rank(number, |_| if has_session { Rank::Agent } else { Rank::Answered });
    }

    fn rank(&mut self, number: u64, rank: impl FnOnce(Rank) -> Rank) {
        if let Some(peer) = self.peers.get_mut(&number) {
            self.order.remove(&(peer.rank, peer.heard));
            peer.rank = rank(peer.rank);
            self.order.insert((peer.rank, peer.heard), number);
        }
    }

    pub(super) fn forget(&mut self, number: u64) {
        if let Some(peer) = self.peers.remove(&number) {
            self.numbers.remove(&peer.identity);
            self.order.remove(&(peer.rank, peer.heard));
        }
    }

    fn add(&mut self, identity: &[u8]) -> u64 {
        if self.peers.len() >= self.capacity
            && let Some((_, &number)) = self.order.first_key_value()
        {
            self.forget(number);
        }
        self.next_number += 1;
        let number = self.next_number;
        let peer =
            Peer { identity: identity.into(), delimited: true, rank: Rank::Stranger, heard: self.clock };
        self.order.insert((Rank::Stranger, self.clock), number);
        self.numbers.insert(peer.identity.clone(), number);
        self.peers.insert(number, peer);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_keeps_its_number_and_no_other_gets_it() {
        let mut peers = Peers::new(2);
        let one = peers.heard(b"one", true);
        assert_eq!(peers.heard(b"one", false), one);
        assert!(!peers.answer(one).unwrap().delimited);
        peers.forget(one);
        assert!(peers.answer(one).is_none());
        assert_ne!(peers.heard(b"one", true), one);
    }

    #[test]
    fn the_longest_silent_stranger_is_forgotten_before_any_agent() {
        let mut peers = Peers::new(3);
        let agent = peers.heard(b"agent", true);
        assert!(peers.answer(agent).is_some());
        let silent = peers.heard(b"silent", true);
        let talking = peers.heard(b"talking", true);
        for stranger in 0..100_u8 {
            let _ = peers.heard(&[stranger], true);
            let _ = peers.heard(b"talking", true);
        }
        assert!(peers.answer(silent).is_none());
        assert_eq!(peers.heard(b"talking", true), talking);
        assert_eq!(peers.heard(b"agent", true), agent);
    }

    #[test]
    fn answered_strangers_push_out_no_agent_until_its_session_is_over() {
        let mut peers = Peers::new(2);
        let agent = peers.heard(b"agent", true);
        assert!(peers.answer(agent).is_some());
        peers.keep(agent, true);
        for stranger in 0..100_u8 {
            let number = peers.heard(&[stranger], true);
            assert!(peers.answer(number).is_some());
        }
        assert_eq!(peers.heard(b"agent", true), agent);
        peers.keep(agent, false);
        for stranger in 0..2_u8 {
            let number = peers.heard(&[stranger], true);
            assert!(peers.answer(number).is_some());
        }
        assert!(peers.answer(agent).is_none());
    }

    #[test]
    fn when_all_were_answered_the_longest_silent_one_is_forgotten() {
        let mut peers = Peers::new(2);
        let (one, two) = (peers.heard(b"1", true), peers.heard(b"2", true));
        assert!(peers.answer(one).is_some() && peers.answer(two).is_some());
        assert_eq!(peers.heard(b"1", true), one);
        let three = peers.heard(b"3", true);
        assert!(peers.answer(two).is_none());
        assert!(peers.answer(one).is_some() && peers.answer(three).is_some());
        assert_eq!((peers.numbers.len(), peers.peers.len(), peers.order.len()), (2, 2, 2));
    }
}
