//! Where sensory frames wait for the next burst.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use arc_swap::{ArcSwap, Guard};
use crossbeam_queue::ArrayQueue;
use feagi_io::SharedFBC;
use feagi_io::core::SensoryDataEvent;

/// How much waits for a burst at most, for each agent. The oldest frames make room for new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailboxLimits {
    /// Frames, at least one.
    pub frames: usize,
    /// Bytes of all frames; the newest frame may wait whatever its size.
    pub bytes: usize,
}

impl Default for MailboxLimits {
    fn default() -> Self {
        Self { frames: 64, bytes: 32 << 20 }
    }
}

/// A mailbox for each agent that sends sensory data. Clones share them; any thread may deliver, and
/// neither it nor the burst thread ever waits for the other.
#[derive(Clone, Debug)]
pub struct Mailboxes {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    limits: MailboxLimits,
    /// In the order in which they were opened.
    boxes: ArcSwap<Vec<Arc<Mailbox>>>,
    delivered: AtomicU64,
    dropped: AtomicU64,
    unclaimed: AtomicU64,
}

/// What became of frames before any burst saw them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// Frames that were put into a mailbox.
    pub delivered: u64,
    /// Frames that made room for newer ones.
    pub dropped: u64,
    /// Frames of agents without a mailbox.
    pub unclaimed: u64,
}

/// The frames of one agent, oldest first.
pub(crate) struct Mailbox {
    agent_id: Arc<str>,
    frames: ArrayQueue<SharedFBC>,
    /// Bytes of `frames`; for a moment more while a frame is on its way in or out.
    bytes: AtomicUsize,
}

impl Mailboxes {
    /// No mailboxes.
    #[must_use]
    pub fn new(limits: MailboxLimits) -> Self {
        let shared = Shared {
            limits,
            boxes: ArcSwap::default(),
            delivered: AtomicU64::default(),
            dropped: AtomicU64::default(),
            unclaimed: AtomicU64::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Opens a mailbox for an agent; does nothing when it has one.
    pub fn open(&self, agent_id: &Arc<str>) {
        let frames = self.shared.limits.frames.max(1);
        let opened = Arc::new(Mailbox {
            agent_id: Arc::clone(agent_id),
            frames: ArrayQueue::new(frames),
            bytes: AtomicUsize::default(),
        });
        self.shared.boxes.rcu(|boxes| {
            let mut boxes = Vec::clone(boxes);
            if boxes.iter().all(|other| other.agent_id != *agent_id) {
                boxes.push(Arc::clone(&opened));
            }
            boxes
        });
    }

    /// Closes the mailbox of an agent; what waits in it is lost.
    pub fn close(&self, agent_id: &str) {
        let others = |boxes: &Vec<Arc<Mailbox>>| {
            let others = boxes.iter().filter(|mailbox| mailbox.agent_id.as_ref() != agent_id);
            others.cloned().collect::<Vec<_>>()
        };
        self.shared.boxes.rcu(|boxes| others(boxes));
    }

    /// Puts a frame into its agent's mailbox for the next burst. Returns whether the agent has one.
    pub fn deliver(&self, event: &SensoryDataEvent) -> bool {
        let boxes = self.load();
        let Some(mailbox) = boxes.iter().find(|mailbox| mailbox.agent_id == event.agent_id) else {
            self.shared.unclaimed.fetch_add(1, Ordering::Relaxed);
            return false;
        };
        let dropped = mailbox.put(Arc::clone(&event.fbc), self.shared.limits.bytes);
        self.shared.delivered.fetch_add(1, Ordering::Relaxed);
        self.shared.dropped.fetch_add(dropped, Ordering::Relaxed);
        true
    }

    /// What became of frames so far.
    #[must_use]
    pub fn counts(&self) -> MailCounts {
        MailCounts {
            delivered: self.shared.delivered.load(Ordering::Relaxed),
            dropped: self.shared.dropped.load(Ordering::Relaxed),
            unclaimed: self.shared.unclaimed.load(Ordering::Relaxed),
        }
    }

    /// All mailboxes, in the order in which they were opened.
    pub(crate) fn load(&self) -> Guard<Arc<Vec<Arc<Mailbox>>>> {
        self.shared.boxes.load()
    }
}

impl Default for Mailboxes {
    fn default() -> Self {
        Self::new(MailboxLimits::default())
    }
}

impl Mailbox {
    /// Puts a frame in; returns how many older ones had to go.
    fn put(&self, frame: SharedFBC, most_bytes: usize) -> u64 {
        // Counted before it is there, so that whoever takes it never counts below zero.
        self.bytes.fetch_add(frame.get_number_of_bytes_used(), Ordering::Relaxed);
        let mut dropped = 0;
        if let Some(oldest) = self.frames.force_push(frame) {
            self.forget(&oldest);
            dropped += 1;
        }
        while self.bytes.load(Ordering::Relaxed) > most_bytes
            && self.frames.len() > 1
            && self.take().is_some()
        {
            dropped += 1;
        }
        dropped
    }

    /// Takes the oldest frame.
    pub(crate) fn take(&self) -> Option<SharedFBC> {
        let frame = self.frames.pop()?;
        self.forget(&frame);
        Some(frame)
    }

    /// Frames that wait.
    pub(crate) fn len(&self) -> usize {
        self.frames.len()
    }

    fn forget(&self, frame: &SharedFBC) {
        self.bytes.fetch_sub(frame.get_number_of_bytes_used(), Ordering::Relaxed);
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox")
            .field("agent_id", &self.agent_id)
            .field("frames", &self.frames.len())
            .field("bytes", &self.bytes)
            .finish()
    }
}
