//! Frames in both directions, and devices.

use std::sync::{Arc, PoisonError, mpsc};
use std::time::Duration;

use feagi_agent::{Agent, AgentError, Delivery, Devices, RotaryMotors};
use feagi_io::core::DevicesConfiguredEvent;
use serde_json::json;

use crate::over_every_transport;
use crate::support::{LONG, Server, Transport, area, frame, voxels, wait};

const EYE: &[u8; 8] = b"iimg\x09\0\0\0";
const WHEELS: &[u8; 8] = b"omot\x05\0\0\0";

over_every_transport!(
    sensory_frames_arrive_as_they_were_sent,
    large_frames_arrive,
    motor_and_visualization_frames_come_in_order,
    the_newest_frame_is_taken_alone,
    devices_reach_the_brain_and_become_areas,
);

fn sensory_frames_arrive_as_they_were_sent(transport: Transport) {
    let server = Server::start(transport);
    let agent = Agent::connect(server.settings("eye").sensing()).unwrap();
    for count in [1, 40, 7, 0] {
        let sent = voxels(EYE, count);
        assert_eq!(agent.send(&sent).unwrap(), Delivery::Sent);
        let came = server.frame();
        assert_eq!(came.agent_id, server.agent().agent_id);
        let expected = frame(&sent, came.fbc.get_increment_counter().unwrap());
        assert_eq!(came.fbc.get_byte_ref()[52..], expected.get_byte_ref()[52..]);
        assert_eq!(came.fbc.get_agent_identifier_bytes().unwrap(), server.agent().session.as_ref());
    }
    let prepared = frame(&voxels(EYE, 3), 77);
    assert_eq!(agent.send_bytes(prepared.get_byte_ref()).unwrap(), Delivery::Sent);
    assert_eq!(server.frame().fbc.get_byte_ref(), prepared.get_byte_ref());
    assert_eq!(agent.counts().sent, 5);
}

fn large_frames_arrive(transport: Transport) {
    let server = Server::start(transport);
    let agent = Agent::connect(server.settings("camera").sensing()).unwrap();
    let picture = voxels(EYE, 200_000);
    for _ in 0..5 {
        assert_eq!(agent.send(&picture).unwrap(), Delivery::Sent);
        let came = server.frame();
        let views: Vec<_> = came.fbc.xyzp_views().map(Result::unwrap).collect();
        assert_eq!(views[0].areas().map(|area| area.len()).sum::<usize>(), 200_000);
    }
}

fn motor_and_visualization_frames_come_in_order(transport: Transport) {
    let server = Server::start(transport);
    let agent = Agent::connect(server.settings("both").acting().watching()).unwrap();
    // Who subscribes hears nothing of what was sent before.
    let empty = frame(&voxels(WHEELS, 0), 0);
    wait("the streams are joined", || {
        server.publish_motor(&empty);
        server.pns.outlets().publish_visualization(&empty);
        let counts = agent.counts();
        counts.motor > 0 && counts.visualization > 0
    });
    for counter in 1..=3 {
        let sent = frame(&voxels(WHEELS, 3), counter);
        server.publish_motor(&sent);
        server.pns.outlets().publish_visualization(&sent);
        for next in [Agent::next_motor, Agent::next_visualization] {
            let came = loop {
                let came = next(&agent, LONG).unwrap().expect("a frame");
                // Some of those that were sent to join may still be waiting.
                if came.get_increment_counter().unwrap() > 0 {
                    break came;
                }
            };
            assert_eq!(came.get_byte_ref(), sent.get_byte_ref());
            let view = came.xyzp_views().next().unwrap().unwrap();
            assert!(view.areas().all(|wheels| wheels.id() == area(WHEELS) && wheels.len() == 3));
        }
    }
    assert_eq!(agent.counts().refused, 0);
}

fn the_newest_frame_is_taken_alone(transport: Transport) {
    let server = Server::start(transport);
    let agent = Agent::connect(server.settings("slow").acting()).unwrap();
    let mut last = 0;
    wait("frames wait", || {
        last += 1;
        server.publish_motor(&frame(&voxels(WHEELS, 1), last));
        agent.counts().motor >= 3
    });
    let newest = agent.newest_motor(LONG).unwrap().expect("a frame").get_increment_counter().unwrap();
    assert!(newest >= 3 && newest <= last, "{newest} of {last}");
    assert!(agent.counts().overtaken >= 2);
    if let Some(later) = agent.newest_motor(Duration::from_millis(50)).unwrap() {
        assert!(later.get_increment_counter().unwrap() > newest);
    }
}

fn devices_reach_the_brain_and_become_areas(transport: Transport) {
    let server = Server::start(transport);
    let (sender, configured) = mpsc::channel();
    let signal = Arc::clone(&server.pns.signals().devices_configured);
    signal
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .connect(move |event: &DevicesConfiguredEvent| drop(sender.send(event.clone())));
    let agent = Agent::connect(server.settings("wheels").acting()).unwrap();
    let devices = Devices::new().with(0, RotaryMotors::new(2, 9));
    let areas = agent.configure(&devices).unwrap();
    assert_eq!((areas.len(), areas[0].id, areas[0].dimensions.to_array()), (1, area(WHEELS), [2, 1, 9]));
    let event = configured.recv_timeout(LONG).unwrap();
    assert_eq!(event.agent_id, server.agent().agent_id);
    assert_eq!(*event.areas, *areas);

    let nonsense = Devices::from_json(json!({"input_units_and_encoder_properties": {"Nose": []}}));
    let refused = agent.configure(&nonsense).unwrap_err();
    assert!(matches!(&refused, AgentError::Devices(problems) if problems[0].contains("Nose")), "{refused}");
}
