//! The transport: opens, closes and finds endpoints.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;

use crate::blocking::BlockingTransport;
use crate::core::{EndpointId, Inbound, IoError, Limits, LinkId, Opening, Protocol, SharedFBC, StreamType};

use super::connections::{Connections, Monitor};
use super::data::{Data, Lane, Sensory};
use super::publisher::Publisher;
use super::router::Router;
use super::sockets::{Bounds, socket};
use super::{NAME, ZmqSettings, address};

/// Time in milliseconds for a socket that could not be bound to go away.
const FAILED_BIND: i64 = 2000;

/// Bytes of a subscription, which is all that subscribers send; the clients' are empty.
const TOPIC: usize = 1024;

/// Subscriptions queued for each subscriber.
const TOPICS: u16 = 64;

/// ZeroMQ over TCP, on threads.
pub struct ZmqTransport {
    host: String,
    advertised: String,
    control_port: u16,
    limits: Limits,
    settings: ZmqSettings,
    inbound: Inbound,
    running: Option<Running>,
}

struct Running {
    data: Data,
    router: Router,
    /// Endpoints that frames go out of; replaced as a whole, so that publishing never waits.
    publishers: ArcSwap<Vec<Arc<Publisher>>>,
    endpoints: Mutex<BTreeMap<EndpointId, StreamType>>,
    /// Dropped last: it waits until all its sockets are closed.
    context: zmq::Context,
}

impl ZmqTransport {
    /// A transport that listens for control connections at `host` and `control_port` (0: the system
    /// chooses) once it is started, and tells agents to connect to the host `advertised`.
    #[must_use]
    pub fn new(
        host: &str,
        advertised: &str,
        control_port: u16,
        limits: Limits,
        settings: ZmqSettings,
        inbound: Inbound,
    ) -> Self {
        Self {
            host: host.to_owned(),
            advertised: advertised.to_owned(),
            control_port,
            limits,
            settings,
            inbound,
            running: None,
        }
    }

    fn running(&self) -> Result<&Running, IoError> {
        self.running.as_ref().ok_or(IoError::NotRunning(NAME))
    }

    /// Makes the socket of an endpoint, listens and returns its parts and the port.
    fn listen(&self, running: &Running, opening: &Opening) -> Result<(zmq::Socket, Monitor, u16), IoError> {
        let Limits { frame, .. } = self.limits;
        let (sndhwm, rcvhwm) = (self.settings.sndhwm, self.settings.rcvhwm);
        let (kind, bounds) = match opening.stream {
            StreamType::Sensory => (zmq::PULL, Bounds { message: frame, rcvhwm, sndhwm: 1 }),
            StreamType::Motor => {
                (zmq::PUB, Bounds { message: TOPIC, rcvhwm: TOPICS, sndhwm: sndhwm.unwrap_or(16) })
            }
            StreamType::Visualization => {
                (zmq::PUB, Bounds { message: TOPIC, rcvhwm: TOPICS, sndhwm: sndhwm.unwrap_or(2) })
            }
            StreamType::Control => return Err(unusable("no data endpoint carries control messages")),
        };
        let socket = socket(&running.context, kind, &self.settings, &bounds)?;
        let monitor = Monitor::watch(&running.context, opening.endpoint, &socket)?;
        match address::bind(&socket, &opening.host, opening.port) {
            Ok(port) => Ok((socket, monitor, port)),
            Err(error) => {
                drop(socket);
                monitor.outlive(FAILED_BIND);
                Err(error)
            }
        }
    }
}

impl Running {
    fn endpoints(&self) -> MutexGuard<'_, BTreeMap<EndpointId, StreamType>> {
        self.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, wanted: impl Fn(&Publisher) -> bool, fbc: &SharedFBC) -> Result<(), IoError> {
        let publishers = self.publishers.load();
        let sent = publishers.iter().filter(|publisher| wanted(publisher));
        sent.map(|publisher| publisher.send(fbc.get_byte_ref())).fold(Ok(()), Result::and)
    }

    fn stop(mut self) -> Result<(), IoError> {
        for publisher in self.publishers.load().iter() {
            publisher.close();
        }
        let router = self.router.stop();
        self.data.stop().and(router)
    }
}

impl BlockingTransport for ZmqTransport {
    fn backend_name(&self) -> &str {
        NAME
    }

    fn protocol(&self) -> Protocol {
        Protocol::Zmq
    }

    /// A router hears nothing when a peer goes.
    fn reports_closing(&self) -> bool {
        false
    }

    fn start(&mut self) -> Result<String, IoError> {
        let port = match &self.running {
            Some(running) => running.router.port,
            None => {
                let context = zmq::Context::new();
                let (inbound, settings) = (self.inbound.clone(), &self.settings);
                let router =
                    Router::start(&context, &self.host, self.control_port, self.limits, settings, inbound)?;
                let data = Data::start(&context, settings.linger)?;
                let port = router.port;
                let (publishers, endpoints) = (ArcSwap::default(), Mutex::default());
                self.running = Some(Running { data, router, publishers, endpoints, context });
                port
            }
        };
        Ok(address::url(&self.advertised, port))
    }

    fn stop(&mut self) -> Result<(), IoError> {
        self.running.take().map_or(Ok(()), Running::stop)
    }

    fn open(&self, opening: Opening) -> Result<String, IoError> {
        let running = self.running()?;
        let mut endpoints = running.endpoints();
        if endpoints.contains_key(&opening.endpoint) {
            return Err(unusable("an endpoint with this id is open already"));
        }
        if opening.stream == StreamType::Sensory && opening.intake.is_none() {
            return Err(unusable("a sensory endpoint needs an intake"));
        }
        let (socket, monitor, port) = self.listen(running, &opening)?;
        let Opening { endpoint, stream, agent_id, activity, intake, .. } = opening;
        let open = Arc::new(AtomicU32::new(0));
        let connections = Connections::new(Arc::clone(&activity), Arc::clone(&open));
        let (sensory, publisher) = match intake {
            Some(intake) if stream == StreamType::Sensory => {
                (Some(Sensory { socket, intake, activity }), None)
            }
            _ => (None, Some(Publisher::new(endpoint, stream, agent_id, activity, open, socket))),
        };
        running.data.open(Lane { endpoint, connections, monitor, sensory })?;
        if let Some(publisher) = publisher {
            let mut publishers = running.publishers.load().to_vec();
            publishers.push(Arc::new(publisher));
            running.publishers.store(Arc::new(publishers));
        }
        endpoints.insert(endpoint, stream);
        Ok(address::url(&self.advertised, port))
    }

    fn close(&self, endpoint: EndpointId) -> Result<(), IoError> {
        let running = self.running()?;
        let mut endpoints = running.endpoints();
        endpoints.remove(&endpoint).ok_or(IoError::UnknownEndpoint(endpoint))?;
        let (closed, others) =
            running.publishers.load().iter().cloned().partition(|publisher| publisher.endpoint == endpoint);
        running.publishers.store(Arc::new(others));
        let closed: Vec<Arc<Publisher>> = closed;
        closed.iter().for_each(|publisher| publisher.close());
        running.data.close(endpoint)
    }

    fn reply(&self, link: LinkId, message: Vec<u8>) -> Result<(), IoError> {
        self.running()?.router.reply(link, message)
    }

    fn keep(&self, link: LinkId, has_session: bool) {
        if let Ok(running) = self.running() {
            running.router.keep(link, has_session);
        }
    }

    fn publish_visualization(&self, fbc: SharedFBC) -> Result<(), IoError> {
        self.running()?.publish(|publisher| publisher.stream == StreamType::Visualization, &fbc)
    }

    fn publish_motor(&self, agent_id: &str, fbc: SharedFBC) -> Result<(), IoError> {
        let wanted =
            |publisher: &Publisher| publisher.stream == StreamType::Motor && &*publisher.agent_id == agent_id;
        self.running()?.publish(wanted, &fbc)
    }
}

impl Drop for ZmqTransport {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::error!(%error, "the ZeroMQ transport ended badly");
        }
    }
}

fn unusable(problem: &str) -> IoError {
    IoError::Transport { transport: NAME, reason: problem.to_owned() }
}
