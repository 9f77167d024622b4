//! The thread that reads all sensory sockets and the monitors of all data sockets.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use crate::blocking::{StopSignal, Worker};
use crate::core::{Activity, EndpointId, Intake, IoError};

use super::NAME;
use super::connections::{Connections, Monitor, News};
use super::mailbox::{Mailbox, Orders, mailbox};

/// Frames taken from one socket before the next one has its turn.
const TURN: usize = 16;

/// How long a socket may take to close, beyond its linger time.
const PATIENCE: Duration = Duration::from_secs(2);

/// The running thread.
pub(super) struct Data {
    mailbox: Arc<Mailbox<Order>>,
    worker: Worker,
}

/// A data endpoint as the thread sees it.
pub(super) struct Lane {
    pub(super) endpoint: EndpointId,
    pub(super) connections: Connections,
    pub(super) monitor: Monitor,
    /// Of a sensory endpoint: its socket and where its frames go.
    pub(super) sensory: Option<Sensory>,
}

/// The socket of a sensory endpoint.
pub(super) struct Sensory {
    pub(super) socket: zmq::Socket,
    pub(super) intake: Arc<Intake>,
    pub(super) activity: Arc<Activity>,
}

enum Order {
    Open(Lane),
    /// Tell when the port is free. The socket is closed here when it is a sensory one, else by the
    /// caller.
    Close(EndpointId, Sender<()>),
}

impl Data {
    /// `linger` is the longest time that a closed socket lives on.
    pub(super) fn start(context: &zmq::Context, linger: Duration) -> Result<Self, IoError> {
        let (mailbox, orders) = mailbox(context, "data")?;
        let mailbox = Arc::new(mailbox);
        let interrupt = Arc::clone(&mailbox);
        let thread = Thread { orders, lanes: Vec::new(), frame: zmq::Message::new(), linger };
        let worker =
            Worker::spawn("feagi-zmq-data", move || interrupt.wake(), move |stop| thread.live(stop))?;
        Ok(Self { mailbox, worker })
    }

    pub(super) fn open(&self, lane: Lane) -> Result<(), IoError> {
        if self.mailbox.post(Order::Open(lane)) { Ok(()) } else { Err(IoError::NotRunning(NAME)) }
    }

    /// Waits until the port of an endpoint is free.
    pub(super) fn close(&self, endpoint: EndpointId) -> Result<(), IoError> {
        let (done, closed) = crossbeam_channel::bounded(1);
        if !self.mailbox.post(Order::Close(endpoint, done)) {
            return Err(IoError::NotRunning(NAME));
        }
        closed.recv_timeout(PATIENCE).map_err(|_| IoError::Transport {
            transport: NAME,
            reason: format!("the port of endpoint {endpoint} is still in use"),
        })
    }

    /// Closes the sensory sockets and waits until they and the others, which the caller has closed, are
    /// gone.
    pub(super) fn stop(&mut self) -> Result<(), IoError> {
        self.worker.stop()
    }
}

/// A lane with what happens to it.
struct Watched {
    lane: Lane,
    port_free: bool,
    /// Who waits for the port.
    closing: Option<Sender<()>>,
    finished: bool,
}

struct Thread {
    orders: Orders<Order>,
    lanes: Vec<Watched>,
    /// Memory for incoming frames.
    frame: zmq::Message,
    linger: Duration,
}

impl Thread {
    /// Runs until stopped. A panic, which only a receiver of frames can cause, must not end the thread:
    /// nobody would read the monitors. It is raised again at the end.
    fn live(mut self, stop: &StopSignal) {
        let mut panicked = None;
        while let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.run(stop))) {
            tracing::error!("a receiver of sensory frames panicked");
            panicked.get_or_insert(panic);
        }
        self.shut_down();
        if let Some(panic) = panicked {
            resume_unwind(panic);
        }
    }

    fn run(&mut self, stop: &StopSignal) {
        loop {
            while let Some(order) = self.orders.next() {
                self.obey(order);
            }
            // After the orders: they have swallowed the wake that came with the signal.
            if stop.is_set() {
                return;
            }
            self.turn(-1);
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Open(lane) => {
                self.lanes.push(Watched { lane, port_free: false, closing: None, finished: false });
            }
            Order::Close(endpoint, done) => {
                match self.lanes.iter_mut().find(|watched| watched.lane.endpoint == endpoint) {
                    Some(watched) => watched.close(done),
                    // The caller closed the socket before, and it is gone already.
                    None => drop(done.send(())),
                }
            }
        }
    }

    /// Waits for something to happen and takes it.
    fn turn(&mut self, milliseconds: i64) {
        let mut items = Vec::with_capacity(1 + 2 * self.lanes.len());
        items.push(self.orders.poll_item());
        items.extend(self.lanes.iter().map(|watched| watched.lane.monitor.poll_item()));
        let sensory = self.lanes.iter().filter_map(|watched| watched.lane.sensory.as_ref());
        items.extend(sensory.map(|sensory| sensory.socket.as_poll_item(zmq::POLLIN)));
        match zmq::poll(&mut items, milliseconds) {
            Ok(_) | Err(zmq::Error::EINTR) => {}
            Err(error) => {
                tracing::error!(%error, "waiting for sensory frames failed");
                thread::sleep(Duration::from_millis(50));
            }
        }
        drop(items);
        for watched in &mut self.lanes {
            watched.hear();
            if let Some(sensory) = &watched.lane.sensory {
                sensory.receive(&mut self.frame);
            }
        }
        self.lanes.retain(|watched| !watched.finished);
    }

    fn shut_down(&mut self) {
        for watched in &mut self.lanes {
            watched.lane.sensory = None;
        }
        let deadline = Instant::now() + self.linger + PATIENCE;
        while !self.lanes.is_empty() && Instant::now() < deadline {
            while self.orders.next().is_some() {}
            self.turn(50);
        }
        for mut watched in self.lanes.drain(..) {
            watched.lane.connections.clear();
            watched.lane.monitor.keep();
        }
    }
}

impl Watched {
    /// Takes all news of the monitor.
    fn hear(&mut self) {
        while let Some(news) = self.lane.monitor.next() {
            match news {
                News::Connection(event, value) => self.lane.connections.take(event, value),
                News::ListenerClosed => self.free_port(),
                News::Stopped => {
                    self.lane.connections.clear();
                    self.finished = true;
                    self.free_port();
                }
            }
        }
    }

    fn close(&mut self, done: Sender<()>) {
        self.lane.sensory = None;
        self.closing = Some(done);
        if self.port_free {
            self.free_port();
        }
    }

    fn free_port(&mut self) {
        self.port_free = true;
        if let Some(done) = self.closing.take() {
            let _ = done.send(());
        }
    }
}

impl Sensory {
    /// Hands waiting frames to the intake, which counts them. A frame is one part.
    fn receive(&self, frame: &mut zmq::Message) {
        for _ in 0..TURN {
            if self.socket.recv(frame, zmq::DONTWAIT).is_err() {
                return;
            }
            if frame.get_more() {
                self.activity.refused();
                while frame.get_more() && self.socket.recv(frame, zmq::DONTWAIT).is_ok() {}
            } else if let Err(refusal) = self.intake.copy(frame) {
                tracing::debug!(%refusal, "sensory message refused");
            }
        }
        // The memory of a large frame is given back before the thread waits.
        *frame = zmq::Message::new();
    }
}
