//! Subscribers that read slowly or never, while frames are large.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::case::{Case, MB, eventually};
use crate::raw;
use crate::support::agent::{ALL, Agent, LONG, TRANSPORTS, Transport};
use crate::support::wire::{Cell, frame};

/// Width and height of the camera's pictures; with three colours, a frame takes 787 kB.
const SIDE: u32 = 128;
const FRAME: u64 = 16 * 3 * (SIDE * SIDE) as u64;
/// The area that the camera needs: `iimg`, plain pixels, group 9.
const CAMERA: [u8; 8] = [b'i', b'i', b'm', b'g', 9, 0, 9, 0];
/// Large pictures that a reader has to get while others stall.
const PICTURES: usize = 100;

fn camera() -> Value {
    json!({
        "input_units_and_encoder_properties": {"Vision": [[
            {"cortical_unit_index": 9, "friendly_name": null,
             "device_grouping": [{"device_properties": {}, "pipeline_stages": []}],
             "io_configuration_flags": {"frame_change_handling": "Absolute"}},
            {"CartesianPlane": {"image_resolution": {"width": SIDE, "height": SIDE},
                                "color_channel_layout": "RGB", "color_space": "Gamma"}}
        ]]},
        "output_units_and_decoder_properties": {},
        "feedbacks": {"registered_feedbacks": []},
    })
}

/// A subscriber that will never read.
fn stalled(transport: Transport, agent: &Agent, capability: &str) -> std::net::TcpStream {
    let address = agent.address(capability);
    match transport {
        Transport::WebSocket => raw::websocket(address),
        Transport::Zmq => {
            let mut tcp = raw::zmq(address, "SUB");
            tcp.write_all(&[0, 1, 1]).expect("the subscription to everything");
            tcp
        }
    }
}

/// Lets the camera show pictures in which every pixel is bright, while `meanwhile` is at work.
fn while_filming(case: &Case, transport: Transport, meanwhile: impl FnOnce()) {
    let mut agent = Agent::register(&case.server, transport, "camera", &ALL[..1]).expect("it may register");
    agent.configure(&camera());
    let cells: Vec<Cell> = (0..SIDE)
        .flat_map(|x| (0..SIDE).map(move |y| (x, y)))
        .flat_map(|(x, y)| (0..3).map(move |z| (x, y, z, 100.0)))
        .collect();
    let (picture, done) = (frame(CAMERA, &cells), AtomicBool::new(false));
    let mut pusher = agent.pusher();
    thread::scope(|scope| {
        let stop = Stop(&done);
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                assert!(pusher.send(&picture, LONG));
                // Somewhat faster than bursts.
                thread::park_timeout(Duration::from_millis(25));
            }
        });
        meanwhile();
        drop(stop);
    });
    assert!(agent.beats());
}

/// Ends the filming also when a test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn subscribers_that_never_read_cost_only_their_own_frames() {
    for transport in TRANSPORTS {
        let case = Case::begin("subscribers that never read", transport);
        let mut stalls = Vec::new();
        for number in 0..3 {
            let name = format!("stalled {number}");
            let agent = Agent::register(&case.server, transport, &name, &ALL[2..]).expect("it may register");
            stalls.push((stalled(transport, &agent, ALL[2]), agent));
        }
        while_filming(&case, transport, || {
            let mut viewer =
                Agent::register(&case.server, transport, "viewer", &ALL[2..]).expect("it may register");
            let mut pictures = viewer.viewer();
            let (begun, mut large) = (Instant::now(), 0);
            while large < PICTURES {
                let picture = pictures.receive(LONG).expect("a picture");
                large += usize::from(picture.len() as u64 > FRAME);
            }
            println!(
                "{PICTURES} pictures in {:.1} s beside subscribers that never read",
                begun.elapsed().as_secs_f64()
            );
            assert!(viewer.beats());
            if transport == Transport::WebSocket {
                case.await_rise("frames_dropped_total", 1);
            }
        });
        for (_, agent) in &mut stalls {
            assert!(agent.beats(), "the stalled ones stay: they may read again");
        }
        // Of each connection: what waits for it, and the frame that is being sent; the brain's own
        // frames and the camera's.
        case.end(60 * FRAME);
    }
}

#[test]
fn motor_subscribers_that_never_read_cost_only_their_own_frames() {
    for transport in TRANSPORTS {
        let case = Case::begin("motor subscribers that never read", transport);
        let mut agent =
            Agent::register(&case.server, transport, "stalled", &ALL[1..2]).expect("it may register");
        let _stalled: Vec<_> = (0..5).map(|_| stalled(transport, &agent, ALL[1])).collect();
        let mut reading = agent.motor();
        for _ in 0..100 {
            assert!(reading.receive(LONG).is_some());
        }
        assert!(agent.beats());
        case.end(20 * MB);
    }
}

#[test]
fn a_subscriber_that_reads_now_and_then_sees_the_present() {
    let case = Case::begin("a subscriber that reads now and then", Transport::WebSocket);
    while_filming(&case, Transport::WebSocket, || {
        let viewer =
            Agent::register(&case.server, Transport::WebSocket, "slow", &ALL[2..]).expect("it may register");
        let mut pictures = viewer.viewer();
        let counter = |picture: &[u8]| u16::from_le_bytes([picture[1], picture[2]]);
        let first = counter(&pictures.receive(LONG).expect("a picture"));
        // While the viewer is away, far more is shown than all buffers hold.
        let away = case.rise("bursts_total") + 60;
        eventually("60 bursts ran", || case.rise("bursts_total") >= away);
        let present = crate::case::burst_counter(&case.server) as u16;
        let lag = |picture: &[u8]| present.wrapping_sub(counter(picture)) as i16;
        let mut read = 0;
        while lag(&pictures.receive(LONG).expect("a picture")) > 0 {
            read += 1;
        }
        println!("after burst {first}, {read} old pictures came before one of the present, {present}");
        assert!(read < 30, "{read} old pictures");
    });
    case.end(40 * FRAME);
}
