//! When a session counts as dead.
//!
//! What an agent does keeps its session: control messages, sensory frames, open connections. Frames
//! that are sent to it prove nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::agent_registry::AgentEndpoint;
use super::{Departure, LivenessSettings, StreamType};

/// For so long after its last deed, an agent keeps its descriptor against a newcomer with the same one.
const ACTIVE: Duration = Duration::from_secs(2);

/// How long an agent has been silent: what it did last was a control message or a sensory frame. Renewed
/// by every message and every scan.
#[derive(Debug, Default)]
pub struct Silence(AtomicU64);

impl Silence {
    /// Milliseconds, as of the last scan.
    #[must_use]
    pub fn ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, silence: Duration) {
        self.0.store(u64::try_from(silence.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// Signs of life of one session.
#[derive(Debug)]
pub(super) struct Pulse {
    /// What others may know.
    silence: Arc<Silence>,
    /// Whether the end of the control connection is reported.
    link_tells: bool,
    link_closed: bool,
    /// Sensory frames at the last look.
    frames: u64,
    /// Last control message or sensory frame.
    last_deed: Duration,
    /// Last time that the agent did something or was connected.
    last_sign: Duration,
    /// When it was first seen that all connections are gone; a message sets the clock back.
    alone_since: Option<Duration>,
}

impl Pulse {
    pub(super) const fn new(link_tells: bool, silence: Arc<Silence>, now: Duration) -> Self {
        Self {
            silence,
            link_tells,
            link_closed: false,
            frames: 0,
            last_deed: now,
            last_sign: now,
            alone_since: None,
        }
    }

    /// A message of the agent, or somebody who speaks for it.
    pub(super) fn beat(&mut self, now: Duration) {
        self.last_deed = self.last_deed.max(now);
        self.last_sign = self.last_sign.max(now);
        self.alone_since = None;
        self.silence.set(Duration::ZERO);
    }

    /// The control connection is gone.
    pub(super) const fn link_closed(&mut self) {
        self.link_closed = true;
    }

    /// Whether the control connection is known to be open.
    const fn link_is_open(&self) -> bool {
        self.link_tells && !self.link_closed
    }

    /// Whether everything that was once connected is gone.
    fn alone(&self, endpoints: &[AgentEndpoint]) -> bool {
        let mut connected = self.link_tells || self.link_closed;
        for endpoint in endpoints {
            if endpoint.activity.peers() > 0 {
                return false;
            }
            connected |= endpoint.activity.connections() > 0;
        }
        connected && !self.link_is_open()
    }

    /// Looks at what happened since the last look.
    pub(super) fn look(&mut self, endpoints: &[AgentEndpoint], now: Duration) {
        let sensory = endpoints.iter().filter(|endpoint| endpoint.stream == StreamType::Sensory);
        let frames = sensory.map(|endpoint| endpoint.activity.frames()).sum();
        if frames != self.frames {
            self.frames = frames;
            self.last_deed = self.last_deed.max(now);
            self.last_sign = self.last_sign.max(now);
        }
        self.silence.set(now.saturating_sub(self.last_deed));
        if self.link_is_open() || endpoints.iter().any(|endpoint| endpoint.activity.peers() > 0) {
            self.last_sign = self.last_sign.max(now);
        }
        if self.alone(endpoints) {
            self.alone_since.get_or_insert(now);
        } else {
            self.alone_since = None;
        }
    }

    /// Whether a newcomer with the same descriptor has to wait. Open connections do not count: the
    /// published visualizer registers anew while its former connections are still open.
    pub(super) fn is_active(&self, now: Duration) -> bool {
        self.alone_since.is_none() && now.saturating_sub(self.last_deed) < ACTIVE
    }

    /// How the session ends, if it has to, as of the last look.
    pub(super) fn end(&self, settings: &LivenessSettings, now: Duration) -> Option<Departure> {
        if self.alone_since.is_some_and(|since| now.saturating_sub(since) >= settings.grace) {
            return Some(Departure::Disconnected);
        }
        (now.saturating_sub(self.last_sign) >= settings.timeout).then_some(Departure::TimedOut)
    }
}
