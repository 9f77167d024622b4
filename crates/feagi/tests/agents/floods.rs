//! Too much of what is allowed.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::case::{Case, MB, eventually};
use crate::raw;
use crate::support::agent::{ALL, Agent, MOTORS, TRANSPORTS, Transport, registration, two_motors};
use crate::support::wire::{Cell, frame, message};

/// Registrations of one flood.
const REGISTRATIONS: usize = 2000;
/// For so long a flood of frames lasts.
const FLOOD: Duration = Duration::from_secs(2);

static ONE_FLOOD: Mutex<()> = Mutex::new(());

/// Sends registrations, each on a connection of its own, and waits for no answer.
fn flood_of_registrations(case: &Case, transport: Transport, name: impl Fn(usize) -> String + Sync) {
    let address = transport.control(&case.server);
    let (name, threads) = (&name, 2);
    thread::scope(|scope| {
        for part in 0..threads {
            scope.spawn(move || {
                for number in (part..REGISTRATIONS).step_by(threads) {
                    let request = message(&registration(transport, &name(number), &ALL));
                    let (mut tcp, head) = match transport {
                        Transport::Zmq => {
                            let delimiter = [1, 0];
                            let head = raw::zmq_head(request.len() as u64);
                            (raw::zmq(address, "DEALER"), [&delimiter[..], &head].concat())
                        }
                        Transport::WebSocket => {
                            (raw::websocket(address), raw::websocket_head(request.len() as u64))
                        }
                    };
                    tcp.write_all(&[head, request].concat()).expect("the server listens");
                }
            });
        }
    });
}

#[test]
fn a_flood_of_registrations_of_one_agent_is_one_agent() {
    for transport in TRANSPORTS {
        let case = Case::begin("2000 registrations of one agent", transport);
        flood_of_registrations(&case, transport, |_| "flood".to_owned());
        let mut agent = Agent::register(&case.server, transport, "another", &ALL).expect("it may register");
        assert!(agent.beats());
        // One of the flood has a session, perhaps one after the other.
        assert!(case.rise("registrations_total") >= 2);
        case.end(60 * MB);
    }
}

#[test]
fn a_flood_of_registrations_of_many_agents_disturbs_no_registered_one() {
    for transport in TRANSPORTS {
        let case = Case::begin("2000 registrations of 2000 agents", transport);
        let mut before = Agent::register(&case.server, transport, "before", &[]).expect("it may register");
        flood_of_registrations(&case, transport, |number| format!("flood {number}"));
        assert!(before.beats());
        case.await_rise("registrations_total", 3);
        assert!(case.rise("control_refused_total") > 0, "not all of them have found an endpoint");
        if transport == Transport::WebSocket {
            // The end of their connections is known: their places are free after the grace period.
            let begun = Instant::now();
            eventually("there is room again", || {
                Agent::register(&case.server, transport, "after", &ALL).is_ok_and(|mut after| after.beats())
            });
            println!("a new agent found room after {:.1} s", begun.elapsed().as_secs_f64());
            assert!(begun.elapsed() < Duration::from_secs(12));
        }
        case.end(60 * MB);
    }
}

/// Frames of so many bytes, as fast as the server takes them.
fn flood_of_frames(cells: usize, transport: Transport, most: u64) {
    let name = match transport {
        Transport::Zmq => "a flood of frames over ZeroMQ",
        Transport::WebSocket => "a flood of frames over WebSocket",
    };
    // Two at a time would show what two processors can do and not what a flood does.
    let _alone = ONE_FLOOD.lock().unwrap_or_else(PoisonError::into_inner);
    // Voxels that exist, so that each is looked at and becomes charge.
    let cell = |at: usize| -> Cell { (at as u32 % 2, 0, at as u32 % 9, 0.001) };
    let frame = frame(MOTORS, &(0..cells).map(cell).collect::<Vec<_>>());
    let mut case = Case::begin(name, transport);
    if frame.len() > 500_000 {
        // A gigabyte a second comes in, and bursts take up to a million voxels each: on two processors
        // that leaves little for others.
        case = case.with_shares(0.5, 0.5);
    }
    let mut agent = Agent::register(&case.server, transport, "flood", &ALL[..1]).expect("it may register");
    agent.configure(&two_motors(0));
    let (mut pusher, begun, mut sent) = (agent.pusher(), Instant::now(), 0_u32);
    while begun.elapsed() < FLOOD {
        assert!(pusher.send(&frame, Duration::from_secs(10)), "the server goes on taking frames");
        sent += 1;
    }
    println!("{} bytes: {:.0} frames/s", frame.len(), f64::from(sent) / begun.elapsed().as_secs_f64());
    assert!(agent.beats());
    assert!(case.rise("frames_total{direction=\"in\"}") > 0);
    case.end(most);
}

#[test]
fn a_flood_of_small_frames_disturbs_nobody() {
    for transport in TRANSPORTS {
        flood_of_frames(10, transport, 40 * MB);
    }
}

#[test]
fn a_flood_of_frames_as_cameras_send_them_disturbs_nobody() {
    for transport in TRANSPORTS {
        flood_of_frames(50_000, transport, 120 * MB);
    }
}

#[test]
fn a_flood_of_16_megabyte_frames_disturbs_nobody() {
    for transport in TRANSPORTS {
        // Waiting and read by the burst and kept for the next ones: three times 32 MiB; in sockets and on
        // their way: six frames.
        flood_of_frames(1_000_000, transport, 240 * MB);
    }
}
