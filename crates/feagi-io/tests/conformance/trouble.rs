//! Slow, dying, greedy and hostile peers.

use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use feagi_io::core::StreamType::{Motor, Sensory, Visualization};

use crate::bench::{
    Bench, LIMITS, PATIENCE, bytes, eventually, frame, next_frame, next_number, number, socket_address,
};
use crate::row::{Role, Row};

/// A frame of 200 000 voxels.
const LARGE: usize = 3_200_000;

pub(crate) fn a_subscriber_that_never_reads_costs_only_its_own_frames<R: Row>() {
    let bench = Bench::start::<R>();
    let stalled = bench.open(Visualization, "stalled");
    let motor = bench.open(Motor, "robot");
    let mut robot = bench.subscribe::<R>(Motor, "robot", &motor.url);
    let never_reads = R::connect_raw(Role::Subscriber, &stalled.url);
    eventually("the stalled subscriber is sent something", || {
        bench.publish(Visualization, "", frame(0, 0));
        stalled.activity.frames() > 0
    });

    let large = frame(1, LARGE);
    let (before, begun) = (resident_bytes(), Instant::now());
    for sent in 0..200_u16 {
        bench.publish(Visualization, "", large.clone());
        if sent % 10 == 0 {
            bench.publish(Motor, "robot", frame(sent, 0));
            assert_eq!(number(&next_frame(&mut *robot, PATIENCE).unwrap()), sent);
        }
    }
    assert!(begun.elapsed() < PATIENCE, "publishing waited for the stalled subscriber");
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 25 * LARGE, "{grown} bytes more are in use, {} were published", 200 * LARGE);
    assert_eq!(stalled.activity.peers(), 1, "the stalled subscriber is still there");

    // A second viewer of the same endpoint is served.
    let mut viewer = bench.subscribe::<R>(Visualization, "", &stalled.url);
    bench.publish(Visualization, "", frame(2, 0));
    assert_eq!(number(&next_frame(&mut *viewer, PATIENCE).unwrap()), 2);
    drop(never_reads);
    eventually("the stalled subscriber is gone", || stalled.activity.peers() == 1);
}

pub(crate) fn a_peer_that_dies_within_a_message_costs_only_that_message<R: Row>() {
    let bench = Bench::start::<R>();
    let sensory = bench.open(Sensory, "agent");
    let mut pusher = bench.pusher::<R>(&sensory);
    let mut agent = R::connect(Role::Control, &bench.control);
    for round in 0..5_u16 {
        for (role, address) in [(Role::Pusher, &sensory.url), (Role::Control, &bench.control)] {
            let length = LIMITS.control_message / 2;
            let mut dying = R::connect_raw(role, address);
            dying.write_all(&R::head(role, length as u64)).unwrap();
            dying.write_all(&vec![4; length / 2]).unwrap();
            if round % 2 == 0 {
                dying.shutdown(Shutdown::Both).unwrap();
            }
        }
        assert!(pusher.send(&bytes(round, 0), PATIENCE));
        assert_eq!(next_number(&sensory), round);
        assert!(bench.answers(&mut *agent, &round.to_le_bytes()));
    }
    eventually("the dead are gone", || sensory.activity.peers() == 1);
    assert_eq!((sensory.activity.frames(), sensory.activity.frames_refused()), (5, 0));
    assert!(bench.events.is_empty() || bench.inbound.dropped() == 0);
}

pub(crate) fn a_message_above_the_limit_costs_only_its_connection<R: Row>() {
    let bench = Bench::start::<R>();
    let sensory = bench.open(Sensory, "agent");
    let mut pusher = bench.pusher::<R>(&sensory);
    let mut agent = R::connect(Role::Control, &bench.control);
    for (role, address, limit) in
        [(Role::Pusher, &sensory.url, LIMITS.frame), (Role::Control, &bench.control, LIMITS.control_message)]
    {
        for length in [limit as u64 + 1, u64::from(u32::MAX), u64::MAX >> 1] {
            let mut greedy = R::connect_raw(role, address);
            // The transport may close at any time from now on.
            let _ = greedy.write_all(&R::head(role, length));
            let _ = greedy.write_all(&bytes(9, 1000));
            eventually("the connection is closed", || greedy.write_all(&[0; 1000]).is_err());
        }
        let mut at_limit = R::connect(role, address);
        assert!(at_limit.send(&bytes(1, limit - 52), PATIENCE));
        match role {
            Role::Pusher => assert_eq!(next_number(&sensory), 1),
            _ => assert_eq!(bench.message().1.len(), limit),
        }
    }
    assert!(pusher.send(&bytes(2, 0), PATIENCE));
    assert_eq!(next_number(&sensory), 2);
    assert!(bench.answers(&mut *agent, b"still there"));
    assert_eq!(sensory.activity.frames(), 2);
}

pub(crate) fn a_sensory_flood_waits_instead_of_piling_up<R: Row>() {
    let bench = Bench::start::<R>();
    let endpoint = bench.open_lagging("flood");
    let mut flood = bench.pusher::<R>(&endpoint);
    let before = resident_bytes();
    let mut sent = 0;
    while flood.send(&bytes(sent, 1_000_000), Duration::from_millis(300)) {
        sent += 1;
        assert!(sent < 60, "{sent} megabytes wait for a brain that takes none");
    }
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 80_000_000, "{grown} bytes are in use for {sent} frames");
    for expected in 0..sent {
        assert_eq!(next_number(&endpoint), expected);
    }
    assert!(flood.send(&bytes(sent, 0), PATIENCE));
    assert_eq!(next_number(&endpoint), sent);
}

pub(crate) fn a_sensory_flood_leaves_the_others_their_turn<R: Row>() {
    let bench = Bench::start::<R>();
    let (flooded, calm) = (bench.open(Sensory, "flood"), bench.open(Sensory, "calm"));
    let mut flood = bench.pusher::<R>(&flooded);
    let mut peer = bench.pusher::<R>(&calm);
    let message = bytes(1, 1_000_000);
    for sent in 0..300_u16 {
        assert!(flood.send(&message, PATIENCE));
        // What has come in is the case's own memory; it gives it back at once.
        while flooded.frames.try_recv().is_ok() {}
        if sent % 50 == 0 {
            assert!(peer.send(&bytes(sent, 0), PATIENCE));
            assert_eq!(next_number(&calm), sent);
        }
    }
    eventually("all frames are in", || flooded.activity.frames() == 300);
}

pub(crate) fn noise_on_a_port_disturbs_nobody<R: Row>() {
    let bench = Bench::start::<R>();
    let sensory = bench.open(Sensory, "agent");
    let motor = bench.open(Motor, "agent");
    let mut pusher = bench.pusher::<R>(&sensory);
    let mut robot = bench.subscribe::<R>(Motor, "agent", &motor.url);
    let mut agent = R::connect(Role::Control, &bench.control);
    let mut noise = noise();
    let mut silent = Vec::new();
    for round in 0..20_u16 {
        for url in [&bench.control, &sensory.url, &motor.url] {
            let mut stranger = TcpStream::connect(socket_address(url)).unwrap();
            silent.push(TcpStream::connect(socket_address(url)).unwrap());
            // Closed by the transport or not: both are fine.
            let _ = stranger.write_all(&noise(64 + usize::from(round) * 100));
            let _ = stranger.write_all(b"GET / HTTP/1.1\r\n\r\n");
        }
        assert!(pusher.send(&bytes(round, 0), PATIENCE));
        bench.publish(Motor, "agent", frame(round, 0));
        assert_eq!(next_number(&sensory), round);
        assert_eq!(number(&next_frame(&mut *robot, PATIENCE).unwrap()), round);
        assert!(agent.send(&round.to_le_bytes(), PATIENCE));
        // Noise may look like messages.
        let link = loop {
            let (link, bytes) = bench.message();
            if bytes == round.to_le_bytes() {
                break link;
            }
        };
        bench.transport.reply(link, round.to_be_bytes().to_vec()).unwrap();
        assert_eq!(agent.receive(PATIENCE).unwrap(), round.to_be_bytes());
    }
    assert_eq!(sensory.activity.frames(), 20);
    eventually("no stranger counts as a peer", || {
        (sensory.activity.peers(), motor.activity.peers()) == (1, 1)
    });
}

pub(crate) fn peers_that_come_and_go_leave_nothing_behind<R: Row>() {
    let bench = Bench::start::<R>();
    let motor = bench.open(Motor, "agent");
    let sensory = bench.open(Sensory, "agent");
    let more = LIMITS.links + 20;
    for round in 0..more {
        let mut agent = R::connect(Role::Control, &bench.control);
        assert!(bench.answers(&mut *agent, &round.to_le_bytes()));
        if round % 4 == 0 {
            drop(bench.subscribe::<R>(Motor, "agent", &motor.url));
            assert!(bench.pusher::<R>(&sensory).send(&bytes(1, 0), PATIENCE));
            next_number(&sensory);
            eventually("both are gone", || (motor.activity.peers(), sensory.activity.peers()) == (0, 0));
        }
    }
}

/// Bytes that look like nothing, the same in every run.
fn noise() -> impl FnMut(usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    move |length| {
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        };
        (0..length).map(|_| next()).collect()
    }
}

/// Memory that the process has in use, 0 where the system does not tell. Other cases that run at the
/// same time count as well.
fn resident_bytes() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|line| line.split(' ').nth(1)?.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}
