//! What became of frames.

use std::sync::atomic::{AtomicU64, Ordering};

/// What became of a sensory frame. A frame that was not sent is not kept: the next one is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// It is on its way.
    Sent,
    /// The brain does not take frames as fast as they come.
    Full,
    /// There is no session at the moment; the agent is about to register again.
    Disconnected,
}

/// What was counted since the agent was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Sessions that began.
    pub sessions: u64,
    /// Sensory frames sent.
    pub sent: u64,
    /// Sensory frames not sent because the brain did not keep up.
    pub full: u64,
    /// Sensory frames not sent because there was no session.
    pub disconnected: u64,
    /// Motor frames that came in.
    pub motor: u64,
    /// Visualization frames that came in.
    pub visualization: u64,
    /// Frames that came in and made room for newer ones before the program took them.
    pub overtaken: u64,
    /// Messages on data connections that were no frames.
    pub refused: u64,
}

/// Counters that several threads write.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sessions: AtomicU64,
    pub(crate) sent: AtomicU64,
    pub(crate) full: AtomicU64,
    pub(crate) disconnected: AtomicU64,
}

impl Tally {
    pub(crate) fn count(&self, delivery: Delivery) {
        let counter = match delivery {
            Delivery::Sent => &self.sent,
            Delivery::Full => &self.full,
            Delivery::Disconnected => &self.disconnected,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}
