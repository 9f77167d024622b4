//! Joins sessions, transports and signals. It has no thread and no clock: events and time come in by
//! calls, so that a test can run the whole system step by step. [`PNS`](crate::PNS) gives it both.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use feagi_serialization::AgentId;
use feagi_structures::FeagiSignal;

use crate::blocking::BlockingTransport;
use crate::core::{
    Action, AgentDisconnectedEvent, AgentInfo, AgentRegisteredEvent, ControlEvent, ControlPlane, Counters,
    Departure, DevicesConfiguredEvent, Directory, EndpointId, IoError, Opening, Outlet, PNSConfig, Protocol,
    SensoryDataEvent, StreamType,
};

/// A signal that several threads connect to or emit. Never locked by the burst thread.
pub type SharedSignal<T> = Arc<Mutex<FeagiSignal<T>>>;

/// What a brain can hear from here.
#[derive(Clone, Default)]
pub struct Signals {
    /// A sensory frame came in. Emitted by the thread that received it.
    pub sensory_data_received: SharedSignal<SensoryDataEvent>,
    /// An agent has a session.
    pub agent_registered: SharedSignal<AgentRegisteredEvent>,
    /// A session is over.
    pub agent_disconnected: SharedSignal<AgentDisconnectedEvent>,
    /// An agent has said what devices it has.
    pub devices_configured: SharedSignal<DevicesConfiguredEvent>,
}

/// A transport that has been started, and where frames for it wait.
pub struct Attached {
    /// The transport.
    pub transport: Arc<dyn BlockingTransport>,
    /// Its slots.
    pub outlet: Arc<Outlet>,
}

/// Sessions, transports and signals in one place.
pub struct Switchboard {
    control: ControlPlane,
    transports: Vec<Attached>,
    signals: Signals,
    directory: Directory,
    endpoints: BTreeMap<EndpointId, Place>,
}

/// Where an open endpoint is.
#[derive(Clone, Copy)]
struct Place {
    transport: usize,
    stream: StreamType,
}

impl Switchboard {
    /// Without sessions. The position of a transport is the one its
    /// [`Inbound`](crate::core::Inbound) was made with. `new_id` makes agent ids.
    #[must_use]
    pub fn new(
        config: &PNSConfig,
        new_id: impl FnMut() -> AgentId + Send + 'static,
        transports: Vec<Attached>,
        signals: Signals,
        directory: Directory,
    ) -> Self {
        let mut control = ControlPlane::new(config, new_id, Arc::clone(&signals.sensory_data_received));
        for (at, attached) in (0..).zip(&transports) {
            control.set_reports_closing(at, attached.transport.reports_closing());
        }
        Self { control, transports, signals, directory, endpoints: BTreeMap::new() }
    }

    /// Takes an event of a transport or a wish of the program.
    pub fn take(&mut self, event: ControlEvent, now: Duration) {
        match event {
            ControlEvent::Message { link, bytes } => {
                Counters::add(&self.directory.counters().control_messages, 1);
                self.control.receive(link, &bytes, now);
            }
            ControlEvent::Closed { link } => self.control.closed(link, now),
            ControlEvent::Beat { agent_id } => self.control.beat(&agent_id, now),
            ControlEvent::Dismiss { agent_id } => self.control.dismiss(&agent_id, now),
        }
        self.act(now);
    }

    /// Looks at all sessions for signs of life.
    pub fn scan(&mut self, now: Duration) {
        self.control.scan(now);
        self.act(now);
    }

    /// When [`Switchboard::scan`] has to be called at the latest, besides its regular turns.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.control.deadline()
    }

    /// Closes every endpoint and stops the transports; sessions end without a word.
    ///
    /// # Errors
    /// The first error of a transport; the others are stopped nevertheless.
    pub fn stop(mut self) -> Result<(), IoError> {
        let mut outcome = Ok(());
        for attached in &mut self.transports {
            // Whoever still makes frames need not: nobody takes them any more.
            for stream in [StreamType::Visualization, StreamType::Motor] {
                attached.outlet.set_wanted(stream, 0);
            }
            let stopped = match Arc::get_mut(&mut attached.transport) {
                Some(transport) => transport.stop(),
                None => Err(IoError::Transport {
                    transport: "pns",
                    reason: "a transport is still in use and was not stopped".to_owned(),
                }),
            };
            outcome = outcome.and(stopped);
        }
        self.directory.show_agents(Vec::new());
        outcome
    }

    /// Does what the state machine asks for until it asks for nothing more.
    fn act(&mut self, now: Duration) {
        let mut sessions_changed = false;
        while let Some(action) = self.control.next_action() {
            match action {
                Action::Reply { link, message } => {
                    let transport = self.transports.get(usize::from(link.transport));
                    let sent = transport.map(|attached| attached.transport.reply(link, message));
                    if let Some(Err(error)) = sent {
                        tracing::debug!(%error, "a reply found nobody");
                    }
                }
                Action::Open { protocol, opening } => self.open(protocol, opening, now),
                Action::Close { endpoint, .. } => self.close(endpoint),
                Action::Registered(info) => {
                    sessions_changed = true;
                    self.keep(&info, true);
                    Counters::add(&self.directory.counters().registrations, 1);
                    tracing::info!(agent = ?info.descriptor.agent_name, id = %info.agent_id, "registered");
                    // Listeners may look the agent up.
                    self.show();
                    emit(&self.signals.agent_registered, &AgentRegisteredEvent { info });
                }
                Action::Departed { info, departure } => {
                    sessions_changed = true;
                    self.keep(&info, false);
                    self.departed(&info, departure);
                }
                Action::Configured { info, areas } => {
                    // Whoever makes the areas may ask for the devices of all agents.
                    self.show();
                    let event = DevicesConfiguredEvent { agent_id: info.agent_id, areas: areas.into() };
                    emit(&self.signals.devices_configured, &event);
                }
            }
        }
        if sessions_changed {
            self.show();
        }
        self.directory.show_refused(self.control.refused());
    }

    fn open(&mut self, protocol: Protocol, opening: Opening, now: Duration) {
        let (endpoint, stream) = (opening.endpoint, opening.stream);
        let found = self.transports.iter().position(|attached| attached.transport.protocol() == protocol);
        let outcome = match found {
            Some(transport) => {
                let opened = self.transports[transport].transport.open(opening);
                if opened.is_ok() {
                    self.endpoints.insert(endpoint, Place { transport, stream });
                    self.count_endpoints(transport, stream);
                }
                opened
            }
            None => Err(IoError::NotRunning("requested")),
        };
        if let Err(error) = &outcome {
            tracing::warn!(%error, "a data endpoint was not opened");
        }
        self.control.opened(endpoint, outcome, now);
    }

    fn close(&mut self, endpoint: EndpointId) {
        let Some(Place { transport, stream }) = self.endpoints.remove(&endpoint) else { return };
        if let Err(error) = self.transports[transport].transport.close(endpoint) {
            tracing::warn!(%error, "a data endpoint was not closed");
        }
        self.count_endpoints(transport, stream);
    }

    /// Tells the outlet how many endpoints its transport has, so that nothing is made for nobody.
    fn count_endpoints(&self, transport: usize, stream: StreamType) {
        let same = |place: &&Place| place.transport == transport && place.stream == stream;
        let count = self.endpoints.values().filter(same).count();
        self.transports[transport].outlet.set_wanted(stream, count);
    }

    fn keep(&self, info: &AgentInfo, has_session: bool) {
        if let Some(attached) = self.transports.get(usize::from(info.link.transport)) {
            attached.transport.keep(info.link, has_session);
        }
    }

    fn departed(&self, info: &AgentInfo, departure: Departure) {
        let counters = self.directory.counters();
        match departure {
            Departure::TimedOut | Departure::Disconnected => Counters::add(&counters.evicted, 1),
            _ => Counters::add(&counters.left, 1),
        }
        for endpoint in &info.endpoints {
            let activity = &endpoint.activity;
            Counters::add(&counters.dropped_frames, activity.frames_dropped());
            if endpoint.stream == StreamType::Sensory {
                Counters::add(&counters.sensory_frames, activity.frames());
                Counters::add(&counters.sensory_bytes, activity.bytes());
                Counters::add(&counters.sensory_refused, activity.frames_refused());
            } else {
                Counters::add(&counters.sent_frames, activity.frames());
                Counters::add(&counters.sent_bytes, activity.bytes());
            }
        }
        tracing::info!(agent = ?info.descriptor.agent_name, id = %info.agent_id, ?departure, "session over");
        let event = AgentDisconnectedEvent { agent_id: Arc::clone(&info.agent_id), departure };
        emit(&self.signals.agent_disconnected, &event);
    }

    fn show(&self) {
        self.directory.show_agents(self.control.agents().cloned().collect());
    }
}

fn emit<T>(signal: &SharedSignal<T>, event: &T) {
    let emission = signal.lock().unwrap_or_else(PoisonError::into_inner).emit(event);
    if emission.panicked > 0 {
        tracing::error!(listeners = emission.panicked, "listeners of a signal panicked");
    }
}
