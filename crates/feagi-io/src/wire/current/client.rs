//! An agent's side of a session: bytes and time in, bytes and news out. It works over any transport.
//!
//! The driver connects, calls [`ClientSession::connected`], and from then on hands over what comes in,
//! calls [`ClientSession::wake`] at each [`ClientSession::deadline`], and takes steps until there are none.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use feagi_serialization::{AgentId, DataError};
use serde_json::Value;

use super::{
    AgentConfiguration, ApiVersion, AuthToken, DeregistrationOutcome, Endpoint, Leave, Refused, Registration,
    RegistrationOutcome, Request, Response, SessionRequest, SessionResponse, decode_response, encode,
};
use crate::core::{AgentDescriptor, Capability, Protocol};

/// Bytes that an answer may have.
const LARGEST_ANSWER: usize = 1 << 20;

/// Who the agent is, and how patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// Who it is.
    pub descriptor: AgentDescriptor,
    /// What it wants to do; each capability once.
    pub capabilities: Vec<Capability>,
    /// How its data shall travel.
    pub protocol: Protocol,
    /// What proves that it may come in.
    pub token: AuthToken,
    /// An answer that takes longer will not come any more.
    pub answer_within: Duration,
    /// Time between the last message and a heartbeat. Servers end silent sessions after 30 s.
    pub beat_every: Duration,
    /// Pause after `already_registered`. Servers replace a session after 2 s without activity.
    pub retry_after: Duration,
    /// Registrations that are tried before `already_registered` counts as final; at least one.
    pub tries: u32,
}

impl ClientSettings {
    /// The patience of published clients.
    #[must_use]
    pub fn new(descriptor: AgentDescriptor, capabilities: Vec<Capability>, protocol: Protocol) -> Self {
        Self {
            descriptor,
            capabilities,
            protocol,
            token: AuthToken::default(),
            answer_within: Duration::from_secs(5),
            beat_every: Duration::from_secs(5),
            retry_after: Duration::from_millis(2100),
            tries: 4,
        }
    }
}

/// A session that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// The agent's id.
    pub id: AgentId,
    /// Where each capability is served.
    pub endpoints: BTreeMap<Capability, Endpoint>,
}

/// What the driver has to do or know, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this on the control connection.
    Send(Vec<u8>),
    /// The session has begun: connect to the endpoints.
    Registered(Welcome),
    /// The session is over as wished.
    Left,
    /// The session did not begin, or is over. [`ClientSession::connected`] begins anew.
    Failed(ClientError),
}

/// Why a session did not begin or ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// Nobody answered.
    #[error("the server does not answer; check the address, or connect anew")]
    NoAnswer,
    /// An agent with the same descriptor is at work.
    #[error("an agent with this descriptor is registered and active; stop it or choose another name")]
    AlreadyRegistered,
    /// The server cannot serve the capabilities over the protocol.
    #[error("the server refuses these capabilities over this protocol, or has no free endpoint")]
    InvalidRequest,
    /// The server does not accept the token.
    #[error("the server does not accept the token")]
    InvalidAuth,
    /// The server stopped answering, as it does when it was restarted.
    #[error("the server does not know this session any more; register again")]
    Lost,
    /// There is no session.
    #[error("the agent is not registered")]
    NotRegistered,
    /// The message cannot be written.
    #[error(transparent)]
    Message(#[from] DataError),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    /// No session, nothing under way.
    Idle,
    /// A registration was sent.
    Registering { until: Duration, tries_left: u32 },
    /// Another session of the agent is in the way.
    Pausing { until: Duration, tries_left: u32 },
    /// There is a session.
    Registered { welcome: Welcome, beat_at: Duration, unanswered_since: Option<Duration> },
    /// A leave was sent.
    Leaving { until: Duration },
}

/// An agent's session.
#[derive(Debug)]
pub struct ClientSession {
    settings: ClientSettings,
    phase: Phase,
    steps: VecDeque<Step>,
}

impl ClientSession {
    /// Not connected yet.
    #[must_use]
    pub const fn new(settings: ClientSettings) -> Self {
        Self { settings, phase: Phase::Idle, steps: VecDeque::new() }
    }

    /// There is a new control connection: registers on it, whatever was before.
    pub fn connected(&mut self, now: Duration) {
        self.steps.clear();
        self.register(self.settings.tries.saturating_sub(1), now);
    }

    /// The next thing to do.
    pub fn next_step(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    /// The session, while there is one.
    #[must_use]
    pub const fn session(&self) -> Option<&Welcome> {
        match &self.phase {
            Phase::Registered { welcome, .. } => Some(welcome),
            _ => None,
        }
    }

    /// When [`ClientSession::wake`] has to be called; `None` while nothing is due.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        match &self.phase {
            Phase::Idle => None,
            Phase::Registering { until, .. } | Phase::Pausing { until, .. } | Phase::Leaving { until } => {
                Some(*until)
            }
            Phase::Registered { beat_at, unanswered_since, .. } => {
                let lost_at = unanswered_since.map(|since| since.saturating_add(self.settings.answer_within));
                Some(lost_at.map_or(*beat_at, |lost_at| lost_at.min(*beat_at)))
            }
        }
    }

    /// Does what is due: tries again, beats, gives up.
    pub fn wake(&mut self, now: Duration) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        match &self.phase {
            Phase::Idle => {}
            Phase::Registering { .. } => self.fail(ClientError::NoAnswer),
            Phase::Pausing { tries_left, .. } => self.register(*tries_left, now),
            Phase::Leaving { .. } => self.leave_is_over(),
            Phase::Registered { unanswered_since, .. } => {
                if unanswered_since
                    .is_some_and(|since| now >= since.saturating_add(self.settings.answer_within))
                {
                    self.fail(ClientError::Lost);
                } else {
                    // A heartbeat can be written, and there is a session.
                    let _ = self.beat(now);
                }
            }
        }
    }

    /// Takes a message of the server. What does not belong to the present state is passed over.
    ///
    /// # Errors
    /// [`Refused`] for what is no message; the session goes on.
    pub fn receive(&mut self, message: &[u8], now: Duration) -> Result<(), Refused> {
        let (_, response) = decode_response(message, LARGEST_ANSWER)?;
        if let Phase::Registered { unanswered_since, .. } = &mut self.phase {
            *unanswered_since = None;
        }
        if let Response::AgentRegistration(response) = response {
            match (response, &self.phase) {
                (
                    SessionResponse::ServerRespondsRegistration(outcome),
                    Phase::Registering { tries_left, .. },
                ) => {
                    self.registration_answered(outcome, *tries_left, now);
                }
                (
                    SessionResponse::ServerRespondsDeregistration(
                        DeregistrationOutcome::Success | DeregistrationOutcome::NotRegistered,
                    ),
                    Phase::Leaving { .. },
                ) => self.leave_is_over(),
                _ => {}
            }
        }
        Ok(())
    }

    /// Says that the agent is alive. Happens by itself when nothing else is sent for a while.
    ///
    /// # Errors
    /// [`ClientError::NotRegistered`].
    pub fn beat(&mut self, now: Duration) -> Result<(), ClientError> {
        self.tell(&Request::HeartBeat, now)
    }

    /// Says what devices the agent has; the brain makes the areas that they need.
    ///
    /// # Errors
    /// [`ClientError::NotRegistered`]; [`ClientError::Message`] when it is too large.
    pub fn configure(&mut self, devices: Value, now: Duration) -> Result<(), ClientError> {
        let devices = AgentConfiguration::AgentConfigurationDetails(devices);
        self.tell(&Request::AgentConfiguration(devices), now)
    }

    /// Ends the session, or a registration that is under way. [`Step::Left`] follows, at the latest
    /// when the time for an answer is over; without a session and a registration it follows at once.
    pub fn leave(&mut self, reason: Option<String>, now: Duration) {
        let id = self.session().map_or(AgentId::BLANK, |welcome| welcome.id);
        let leave = SessionRequest::ClientRequestDeregistration(Leave { reason });
        match self.phase {
            Phase::Leaving { .. } => return,
            Phase::Idle | Phase::Pausing { .. } => return self.leave_is_over(),
            Phase::Registering { .. } | Phase::Registered { .. } => {}
        }
        match encode(&Request::AgentRegistration(leave), id) {
            Ok(message) => {
                self.steps.push_back(Step::Send(message));
                self.phase = Phase::Leaving { until: now.saturating_add(self.settings.answer_within) };
            }
            Err(error) => self.fail(error.into()),
        }
    }

    fn register(&mut self, tries_left: u32, now: Duration) {
        let registration = Registration {
            agent_descriptor: self.settings.descriptor.clone(),
            api_version: ApiVersion { version: 1 },
            auth_token: self.settings.token,
            connection_protocol: self.settings.protocol,
            requested_capabilities: self
                .settings
                .capabilities
                .iter()
                .map(|&capability| capability.into())
                .collect(),
        };
        let request = SessionRequest::ClientRequestRegistration(registration);
        match encode(&Request::AgentRegistration(request), AgentId::BLANK) {
            Ok(message) => {
                self.steps.push_back(Step::Send(message));
                self.phase =
                    Phase::Registering { until: now.saturating_add(self.settings.answer_within), tries_left };
            }
            Err(error) => self.fail(error.into()),
        }
    }

    fn registration_answered(&mut self, outcome: RegistrationOutcome, tries_left: u32, now: Duration) {
        match outcome {
            RegistrationOutcome::Success(id, places) => {
                let served =
                    |(asked, endpoint): (super::AskedCapability, _)| Some((asked.served()?, endpoint));
                let welcome = Welcome { id, endpoints: places.into_iter().filter_map(served).collect() };
                self.steps.push_back(Step::Registered(welcome.clone()));
                let beat_at = now.saturating_add(self.settings.beat_every);
                self.phase = Phase::Registered { welcome, beat_at, unanswered_since: None };
            }
            RegistrationOutcome::AlreadyRegistered => match tries_left.checked_sub(1) {
                Some(tries_left) => {
                    self.phase =
                        Phase::Pausing { until: now.saturating_add(self.settings.retry_after), tries_left };
                }
                None => self.fail(ClientError::AlreadyRegistered),
            },
            RegistrationOutcome::FailedInvalidRequest => self.fail(ClientError::InvalidRequest),
            RegistrationOutcome::FailedInvalidAuth => self.fail(ClientError::InvalidAuth),
        }
    }

    /// Sends a message that the server answers.
    fn tell(&mut self, request: &Request, now: Duration) -> Result<(), ClientError> {
        let Phase::Registered { welcome, beat_at, unanswered_since } = &mut self.phase else {
            return Err(ClientError::NotRegistered);
        };
        self.steps.push_back(Step::Send(encode(request, welcome.id)?));
        *beat_at = now.saturating_add(self.settings.beat_every);
        unanswered_since.get_or_insert(now);
        Ok(())
    }

    fn leave_is_over(&mut self) {
        self.phase = Phase::Idle;
        self.steps.push_back(Step::Left);
    }

    fn fail(&mut self, error: ClientError) {
        self.phase = Phase::Idle;
        self.steps.push_back(Step::Failed(error));
    }
}
