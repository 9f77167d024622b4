//! The brain and the peripheral nervous system, joined by signals.

use std::sync::Arc;
use std::time::Duration;

use feagi_io::core::{
    AgentDescriptor, AgentDisconnectedEvent, AgentInfo, AgentRegisteredEvent, Capability, Departure, LinkId,
    Protocol, StreamType,
};
use feagi_io::{SharedFBC, Signals};
use feagi_runtime::{MailCounts, Running, connect_to_burst_engine, connect_to_pns};
use feagi_serialization::AgentId;

use crate::support::{EYE, Log, event, fire, frame, run, running, taken};

fn registered(agent_id: &str, capabilities: &[Capability]) -> AgentRegisteredEvent {
    let descriptor =
        AgentDescriptor { manufacturer: "tests".into(), agent_name: agent_id.into(), agent_version: 1 };
    let info = AgentInfo {
        agent_id: agent_id.into(),
        session: AgentId::BLANK,
        descriptor: Arc::new(descriptor),
        capabilities: capabilities.to_vec(),
        protocol: Protocol::Zmq,
        link: LinkId { transport: 0, peer: 1 },
        since: Duration::ZERO,
        endpoints: Vec::new(),
        devices: None,
        silence: Arc::default(),
    };
    AgentRegisteredEvent { info }
}

fn joined() -> (Running, Signals, Log<SharedFBC>, Log<Arc<str>>) {
    let mut running = running();
    let (signals, seen, moved) = (Signals::default(), Log::default(), Log::default());
    let (viewer, robot) = (Arc::clone(&seen), Arc::clone(&moved));
    connect_to_burst_engine(
        &mut running.outgoing,
        |stream| stream == StreamType::Visualization || stream == StreamType::Motor,
        move |frame| viewer.lock().expect("nobody panicked").push(frame),
        move |command| robot.lock().expect("nobody panicked").push(Arc::clone(&command.agent_id)),
    );
    connect_to_pns(&signals, running.incoming.mailboxes(), running.outgoing.motor_agents());
    (running, signals, seen, moved)
}

#[test]
fn a_registered_agent_gets_what_its_capabilities_say() {
    let (mut running, signals, seen, moved) = joined();
    let register =
        |event: &AgentRegisteredEvent| signals.agent_registered.lock().unwrap().emit(event).delivered;
    assert_eq!(register(&registered("camera", &[Capability::SendSensorData])), 1);
    register(&registered("arm", &[Capability::ReceiveMotorData]));
    register(&registered("viewer", &[Capability::ReceiveNeuronVisualizations]));
    let send = |agent: &str| {
        let frame = frame(&[(EYE, &[([0, 0, 0], 100.0)])]);
        signals.sensory_data_received.lock().unwrap().emit(&event(agent, frame));
    };
    ["camera", "arm", "viewer", "nobody"].iter().for_each(|agent| send(agent));
    run(&mut running, 1);
    assert_eq!(taken(&moved), ["arm".into()]);
    assert_eq!(taken(&seen).len(), 1);
    let counts = running.incoming.mailboxes().counts();
    assert_eq!(counts, MailCounts { delivered: 1, dropped: 0, unclaimed: 3 });
}

#[test]
fn an_agent_that_is_gone_leaves_nothing_behind() {
    let (mut running, signals, seen, moved) = joined();
    let both = registered("robot", &[Capability::ReceiveMotorData, Capability::SendSensorData]);
    signals.agent_registered.lock().unwrap().emit(&both);
    let sent = event("robot", frame(&[(EYE, &[([0, 0, 0], 100.0)])]));
    signals.sensory_data_received.lock().unwrap().emit(&sent);
    let gone = AgentDisconnectedEvent { agent_id: "robot".into(), departure: Departure::TimedOut };
    signals.agent_disconnected.lock().unwrap().emit(&gone);
    signals.agent_disconnected.lock().unwrap().emit(&gone);
    run(&mut running, 1);
    assert_eq!((taken(&seen).len(), taken(&moved).len()), (0, 0));
    assert_eq!(Arc::strong_count(&sent.fbc), 1);
    assert!(running.outgoing.motor_agents().list().is_empty());

    // It comes back, with a new session.
    signals.agent_registered.lock().unwrap().emit(&both);
    fire(&mut running, EYE, &[([0, 0, 0], 1.0)]);
    run(&mut running, 1);
    assert_eq!((taken(&seen).len(), taken(&moved).len()), (1, 1));
}
