//! The session state machine: control messages and time in, actions out. It knows no socket and no
//! clock, so that it runs in tests as it runs in life.
//!
//! Whatever comes in, a message is either answered as the protocol says or not at all; published
//! clients take an answer that they do not know for an error. What becomes of registrations is in
//! `registration.rs`, when a session counts as dead in `heartbeat.rs`.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use feagi_serialization::AgentId;
use feagi_structures::FeagiSignal;
use serde_json::Value;

use super::agent_registry::{AgentEndpoint, AgentInfo, AgentRegistry, Session};
use super::registration::Waiting;
use super::remembered::{self, Remembered};
use super::slots::{Slot, Slots};
use super::{
    AgentDescriptor, AreaRequest, EndpointId, IoError, Limits, LinkId, LivenessSettings, Opening, PNSConfig,
    Protocol, SensoryDataEvent,
};
use crate::wire::current::{
    AgentConfiguration, DeregistrationOutcome, Leave, RegistrationOutcome, Request, Response, SessionRequest,
    SessionResponse, decode_request, devices, encode,
};

/// Problems of one device configuration that are logged; a hostile one has many.
const LOGGED_PROBLEMS: usize = 8;

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Departure {
    /// The agent left.
    Left,
    /// The agent registered again and got a new session.
    Replaced,
    /// No sign of life for too long.
    TimedOut,
    /// Its connections are gone.
    Disconnected,
}

/// What has to be done now, in this order.
#[derive(Debug)]
pub enum Action {
    /// Send a message to the peer of a link.
    Reply {
        /// The link.
        link: LinkId,
        /// The message, encoded.
        message: Vec<u8>,
    },
    /// Open a data endpoint and tell [`ControlPlane::opened`] what came of it.
    Open {
        /// The transport to open it at.
        protocol: Protocol,
        /// What to open.
        opening: Opening,
    },
    /// Close a data endpoint.
    Close {
        /// The transport that has it.
        protocol: Protocol,
        /// The endpoint.
        endpoint: EndpointId,
    },
    /// An agent has a session now.
    Registered(AgentInfo),
    /// A session is over. Its endpoints are closed by actions of their own.
    Departed {
        /// The agent.
        info: AgentInfo,
        /// How it ended.
        departure: Departure,
    },
    /// An agent has said what devices it has.
    Configured {
        /// The agent.
        info: AgentInfo,
        /// The areas that its devices need.
        areas: Vec<AreaRequest>,
    },
}

/// The session state machine.
///
/// After each call, [`ControlPlane::next_action`] says what has to be done, until it says nothing
/// more. Time is any clock that never goes back, since any beginning. Links that have no session are
/// not remembered, and everything that is remembered has a bound in [`Limits`].
pub struct ControlPlane {
    pub(super) host: String,
    pub(super) limits: Limits,
    liveness: LivenessSettings,
    pub(super) new_id: Box<dyn FnMut() -> AgentId + Send>,
    pub(super) sensory: Arc<Mutex<FeagiSignal<SensoryDataEvent>>>,
    pub(super) registry: AgentRegistry,
    pub(super) slots: Slots,
    pub(super) waiting: Waiting,
    pub(super) remembered: Remembered,
    pub(super) actions: VecDeque<Action>,
    pub(super) next_endpoint: u64,
    /// Transports that tell when a control connection is gone.
    closing: BTreeSet<u8>,
    refused: u64,
}

impl ControlPlane {
    /// Without sessions. `new_id` makes the random bytes of agent ids; `sensory` is the signal that
    /// sensory frames are told by.
    #[must_use]
    pub fn new(
        config: &PNSConfig,
        new_id: impl FnMut() -> AgentId + Send + 'static,
        sensory: Arc<Mutex<FeagiSignal<SensoryDataEvent>>>,
    ) -> Self {
        Self {
            host: config.host.clone(),
            limits: config.limits,
            liveness: config.liveness,
            new_id: Box::new(new_id),
            sensory,
            registry: AgentRegistry::default(),
            slots: Slots::new(config),
            waiting: Waiting::default(),
            remembered: Remembered::new(config.limits.remembered),
            actions: VecDeque::new(),
            next_endpoint: 0,
            closing: BTreeSet::new(),
            refused: 0,
        }
    }

    /// Says whether a transport, given by its position, tells when a control connection is gone. An
    /// open connection of such a transport is a sign of life. None does unless said so here.
    pub fn set_reports_closing(&mut self, transport: u8, reports: bool) {
        if reports {
            self.closing.insert(transport);
        } else {
            self.closing.remove(&transport);
        }
    }

    pub(super) fn reports_closing(&self, link: LinkId) -> bool {
        self.closing.contains(&link.transport)
    }

    /// Takes a control message. Messages that are too long, no message, or not allowed now are
    /// counted and not answered.
    pub fn receive(&mut self, link: LinkId, message: &[u8], now: Duration) {
        let mut limit = self.limits.first_message;
        if let Some(session) = self.registry.by_link(link) {
            limit = self.limits.control_message;
            session.pulse.beat(now);
        }
        match decode_request(message, limit) {
            Ok(request) => self.answer(link, request, now),
            Err(reason) => self.ignore(link, &reason.to_string()),
        }
        self.settle(now);
    }

    fn answer(&mut self, link: LinkId, request: Request, now: Duration) {
        let has_session = self.registry.by_link(link).is_some();
        match request {
            Request::AgentRegistration(SessionRequest::ClientRequestDeregistration(leave)) => {
                self.leave(link, &leave);
            }
            Request::AgentRegistration(SessionRequest::ClientRequestRegistration(registration)) => {
                if has_session {
                    self.ignore(link, "a second registration on its connection");
                } else {
                    self.register(link, registration, now);
                }
            }
            _ if !has_session => self.ignore(link, "no session"),
            Request::HeartBeat => self.reply(link, &Response::HeartBeat),
            Request::HealthCheck(check) => self.reply(link, &Response::HealthCheck(check)),
            Request::AgentConfiguration(AgentConfiguration::AgentConfigurationDetails(devices)) => {
                self.configure(link, devices);
            }
        }
    }

    fn leave(&mut self, link: LinkId, leave: &Leave) {
        let session = self.registry.remove(|session| session.info.link == link);
        let id = session.as_ref().map_or(AgentId::BLANK, |session| session.info.session);
        let begun = session.is_some() || self.take_back_registration(link);
        if let Some(session) = session {
            tracing::debug!(id = %session.info.agent_id, reason = ?leave.reason, "the agent leaves");
            self.end(session, Departure::Left);
        }
        let outcome =
            if begun { DeregistrationOutcome::Success } else { DeregistrationOutcome::NotRegistered };
        self.refused += u64::from(!begun);
        let response = SessionResponse::ServerRespondsDeregistration(outcome);
        self.send(link, id, &Response::AgentRegistration(response));
    }

    fn configure(&mut self, link: LinkId, devices: Value) {
        if !devices.is_object() {
            return self.ignore(link, "a device configuration that is no object");
        }
        self.reply(link, &Response::HeartBeat);
        if remembered::weight_of(&devices) > remembered::LARGEST {
            return self.ignore(link, "a device configuration that takes too much memory");
        }
        let devices = Arc::new(devices);
        let Some(session) = self.registry.by_link(link) else { return };
        session.info.devices = Some(Arc::clone(&devices));
        let info = session.info.clone();
        self.remembered.put(Arc::clone(&info.descriptor), Arc::clone(&devices));
        self.tell_areas(info, &devices);
    }

    pub(super) fn tell_areas(&mut self, info: AgentInfo, devices: &Value) {
        let (areas, problems) = devices::areas(devices);
        for problem in problems.iter().take(LOGGED_PROBLEMS) {
            tracing::warn!(id = %info.agent_id, problem, "device configuration");
        }
        self.actions.push_back(Action::Configured { info, areas });
    }

    /// Takes the news that a control connection is gone.
    pub fn closed(&mut self, link: LinkId, now: Duration) {
        self.forget_registration(link);
        if let Some(session) = self.registry.by_link(link) {
            session.pulse.link_closed();
            session.pulse.look(&session.info.endpoints, now);
        }
        self.settle(now);
    }

    /// Takes a sign of life of an agent that came by another way than its link.
    pub fn beat(&mut self, agent_id: &str, now: Duration) {
        if let Some(session) = self.registry.by_agent(agent_id) {
            session.pulse.beat(now);
        }
    }

    /// Ends the session of an agent.
    pub fn dismiss(&mut self, agent_id: &str, now: Duration) {
        if let Some(session) = self.registry.remove(|session| &*session.info.agent_id == agent_id) {
            self.end(session, Departure::Left);
            self.settle(now);
        }
    }

    /// Takes the outcome of [`Action::Open`]: the address for the agent, or why it failed. After
    /// [`IoError::Bind`] the next free port is tried; any other error refuses the registration.
    pub fn opened(&mut self, endpoint: EndpointId, outcome: Result<String, IoError>, now: Duration) {
        self.take_outcome(endpoint, outcome, now);
        self.settle(now);
    }

    /// Looks at all sessions for signs of life and ends the dead ones; does what
    /// [`ControlPlane::wake`] does, too.
    pub fn scan(&mut self, now: Duration) {
        for session in self.registry.iter_mut() {
            session.pulse.look(&session.info.endpoints, now);
        }
        let liveness = self.liveness;
        while let Some(session) = self.registry.remove(|session| session.pulse.end(&liveness, now).is_some())
        {
            let departure = session.pulse.end(&liveness, now).unwrap_or(Departure::TimedOut);
            self.end(session, departure);
        }
        self.settle(now);
    }

    /// When [`ControlPlane::wake`] has to be called, besides the regular turns of
    /// [`ControlPlane::scan`]; `None` while nothing waits.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.waiting.deadline()
    }

    /// Decides what has waited until now.
    pub fn wake(&mut self, now: Duration) {
        self.settle(now);
    }

    /// The next thing to do.
    pub fn next_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// All sessions, in the order of registration.
    pub fn agents(&self) -> impl Iterator<Item = &AgentInfo> {
        self.registry.agents()
    }

    /// Device configurations by descriptor, oldest first.
    pub fn remembered(&self) -> impl Iterator<Item = (&Arc<AgentDescriptor>, &Arc<Value>)> {
        self.remembered.iter()
    }

    /// Messages that got no answer, or an error for an answer.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.refused
    }

    /// Closes the endpoints of a session that was taken out of the registry.
    pub(super) fn end(&mut self, session: Session, departure: Departure) {
        self.close_endpoints(&session.info.endpoints, session.slots);
        self.actions.push_back(Action::Departed { info: session.info, departure });
    }

    pub(super) fn close_endpoints(&mut self, endpoints: &[AgentEndpoint], slots: Vec<Slot>) {
        for (endpoint, slot) in endpoints.iter().zip(slots) {
            self.actions.push_back(Action::Close { protocol: slot.protocol, endpoint: endpoint.id });
            self.slots.put_back(slot);
        }
    }

    pub(super) fn answer_registration(&mut self, link: LinkId, outcome: RegistrationOutcome) {
        let id = match &outcome {
            RegistrationOutcome::Success(id, _) => *id,
            _ => {
                self.refused += 1;
                AgentId::BLANK
            }
        };
        let response = SessionResponse::ServerRespondsRegistration(outcome);
        self.send(link, id, &Response::AgentRegistration(response));
    }

    /// Answers on a link with a session.
    fn reply(&mut self, link: LinkId, response: &Response) {
        let id = self.registry.by_link(link).map_or(AgentId::BLANK, |session| session.info.session);
        self.send(link, id, response);
    }

    fn send(&mut self, link: LinkId, id: AgentId, response: &Response) {
        match encode(response, id) {
            Ok(message) => self.actions.push_back(Action::Reply { link, message }),
            Err(error) => tracing::error!(%error, "an answer cannot be written"),
        }
    }

    /// Leaves a message without an answer.
    pub(super) fn ignore(&mut self, link: LinkId, reason: &str) {
        self.refused += 1;
        tracing::debug!(transport = link.transport, peer = link.peer, reason, "control message ignored");
    }
}
