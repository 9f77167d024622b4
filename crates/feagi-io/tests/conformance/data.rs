//! Frames: sensory ones in, motor and visualization ones out.

use std::time::Duration;

use feagi_io::core::StreamType::{Motor, Sensory, Visualization};

use crate::bench::{Bench, PATIENCE, bytes, eventually, frame, next_frame, next_number, number};
use crate::row::{Role, Row};

/// Long enough to see a frame that must not come.
const SOON: Duration = Duration::from_millis(50);

pub(crate) fn frames_reach_whoever_subscribes_to_their_stream<R: Row>() {
    let bench = Bench::start::<R>();
    for stream in [Motor, Visualization] {
        let endpoint = bench.open(stream, "agent");
        let mut peer = bench.subscribe::<R>(stream, "agent", &endpoint.url);
        for sent in 0..20 {
            let frame = frame(sent, usize::from(sent) * 1000);
            bench.publish(stream, "agent", frame.clone());
            let received = next_frame(&mut *peer, PATIENCE).unwrap();
            assert!(received == frame.get_byte_ref(), "frame {sent} of {stream:?} came differently");
        }
        // A peer may see a frame before it is counted.
        eventually("all frames are counted", || {
            endpoint.activity.frames() >= 20 && endpoint.activity.bytes() >= 190_000
        });
        assert_eq!(endpoint.activity.peers(), 1);
    }
}

pub(crate) fn endpoints_do_not_mix<R: Row>() {
    let bench = Bench::start::<R>();
    let motor = ["one", "two"].map(|agent| bench.open(Motor, agent));
    let visualization = ["one", "two"].map(|agent| bench.open(Visualization, agent));
    let sensory = ["one", "two"].map(|agent| bench.open(Sensory, agent));
    let mut one = bench.subscribe::<R>(Motor, "one", &motor[0].url);
    let mut two = bench.subscribe::<R>(Motor, "two", &motor[1].url);
    let mut viewers = visualization.each_ref().map(|endpoint| {
        // The other viewer gets the probes as well.
        bench.subscribe::<R>(Visualization, "", &endpoint.url)
    });

    bench.publish(Motor, "one", frame(1, 0));
    bench.publish(Motor, "two", frame(2, 0));
    bench.publish(Visualization, "", frame(3, 0));
    assert_eq!(number(&next_frame(&mut *one, PATIENCE).unwrap()), 1);
    assert_eq!(number(&next_frame(&mut *two, PATIENCE).unwrap()), 2);
    for viewer in &mut viewers {
        assert_eq!(number(&next_frame(&mut **viewer, PATIENCE).unwrap()), 3);
    }
    for peer in [&mut one, &mut two].into_iter().chain(&mut viewers) {
        assert!(next_frame(&mut **peer, SOON).is_none(), "a frame of another endpoint came");
    }

    for (endpoint, sent) in sensory.iter().zip([4, 5]) {
        assert!(bench.pusher::<R>(endpoint).send(&bytes(sent, 0), PATIENCE));
        assert_eq!(next_number(endpoint), sent);
    }
    assert!(sensory.iter().all(|endpoint| endpoint.frames.is_empty()));
}

pub(crate) fn frames_for_nobody_go_nowhere<R: Row>() {
    let bench = Bench::start::<R>();
    bench.publish(Visualization, "", frame(1, 0));
    bench.publish(Motor, "nobody", frame(1, 0));
    let motor = bench.open(Motor, "agent");
    let visualization = bench.open(Visualization, "agent");
    for _ in 0..10 {
        bench.publish(Motor, "agent", frame(1, 0));
        bench.publish(Motor, "nobody", frame(1, 0));
        bench.publish(Visualization, "", frame(1, 0));
    }
    for endpoint in [&motor, &visualization] {
        assert_eq!((endpoint.activity.frames(), endpoint.activity.peers()), (0, 0));
    }
    let mut late = bench.subscribe::<R>(Motor, "agent", &motor.url);
    assert!(next_frame(&mut *late, SOON).is_none(), "an old frame came");
}

pub(crate) fn sensory_frames_arrive_in_order<R: Row>() {
    let bench = Bench::start::<R>();
    let endpoint = bench.open(Sensory, "agent");
    let mut peer = bench.pusher::<R>(&endpoint);
    for sent in 0..500_u16 {
        assert!(peer.send(&bytes(sent, usize::from(sent % 7) * 5000), PATIENCE));
    }
    for sent in 0..500_u16 {
        let received = endpoint.frames.recv_timeout(PATIENCE).unwrap();
        assert!(received.get_byte_ref() == bytes(sent, usize::from(sent % 7) * 5000));
    }
    assert_eq!(endpoint.activity.frames(), 500);
    assert_eq!((endpoint.activity.frames_refused(), endpoint.activity.frames_dropped()), (0, 0));
}

pub(crate) fn what_is_no_container_is_refused_and_counted<R: Row>() {
    let bench = Bench::start::<R>();
    let endpoint = bench.open(Sensory, "agent");
    let mut peer = bench.pusher::<R>(&endpoint);
    let mut wrong_version = bytes(1, 0);
    wrong_version[0] = 99;
    let mut missing_structs = bytes(1, 0);
    missing_structs[3] = 200;
    for message in [b"hello".to_vec(), wrong_version, missing_structs, bytes(1, 0)[..51].to_vec()] {
        assert!(peer.send(&message, PATIENCE));
    }
    assert!(peer.send(&bytes(7, 0), PATIENCE));
    assert_eq!(next_number(&endpoint), 7);
    assert_eq!((endpoint.activity.frames(), endpoint.activity.frames_refused()), (1, 4));
}

pub(crate) fn connections_are_counted_while_they_last<R: Row>() {
    let bench = Bench::start::<R>();
    for (stream, role) in
        [(Sensory, Role::Pusher), (Motor, Role::Subscriber), (Visualization, Role::Subscriber)]
    {
        let endpoint = bench.open(stream, "agent");
        let activity = &endpoint.activity;
        assert_eq!((activity.peers(), activity.connections()), (0, 0));
        let first = R::connect(role, &endpoint.url);
        eventually("one is connected", || activity.peers() == 1);
        let second = R::connect(role, &endpoint.url);
        eventually("two are connected", || activity.peers() == 2);
        drop(first);
        eventually("one is gone", || activity.peers() == 1);
        drop(second);
        eventually("both are gone", || activity.peers() == 0);
        assert_eq!(activity.connections(), 2);
    }
}
