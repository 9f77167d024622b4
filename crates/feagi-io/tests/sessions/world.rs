//! A world around the session state machine: it does what the machine asks for, some of it late, and
//! watches that the machine keeps its promises. Tests and the fuzzer share it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use feagi_io::core::{
    Action, AgentDescriptor, AgentInfo, ControlPlane, Departure, EndpointId, IoError, Limits, LinkId,
    Opening, PNSConfig, PortPool, Protocol, StreamType,
};
use feagi_io::wire::current::{
    AgentConfiguration, ApiVersion, AskedCapability, AuthToken, Leave, Registration, Request, Response,
    SessionRequest, decode_request, decode_response, encode,
};
use feagi_serialization::AgentId;
use feagi_structures::FeagiSignal;
use serde_json::json;

/// Position of the transport that does not tell when a peer is gone.
pub(crate) const SILENT: u8 = 0;
/// Position of the transport that does.
pub(crate) const TELLING: u8 = 1;

/// What an opening comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The endpoint listens.
    Works,
    /// Somebody else has the port.
    Taken,
    /// The transport is not there.
    Broken,
}

/// The machine and all it touches.
pub(crate) struct World {
    /// The machine.
    pub(crate) plane: ControlPlane,
    /// The time.
    pub(crate) now: Duration,
    /// Endpoints that were asked for and not decided yet.
    pub(crate) undecided: Vec<(Protocol, Opening)>,
    /// Endpoints that listen.
    pub(crate) listening: BTreeMap<EndpointId, (Protocol, Opening)>,
    /// Answers, in order.
    pub(crate) replies: Vec<(LinkId, Response)>,
    /// Sessions that ended.
    pub(crate) departed: Vec<(AgentInfo, Departure)>,
    /// Device configurations, in order.
    pub(crate) configured: Vec<AgentInfo>,
    limits: Limits,
    present: BTreeMap<Arc<str>, AgentInfo>,
    ever: BTreeSet<Arc<str>>,
    said: BTreeMap<LinkId, usize>,
    answered: BTreeMap<LinkId, usize>,
    asked: BTreeSet<LinkId>,
}

/// Few ports, each once for a transport, and few of everything else.
pub(crate) fn small_config() -> PNSConfig {
    let pool = |base: u16| {
        Some(PortPool {
            control: base,
            sensory: (base + 1..base + 4).collect(),
            publish: (base + 11..base + 16).collect(),
        })
    };
    let mut config = PNSConfig::default();
    config.zmq = pool(100);
    config.websocket = pool(200);
    config.limits.sessions = 4;
    config.limits.remembered = 3;
    config
}

impl World {
    /// Nobody is there.
    pub(crate) fn new(config: &PNSConfig) -> Self {
        let mut made = 0_u64;
        let new_id = move || {
            made += 1;
            let mut id = AgentId::BLANK;
            id.0[..8].copy_from_slice(&made.to_le_bytes());
            id
        };
        let mut plane = ControlPlane::new(config, new_id, Arc::new(Mutex::new(FeagiSignal::new())));
        plane.set_reports_closing(TELLING, true);
        Self {
            plane,
            now: Duration::ZERO,
            undecided: Vec::new(),
            listening: BTreeMap::new(),
            replies: Vec::new(),
            departed: Vec::new(),
            configured: Vec::new(),
            limits: config.limits,
            present: BTreeMap::new(),
            ever: BTreeSet::new(),
            said: BTreeMap::new(),
            answered: BTreeMap::new(),
            asked: BTreeSet::new(),
        }
    }

    /// A peer sends bytes.
    pub(crate) fn say(&mut self, link: LinkId, message: &[u8]) {
        *self.said.entry(link).or_default() += 1;
        self.plane.receive(link, message, self.now);
        self.act();
    }

    /// A peer sends a request.
    pub(crate) fn ask(&mut self, link: LinkId, request: &Request) {
        self.send(link, &encode(request, AgentId::BLANK).expect("requests are small"));
    }

    /// A peer sends a request that is written already.
    pub(crate) fn send(&mut self, link: LinkId, message: &[u8]) {
        let request = decode_request(message, usize::MAX).expect("requests can be read");
        if matches!(request, Request::AgentRegistration(SessionRequest::ClientRequestRegistration(_))) {
            self.asked.insert(link);
        }
        self.say(link, message);
    }

    /// A connection is gone.
    pub(crate) fn close(&mut self, link: LinkId) {
        self.plane.closed(link, self.now);
        self.act();
    }

    /// Decides the oldest undecided opening.
    pub(crate) fn decide(&mut self, fate: Fate) {
        if self.undecided.is_empty() {
            return;
        }
        let (protocol, opening) = self.undecided.remove(0);
        let endpoint = opening.endpoint;
        let outcome = match fate {
            Fate::Works => Ok(format!("tcp://{}:{}", opening.host, opening.port)),
            Fate::Taken => {
                Err(IoError::Bind { address: opening.port.to_string(), reason: "taken".to_owned() })
            }
            Fate::Broken => Err(IoError::NotRunning("test")),
        };
        if outcome.is_ok() {
            self.listening.insert(endpoint, (protocol, opening));
        }
        self.plane.opened(endpoint, outcome, self.now);
        self.act();
    }

    /// Decides all openings, those included that come of it.
    pub(crate) fn decide_all(&mut self, fate: Fate) {
        while !self.undecided.is_empty() {
            self.decide(fate);
        }
    }

    /// Time passes; the machine is woken as it wishes, and looks at its sessions at the end.
    pub(crate) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(deadline) = self.plane.deadline().filter(|deadline| *deadline <= end) {
            self.now = self.now.max(deadline);
            self.plane.wake(self.now);
            self.act();
            assert!(self.plane.deadline().is_none_or(|next| next > self.now), "a deadline stays");
        }
        self.now = end;
        self.plane.scan(self.now);
        self.act();
    }

    /// The program ends a session.
    pub(crate) fn dismiss(&mut self, agent_id: &str) {
        self.plane.dismiss(agent_id, self.now);
        self.act();
    }

    /// Everybody leaves; nothing may be left behind.
    pub(crate) fn end(&mut self) {
        self.decide_all(Fate::Works);
        self.pass(Duration::from_secs(1));
        self.decide_all(Fate::Works);
        let present: Vec<_> = self.present.keys().cloned().collect();
        for agent_id in present {
            self.dismiss(&agent_id);
        }
        self.pass(Duration::from_secs(1));
        assert_eq!(self.plane.agents().count(), 0);
        assert_eq!(self.plane.deadline(), None);
        assert!(self.listening.is_empty(), "still open: {:?}", self.listening);
        assert_eq!(self.ever.len(), self.departed.len(), "every session ends once");
    }

    fn act(&mut self) {
        while let Some(action) = self.plane.next_action() {
            match action {
                Action::Reply { link, message } => self.hear(link, &message),
                Action::Open { protocol, opening } => self.open(protocol, opening),
                Action::Close { protocol, endpoint } => {
                    let closed = self.listening.remove(&endpoint);
                    assert!(closed.is_some_and(|(opened, _)| opened == protocol), "{endpoint} was not open");
                }
                Action::Registered(info) => self.greet(info),
                Action::Departed { info, departure } => {
                    assert!(self.present.remove(&info.agent_id).is_some(), "departs without being there");
                    let left =
                        info.endpoints.iter().find(|endpoint| self.listening.contains_key(&endpoint.id));
                    assert!(left.is_none(), "{left:?} is left behind");
                    self.departed.push((info, departure));
                }
                Action::Configured { info, .. } => {
                    assert!(self.present.contains_key(&info.agent_id) && info.devices.is_some());
                    self.configured.push(info);
                }
            }
        }
        self.check();
    }

    fn hear(&mut self, link: LinkId, message: &[u8]) {
        let (_, response) = decode_response(message, usize::MAX).expect("answers can be read");
        *self.answered.entry(link).or_default() += 1;
        self.replies.push((link, response));
    }

    fn open(&mut self, protocol: Protocol, opening: Opening) {
        let in_use = self.listening.values().chain(&self.undecided);
        let twice = in_use.into_iter().any(|(other, used)| {
            *other == protocol && (used.port == opening.port || used.endpoint == opening.endpoint)
        });
        assert!(!twice, "{protocol:?} port {} is opened twice", opening.port);
        assert_eq!(opening.intake.is_some(), opening.stream == StreamType::Sensory);
        self.undecided.push((protocol, opening));
    }

    fn greet(&mut self, info: AgentInfo) {
        assert!(self.asked.contains(&info.link), "a session that nobody asked for");
        assert!(self.ever.insert(Arc::clone(&info.agent_id)), "an id is given twice");
        let streams: Vec<_> = info.capabilities.iter().map(|capability| capability.stream()).collect();
        let served: Vec<_> = info.endpoints.iter().map(|endpoint| endpoint.stream).collect();
        assert_eq!(streams, served);
        for endpoint in &info.endpoints {
            assert!(self.listening.contains_key(&endpoint.id), "an endpoint that does not listen");
        }
        self.present.insert(Arc::clone(&info.agent_id), info);
    }

    fn check(&self) {
        let agents: Vec<&AgentInfo> = self.plane.agents().collect();
        assert_eq!(agents.len(), self.present.len());
        assert!(agents.iter().all(|info| self.present.contains_key(&info.agent_id)));
        assert!(agents.len() <= self.limits.sessions, "too many sessions");
        assert!(self.plane.remembered().count() <= self.limits.remembered, "too many configurations");
        for (at, info) in agents.iter().enumerate() {
            let twin = agents[at + 1..]
                .iter()
                .find(|other| other.link == info.link || other.descriptor == info.descriptor);
            assert!(twin.is_none(), "{twin:?} shares a link or a descriptor");
        }
        for (link, answers) in &self.answered {
            assert!(self.said.get(link).is_some_and(|said| answers <= said), "more answers than questions");
        }
        let deadline = self.plane.deadline();
        assert!(deadline.is_none_or(|deadline| deadline <= self.now + Duration::from_millis(150)));
    }
}

/// A link of a transport.
pub(crate) const fn link(transport: u8, peer: u64) -> LinkId {
    LinkId { transport, peer }
}

/// A registration under a name.
pub(crate) fn registration(name: &str, protocol: Protocol, capabilities: &[AskedCapability]) -> Request {
    let registration = Registration {
        agent_descriptor: AgentDescriptor {
            manufacturer: "maker".to_owned(),
            agent_name: name.to_owned(),
            agent_version: 1,
        },
        api_version: ApiVersion { version: 1 },
        auth_token: AuthToken::default(),
        connection_protocol: protocol,
        requested_capabilities: capabilities.to_vec(),
    };
    Request::AgentRegistration(SessionRequest::ClientRequestRegistration(registration))
}

/// The wish to leave.
pub(crate) fn leave() -> Request {
    Request::AgentRegistration(SessionRequest::ClientRequestDeregistration(Leave::default()))
}

/// A device configuration; different numbers make different ones.
pub(crate) fn configuration(number: u8) -> Request {
    let devices = json!({"feedbacks": {"registered_feedbacks": [number]}, "input_units_and_encoder_properties": {},
        "output_units_and_decoder_properties": {}});
    Request::AgentConfiguration(AgentConfiguration::AgentConfigurationDetails(devices))
}

/// Lives through what the bytes say, watching all the time, and ends the world.
pub(crate) fn live(bytes: &[u8]) {
    let mut world = World::new(&small_config());
    // A connection that was closed never comes back: the next one of its peer has another number.
    let mut connections = [0_u64; 8];
    let mut bytes = bytes.iter().copied();
    let mut next = move || bytes.next();
    while let (Some(event), Some(detail)) = (next(), next()) {
        let peer = usize::from(detail % 8);
        let at = link(detail % 2, peer as u64 + 8 * connections[peer]);
        let rest = detail / 8;
        match event % 16 {
            0..=3 => world.ask(at, &any_registration(rest, next().unwrap_or_default())),
            4 => world.ask(at, &leave()),
            5 => world.ask(at, &Request::HeartBeat),
            6 => world.ask(at, &configuration(rest)),
            7 if at.transport == TELLING => {
                world.close(at);
                connections[peer] += 1;
            }
            7 => world.say(at, &[detail; 70]),
            8..=10 => world.decide(Fate::Works),
            11 => world.decide([Fate::Works, Fate::Taken, Fate::Broken][peer % 3]),
            12 => world.pass(Duration::from_millis(u64::from(detail) * 40)),
            13 => world.pass(Duration::from_secs(u64::from(rest))),
            14 => touch(&world, detail),
            _ => {
                let chosen = world.plane.agents().nth(peer).map(|info| Arc::clone(&info.agent_id));
                if let Some(agent_id) = chosen {
                    if rest % 2 == 0 {
                        world.dismiss(&agent_id);
                    } else {
                        world.plane.beat(&agent_id, world.now);
                    }
                }
            }
        }
    }
    world.end();
    everything_is_free_again(&mut world);
}

fn any_registration(name: u8, wishes: u8) -> Request {
    let all = [
        AskedCapability::SendSensorData,
        AskedCapability::ReceiveMotorData,
        AskedCapability::ReceiveNeuronVisualizations,
        AskedCapability::ReceiveSystemMessages,
    ];
    let chosen = if wishes % 32 == 31 { 15 } else { wishes % 8 };
    let mut capabilities: Vec<_> = (0..4).filter(|bit| chosen >> bit & 1 == 1).map(|bit| all[bit]).collect();
    if wishes % 64 == 29 {
        capabilities.extend_from_within(..);
    }
    let protocols = [Protocol::Zmq, Protocol::WebSocket, Protocol::Zmq, Protocol::SharedMemory];
    registration(&format!("agent {}", name % 6), protocols[usize::from(wishes / 64)], &capabilities)
}

/// Something happens at an endpoint.
fn touch(world: &World, detail: u8) {
    let Some((_, opening)) = world.listening.values().nth(usize::from(detail % 8)) else { return };
    match detail / 64 {
        0 => opening.activity.connected(),
        1 => opening.activity.disconnected(),
        2 => opening.activity.frame(100),
        _ => opening.activity.refused(),
    }
}

/// As many agents as there are ports find one.
fn everything_is_free_again(world: &mut World) {
    use AskedCapability::{
        ReceiveMotorData as MOTOR, ReceiveNeuronVisualizations as VIEW, SendSensorData as SENSE,
    };
    let wishes: [&[AskedCapability]; 4] = [&[SENSE, MOTOR], &[VIEW, SENSE], &[MOTOR, SENSE, VIEW], &[MOTOR]];
    for (protocol, first) in [(Protocol::Zmq, 1000), (Protocol::WebSocket, 2000)] {
        for (peer, capabilities) in (first..).zip(wishes) {
            world.ask(link(SILENT, peer), &registration(&format!("last {peer}"), protocol, capabilities));
            world.decide_all(Fate::Works);
        }
        assert_eq!(world.plane.agents().count(), wishes.len(), "ports were lost");
        world.end();
    }
}
