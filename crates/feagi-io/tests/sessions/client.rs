//! The agent's side of a session against the server's side, and against a server that misbehaves.

use std::time::Duration;

use super::world::{Fate, SILENT, World, link, small_config};
use feagi_io::core::{AgentDescriptor, Capability, Departure, LinkId, Protocol};
use feagi_io::wire::current::client::{ClientError, ClientSession, ClientSettings, Step};
use feagi_io::wire::current::{RegistrationOutcome, Response, SessionResponse, encode};
use feagi_serialization::AgentId;
use serde_json::json;

const LINK: LinkId = link(SILENT, 1);
const OTHER: LinkId = link(SILENT, 2);

fn client(name: &str) -> ClientSession {
    let descriptor =
        AgentDescriptor { manufacturer: "maker".to_owned(), agent_name: name.to_owned(), agent_version: 1 };
    let capabilities = vec![Capability::SendSensorData, Capability::ReceiveMotorData];
    ClientSession::new(ClientSettings::new(descriptor, capabilities, Protocol::Zmq))
}

/// Carries messages both ways until nobody has anything more to say; returns what the agent learns.
fn talk(client: &mut ClientSession, world: &mut World, link: LinkId) -> Vec<Step> {
    let mut news = Vec::new();
    loop {
        let mut quiet = true;
        while let Some(step) = client.next_step() {
            quiet = false;
            match step {
                Step::Send(message) => world.send(link, &message),
                step => news.push(step),
            }
        }
        world.decide_all(Fate::Works);
        for response in world.answers(link) {
            quiet = false;
            answer(client, &response, world.now);
        }
        if quiet {
            return news;
        }
    }
}

/// Lets time pass for both, waking the agent when it wants to be.
fn pass(client: &mut ClientSession, world: &mut World, link: LinkId, time: Duration) -> Vec<Step> {
    let end = world.now + time;
    let mut news = Vec::new();
    while world.now < end {
        let next = client.deadline().into_iter().chain(world.plane.deadline()).min();
        let next = next.map_or(end, |next| next.clamp(world.now, end));
        world.pass(next - world.now);
        client.wake(world.now);
        news.extend(talk(client, world, link));
    }
    news
}

fn begin(name: &str, world: &mut World, link: LinkId) -> ClientSession {
    let mut client = client(name);
    client.connected(world.now);
    let news = talk(&mut client, world, link);
    let [Step::Registered(welcome)] = news.as_slice() else { panic!("{news:?}") };
    assert_eq!(client.session(), Some(welcome));
    client
}

fn answer(client: &mut ClientSession, response: &Response, now: Duration) {
    let message = encode(response, AgentId::BLANK).expect("answers are small");
    client.receive(&message, now).expect("answers can be read");
}

#[test]
fn a_session_begins_is_configured_and_ends() {
    let mut world = World::new(&small_config());
    let mut client = begin("a", &mut world, LINK);
    let welcome = client.session().unwrap().clone();
    let info = world.plane.agents().next().unwrap();
    assert_eq!(welcome.id, info.session);
    for (endpoint, capability) in info.endpoints.iter().zip(&info.capabilities) {
        assert_eq!(welcome.endpoints[capability].url(), endpoint.url);
    }
    let devices = json!({"output_units_and_decoder_properties": {}});
    client.configure(devices.clone(), world.now).unwrap();
    assert_eq!(talk(&mut client, &mut world, LINK), []);
    assert_eq!(world.configured[0].devices.as_deref(), Some(&devices));
    client.leave(None, world.now);
    assert_eq!(talk(&mut client, &mut world, LINK), [Step::Left]);
    assert_eq!(client.session(), None);
    assert_eq!(client.beat(world.now), Err(ClientError::NotRegistered));
    world.end();
}

#[test]
fn an_idle_session_lives_by_its_heartbeats() {
    let mut world = World::new(&small_config());
    let mut client = begin("a", &mut world, LINK);
    assert_eq!(pass(&mut client, &mut world, LINK, Duration::from_secs(600)), []);
    assert_eq!(world.plane.agents().count(), 1);
}

#[test]
fn a_crashed_agent_that_comes_back_gets_its_session_after_a_pause() {
    let mut world = World::new(&small_config());
    begin("a", &mut world, LINK);
    let mut again = client("a");
    again.connected(world.now);
    assert_eq!(talk(&mut again, &mut world, OTHER), []);
    let news = pass(&mut again, &mut world, OTHER, Duration::from_millis(2249));
    assert_eq!(news, []);
    let news = pass(&mut again, &mut world, OTHER, Duration::from_millis(1));
    assert!(matches!(news.as_slice(), [Step::Registered(_)]), "{news:?}");
    assert_eq!(world.departed[0].1, Departure::Replaced);
}

#[test]
fn a_twin_that_stays_active_is_told_to_the_agent() {
    let mut world = World::new(&small_config());
    let mut first = begin("a", &mut world, LINK);
    let mut twin = client("a");
    twin.connected(world.now);
    let mut news = Vec::new();
    for _ in 0..9 {
        news.extend(pass(&mut twin, &mut world, OTHER, Duration::from_secs(1)));
        first.beat(world.now).unwrap();
        talk(&mut first, &mut world, LINK);
    }
    assert_eq!(news, [Step::Failed(ClientError::AlreadyRegistered)]);
}

#[test]
fn a_mute_server_is_given_up() {
    let mut session = client("a");
    session.connected(Duration::ZERO);
    assert!(matches!(session.next_step(), Some(Step::Send(_))));
    let deadline = session.deadline().unwrap();
    session.wake(deadline - Duration::from_millis(1));
    assert_eq!(session.next_step(), None);
    session.wake(deadline);
    assert_eq!(session.next_step(), Some(Step::Failed(ClientError::NoAnswer)));
    assert_eq!((session.deadline(), session.next_step()), (None, None));
}

#[test]
fn a_restarted_server_is_noticed_and_registered_with_anew() {
    let mut world = World::new(&small_config());
    let mut client = begin("a", &mut world, LINK);
    let mut world = World::new(&small_config());
    let news = pass(&mut client, &mut world, LINK, Duration::from_secs(11));
    assert_eq!(news, [Step::Failed(ClientError::Lost)]);
    client.connected(world.now);
    assert!(matches!(talk(&mut client, &mut world, LINK).as_slice(), [Step::Registered(_)]));
}

#[test]
fn refusals_are_final() {
    let refusals = [
        (RegistrationOutcome::FailedInvalidRequest, ClientError::InvalidRequest),
        (RegistrationOutcome::FailedInvalidAuth, ClientError::InvalidAuth),
    ];
    for (outcome, error) in refusals {
        let mut session = client("a");
        session.connected(Duration::ZERO);
        session.next_step();
        let outcome = SessionResponse::ServerRespondsRegistration(outcome);
        answer(&mut session, &Response::AgentRegistration(outcome), Duration::ZERO);
        assert_eq!(session.next_step(), Some(Step::Failed(error)));
        assert_eq!(session.deadline(), None);
    }
}

#[test]
fn what_a_strange_server_says_is_passed_over() {
    let mut session = client("a");
    session.connected(Duration::ZERO);
    session.next_step();
    assert!(session.receive(b"{\"error\":\"what?\"}", Duration::ZERO).is_err());
    answer(&mut session, &Response::HeartBeat, Duration::ZERO);
    assert_eq!(session.next_step(), None);
    assert_eq!(session.session(), None);
    let success = || {
        let outcome = RegistrationOutcome::Success(AgentId([1; 48]), [].into());
        Response::AgentRegistration(SessionResponse::ServerRespondsRegistration(outcome))
    };
    answer(&mut session, &success(), Duration::ZERO);
    assert!(matches!(session.next_step(), Some(Step::Registered(_))));
    answer(&mut session, &success(), Duration::ZERO);
    assert_eq!(session.next_step(), None, "the session begins once");
}

#[test]
fn leaving_without_an_answer_ends_in_time() {
    let mut world = World::new(&small_config());
    let mut client = begin("a", &mut world, LINK);
    client.leave(Some("bye".to_owned()), world.now);
    assert!(matches!(client.next_step(), Some(Step::Send(_))));
    client.wake(client.deadline().unwrap());
    assert_eq!(client.next_step(), Some(Step::Left));
}
