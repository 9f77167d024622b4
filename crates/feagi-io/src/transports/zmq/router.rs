//! The control endpoint: a ROUTER socket and the thread that owns it.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Sender;

use crate::blocking::{StopSignal, Worker};
use crate::core::{Inbound, IoError, Limits, LinkId};

use super::mailbox::{Mailbox, Orders, mailbox};
use super::peers::Peers;
use super::sockets::{Bounds, failed, socket};
use super::{NAME, ZmqSettings, address};

/// Messages queued for each peer in each direction: control messages are answered one by one.
const QUEUED: u16 = 16;

/// Messages taken before the thread looks at its orders again.
const TURN: usize = 64;

/// Time in milliseconds between two tries to hand over a message while too many are waiting.
const BUSY: i64 = 5;

/// How long the caller of [`Router::reply`] waits for the thread, which never waits itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// The running control endpoint.
pub(super) struct Router {
    mailbox: Arc<Mailbox<Order>>,
    worker: Worker,
    /// The port that it listens at.
    pub(super) port: u16,
}

enum Order {
    /// Send a message.
    Reply { link: LinkId, message: Vec<u8>, outcome: Sender<Result<(), IoError>> },
    /// A peer has a session now, or no longer.
    Keep { link: LinkId, has_session: bool },
}

impl Router {
    pub(super) fn start(
        context: &zmq::Context,
        host: &str,
        port: u16,
        limits: Limits,
        settings: &ZmqSettings,
        inbound: Inbound,
    ) -> Result<Self, IoError> {
        let bounds = Bounds { message: limits.control_message, rcvhwm: QUEUED, sndhwm: QUEUED };
        let router = socket(context, zmq::ROUTER, settings, &bounds)?;
        // Sending to a peer that is gone shall be an error, and a client that comes back under its old
        // identity shall not have to wait until its dead connection is noticed.
        router.set_router_mandatory(true).map_err(failed)?;
        router.set_router_handover(true).map_err(failed)?;
        let port = address::bind(&router, host, port)?;
        let (mailbox, orders) = mailbox(context, "control")?;
        let mailbox = Arc::new(mailbox);
        let interrupt = Arc::clone(&mailbox);
        let thread = Thread { router, orders, peers: Peers::new(limits.links), inbound, waiting: None };
        let worker = Worker::spawn("feagi-zmq-ctrl", move || interrupt.wake(), move |stop| thread.run(stop))?;
        Ok(Self { mailbox, worker, port })
    }

    /// Sends a message to a peer. Waits until the message is in the peer's queue, not until it is sent.
    pub(super) fn reply(&self, link: LinkId, message: Vec<u8>) -> Result<(), IoError> {
        let (outcome, answer) = crossbeam_channel::bounded(1);
        if !self.mailbox.post(Order::Reply { link, message, outcome }) {
            return Err(IoError::NotRunning(NAME));
        }
        answer.recv_timeout(PATIENCE).unwrap_or(Err(IoError::NotRunning(NAME)))
    }

    /// Has the peer of a link remembered longer than those without a session, or no longer so.
    pub(super) fn keep(&self, link: LinkId, has_session: bool) {
        // Without the thread there are no peers.
        let _ = self.mailbox.post(Order::Keep { link, has_session });
    }

    pub(super) fn stop(&mut self) -> Result<(), IoError> {
        self.worker.stop()
    }
}

struct Thread {
    router: zmq::Socket,
    orders: Orders<Order>,
    peers: Peers,
    inbound: Inbound,
    /// A message that found no room. Until it is handed over, none is received: each peer has a queue
    /// of its own, and they are read in turn.
    waiting: Option<(u64, Vec<u8>)>,
}

impl Thread {
    fn run(mut self, stop: &StopSignal) {
        loop {
            while let Some(order) = self.orders.next() {
                match order {
                    Order::Reply { link, message, outcome } => {
                        let _ = outcome.send(self.reply(link, message));
                    }
                    Order::Keep { link, has_session } => self.peers.keep(link.peer, has_session),
                }
            }
            // After the orders: they have swallowed the wake that came with the signal.
            if stop.is_set() {
                return;
            }
            for _ in 0..TURN {
                if !self.hand_over() || !self.receive() {
                    break;
                }
            }
            let mut items = [self.orders.poll_item(), self.router.as_poll_item(zmq::POLLIN)];
            let polled = match self.waiting {
                Some(_) => zmq::poll(&mut items[..1], BUSY),
                None => zmq::poll(&mut items, -1),
            };
            match polled {
                Ok(_) | Err(zmq::Error::EINTR) => {}
                Err(error) => {
                    tracing::error!(%error, "the control endpoint is lost");
                    return;
                }
            }
        }
    }

    /// Hands over the message that waits. Returns whether none waits any more.
    fn hand_over(&mut self) -> bool {
        if let Some((number, bytes)) = self.waiting.take() {
            self.waiting = self.inbound.offer(number, bytes).err().map(|bytes| (number, bytes));
        }
        self.waiting.is_none()
    }

    /// Takes a message, if one is there, and returns whether one was.
    fn receive(&mut self) -> bool {
        let mut part = zmq::Message::new();
        if self.router.recv(&mut part, zmq::DONTWAIT).is_err() {
            return false;
        }
        let identity: Box<[u8]> = (*part).into();
        let mut parts = Parts::default();
        while part.get_more() {
            if self.router.recv(&mut part, zmq::DONTWAIT).is_err() {
                return false;
            }
            parts.take(&part);
        }
        match parts.message() {
            Some((bytes, delimited)) => {
                self.waiting = Some((self.peers.heard(&identity, delimited), bytes));
            }
            None => tracing::debug!("control message of no known form ignored"),
        }
        true
    }

    fn reply(&mut self, link: LinkId, message: Vec<u8>) -> Result<(), IoError> {
        let peer = self.peers.answer(link.peer).ok_or(IoError::UnknownLink(link))?;
        let delimited = peer.delimited;
        match self.router.send(&*peer.identity, zmq::SNDMORE | zmq::DONTWAIT) {
            Ok(()) => {}
            Err(zmq::Error::EHOSTUNREACH) => {
                self.peers.forget(link.peer);
                return Err(IoError::UnknownLink(link));
            }
            Err(zmq::Error::EAGAIN) => {
                return Err(IoError::Transport {
                    transport: NAME,
                    reason: "the peer does not read its answers".to_owned(),
                });
            }
            Err(error) => return Err(failed(error)),
        }
        if delimited {
            self.router.send(zmq::Message::new(), zmq::SNDMORE | zmq::DONTWAIT).map_err(failed)?;
        }
        self.router.send(message, zmq::DONTWAIT).map_err(failed)
    }
}

/// The parts of a message behind the identity: the message alone or after an empty part. Of other forms
/// nothing is kept.
#[derive(Default)]
struct Parts {
    count: usize,
    delimited: bool,
    message: Vec<u8>,
}

impl Parts {
    fn take(&mut self, part: &[u8]) {
        self.count += 1;
        match self.count {
            1 if part.is_empty() => self.delimited = true,
            1 => self.message = part.to_vec(),
            2 if self.delimited => self.message = part.to_vec(),
            _ => self.message = Vec::new(),
        }
    }

    fn message(self) -> Option<(Vec<u8>, bool)> {
        let expected = if self.delimited { 2 } else { 1 };
        (self.count == expected && !self.message.is_empty()).then_some((self.message, self.delimited))
    }
}
