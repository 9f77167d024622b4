//! What becomes of a registration.
//!
//! It is judged at once, unless a session of the same agent is in the way: then it is held for a
//! moment, because the leave of that session may have been overtaken on another connection. A
//! welcome registration gets its endpoints opened one after the other, and then its answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use feagi_serialization::AgentId;

use super::agent_registry::{AgentEndpoint, AgentInfo, Session};
use super::control::{Action, ControlPlane, Departure};
use super::heartbeat::{Pulse, Silence};
use super::slots::Slot;
use super::{
    Activity, AgentDescriptor, Capability, EndpointId, Intake, IoError, LinkId, Opening, Protocol, StreamType,
};
use crate::wire::current::{Endpoint, Registration, RegistrationOutcome};

/// For so long, a registration waits for the session in its way to end.
const HOLD: Duration = Duration::from_millis(150);
/// Tries to get an id that nobody has; more than one is needed only with a broken source of them.
const ID_TRIES: usize = 4;

/// What an agent asks for, checked as far as that takes no other agent.
#[derive(Debug)]
struct Wish {
    descriptor: Arc<AgentDescriptor>,
    capabilities: Vec<Capability>,
    protocol: Protocol,
}

/// A registration that waits for a session to end.
#[derive(Debug)]
pub(super) struct Held {
    link: LinkId,
    wish: Wish,
    until: Duration,
}

/// A registration whose endpoints are being opened, one at a time.
#[derive(Debug)]
pub(super) struct Preparation {
    link: LinkId,
    wish: Wish,
    session: AgentId,
    agent_id: Arc<str>,
    opened: Vec<AgentEndpoint>,
    slots: Vec<Slot>,
    /// Slots that cannot be listened at; kept aside, so that each is tried once.
    failed: Vec<Slot>,
    /// The endpoint whose outcome is not known yet.
    awaited: Option<Awaited>,
}

/// An endpoint between [`Action::Open`] and its outcome.
#[derive(Debug)]
pub(super) struct Awaited {
    endpoint: EndpointId,
    slot: Slot,
    activity: Arc<Activity>,
}

/// Registrations on their way, and what was left behind by those that broke off.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    held: Vec<Held>,
    prepared: Vec<Preparation>,
    /// Endpoints that nobody wants any more, but whose outcome is not known yet.
    orphans: Vec<Awaited>,
}

enum Judgement {
    /// A session or another registration of the same agent is in the way.
    Wait,
    /// There are enough sessions.
    Full,
    Welcome {
        /// A session of the same agent has to end first.
        replaces: bool,
    },
}

impl Wish {
    /// `None` for what no transport serves.
    fn new(registration: Registration) -> Option<Self> {
        let asked = registration.requested_capabilities;
        let mut capabilities = Vec::new();
        for capability in asked {
            let capability = capability.served()?;
            if capabilities.contains(&capability) {
                return None;
            }
            capabilities.push(capability);
        }
        let descriptor = Arc::new(registration.agent_descriptor);
        Some(Self { descriptor, capabilities, protocol: registration.connection_protocol })
    }

    fn asks_for_the_same(&self, capabilities: &[Capability]) -> bool {
        self.capabilities.len() == capabilities.len()
            && self.capabilities.iter().all(|capability| capabilities.contains(capability))
    }
}

impl Waiting {
    /// When the first held registration has to be decided.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.held.iter().map(|held| held.until).min()
    }

    fn has(&self, link: LinkId) -> bool {
        self.held.iter().any(|held| held.link == link)
            || self.prepared.iter().any(|preparation| preparation.link == link)
    }

    fn take_held(&mut self, link: LinkId) -> Option<Held> {
        let at = self.held.iter().position(|held| held.link == link)?;
        Some(self.held.remove(at))
    }

    fn take_prepared(&mut self, matches: impl FnMut(&Preparation) -> bool) -> Option<Preparation> {
        let at = self.prepared.iter().position(matches)?;
        Some(self.prepared.remove(at))
    }
}

impl ControlPlane {
    /// Takes a registration from a link without session.
    pub(super) fn register(&mut self, link: LinkId, registration: Registration, now: Duration) {
        if self.waiting.has(link) {
            self.ignore(link, "a second registration on its connection");
            return;
        }
        match Wish::new(registration) {
            Some(wish) if self.slots.serve(wish.protocol) => {
                self.decide(link, wish, now.saturating_add(HOLD), now);
            }
            _ => self.answer_registration(link, RegistrationOutcome::FailedInvalidRequest),
        }
    }

    /// Decides about the held registrations, as far as they can be decided now.
    pub(super) fn settle(&mut self, now: Duration) {
        for Held { link, wish, until } in std::mem::take(&mut self.waiting.held) {
            self.decide(link, wish, until, now);
        }
    }

    fn decide(&mut self, link: LinkId, wish: Wish, until: Duration, now: Duration) {
        match self.judge(&wish, now) {
            Judgement::Wait if now < until && self.waiting.held.len() < self.limits.sessions => {
                self.waiting.held.push(Held { link, wish, until });
            }
            Judgement::Wait => self.answer_registration(link, RegistrationOutcome::AlreadyRegistered),
            Judgement::Full => self.answer_registration(link, RegistrationOutcome::FailedInvalidRequest),
            Judgement::Welcome { replaces } => {
                if replaces
                    && let Some(former) =
                        self.registry.remove(|session| *session.info.descriptor == *wish.descriptor)
                {
                    self.end(former, Departure::Replaced);
                }
                self.prepare(link, wish, now);
            }
        }
    }

    fn judge(&mut self, wish: &Wish, now: Duration) -> Judgement {
        if self.waiting.prepared.iter().any(|other| other.wish.descriptor == wish.descriptor) {
            return Judgement::Wait;
        }
        if let Some(session) = self.registry.by_descriptor(&wish.descriptor) {
            session.pulse.look(&session.info.endpoints, now);
            let waits = wish.asks_for_the_same(&session.info.capabilities) && session.pulse.is_active(now);
            return if waits { Judgement::Wait } else { Judgement::Welcome { replaces: true } };
        }
        if self.registry.len() + self.waiting.prepared.len() >= self.limits.sessions {
            return Judgement::Full;
        }
        Judgement::Welcome { replaces: false }
    }

    fn prepare(&mut self, link: LinkId, wish: Wish, now: Duration) {
        let Some(session) = self.unused_id() else {
            tracing::error!("the source of agent ids gives the same ones again and again");
            return self.answer_registration(link, RegistrationOutcome::FailedInvalidRequest);
        };
        let preparation = Preparation {
            link,
            wish,
            session,
            agent_id: session.to_base64().into(),
            opened: Vec::new(),
            slots: Vec::new(),
            failed: Vec::new(),
            awaited: None,
        };
        self.advance(preparation, now);
    }

    fn unused_id(&mut self) -> Option<AgentId> {
        for _ in 0..ID_TRIES {
            let id = (self.new_id)();
            let taken = self.registry.agents().any(|info| info.session == id)
                || self.waiting.prepared.iter().any(|preparation| preparation.session == id);
            if !taken && !id.is_blank() {
                return Some(id);
            }
        }
        None
    }

    /// Opens the next endpoint, or answers when there is nothing more to open.
    fn advance(&mut self, mut preparation: Preparation, now: Duration) {
        let Some(capability) = preparation.wish.capabilities.get(preparation.opened.len()) else {
            return self.welcome(preparation, now);
        };
        let Some(slot) = self.slots.take(preparation.wish.protocol, capability.stream()) else {
            return self.break_off(preparation, Some(RegistrationOutcome::FailedInvalidRequest));
        };
        let endpoint = EndpointId(self.next_endpoint);
        self.next_endpoint += 1;
        let activity = Arc::<Activity>::default();
        let agent_id = &preparation.agent_id;
        let intake = (slot.stream == StreamType::Sensory)
            .then(|| Intake::new(Arc::clone(agent_id), Arc::clone(&activity), Arc::clone(&self.sensory)));
        let opening = Opening {
            endpoint,
            stream: slot.stream,
            host: self.host.clone(),
            port: slot.port,
            agent_id: Arc::clone(agent_id),
            activity: Arc::clone(&activity),
            intake: intake.map(Arc::new),
        };
        self.actions.push_back(Action::Open { protocol: slot.protocol, opening });
        preparation.awaited = Some(Awaited { endpoint, slot, activity });
        self.waiting.prepared.push(preparation);
    }

    /// Takes the outcome of an [`Action::Open`].
    pub(super) fn take_outcome(
        &mut self,
        endpoint: EndpointId,
        outcome: Result<String, IoError>,
        now: Duration,
    ) {
        let is_it = |awaited: &Awaited| awaited.endpoint == endpoint;
        if let Some(at) = self.waiting.orphans.iter().position(is_it) {
            let Awaited { slot, .. } = self.waiting.orphans.remove(at);
            if outcome.is_ok() {
                self.actions.push_back(Action::Close { protocol: slot.protocol, endpoint });
            }
            return self.slots.put_back(slot);
        }
        let awaits_it = |preparation: &Preparation| preparation.awaited.as_ref().is_some_and(is_it);
        let Some(mut preparation) = self.waiting.take_prepared(awaits_it) else { return };
        let Some(Awaited { slot, activity, .. }) = preparation.awaited.take() else { return };
        match outcome {
            Ok(url) => {
                preparation.opened.push(AgentEndpoint { id: endpoint, stream: slot.stream, url, activity });
                preparation.slots.push(slot);
                self.advance(preparation, now);
            }
            Err(error) => {
                preparation.failed.push(slot);
                match error {
                    IoError::Bind { .. } => self.advance(preparation, now),
                    _ => self.break_off(preparation, Some(RegistrationOutcome::FailedInvalidRequest)),
                }
            }
        }
    }

    /// Begins the session of a registration whose endpoints are open.
    fn welcome(&mut self, preparation: Preparation, now: Duration) {
        let Preparation { link, wish, session, agent_id, opened, slots, failed, .. } = preparation;
        failed.into_iter().for_each(|slot| self.slots.put_back(slot));
        let places = wish.capabilities.iter().zip(&opened);
        let places: BTreeMap<_, _> = places
            .map(|(&capability, endpoint)| {
                (capability.into(), Endpoint::new(wish.protocol, endpoint.url.clone()))
            })
            .collect();
        let silence = Arc::<Silence>::default();
        let info = AgentInfo {
            agent_id,
            session,
            devices: self.remembered.get(&wish.descriptor).cloned(),
            descriptor: wish.descriptor,
            capabilities: wish.capabilities,
            protocol: wish.protocol,
            link,
            since: now,
            endpoints: opened,
            silence: Arc::clone(&silence),
        };
        let pulse = Pulse::new(self.reports_closing(link), silence, now);
        self.registry.add(Session { info: info.clone(), slots, pulse });
        self.actions.push_back(Action::Registered(info.clone()));
        if let Some(devices) = info.devices.clone() {
            self.tell_areas(info, &devices);
        }
        self.answer_registration(link, RegistrationOutcome::Success(session, places));
    }

    /// Gives up a registration: what was opened for it is closed again.
    fn break_off(&mut self, preparation: Preparation, outcome: Option<RegistrationOutcome>) {
        let Preparation { link, opened, slots, failed, awaited, .. } = preparation;
        self.close_endpoints(&opened, slots);
        failed.into_iter().for_each(|slot| self.slots.put_back(slot));
        self.waiting.orphans.extend(awaited);
        if let Some(outcome) = outcome {
            self.answer_registration(link, outcome);
        }
    }

    /// Forgets the registration of a link that is gone.
    pub(super) fn forget_registration(&mut self, link: LinkId) {
        self.waiting.take_held(link);
        if let Some(preparation) = self.waiting.take_prepared(|preparation| preparation.link == link) {
            self.break_off(preparation, None);
        }
    }

    /// Takes back the registration of a link that leaves before it has a session. Returns whether a
    /// session was about to begin.
    pub(super) fn take_back_registration(&mut self, link: LinkId) -> bool {
        if self.waiting.take_held(link).is_some() {
            self.answer_registration(link, RegistrationOutcome::AlreadyRegistered);
        }
        let preparation = self.waiting.take_prepared(|preparation| preparation.link == link);
        let begun = preparation.is_some();
        if let Some(preparation) = preparation {
            self.break_off(preparation, None);
        }
        begun
    }
}
