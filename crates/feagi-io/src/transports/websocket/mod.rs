//! WebSocket: one binary message is one container.
//!
//! Control connections and data endpoints are doors (`door`): a listener whose connections end with
//! it. Behind a door, one task serves one connection: `control` and `sensory` read, `viewer` writes.
//! A viewer's frames go from the shared container to the system without a copy (`frame`). `client` is
//! the other end, for agents and tests.
//!
//! Knows sockets and tasks. Must not know what is inside a control message.

mod client;
mod control;
mod door;
mod frame;
mod patience;
mod sensory;
mod viewer;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::core::{EndpointId, Inbound, IoError, Limits, LinkId, Opening, Protocol, SharedFBC, StreamType};
use crate::nonblocking::NonBlockingTransport;

use control::Links;
use door::{Door, Rules};
use viewer::Audience;

pub use client::WebSocketClient;
pub use patience::Patience;

const NAME: &str = "websocket";
/// Connections to a data endpoint at a time: an agent, and the remains of its earlier connections.
const DATA_CONNECTIONS: usize = 8;
/// Bytes read from a socket at a time on connections that carry little.
const SMALL_READS: usize = 4 << 10;
/// Bytes read from a socket at a time on sensory connections.
const LARGE_READS: usize = 128 << 10;

/// Agents over WebSocket, with a listener for control and one for each data endpoint.
#[derive(Debug)]
pub struct WebSocketTransport {
    host: String,
    advertised: String,
    control_port: u16,
    limits: Limits,
    patience: Patience,
    inbound: Inbound,
    links: Arc<Links>,
    running: Option<Door>,
    endpoints: Mutex<HashMap<EndpointId, Endpoint>>,
}

#[derive(Debug)]
struct Endpoint {
    stream: StreamType,
    agent_id: Arc<str>,
    /// Who gets the frames; nobody at a sensory endpoint.
    audience: Arc<Audience>,
    door: Door,
}

impl WebSocketTransport {
    /// Will listen at `host` (a name, an address or `*`) and `control_port` (0: the system chooses).
    /// Addresses for agents name `advertised`. Control messages go to `inbound`.
    #[must_use]
    pub fn new(host: &str, advertised: &str, control_port: u16, limits: Limits, inbound: Inbound) -> Self {
        Self {
            host: host.to_owned(),
            advertised: advertised.to_owned(),
            control_port,
            limits,
            patience: Patience::default(),
            inbound,
            links: Arc::default(),
            running: None,
            endpoints: Mutex::default(),
        }
    }

    /// The same with other waiting times.
    #[must_use]
    pub const fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    fn url(&self, door: &Door) -> String {
        // An IPv6 address has colons of its own.
        if self.advertised.contains(':') && !self.advertised.starts_with('[') {
            format!("ws://[{}]:{}", self.advertised, door.port())
        } else {
            format!("ws://{}:{}", self.advertised, door.port())
        }
    }

    fn endpoints(&self) -> MutexGuard<'_, HashMap<EndpointId, Endpoint>> {
        self.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }

    const fn check_running(&self) -> Result<(), IoError> {
        if self.running.is_some() { Ok(()) } else { Err(IoError::NotRunning(NAME)) }
    }

    async fn open_control(&self) -> Result<Door, IoError> {
        let rules = Rules {
            connections: self.limits.links,
            message: self.limits.control_message,
            reads: SMALL_READS,
            patience: self.patience,
        };
        let (links, inbound, patience) = (Arc::clone(&self.links), self.inbound.clone(), self.patience);
        Door::open(&self.host, self.control_port, rules, move |socket, closing, stranger| {
            control::serve(socket, Arc::clone(&links), inbound.clone(), patience, closing, stranger)
        })
        .await
    }

    async fn open_data(&self, opening: Opening) -> Result<Endpoint, IoError> {
        let Opening { endpoint: _, stream, host, port, agent_id, activity, intake } = opening;
        let (patience, limits) = (self.patience, self.limits);
        let rules = |message, reads| Rules { connections: DATA_CONNECTIONS, message, reads, patience };
        let audience = Arc::new(Audience::new(Arc::clone(&activity)));
        let door = if let Some(intake) = intake {
            Door::open(&host, port, rules(limits.frame, LARGE_READS), move |socket, closing, _| {
                sensory::serve(socket, Arc::clone(&intake), Arc::clone(&activity), patience, closing)
            })
            .await?
        } else {
            let audience = Arc::clone(&audience);
            Door::open(&host, port, rules(limits.control_message, SMALL_READS), move |socket, closing, _| {
                viewer::serve(socket, Arc::clone(&audience), patience, closing)
            })
            .await?
        };
        Ok(Endpoint { stream, agent_id, audience, door })
    }

    fn publish(&self, wanted: impl Fn(&Endpoint) -> bool, fbc: &SharedFBC) -> Result<(), IoError> {
        self.check_running()?;
        for endpoint in self.endpoints().values().filter(|endpoint| wanted(endpoint)) {
            endpoint.audience.show(fbc);
        }
        Ok(())
    }
}

impl NonBlockingTransport for WebSocketTransport {
    fn backend_name(&self) -> &str {
        NAME
    }

    fn protocol(&self) -> Protocol {
        Protocol::WebSocket
    }

    async fn start(&mut self) -> Result<String, IoError> {
        if self.running.is_none() {
            self.running = Some(self.open_control().await?);
        }
        let door = self.running.as_ref().ok_or(IoError::NotRunning(NAME))?;
        Ok(self.url(door))
    }

    async fn stop(&mut self) -> Result<(), IoError> {
        let endpoints = std::mem::take(&mut *self.endpoints());
        let doors: Vec<_> =
            endpoints.into_values().map(|endpoint| endpoint.door).chain(self.running.take()).collect();
        let mut outcome = Ok(());
        // All are told before the first is waited for.
        doors.iter().for_each(Door::shut);
        for door in doors {
            outcome = outcome.and(door.close().await);
        }
        outcome
    }

    async fn open(&self, opening: Opening) -> Result<String, IoError> {
        self.check_running()?;
        let id = opening.endpoint;
        let endpoint = self.open_data(opening).await?;
        let url = self.url(&endpoint.door);
        self.endpoints().insert(id, endpoint);
        Ok(url)
    }

    async fn close(&self, endpoint: EndpointId) -> Result<(), IoError> {
        self.check_running()?;
        let closed = self.endpoints().remove(&endpoint);
        closed.ok_or(IoError::UnknownEndpoint(endpoint))?.door.close().await
    }

    async fn reply(&self, link: LinkId, message: Vec<u8>) -> Result<(), IoError> {
        self.check_running()?;
        if self.links.reply(link.peer, message) { Ok(()) } else { Err(IoError::UnknownLink(link)) }
    }

    async fn publish_visualization(&self, fbc: SharedFBC) -> Result<(), IoError> {
        self.publish(|endpoint| endpoint.stream == StreamType::Visualization, &fbc)
    }

    async fn publish_motor(&self, agent_id: &str, fbc: SharedFBC) -> Result<(), IoError> {
        self.publish(|endpoint| endpoint.stream == StreamType::Motor && &*endpoint.agent_id == agent_id, &fbc)
    }
}
