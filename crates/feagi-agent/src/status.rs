//! What an agent's thread tells the program.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use feagi_io::core::Capability;
use feagi_serialization::AgentId;

use crate::delivery::Tally;
use crate::frames::FrameQueue;
use crate::sensory::Lane;
use crate::{AgentError, Settings};

/// Where an agent stands.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Status {
    /// It is about to register.
    Connecting {
        /// Attempts that failed since the last session, or since the beginning.
        attempts: u32,
        /// Why the last one failed or the last session ended; nothing before the first attempt.
        problem: Option<Arc<AgentError>>,
    },
    /// It has a session.
    Registered(Arc<Session>),
    /// It has left.
    Over,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// Counts the agent's sessions from 1.
    pub number: u64,
    /// The agent's id in this session.
    pub id: AgentId,
    /// Where each capability is served, as reached from here.
    pub endpoints: BTreeMap<Capability, String>,
}

/// What the agent, its keeper and its readers share.
pub(crate) struct Shared {
    pub(crate) address: String,
    pub(crate) lane: Mutex<Lane>,
    pub(crate) motor: FrameQueue,
    pub(crate) visualization: FrameQueue,
    pub(crate) tally: Tally,
    status: Mutex<Status>,
    changed: Condvar,
    /// Nanoseconds; 0 while unknown.
    round_trip: AtomicU64,
    /// Whether the brain knows that the agent has left, or never knew it.
    confirmed: AtomicBool,
}

impl Shared {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            address: settings.address.to_string(),
            lane: Mutex::new(Lane::new(settings.send_within)),
            motor: FrameQueue::new(settings.queue),
            visualization: FrameQueue::new(settings.queue),
            tally: Tally::default(),
            status: Mutex::new(Status::Connecting { attempts: 0, problem: None }),
            changed: Condvar::new(),
            round_trip: AtomicU64::new(0),
            confirmed: AtomicBool::new(true),
        }
    }

    pub(crate) fn status(&self) -> Status {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_status(&self, status: Status) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = status;
        self.changed.notify_all();
    }

    /// Waits until the status is as wished; the status then.
    pub(crate) fn wait(&self, timeout: Duration, wished: impl Fn(&Status) -> bool) -> Status {
        let status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(status, timeout, |status| !wished(status));
        waited.unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    pub(crate) fn set_confirmed(&self, confirmed: bool) {
        self.confirmed.store(confirmed, Ordering::Relaxed);
    }

    pub(crate) fn confirmed(&self) -> bool {
        self.confirmed.load(Ordering::Relaxed)
    }

    pub(crate) fn set_round_trip(&self, round_trip: Duration) {
        let nanos = u64::try_from(round_trip.as_nanos()).unwrap_or(u64::MAX);
        self.round_trip.store(nanos.max(1), Ordering::Relaxed);
    }

    pub(crate) fn round_trip(&self) -> Option<Duration> {
        match self.round_trip.load(Ordering::Relaxed) {
            0 => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }
}
