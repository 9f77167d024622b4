//! Starts the threads of the peripheral nervous system and stops them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, select};
use feagi_serialization::AgentId;

use crate::blocking::channels::WakeReceiver;
use crate::blocking::{BlockingTransport, StopSignal, Worker, outlet, publish_from};
use crate::core::{
    ControlEvent, Directory, IoError, MotorCommandEvent, Outlet, PNSConfig, Protocol, SharedFBC, StreamType,
};
use crate::switchboard::{Attached, Signals, Switchboard};
use crate::transports;

/// Control events that wait for the control thread at most.
const WAITING_EVENTS: usize = 1024;

/// The peripheral nervous system: everything between agents and a brain.
///
/// Made from a configuration, joined to a brain through [`PNS::signals`] and [`PNS::outlets`], then
/// started. Dropping it stops it.
pub struct PNS {
    config: PNSConfig,
    signals: Signals,
    directory: Directory,
    outlets: Outlets,
    events: (Sender<ControlEvent>, Receiver<ControlEvent>),
    wakes: Vec<WakeReceiver>,
    running: Option<Threads>,
}

/// The slots of all transports: what the burst thread puts frames into. Clones share them.
#[derive(Clone)]
pub struct Outlets(Arc<[Arc<Outlet>]>);

/// A control endpoint that listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlAddress {
    /// The protocol it speaks.
    pub protocol: Protocol,
    /// The address, such as `tcp://127.0.0.1:30001`.
    pub url: String,
}

struct Threads {
    publishers: Vec<Worker>,
    control: Worker,
    /// What closing the transports came to; filled by the control thread at its end.
    closed: Arc<Mutex<Result<(), IoError>>>,
}

impl Outlets {
    /// Puts a visualization frame into the slot of every transport that has a viewer.
    pub fn publish_visualization(&self, fbc: &SharedFBC) {
        for outlet in &*self.0 {
            outlet.put_visualization(Arc::clone(fbc));
        }
    }

    /// Hands a motor frame to every transport that has a motor endpoint; the one that has the agent's
    /// sends it.
    pub fn publish_motor(&self, command: &MotorCommandEvent) {
        for outlet in &*self.0 {
            outlet.put_motor(command.clone());
        }
    }

    /// Whether anybody has an endpoint for the stream. Frames for nobody need not be made.
    #[must_use]
    pub fn wants(&self, stream: StreamType) -> bool {
        self.0.iter().any(|outlet| outlet.wants(stream))
    }

    /// Frames of a stream that were replaced by newer ones before a transport took them.
    #[must_use]
    pub fn replaced(&self, stream: StreamType) -> u64 {
        self.0.iter().map(|outlet| outlet.replaced(stream)).sum()
    }
}

impl PNS {
    /// Prepares the transports that `config` switches on; nothing listens yet.
    ///
    /// # Errors
    /// [`IoError::Setting`] for a transport that this build does not have, and when none is on.
    pub fn with_config(config: PNSConfig) -> Result<Self, IoError> {
        let count = transports::enabled(&config)?.len();
        if count == 0 {
            let problem = "every transport is off; switch one on".to_owned();
            return Err(IoError::Setting { name: "transports", problem });
        }
        let (outlets, wakes): (Vec<_>, Vec<_>) = (0..count).map(|_| outlet()).unzip();
        let events = bounded(WAITING_EVENTS);
        Ok(Self {
            config,
            signals: Signals::default(),
            directory: Directory::new(events.0.clone()),
            outlets: Outlets(outlets.into()),
            events,
            wakes,
            running: None,
        })
    }

    /// What a brain can hear from here.
    #[must_use]
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Where the burst thread puts frames.
    #[must_use]
    pub fn outlets(&self) -> Outlets {
        self.outlets.clone()
    }

    /// Who is registered, and what was counted.
    #[must_use]
    pub fn directory(&self) -> Directory {
        self.directory.clone()
    }

    /// Listens for agents. Returns the control addresses.
    ///
    /// # Errors
    /// [`IoError::Bind`] when a control address is in use; nothing runs then.
    pub fn start(&mut self) -> Result<Vec<ControlAddress>, IoError> {
        if self.running.is_some() {
            return Err(IoError::Setting { name: "start", problem: "it runs already".to_owned() });
        }
        let mut started: Vec<Arc<dyn BlockingTransport>> = Vec::new();
        let mut addresses = Vec::new();
        for (at, kind) in transports::enabled(&self.config)?.into_iter().enumerate() {
            let inbound = self.directory.inbound(at as u8);
            let mut transport = transports::make(kind, &self.config, inbound)?;
            // What has been started stops when it is dropped.
            let url = transport.start()?;
            addresses.push(ControlAddress { protocol: transport.protocol(), url });
            started.push(Arc::from(transport));
        }
        self.running = Some(self.spawn(started)?);
        Ok(addresses)
    }

    fn spawn(&self, started: Vec<Arc<dyn BlockingTransport>>) -> Result<Threads, IoError> {
        let mut publishers = Vec::new();
        let mut attached = Vec::new();
        for ((transport, outlet), wake) in started.into_iter().zip(&*self.outlets.0).zip(&self.wakes) {
            publishers.push(publish_from(Arc::clone(outlet), wake.clone(), Arc::clone(&transport))?);
            attached.push(Attached { transport, outlet: Arc::clone(outlet) });
        }
        let switchboard =
            Switchboard::new(&self.config, random_id, attached, self.signals.clone(), self.directory.clone());
        let (events, scan) = (self.events.1.clone(), self.config.liveness.scan);
        let closed = Arc::new(Mutex::new(Ok(())));
        let outcome = Arc::clone(&closed);
        let body = move |stop: &StopSignal| {
            let stopped = turn(switchboard, &events, stop, scan);
            *outcome.lock().unwrap_or_else(PoisonError::into_inner) = stopped;
        };
        // The signal to stop interrupts all that the thread waits for.
        let control = Worker::spawn("feagi-control", || (), body)?;
        Ok(Threads { publishers, control, closed })
    }

    /// Ends all sessions and closes every socket. Stopping twice does nothing.
    ///
    /// # Errors
    /// What a transport reports, or that a thread had died.
    pub fn stop(&mut self) -> Result<(), IoError> {
        let Some(Threads { publishers, mut control, closed }) = self.running.take() else { return Ok(()) };
        let mut outcome = Ok(());
        // Publishers hold the transports: they go first.
        for mut publisher in publishers {
            outcome = outcome.and(publisher.stop());
        }
        outcome = outcome.and(control.stop());
        let mut closed = closed.lock().unwrap_or_else(PoisonError::into_inner);
        outcome.and(std::mem::replace(&mut *closed, Ok(())))
    }
}

impl Drop for PNS {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::warn!(%error, "the peripheral nervous system did not stop cleanly");
        }
    }
}

/// The control thread: events, deadlines and regular looks at all sessions until told to stop.
fn turn(
    mut switchboard: Switchboard,
    events: &Receiver<ControlEvent>,
    stop: &StopSignal,
    scan: Duration,
) -> Result<(), IoError> {
    let start = Instant::now();
    let mut next_scan = scan;
    loop {
        let due = switchboard.deadline().map_or(next_scan, |deadline| deadline.min(next_scan));
        select! {
            recv(stop.receiver()) -> _ => return switchboard.stop(),
            recv(events) -> event => match event {
                Ok(event) => switchboard.take(event, start.elapsed()),
                Err(_) => return switchboard.stop(),
            },
            default(due.saturating_sub(start.elapsed())) => {}
        }
        // Also after an event: a flood of events must not put the scan off.
        let now = start.elapsed();
        if now >= due {
            switchboard.scan(now);
            if now >= next_scan {
                next_scan = now + scan;
            }
        }
    }
}

/// Random bytes for an agent id.
fn random_id() -> AgentId {
    let mut bytes = [0; AgentId::LEN];
    // Without a source of randomness no id can be made that nobody guesses; the system always has one
    // once it has booted.
    if let Err(error) = getrandom::fill(&mut bytes) {
        tracing::error!(%error, "no random bytes for agent ids");
    }
    AgentId(bytes)
}
