//! What answers are made from.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwapOption;
use axum::http::StatusCode;
use feagi_io::PNSConfig;
use feagi_io::core::Directory;
use feagi_runtime::{Assembly, BrainHandle};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::ask::MOST_QUESTIONS;
use crate::changes::Changes;
use crate::endpoints::metrics::Traffic;
use crate::http::Requests;
use crate::portrait::{Copied, Portrait};
use crate::refusal::Refusal;
use crate::stream::Viewers;

/// What the interface is built from.
pub struct Setup {
    /// The running brain.
    pub brain: BrainHandle,
    /// Who is registered.
    pub agents: Directory,
    /// Where the program listens.
    pub addresses: Addresses,
    /// How uploaded genomes become brains.
    pub assembly: Assembly,
    /// Genomes that can be loaded by name.
    pub starters: Vec<Starter>,
    /// Who watches what fires; its gate has to be connected to the brain.
    pub viewers: Viewers,
    /// Bounds on what clients do.
    pub limits: Limits,
}

/// Where the program listens, for the answers that tell clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Host of this interface as clients reach it.
    pub host: String,
    /// Port of this interface.
    pub port: u16,
    /// Ports and hosts for agents, with the control ports that are really listened at.
    pub agents: PNSConfig,
}

/// A genome that can be loaded by its name: `POST /v1/genome/upload/NAME`, for the names `barebones`
/// and `essential`.
#[derive(Clone, Debug)]
pub struct Starter {
    /// Its name.
    pub name: String,
    /// The genome file.
    pub bytes: Arc<[u8]>,
}

/// Bounds on what clients do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request body.
    pub body: usize,
    /// Bytes of a request body that brings a genome.
    pub genome: usize,
    /// Bytes of a request body that brings a saved brain.
    pub checkpoint: usize,
    /// Connections at a time. When all are taken, the oldest one that has not asked anything yet
    /// makes room; when all have asked, newcomers wait for one that ends.
    pub connections: usize,
    /// Viewers of the stream at a time, which are connections, too. One more is refused.
    pub viewers: usize,
    /// Time from connecting to the end of the first request's headers.
    pub first_request: Duration,
    /// Time between two requests on a connection, headers of the second included.
    pub idle: Duration,
    /// Time for reading a request body and answering, and the time after which a client that reads
    /// nothing of its answer is given up.
    pub answer: Duration,
    /// The same for a request that brings a genome.
    pub upload: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 2 << 20,
            genome: 64 << 20,
            checkpoint: 1 << 30,
            connections: 768,
            viewers: 16,
            first_request: Duration::from_secs(5),
            idle: Duration::from_secs(30),
            answer: Duration::from_secs(30),
            upload: Duration::from_secs(300),
        }
    }
}

/// What all answers are made from. Clones share everything.
#[derive(Clone)]
pub struct ApiState {
    shared: Arc<Shared>,
}

struct Shared {
    setup: Setup,
    /// When the interface came up, in milliseconds since 1970; clients see a restart by it.
    session: u64,
    portrait: ArcSwapOption<Portrait>,
    /// The copy that the newest portrait is made of.
    copy: ArcSwapOption<Copied>,
    /// Questions to the burst thread that may still be asked.
    questions: Arc<Semaphore>,
    /// One genome at a time is made into a brain.
    loading: Semaphore,
    /// Requests that bring a genome, the one that is loading included.
    uploads: Arc<Semaphore>,
    /// Requests that bring a saved brain.
    restores: Arc<Semaphore>,
    /// Copies of the brain that are being saved.
    saves: Arc<Semaphore>,
    stored: Mutex<VecDeque<Stored>>,
    requests: Requests,
    changes: Changes,
    /// The highest counts of frames that were shown.
    traffic: Traffic,
}

/// What `POST /v1/agent/register` was told, until the agent itself connects.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// Base64 of the 48 bytes of a descriptor.
    pub(crate) agent_id: String,
    /// Its devices as JSON text, which takes far less memory than the tree.
    pub(crate) devices: Option<Arc<str>>,
}

/// Configurations that are kept; the oldest goes first.
const MOST_STORED: usize = 256;
/// Bytes of a configuration that is kept.
const LARGEST_STORED: usize = 64 << 10;

impl Stored {
    /// # Errors
    /// 413 for a configuration larger than 64 kB.
    pub(crate) fn new(agent_id: String, devices: Option<&Value>) -> Result<Self, Refusal> {
        let devices: Option<Arc<str>> = devices.map(|devices| devices.to_string().into());
        if devices.as_ref().is_some_and(|devices| devices.len() > LARGEST_STORED) {
            let message = format!("device_registrations: more than {LARGEST_STORED} bytes are not kept");
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message));
        }
        Ok(Self { agent_id, devices })
    }
}

/// Requests that bring a genome at a time: each may hold [`Limits::genome`] bytes.
const MOST_UPLOADS: usize = 4;

/// Copies of the brain that may be under way to somebody who saves it.
const MOST_SAVES: usize = 2;

impl ApiState {
    /// An interface to `setup`.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let shared = Shared {
            setup,
            session: now_ms(),
            portrait: ArcSwapOption::empty(),
            copy: ArcSwapOption::empty(),
            questions: Arc::new(Semaphore::new(MOST_QUESTIONS)),
            loading: Semaphore::new(1),
            uploads: Arc::new(Semaphore::new(MOST_UPLOADS)),
            restores: Arc::new(Semaphore::new(1)),
            saves: Arc::new(Semaphore::new(MOST_SAVES)),
            stored: Mutex::default(),
            requests: Requests::default(),
            changes: Changes::default(),
            traffic: Traffic::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The running brain.
    #[must_use]
    pub fn brain(&self) -> &BrainHandle {
        &self.shared.setup.brain
    }

    pub(crate) fn agents(&self) -> &Directory {
        &self.shared.setup.agents
    }

    pub(crate) fn addresses(&self) -> &Addresses {
        &self.shared.setup.addresses
    }

    pub(crate) fn assembly(&self) -> &Assembly {
        &self.shared.setup.assembly
    }

    pub(crate) fn starters(&self) -> &[Starter] {
        &self.shared.setup.starters
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.setup.limits
    }

    pub(crate) fn session(&self) -> u64 {
        self.shared.session
    }

    pub(crate) fn last_portrait(&self) -> &ArcSwapOption<Portrait> {
        &self.shared.portrait
    }

    pub(crate) fn last_copy(&self) -> &ArcSwapOption<Copied> {
        &self.shared.copy
    }

    pub(crate) fn questions(&self) -> &Arc<Semaphore> {
        &self.shared.questions
    }

    pub(crate) fn loading(&self) -> &Semaphore {
        &self.shared.loading
    }

    /// Whether a genome is being made into a brain.
    pub(crate) fn is_loading(&self) -> bool {
        self.shared.loading.available_permits() == 0
    }

    pub(crate) fn viewers(&self) -> &Viewers {
        &self.shared.setup.viewers
    }

    pub(crate) fn uploads(&self) -> &Arc<Semaphore> {
        &self.shared.uploads
    }

    pub(crate) fn restores(&self) -> &Arc<Semaphore> {
        &self.shared.restores
    }

    pub(crate) fn saves(&self) -> &Arc<Semaphore> {
        &self.shared.saves
    }

    pub(crate) fn requests(&self) -> &Requests {
        &self.shared.requests
    }

    pub(crate) fn traffic(&self) -> &Traffic {
        &self.shared.traffic
    }

    pub(crate) fn changes(&self) -> &Changes {
        &self.shared.changes
    }

    /// Keeps what an agent told over HTTP, in place of what it told before.
    pub(crate) fn store(&self, new: Stored) {
        let mut stored = self.stored();
        let before = stored.iter().position(|old| old.agent_id == new.agent_id);
        let devices = before.and_then(|at| stored.remove(at)).and_then(|old| old.devices);
        while stored.len() >= MOST_STORED {
            stored.pop_front();
        }
        stored.push_back(Stored { devices: new.devices.or(devices), ..new });
    }

    /// The devices that an agent told over HTTP.
    pub(crate) fn stored_devices(&self, agent_id: &str) -> Option<Value> {
        let devices = self.stored().iter().find(|stored| stored.agent_id == agent_id)?.devices.clone();
        serde_json::from_str(&devices?).ok()
    }

    /// Whether an agent told anything over HTTP.
    pub(crate) fn is_stored(&self, agent_id: &str) -> bool {
        self.stored().iter().any(|stored| stored.agent_id == agent_id)
    }

    fn stored(&self) -> MutexGuard<'_, VecDeque<Stored>> {
        self.shared.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ApiState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiState").field("addresses", self.addresses()).finish_non_exhaustive()
    }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A UUID that nobody else has, for a new region.
pub(crate) fn fresh_uuid() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    // Regions of another process get other numbers when they come in the same millisecond.
    let number = NUMBER.fetch_add(1, Ordering::Relaxed) | u64::from(std::process::id()) << 32;
    crate::changes::uuid(now_ms(), number)
}
