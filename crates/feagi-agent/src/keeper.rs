//! The thread that keeps an agent's session: connects, registers, beats, and begins anew when the
//! brain is gone. What to say when is decided by [`ClientSession`]; this file moves its messages.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use feagi_io::core::{Capability, IoError};
use feagi_io::wire::current::Endpoint;
use feagi_io::wire::current::client::{ClientError, ClientSession, Step, Welcome};
use serde_json::Value;

use crate::link::{ControlLink, Dialer};
use crate::reader::{Inflow, Reader};
use crate::status::{Session, Shared, Status};
use crate::{AgentError, Protocol, Settings};

/// Longest wait for the program while no answer is due. The connections are looked at in between.
const IDLE: Duration = Duration::from_millis(250);

/// Longest wait for an answer. The program's orders are looked at in between.
const SLICE: Duration = Duration::from_millis(20);

/// Time that a control message may take to be handed over.
const SEND: Duration = Duration::from_secs(1);

/// What the program, or a reader, wants of the keeper.
pub(crate) enum Order {
    /// Describe these devices, now and in every later session.
    Configure(Value),
    /// End the session and the thread.
    Leave(Option<String>),
    /// A data connection of the session with this number broke.
    Broken { number: u64, stream: &'static str, reason: String },
}

/// The thread's state.
pub(crate) struct Keeper {
    shared: Arc<Shared>,
    settings: Settings,
    dialer: Box<dyn Dialer>,
    session: ClientSession,
    inbox: Receiver<Order>,
    /// For readers.
    orders: Sender<Order>,
    start: Instant,
    devices: Option<Value>,
    readers: Vec<Reader>,
    /// When the last message that wants an answer was sent.
    asked: Option<Duration>,
    /// Number of the session, or of the last one.
    number: u64,
    began: Option<Duration>,
    /// When the program asked to leave.
    leaving: Option<Duration>,
    /// Who waits for the first registration.
    first: Option<Sender<Result<(), AgentError>>>,
}

/// How a connection ended.
enum End {
    Left,
    Failed(AgentError),
}

impl Keeper {
    pub(crate) fn new(
        settings: Settings,
        dialer: Box<dyn Dialer>,
        shared: Arc<Shared>,
        (orders, inbox): (Sender<Order>, Receiver<Order>),
        first: Sender<Result<(), AgentError>>,
    ) -> Self {
        Self {
            shared,
            session: ClientSession::new(settings.client()),
            settings,
            dialer,
            inbox,
            orders,
            start: Instant::now(),
            devices: None,
            readers: Vec::new(),
            asked: None,
            number: 0,
            began: None,
            leaving: None,
            first: Some(first),
        }
    }

    /// Lives until the agent leaves, or the first registration fails.
    pub(crate) fn live(mut self) {
        let mut attempts = 0_u32;
        loop {
            let end = self.attempt();
            let lasted = self.hang_up();
            if let Some(asked) = self.leaving {
                // The session takes an answer that does not come in time for one.
                let in_time = self.now().saturating_sub(asked) < self.settings.answer_within;
                self.shared.set_confirmed(matches!(end, End::Left) && in_time);
                break;
            }
            let End::Failed(error) = end else { break };
            attempts = if lasted.is_some_and(|lasted| lasted >= self.settings.backoff.first) {
                1
            } else {
                attempts.saturating_add(1)
            };
            let mut pause = self.settings.backoff.pause(attempts);
            if let Some(first) = &self.first {
                let left = self.settings.connect_within.saturating_sub(self.start.elapsed());
                if error.is_refusal() || left.is_zero() {
                    let _ = first.send(Err(error));
                    break;
                }
                pause = pause.min(left);
            }
            self.shared.set_status(Status::Connecting { attempts, problem: Some(Arc::new(error)) });
            if self.pause(pause) {
                break;
            }
        }
        self.shared.set_status(Status::Over);
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// One connection, from its beginning to its end.
    fn attempt(&mut self) -> End {
        let mut link = match self.dialer.control() {
            Ok(link) => link,
            Err(reason) => return End::Failed(self.unreachable(reason)),
        };
        self.asked = None;
        let now = self.now();
        self.session.connected(now);
        match self.converse(&mut *link) {
            Ok(()) => End::Left,
            Err(error) => {
                self.take_leave(&mut *link);
                End::Failed(error)
            }
        }
    }

    /// Does what session and program ask for until the agent has left.
    fn converse(&mut self, link: &mut dyn ControlLink) -> Result<(), AgentError> {
        loop {
            while let Some(step) = self.session.next_step() {
                match step {
                    Step::Send(message) => {
                        self.asked = Some(self.now());
                        link.send(&message, SEND).map_err(|reason| self.unreachable(reason))?;
                    }
                    Step::Registered(welcome) => self.begin(&welcome)?,
                    Step::Left => return Ok(()),
                    Step::Failed(reason) => return Err(self.failed(reason)),
                }
            }
            self.listen(link)?;
            let now = self.now();
            self.session.wake(now);
        }
    }

    /// Waits for the server or the program, whoever is expected to say something.
    fn listen(&mut self, link: &mut dyn ControlLink) -> Result<(), AgentError> {
        let due = self.session.deadline().map_or(IDLE, |deadline| deadline.saturating_sub(self.now()));
        let patience = if self.asked.is_some() {
            due.min(SLICE)
        } else {
            if let Ok(order) = self.inbox.recv_timeout(due.min(IDLE)) {
                self.obey(order)?;
            }
            Duration::ZERO
        };
        while let Ok(order) = self.inbox.try_recv() {
            self.obey(order)?;
        }
        if let Some(message) = link.receive(patience).map_err(|reason| self.unreachable(reason))? {
            let now = self.now();
            if let Some(asked) = self.asked.take() {
                self.shared.set_round_trip(now.saturating_sub(asked));
            }
            // What is no message is no answer either; if the answer does not come the session is lost.
            let _ = self.session.receive(&message, now);
        }
        self.tend()
    }

    fn obey(&mut self, order: Order) -> Result<(), AgentError> {
        let now = self.now();
        match order {
            Order::Configure(devices) => {
                self.devices = Some(devices);
                if self.session.session().is_some() {
                    self.describe_devices()?;
                }
            }
            Order::Leave(reason) => {
                self.leaving.get_or_insert(now);
                self.session.leave(reason, now);
            }
            // A server that is left closes its ends of the data connections.
            Order::Broken { number, stream, reason } if number == self.number && self.leaving.is_none() => {
                return Err(AgentError::Broken { address: self.shared.address.clone(), stream, reason });
            }
            // News of a session that is over anyway.
            Order::Broken { .. } => {}
        }
        Ok(())
    }

    fn describe_devices(&mut self) -> Result<(), AgentError> {
        let Some(devices) = self.devices.clone() else { return Ok(()) };
        let now = self.now();
        self.session.configure(devices, now).map_err(|reason| self.failed(reason))
    }

    /// Notices when the sensory connection is gone, unless a frame is being sent, which notices it too.
    fn tend(&self) -> Result<(), AgentError> {
        if self.leaving.is_some() {
            return Ok(());
        }
        let mut lane = match self.shared.lane.try_lock() {
            Ok(lane) => lane,
            Err(TryLockError::Poisoned(lane)) => lane.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(()),
        };
        lane.tend().map_err(|(_, error)| AgentError::Broken {
            address: self.shared.address.clone(),
            stream: "sensory frames",
            reason: error.to_string(),
        })
    }

    /// A session has begun: opens its data connections and describes the devices.
    fn begin(&mut self, welcome: &Welcome) -> Result<(), AgentError> {
        self.number += 1;
        let mut endpoints = BTreeMap::new();
        for capability in self.settings.capabilities.clone() {
            let url = self.endpoint(welcome, capability)?;
            self.open(capability, &url, welcome).map_err(|reason| self.unreachable(reason))?;
            endpoints.insert(capability, url);
        }
        self.describe_devices()?;
        self.began = Some(self.now());
        self.shared.tally.sessions.fetch_add(1, Ordering::Relaxed);
        let session = Session { number: self.number, id: welcome.id, endpoints };
        self.shared.set_status(Status::Registered(Arc::new(session)));
        if let Some(first) = self.first.take() {
            let _ = first.send(Ok(()));
        }
        Ok(())
    }

    /// Where a capability is served, if that is by the transport that was asked for.
    fn endpoint(&self, welcome: &Welcome, capability: Capability) -> Result<String, AgentError> {
        let address = &self.settings.address;
        match (welcome.endpoints.get(&capability), address.protocol()) {
            (Some(Endpoint::Zmq { url }), Protocol::Zmq)
            | (Some(Endpoint::WebSocket { url }), Protocol::WebSocket) => Ok(address.seen_from_here(url)),
            _ => Err(AgentError::NoEndpoint { address: address.to_string(), capability }),
        }
    }

    fn open(&mut self, capability: Capability, url: &str, welcome: &Welcome) -> Result<(), IoError> {
        let inflow = match capability {
            Capability::SendSensorData => {
                let link = self.dialer.sensory(url)?;
                let mut lane = self.shared.lane.lock().unwrap_or_else(PoisonError::into_inner);
                lane.open(self.number, link, welcome.id);
                return Ok(());
            }
            Capability::ReceiveMotorData => Inflow::Motor,
            Capability::ReceiveNeuronVisualizations => Inflow::Visualization,
        };
        let link = self.dialer.frames(url)?;
        let (shared, orders) = (Arc::clone(&self.shared), self.orders.clone());
        let reader = Reader::start(inflow, self.number, link, shared, orders);
        let reader = reader
            .map_err(|error| IoError::Connect { address: url.to_owned(), reason: error.to_string() })?;
        self.readers.push(reader);
        Ok(())
    }

    /// Tells a server that may still be there that this session is over, and expects no answer.
    fn take_leave(&mut self, link: &mut dyn ControlLink) {
        if self.session.session().is_none() {
            return;
        }
        let now = self.now();
        self.session.leave(Some("a connection broke".to_owned()), now);
        while let Some(step) = self.session.next_step() {
            if let Step::Send(message) = step {
                let _ = link.send(&message, SLICE);
            }
        }
    }

    /// Closes the data connections; how long the session lasted, if there was one.
    fn hang_up(&mut self) -> Option<Duration> {
        self.shared.lane.lock().unwrap_or_else(PoisonError::into_inner).close();
        self.readers.clear();
        self.began.take().map(|began| self.now().saturating_sub(began))
    }

    /// Waits before the next attempt. Returns whether the agent shall leave.
    fn pause(&mut self, pause: Duration) -> bool {
        let end = self.now() + pause;
        loop {
            match self.inbox.recv_timeout(end.saturating_sub(self.now())) {
                Ok(Order::Configure(devices)) => self.devices = Some(devices),
                Ok(Order::Broken { .. }) => {}
                Ok(Order::Leave(_)) | Err(RecvTimeoutError::Disconnected) => return true,
                Err(RecvTimeoutError::Timeout) => return false,
            }
        }
    }

    fn unreachable(&self, reason: IoError) -> AgentError {
        AgentError::Unreachable { address: self.shared.address.clone(), reason }
    }

    fn failed(&self, reason: ClientError) -> AgentError {
        let address = self.shared.address.clone();
        match reason {
            ClientError::NoAnswer => AgentError::NoAnswer { address, waited: self.settings.answer_within },
            ClientError::Lost => AgentError::Lost { address },
            reason => AgentError::Session { address, reason },
        }
    }
}
