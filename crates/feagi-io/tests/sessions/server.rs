//! The server's side.

use std::sync::Arc;
use std::time::Duration;

use super::world::{
    Fate, SILENT, TELLING, World, configuration, leave, link, live, registration, small_config,
};
use feagi_io::core::{Capability, Departure, LinkId, PNSConfig, Protocol, StreamType};
use feagi_io::wire::current::{
    AgentConfiguration, AskedCapability, DeregistrationOutcome, Endpoint, RegistrationOutcome, Request,
    Response, SessionResponse, encode,
};
use feagi_serialization::AgentId;
use proptest::prelude::*;
use serde_json::json;

use AskedCapability::{
    ReceiveMotorData as MOTOR, ReceiveNeuronVisualizations as VIEW, ReceiveSystemMessages as SYSTEM,
    SendSensorData as SENSE,
};

const FIRST: LinkId = link(SILENT, 1);
const SECOND: LinkId = link(SILENT, 2);
const THIRD: LinkId = link(SILENT, 3);
const SOCKET: LinkId = link(TELLING, 4);

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A world with one agent.
fn with_agent(link: LinkId, capabilities: &[AskedCapability]) -> World {
    let mut world = World::new(&small_config());
    register(&mut world, link, "a", capabilities);
    assert!(is_success(&world.answers(link)));
    world
}

fn register(world: &mut World, link: LinkId, name: &str, capabilities: &[AskedCapability]) {
    world.ask(link, &registration(name, Protocol::Zmq, capabilities));
    world.decide_all(Fate::Works);
}

fn outcome(outcome: RegistrationOutcome) -> Vec<Response> {
    vec![Response::AgentRegistration(SessionResponse::ServerRespondsRegistration(outcome))]
}

fn farewell(outcome: DeregistrationOutcome) -> Vec<Response> {
    vec![Response::AgentRegistration(SessionResponse::ServerRespondsDeregistration(outcome))]
}

fn is_success(answers: &[Response]) -> bool {
    let [Response::AgentRegistration(SessionResponse::ServerRespondsRegistration(outcome))] = answers else {
        return false;
    };
    matches!(outcome, RegistrationOutcome::Success(..))
}

fn departures(world: &World) -> Vec<(LinkId, Departure)> {
    world.departed.iter().map(|(info, departure)| (info.link, *departure)).collect()
}

#[test]
fn an_agent_gets_an_address_for_each_capability() {
    let mut world = World::new(&PNSConfig::default());
    register(&mut world, FIRST, "a", &[VIEW, SENSE, MOTOR]);
    let answers = world.answers(FIRST);
    let info = world.plane.agents().next().unwrap();
    assert_eq!(
        info.capabilities,
        [Capability::ReceiveNeuronVisualizations, Capability::SendSensorData, Capability::ReceiveMotorData]
    );
    let at = |port: u16| Endpoint::Zmq { url: format!("tcp://127.0.0.1:{port}") };
    let places = [(SENSE, at(5558)), (MOTOR, at(5564)), (VIEW, at(5588))].into();
    assert_eq!(answers, outcome(RegistrationOutcome::Success(info.session, places)));
    assert_eq!(*info.agent_id, info.session.to_base64());
}

#[test]
fn a_registration_that_overtakes_the_leave_of_its_agent_succeeds() {
    let mut world = with_agent(FIRST, &[SENSE, MOTOR]);
    register(&mut world, SECOND, "a", &[SENSE, MOTOR]);
    assert_eq!(world.answers(SECOND), []);
    world.pass(ms(100));
    world.ask(FIRST, &leave());
    assert_eq!(world.answers(FIRST), farewell(DeregistrationOutcome::Success));
    world.decide_all(Fate::Works);
    assert!(is_success(&world.answers(SECOND)));
    assert_eq!(departures(&world), [(FIRST, Departure::Left)]);
}

#[test]
fn a_registration_beside_an_active_session_fails_after_a_moment() {
    let mut world = with_agent(FIRST, &[SENSE, MOTOR]);
    register(&mut world, SECOND, "a", &[MOTOR, SENSE]);
    world.pass(ms(149));
    assert_eq!(world.answers(SECOND), []);
    world.pass(ms(1));
    assert_eq!(world.answers(SECOND), outcome(RegistrationOutcome::AlreadyRegistered));
    assert_eq!(departures(&world), []);
}

#[test]
fn of_two_registrations_that_wait_for_a_leave_the_first_succeeds() {
    let mut world = with_agent(FIRST, &[SENSE]);
    register(&mut world, SECOND, "a", &[SENSE]);
    register(&mut world, THIRD, "a", &[SENSE]);
    world.ask(FIRST, &leave());
    world.decide_all(Fate::Works);
    assert_eq!(world.plane.agents().map(|info| info.link).collect::<Vec<_>>(), [SECOND]);
    world.replies.clear();
    world.pass(ms(150));
    assert_eq!(world.answers(THIRD), outcome(RegistrationOutcome::AlreadyRegistered));
}

#[test]
fn a_registration_goes_ahead_as_soon_as_its_rival_has_failed() {
    let mut world = World::new(&small_config());
    world.ask(FIRST, &registration("a", Protocol::Zmq, &[SENSE]));
    world.ask(SECOND, &registration("a", Protocol::Zmq, &[SENSE]));
    assert_eq!(world.undecided.len(), 1);
    world.decide(Fate::Broken);
    assert_eq!(world.answers(FIRST), outcome(RegistrationOutcome::FailedInvalidRequest));
    world.decide(Fate::Works);
    assert!(is_success(&world.answers(SECOND)));
}

#[test]
fn a_session_that_was_idle_for_two_seconds_is_replaced() {
    let mut world = with_agent(FIRST, &[SENSE]);
    world.pass(ms(2000));
    register(&mut world, SECOND, "a", &[SENSE]);
    assert!(is_success(&world.answers(SECOND)));
    assert_eq!(departures(&world), [(FIRST, Departure::Replaced)]);
    world.ask(FIRST, &Request::HeartBeat);
    assert_eq!(world.answers(FIRST), [], "the former link has no session");
}

#[test]
fn sensory_frames_and_messages_keep_a_session_from_being_replaced() {
    let mut world = with_agent(FIRST, &[SENSE]);
    world.pass(ms(1900));
    world.activity(FIRST, StreamType::Sensory).frame(100);
    world.pass(ms(1900));
    world.ask(FIRST, &Request::HeartBeat);
    world.pass(ms(1800));
    world.replies.clear();
    register(&mut world, SECOND, "a", &[SENSE]);
    world.pass(ms(150));
    assert_eq!(world.answers(SECOND), outcome(RegistrationOutcome::AlreadyRegistered));
}

#[test]
fn a_session_whose_connections_are_gone_is_replaced_at_once() {
    let mut world = with_agent(FIRST, &[SENSE]);
    let activity = world.activity(FIRST, StreamType::Sensory);
    activity.connected();
    activity.frame(100);
    activity.disconnected();
    register(&mut world, SECOND, "a", &[SENSE]);
    assert!(is_success(&world.answers(SECOND)));
}

#[test]
fn other_capabilities_replace_a_session_at_once() {
    let mut world = with_agent(FIRST, &[SENSE]);
    register(&mut world, SECOND, "a", &[SENSE, MOTOR]);
    assert!(is_success(&world.answers(SECOND)));
    assert_eq!(departures(&world), [(FIRST, Departure::Replaced)]);
    assert_eq!(world.listening.len(), 2);
}

#[test]
fn a_port_that_is_taken_is_passed_over_and_goes_to_the_back() {
    let mut world = World::new(&small_config());
    world.ask(FIRST, &registration("a", Protocol::Zmq, &[SENSE]));
    world.decide(Fate::Taken);
    world.decide(Fate::Works);
    assert!(is_success(&world.answers(FIRST)));
    register(&mut world, SECOND, "b", &[SENSE]);
    register(&mut world, THIRD, "c", &[SENSE]);
    let ports: Vec<u16> = world.listening.values().map(|(_, opening)| opening.port).collect();
    assert_eq!(ports, [102, 103, 101]);
}

#[test]
fn without_a_port_that_works_a_registration_fails_and_closes_what_it_opened() {
    let mut world = World::new(&small_config());
    world.ask(FIRST, &registration("a", Protocol::Zmq, &[MOTOR, SENSE]));
    world.decide(Fate::Works);
    for _ in 0..3 {
        assert_eq!(world.replies, []);
        world.decide(Fate::Taken);
    }
    assert_eq!(world.answers(FIRST), outcome(RegistrationOutcome::FailedInvalidRequest));
    assert!(world.listening.is_empty() && world.undecided.is_empty());
}

#[test]
fn a_transport_that_is_not_there_fails_a_registration_at_once() {
    let mut world = World::new(&small_config());
    world.ask(FIRST, &registration("a", Protocol::Zmq, &[SENSE]));
    world.decide(Fate::Broken);
    assert_eq!(world.answers(FIRST), outcome(RegistrationOutcome::FailedInvalidRequest));
}

#[test]
fn when_all_ports_are_in_use_a_registration_fails() {
    let mut world = World::new(&PNSConfig::default());
    for peer in 1..=9 {
        register(&mut world, link(SILENT, peer), &peer.to_string(), &[SENSE]);
    }
    let (_, last) = world.replies.pop().unwrap();
    assert_eq!(vec![last], outcome(RegistrationOutcome::FailedInvalidRequest));
    assert_eq!(world.plane.agents().count(), 8);
}

#[test]
fn more_sessions_than_allowed_are_refused_but_one_may_be_replaced() {
    let mut world = World::new(&small_config());
    for peer in 1..=4 {
        register(&mut world, link(SILENT, peer), &peer.to_string(), &[]);
    }
    world.replies.clear();
    register(&mut world, link(SILENT, 5), "5", &[]);
    assert_eq!(world.answers(link(SILENT, 5)), outcome(RegistrationOutcome::FailedInvalidRequest));
    register(&mut world, link(SILENT, 6), "4", &[MOTOR]);
    assert!(is_success(&world.answers(link(SILENT, 6))));
}

#[test]
fn asking_for_system_messages_is_refused_and_harms_nobody() {
    let mut world = World::new(&small_config());
    for capabilities in [&[SYSTEM][..], &[SENSE, SYSTEM]] {
        register(&mut world, FIRST, "a", capabilities);
        assert_eq!(world.answers(FIRST), outcome(RegistrationOutcome::FailedInvalidRequest));
    }
    register(&mut world, FIRST, "a", &[SENSE]);
    assert!(is_success(&world.answers(FIRST)));
}

#[test]
fn a_first_message_may_have_1024_bytes() {
    let base = encode(&registration("", Protocol::Zmq, &[]), AgentId::BLANK).unwrap().len();
    for (length, answered) in [(1024, true), (1025, false)] {
        let mut world = World::new(&small_config());
        register(&mut world, FIRST, &"n".repeat(length - base), &[]);
        assert_eq!(is_success(&world.answers(FIRST)), answered, "{length}");
    }
}

#[test]
fn a_link_that_closes_while_its_endpoints_open_leaves_nothing_behind() {
    for fate in [Fate::Works, Fate::Taken] {
        let mut world = World::new(&small_config());
        world.ask(SOCKET, &registration("a", Protocol::Zmq, &[MOTOR, SENSE]));
        world.decide(Fate::Works);
        world.close(SOCKET);
        assert!(world.listening.is_empty());
        world.decide(fate);
        assert!(world.listening.is_empty());
        assert_eq!(world.answers(SOCKET), []);
        world.end();
    }
}

#[test]
fn a_leave_takes_a_registration_back() {
    let mut world = World::new(&small_config());
    world.ask(FIRST, &registration("a", Protocol::Zmq, &[SENSE]));
    world.ask(FIRST, &leave());
    assert_eq!(world.answers(FIRST), farewell(DeregistrationOutcome::Success));
    world.decide(Fate::Works);
    assert!(world.listening.is_empty() && world.answers(FIRST).is_empty());
}

#[test]
fn device_configurations_are_answered_told_and_remembered() {
    let mut world = with_agent(FIRST, &[MOTOR]);
    for _ in 0..2 {
        world.ask(FIRST, &configuration(1));
        assert_eq!(world.answers(FIRST), [Response::HeartBeat]);
    }
    assert_eq!(world.configured.len(), 2);
    world.ask(FIRST, &leave());
    world.replies.clear();
    register(&mut world, SECOND, "a", &[MOTOR]);
    assert_eq!(world.configured.len(), 3);
    assert_eq!(world.configured[2].link, SECOND);
    let devices: Vec<_> = world.plane.remembered().map(|(_, devices)| Arc::clone(devices)).collect();
    assert_eq!(devices[0]["feedbacks"]["registered_feedbacks"], json!([1]));
    assert_eq!(world.plane.agents().next().unwrap().devices.as_ref(), Some(&devices[0]));
}

#[test]
fn a_device_configuration_without_a_session_or_that_is_no_object_is_ignored() {
    let mut world = World::new(&small_config());
    world.ask(FIRST, &configuration(1));
    register(&mut world, SECOND, "a", &[]);
    world.replies.clear();
    let list = AgentConfiguration::AgentConfigurationDetails(json!([1]));
    world.ask(SECOND, &Request::AgentConfiguration(list));
    assert_eq!(world.answers(SECOND), []);
    assert_eq!((world.configured.len(), world.plane.refused()), (0, 2));
}

#[test]
fn a_device_configuration_that_swells_in_memory_is_not_kept() {
    let mut world = with_agent(FIRST, &[]);
    let many = vec![json!({"a": 1}); 100_000];
    let devices = AgentConfiguration::AgentConfigurationDetails(json!({ "input_units": many }));
    world.ask(FIRST, &Request::AgentConfiguration(devices));
    assert_eq!(world.answers(FIRST), [Response::HeartBeat]);
    assert_eq!((world.plane.remembered().count(), world.configured.len()), (0, 0));
}

#[test]
fn a_silent_agent_is_gone_after_thirty_seconds() {
    let mut world = with_agent(FIRST, &[SENSE, MOTOR]);
    world.pass(ms(29_999));
    // What is sent to it proves nothing.
    world.activity(FIRST, StreamType::Motor).frame(100);
    assert_eq!(departures(&world), []);
    world.pass(ms(1));
    assert_eq!(departures(&world), [(FIRST, Departure::TimedOut)]);
    assert!(world.listening.is_empty());
}

#[test]
fn messages_frames_and_connections_keep_an_agent() {
    let mut world = with_agent(FIRST, &[SENSE, MOTOR]);
    let agent_id = Arc::clone(&world.plane.agents().next().unwrap().agent_id);
    let sensory = world.activity(FIRST, StreamType::Sensory);
    let motor = world.activity(FIRST, StreamType::Motor);
    for sign in 0..4 {
        match sign {
            0 => world.say(FIRST, b"any message shows that the peer is there"),
            1 => sensory.frame(100),
            2 => world.plane.beat(&agent_id, world.now),
            _ => motor.connected(),
        }
        world.pass(ms(29_000));
    }
    world.pass(Duration::from_secs(3600));
    assert_eq!(departures(&world), []);
}

#[test]
fn an_agent_whose_connections_are_all_gone_is_gone_after_the_grace() {
    let mut world = with_agent(FIRST, &[SENSE, MOTOR]);
    let activities = [StreamType::Sensory, StreamType::Motor].map(|stream| world.activity(FIRST, stream));
    for activity in &activities {
        activity.connected();
    }
    world.pass(ms(60_000));
    activities[0].disconnected();
    world.pass(ms(60_000));
    activities[1].disconnected();
    world.pass(ms(1000));
    world.ask(FIRST, &Request::HeartBeat);
    world.pass(ms(1000));
    world.pass(ms(4999));
    assert_eq!(departures(&world), [], "the heartbeat set the clock back");
    world.pass(ms(1));
    assert_eq!(departures(&world), [(FIRST, Departure::Disconnected)]);
}

#[test]
fn an_open_control_connection_keeps_an_agent_if_its_end_would_be_told() {
    let mut world = with_agent(SOCKET, &[VIEW]);
    let view = world.activity(SOCKET, StreamType::Visualization);
    view.connected();
    view.disconnected();
    world.pass(Duration::from_secs(3600));
    assert_eq!(departures(&world), []);
    world.close(SOCKET);
    world.pass(ms(4999));
    assert_eq!(departures(&world), []);
    world.pass(ms(1));
    assert_eq!(departures(&world), [(SOCKET, Departure::Disconnected)]);
}

#[test]
fn a_connection_that_comes_back_in_time_keeps_the_session() {
    let mut world = with_agent(SOCKET, &[SENSE]);
    let sensory = world.activity(SOCKET, StreamType::Sensory);
    world.close(SOCKET);
    world.pass(ms(4000));
    sensory.connected();
    world.pass(ms(60_000));
    assert_eq!(departures(&world), []);
}

#[test]
fn a_dismissed_agent_is_gone_at_once() {
    let mut world = with_agent(FIRST, &[SENSE]);
    let agent_id = Arc::clone(&world.plane.agents().next().unwrap().agent_id);
    world.dismiss(&agent_id);
    assert_eq!(departures(&world), [(FIRST, Departure::Left)]);
    world.dismiss(&agent_id);
    world.ask(FIRST, &Request::HeartBeat);
    assert_eq!(world.answers(FIRST), []);
}

#[test]
fn a_source_of_ids_that_repeats_itself_refuses_registrations() {
    let sensory = Arc::default();
    let mut plane = feagi_io::core::ControlPlane::new(&small_config(), || AgentId([1; 48]), sensory);
    for peer in 0..2 {
        let request = encode(&registration(&peer.to_string(), Protocol::Zmq, &[]), AgentId::BLANK).unwrap();
        plane.receive(link(SILENT, peer), &request, Duration::ZERO);
    }
    assert_eq!(plane.agents().count(), 1);
}

proptest! {
    #[test]
    fn whatever_happens_sessions_and_ports_stay_in_order(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        live(&bytes);
    }

    #[test]
    fn any_bytes_from_anybody_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let mut world = with_agent(FIRST, &[SENSE]);
        for peer in [FIRST, SECOND] {
            world.say(peer, &bytes);
        }
        prop_assert_eq!(world.plane.agents().count(), 1);
    }
}
