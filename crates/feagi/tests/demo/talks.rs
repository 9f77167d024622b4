//! What the demonstration says to a server and to its reader.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use feagi_io::core::Capability;

use crate::nerves::{LONG, Nerves, wait};
use crate::program::{Finished, Running};

fn demo(url: &str, args: &[&str]) -> Running {
    let mut all = vec!["demo", "--connect", url];
    all.extend(args);
    Running::start(&all)
}

#[test]
fn it_registers_describes_its_devices_and_sends_what_they_see() {
    for transport in 0..2 {
        let nerves = Nerves::start();
        let mut running = demo(&nerves.urls[transport], &["--areas", "img:8x6,svi:10x10+4x4", "--watch"]);
        running.line("registered: ");
        let agent = nerves.agents().pop().unwrap();
        assert_eq!(agent.descriptor.agent_name, "feagi-demo");
        let all = [
            Capability::SendSensorData,
            Capability::ReceiveMotorData,
            Capability::ReceiveNeuronVisualizations,
        ];
        assert_eq!(agent.capabilities, all);
        wait("the devices are known", || nerves.agents()[0].devices.is_some());
        let frame = nerves.frames.recv_timeout(LONG).unwrap();
        let view = frame.fbc.xyzp_views().next().unwrap().unwrap();
        assert_eq!(view.areas().filter(|area| area.id().as_bytes().starts_with(b"isvi")).count(), 9);
        let whole = view.areas().find(|area| area.id().as_bytes().starts_with(b"iimg")).unwrap();
        assert!(!whole.is_empty());
        assert!(whole.voxels().all(|voxel| voxel.x < 8 && voxel.y < 6 && voxel.z < 3));

        running.signal("INT");
        let finished = running.finish().sound();
        finished.after("left");
        assert!(nerves.agents().is_empty());
    }
}

#[test]
fn a_line_decodes_the_motors_and_counts_what_fired() {
    let nerves = Nerves::start();
    let mut running = demo(&nerves.urls[0], &["--watch", "--fps", "50"]);
    running.line("registered: ");
    let (moves, frames) = (nerves.mover(), &nerves.frames);
    let line = thread::scope(|scope| {
        let (stop, stopped) = mpsc::channel::<()>();
        scope.spawn(move || {
            while stopped.recv_timeout(Duration::from_millis(10)) == Err(mpsc::RecvTimeoutError::Timeout) {
                moves(&[[0, 3], [3, 7]]);
            }
        });
        let line = loop {
            let line = running.line("");
            // The first line may tell of a time before the motors moved.
            if line.contains("active x0 z3 x3 z7") && !line.contains("watched 0 voxels") {
                break line;
            }
        };
        drop(stop);
        line
    });
    assert!(frames.try_recv().is_ok());
    assert!(line.contains("+0.50  -1.00") && line.contains("round trip"), "{line}");
    assert!(line.contains("watched "), "{line}");
    running.signal("TERM");
    let finished = running.finish().sound();
    assert!(finished.motor(0) > 0.0);
    assert!(finished.motor(1) < 0.0);
}

#[test]
fn it_comes_back_when_the_server_does() {
    for transport in 0..2 {
        let nerves = Nerves::start();
        let mut running = demo(&nerves.urls[transport], &["--areas", "img:4x4"]);
        running.line("registered: ");
        let config = nerves.stop();
        let line = running.line("no session, trying again: ");
        assert!(line.contains("127.0.0.1"), "{line}");
        let nerves = Nerves::with(config);
        running.line("registered: ");
        nerves.frames.recv_timeout(LONG).unwrap();
        wait("the devices are known", || {
            nerves.agents().first().is_some_and(|agent| agent.devices.is_some())
        });
        running.signal("INT");
        let sessions = running.finish().sound().after("summary: ").to_owned();
        assert!(sessions.ends_with("sessions"), "{sessions}");
    }
}

#[test]
fn it_ends_after_the_seconds_it_was_given() {
    let nerves = Nerves::start();
    let finished = demo(&nerves.urls[1], &["--seconds", "1", "--areas", "img"]).finish().sound();
    let sent: u64 = finished.after("  sent     ").split(' ').next().unwrap().parse().unwrap();
    assert!(sent >= 3, "{}", finished.out);
}

#[test]
fn what_cannot_work_is_refused_with_the_reason() {
    let refused = |args: &[&str], code: i32, words: &[&str]| {
        let Finished { code: found, err, .. } = Running::start(&[&["demo"], args].concat()).finish();
        assert_eq!(found, Some(code), "{err}");
        assert!(words.iter().all(|word| err.contains(word)), "{err}");
    };
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for scheme in ["tcp", "ws"] {
        let url = format!("{scheme}://{free}");
        refused(&["--connect", &url, "--areas", "img:4x4"], 1, &[&url, "start the brain"]);
    }
    refused(&["--pictures", "there/is/none"], 1, &["there/is/none", "readable"]);
    refused(&["--connect", "brain"], 2, &["tcp://HOST:30001"]);
    refused(&["--areas", "nose"], 2, &["img:32x32"]);
    refused(&["--seconds", "0"], 2, &["whole number"]);
}
