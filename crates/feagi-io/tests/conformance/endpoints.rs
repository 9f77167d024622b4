//! Opening and closing.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use feagi_io::core::StreamType::{Motor, Sensory, Visualization};
use feagi_io::core::{Inbound, IoError, LinkId};

use crate::bench::{
    Bench, LIMITS, PATIENCE, bytes, eventually, frame, next_frame, next_number, number, port, socket_address,
};
use crate::row::{Role, Row};

pub(crate) fn a_taken_port_is_an_error_and_the_others_go_on<R: Row>() {
    let bench = Bench::start::<R>();
    let sensory = bench.open(Sensory, "agent");
    let mut pusher = bench.pusher::<R>(&sensory);
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let foreign = other.local_addr().unwrap().port();
    for taken in [foreign, port(&sensory.url), port(&bench.control)] {
        for stream in [Sensory, Motor, Visualization] {
            let Err(error) = bench.open_at(stream, "agent", taken) else { panic!("port {taken} was taken") };
            let IoError::Bind { address, .. } = &error else { panic!("{error}") };
            assert!(address.ends_with(&format!("127.0.0.1:{taken}")), "{address}");
        }
    }
    assert!(pusher.send(&bytes(1, 0), PATIENCE));
    assert_eq!(next_number(&sensory), 1);
    let motor = bench.open(Motor, "agent");
    bench.subscribe::<R>(Motor, "agent", &motor.url);

    let (sender, _events) = crossbeam_channel::bounded(1);
    let mut second = R::transport(LIMITS, Inbound::new(0, sender));
    second.start().unwrap();
    second.stop().unwrap();
}

pub(crate) fn a_closed_port_is_free_at_once<R: Row>() {
    let bench = Bench::start::<R>();
    for (stream, role) in
        [(Sensory, Role::Pusher), (Motor, Role::Subscriber), (Visualization, Role::Subscriber)]
    {
        let mut free = 0;
        for connected in [false, true, true, false, true] {
            let endpoint = bench.open_at(stream, "agent", free).unwrap();
            free = port(&endpoint.url);
            let peer = connected.then(|| R::connect(role, &endpoint.url));
            eventually("the peer is there", || (endpoint.activity.peers() == 1) == connected);
            bench.transport.close(endpoint.id).unwrap();
            drop(TcpListener::bind(("127.0.0.1", free)).expect("the port is not free"));
            eventually("nobody counts as connected", || endpoint.activity.peers() == 0);
            drop(peer);
        }
    }
}

pub(crate) fn closing_ends_its_connections_and_no_others<R: Row>() {
    let bench = Bench::start::<R>();
    let (one, two) = (bench.open(Motor, "one"), bench.open(Motor, "two"));
    let mut first = bench.subscribe::<R>(Motor, "one", &one.url);
    let mut second = bench.subscribe::<R>(Motor, "two", &two.url);
    bench.transport.close(one.id).unwrap();
    bench.publish(Motor, "one", frame(1, 0));
    bench.publish(Motor, "two", frame(2, 0));
    assert_eq!(number(&next_frame(&mut *second, PATIENCE).unwrap()), 2);
    assert!(next_frame(&mut *first, Duration::from_millis(50)).is_none());
    assert_eq!((one.activity.peers(), two.activity.peers()), (0, 1));
}

pub(crate) fn unknown_endpoints_are_errors<R: Row>() {
    let bench = Bench::start::<R>();
    let endpoint = bench.open(Motor, "agent");
    bench.transport.close(endpoint.id).unwrap();
    for _ in 0..2 {
        let error = bench.transport.close(endpoint.id);
        assert!(matches!(error, Err(IoError::UnknownEndpoint(id)) if id == endpoint.id));
    }
}

pub(crate) fn nothing_works_before_the_start_and_after_the_stop<R: Row>() {
    let mut bench = Bench::start::<R>();
    let endpoint = bench.open(Motor, "agent");
    bench.transport.stop().unwrap();
    let (sender, _events) = crossbeam_channel::bounded(1);
    let fresh = R::transport(LIMITS, Inbound::new(0, sender));
    let stopped = std::mem::replace(&mut bench.transport, fresh);
    for transport in [&stopped, &bench.transport] {
        assert!(matches!(transport.close(endpoint.id), Err(IoError::NotRunning(_))));
        assert!(matches!(transport.publish_visualization(frame(1, 0)), Err(IoError::NotRunning(_))));
        assert!(matches!(transport.publish_motor("agent", frame(1, 0)), Err(IoError::NotRunning(_))));
        let link = LinkId { transport: 0, peer: 1 };
        assert!(matches!(transport.reply(link, vec![1]), Err(IoError::NotRunning(_))));
    }
    assert!(matches!(bench.open_at(Motor, "agent", 0), Err(IoError::NotRunning(_))));
}

pub(crate) fn stopping_right_after_the_start_is_quick<R: Row>() {
    let begun = Instant::now();
    for round in 0..50 {
        let mut bench = Bench::start::<R>();
        if round % 2 == 0 {
            bench.open(Sensory, "agent");
            bench.open(Motor, "agent");
        }
        bench.transport.stop().unwrap();
    }
    assert!(begun.elapsed() < PATIENCE, "{:?} for 50 rounds", begun.elapsed());
}

pub(crate) fn stopping_twice_does_nothing_and_starting_again_works<R: Row>() {
    let mut bench = Bench::start::<R>();
    let endpoint = bench.open(Sensory, "agent");
    bench.transport.stop().unwrap();
    bench.transport.stop().unwrap();
    assert!(matches!(bench.transport.close(endpoint.id), Err(IoError::NotRunning(_))));
    assert!(matches!(bench.open_at(Motor, "agent", 0), Err(IoError::NotRunning(_))));

    bench.control = bench.transport.start().unwrap();
    let mut peer = R::connect(Role::Control, &bench.control);
    assert!(bench.answers(&mut *peer, b"again"));
    let endpoint = bench.open(Sensory, "agent");
    assert!(bench.pusher::<R>(&endpoint).send(&bytes(1, 0), PATIENCE));
    assert_eq!(next_number(&endpoint), 1);
}

pub(crate) fn stopping_with_everything_in_use_frees_all_ports<R: Row>() {
    let mut bench = Bench::start::<R>();
    let sensory = bench.open(Sensory, "agent");
    let motor = bench.open(Motor, "agent");
    let visualization = bench.open(Visualization, "agent");
    let mut peer = R::connect(Role::Control, &bench.control);
    assert!(bench.answers(&mut *peer, b"here"));
    let mut pusher = bench.pusher::<R>(&sensory);
    let motor_peer = bench.subscribe::<R>(Motor, "agent", &motor.url);
    let viewer = bench.subscribe::<R>(Visualization, "agent", &visualization.url);
    bench.publish(Visualization, "agent", frame(1, 1 << 20));
    assert!(pusher.send(&bytes(1, 1 << 20), PATIENCE));

    bench.transport.stop().unwrap();
    for url in [&bench.control, &sensory.url, &motor.url, &visualization.url] {
        drop(TcpListener::bind(socket_address(url)).expect("a port is not free"));
    }
    for endpoint in [&sensory, &motor, &visualization] {
        assert_eq!(endpoint.activity.peers(), 0);
    }
    drop((peer, pusher, motor_peer, viewer));
}
