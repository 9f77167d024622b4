//! Agents that outlive silence and servers.

use std::sync::atomic::Ordering;
use std::time::Duration;

use feagi_agent::{Agent, Delivery, Devices, Resolution, Status, Vision};

use crate::over_every_transport;
use crate::support::{LONG, Server, Transport, frame, session_of, voxels, wait};

const EYE: &[u8; 8] = b"iimg\x09\0\0\0";

over_every_transport!(
    an_idle_agent_outlives_the_servers_patience,
    an_agent_comes_back_with_its_devices_when_the_server_does,
    an_agent_that_was_dismissed_registers_again,
    an_agent_without_a_server_can_be_dropped,
);

fn an_idle_agent_outlives_the_servers_patience(transport: Transport) {
    let mut config = transport.config();
    config.liveness.timeout = Duration::from_millis(400);
    config.liveness.grace = Duration::from_millis(200);
    config.liveness.scan = Duration::from_millis(20);
    let server = Server::with(transport, config);
    let agent = Agent::connect(server.settings("idle").sensing()).unwrap();
    let directory = server.pns.directory();
    let counters = directory.counters();
    // A heartbeat every 100 ms: more than three times what the server waits for one.
    wait("many heartbeats came", || counters.control_messages.load(Ordering::Relaxed) > 15);
    assert_eq!(session_of(&agent), 1);
    assert_eq!(counters.evicted.load(Ordering::Relaxed), 0);
    assert_eq!(agent.send(&voxels(EYE, 1)).unwrap(), Delivery::Sent);
    server.frame();
}

fn an_agent_comes_back_with_its_devices_when_the_server_does(transport: Transport) {
    let server = Server::start(transport);
    let mut settings = server.settings("robot").sensing().acting();
    settings.answer_within = Duration::from_millis(500);
    let agent = Agent::connect(settings).unwrap();
    let devices = Devices::new().with(0, Vision::new(Resolution::new(8, 8)));
    agent.configure(&devices).unwrap();
    wait("the devices are known", || server.agent().devices.is_some());

    let (transport, config) = server.stop();
    wait("the agent notices", || matches!(agent.status(), Status::Connecting { problem: Some(_), .. }));
    assert_eq!(agent.send(&voxels(EYE, 1)).unwrap(), Delivery::Disconnected);
    let Status::Connecting { problem: Some(problem), .. } = agent.status() else { panic!("{agent:?}") };
    assert!(problem.to_string().contains("127.0.0.1"), "{problem}");

    let server = Server::with(transport, config);
    let session = agent.wait_registered(LONG).expect("another session");
    assert!(session.number >= 2);
    wait("the devices are known again", || {
        server.agents().first().is_some_and(|agent| agent.devices.as_deref() == Some(&devices.to_json()))
    });
    wait("sensory frames flow", || {
        let _ = agent.send(&voxels(EYE, 1));
        server.frames.try_recv().is_ok()
    });
    let motor = frame(&voxels(b"omot\x05\0\0\0", 1), 1);
    wait("motor frames flow", || {
        server.publish_motor(&motor);
        agent.newest_motor(Duration::from_millis(5)).unwrap().is_some()
    });
    agent.leave("the end").unwrap();
    wait("the slot is free", || server.agents().is_empty());
}

fn an_agent_that_was_dismissed_registers_again(transport: Transport) {
    let server = Server::start(transport);
    let mut settings = server.settings("unwanted").acting();
    settings.answer_within = Duration::from_millis(300);
    let agent = Agent::connect(settings).unwrap();
    assert!(server.pns.directory().dismiss(&server.agent().agent_id));
    wait("there is another session", || session_of(&agent) >= 2);
    wait("the server has it", || server.agents().len() == 1);
}

fn an_agent_without_a_server_can_be_dropped(transport: Transport) {
    let server = Server::start(transport);
    let mut settings = server.settings("orphan").sensing();
    settings.answer_within = Duration::from_millis(300);
    let agent = Agent::connect(settings).unwrap();
    server.stop();
    wait("the agent notices", || matches!(agent.status(), Status::Connecting { .. }));
    drop(agent);
}
