//! Sessions that begin, and those that do not.

use std::time::{Duration, Instant};

use feagi_agent::{Agent, AgentError, Capability, ClientError, Status};

use crate::over_every_transport;
use crate::support::{LONG, Server, Transport, quick, session_of, wait};

over_every_transport!(
    an_agent_registers_with_what_it_asks_for_and_leaves,
    a_dropped_agent_leaves,
    an_address_where_nobody_listens_is_named_in_time,
    a_server_that_starts_later_is_found,
    an_agent_without_a_free_slot_is_refused_until_another_leaves,
    a_descriptor_in_use_is_refused,
    a_descriptor_out_of_use_is_taken_over,
);

fn an_agent_registers_with_what_it_asks_for_and_leaves(transport: Transport) {
    let server = Server::start(transport);
    let agent = Agent::connect(server.settings("all").sensing().acting().watching()).unwrap();
    let Status::Registered(session) = agent.status() else { panic!("{agent:?}") };
    let info = server.agent();
    assert_eq!(*info.agent_id, *session.id.to_base64());
    assert_eq!(info.descriptor.agent_name, "all");
    assert_eq!((session.number, session.endpoints.len()), (1, 3));
    assert!(agent.round_trip().is_some());
    agent.leave("done").unwrap();
    assert!(server.agents().is_empty());
}

fn a_dropped_agent_leaves(transport: Transport) {
    let server = Server::start(transport);
    drop(Agent::connect(server.settings("brief").acting()).unwrap());
    wait("the session is over", || server.agents().is_empty());
}

fn an_address_where_nobody_listens_is_named_in_time(transport: Transport) {
    let url = transport.nowhere();
    let mut settings = quick(&url, "lost").sensing();
    settings.connect_within = Duration::from_millis(300);
    settings.answer_within = Duration::from_millis(300);
    let asked = Instant::now();
    let error = Agent::connect(settings).unwrap_err();
    assert!(asked.elapsed() < LONG);
    let message = error.to_string();
    assert!(message.contains(&url) && message.contains("start the brain"), "{message}");
}

fn a_server_that_starts_later_is_found(transport: Transport) {
    let (transport, config) = Server::start(transport).stop();
    let url = match (&config.zmq, &config.websocket) {
        (Some(pool), _) => format!("tcp://127.0.0.1:{}", pool.control),
        (_, Some(pool)) => format!("ws://127.0.0.1:{}", pool.control),
        _ => unreachable!("one transport is on"),
    };
    std::thread::scope(|scope| {
        let mut settings = quick(&url, "early").acting();
        settings.connect_within = LONG;
        let agent = scope.spawn(move || Agent::connect(settings));
        let server = Server::with(transport, config);
        let agent = agent.join().unwrap().unwrap();
        assert_eq!(server.agents().len(), 1);
        agent.leave("found").unwrap();
    });
}

fn an_agent_without_a_free_slot_is_refused_until_another_leaves(transport: Transport) {
    let mut config = transport.config();
    for pool in [&mut config.zmq, &mut config.websocket].into_iter().flatten() {
        pool.sensory = vec![0];
    }
    let server = Server::with(transport, config);
    let first = Agent::connect(server.settings("first").sensing()).unwrap();
    let refused = Agent::connect(server.settings("second").sensing()).unwrap_err();
    let is_refusal = matches!(&refused, AgentError::Session { reason: ClientError::InvalidRequest, .. });
    assert!(is_refusal && refused.to_string().starts_with(&server.url), "{refused}");
    first.leave("make room").unwrap();
    Agent::connect(server.settings("second").sensing()).unwrap();
}

fn a_descriptor_in_use_is_refused(transport: Transport) {
    let server = Server::start(transport);
    let first = Agent::connect(server.settings("twin").acting()).unwrap();
    let mut settings = server.settings("twin").acting();
    settings.retry_after = Duration::from_millis(10);
    let refused = Agent::connect(settings).unwrap_err();
    let in_use = matches!(&refused, AgentError::Session { reason: ClientError::AlreadyRegistered, .. });
    assert!(in_use && refused.to_string().contains("another name"), "{refused}");
    assert_eq!(session_of(&first), 1);
}

fn a_descriptor_out_of_use_is_taken_over(transport: Transport) {
    let server = Server::start(transport);
    let mut idle = server.settings("twin").acting();
    idle.beat_every = Duration::from_secs(60);
    let first = Agent::connect(idle).unwrap();
    let mut settings = server.settings("twin").acting();
    settings.retry_after = Duration::from_millis(1000);
    let second = Agent::connect(settings).unwrap();
    let Status::Registered(session) = second.status() else { panic!("{second:?}") };
    assert_eq!(*server.agent().agent_id, *session.id.to_base64());
    drop((first, second));
}

#[test]
fn settings_that_cannot_work_are_refused_before_anything_is_sent() {
    let refused = Agent::connect(quick("tcp://127.0.0.1:1", "idle")).unwrap_err();
    assert!(matches!(refused, AgentError::NoCapability), "{refused}");
}

#[test]
fn what_was_not_asked_for_is_refused() {
    let server = Server::start(Transport::Zmq);
    let agent = Agent::connect(server.settings("motors").acting()).unwrap();
    let refused = agent.send_bytes(&[]).unwrap_err();
    assert!(matches!(refused, AgentError::NotAsked(Capability::SendSensorData)), "{refused}");
    let refused = agent.newest_visualization(Duration::ZERO).unwrap_err();
    assert!(matches!(refused, AgentError::NotAsked(Capability::ReceiveNeuronVisualizations)), "{refused}");
}

#[test]
fn a_leave_that_nobody_confirms_ends_in_time() {
    let server = Server::start(Transport::Zmq);
    let mut settings = server.settings("left alone").acting();
    settings.answer_within = Duration::from_millis(300);
    settings.beat_every = LONG;
    let agent = Agent::connect(settings).unwrap();
    server.stop();
    let asked = Instant::now();
    let error = agent.leave("nobody hears").unwrap_err();
    assert!(matches!(error, AgentError::LeaveNotConfirmed { .. }), "{error}");
    assert!(asked.elapsed() < LONG);
}
