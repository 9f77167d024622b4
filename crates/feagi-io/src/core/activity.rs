//! What passes through a data endpoint, counted without locks.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Counters of one data endpoint. The transport writes them, liveness and metrics read them; each is
/// exact, together they are no snapshot.
#[derive(Debug, Default)]
pub struct Activity {
    frames: AtomicU64,
    bytes: AtomicU64,
    dropped: AtomicU64,
    refused: AtomicU64,
    connections: AtomicU64,
    peers: AtomicU32,
}

impl Activity {
    /// A frame of `bytes` bytes came in or went out.
    pub fn frame(&self, bytes: usize) {
        self.frames.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// A good frame was left out because a newer one came or nobody had room.
    pub fn dropped(&self, frames: u64) {
        self.dropped.fetch_add(frames, Ordering::Relaxed);
    }

    /// A peer sent something that is no frame.
    pub fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A peer connected.
    pub fn connected(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
        self.peers.fetch_add(1, Ordering::Relaxed);
    }

    /// A peer that had connected is gone.
    pub fn disconnected(&self) {
        // A transport that reports one too many must not wrap round.
        let _ = self.peers.try_update(Ordering::Relaxed, Ordering::Relaxed, |peers| peers.checked_sub(1));
    }

    /// Frames that passed.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }

    /// Bytes of the frames that passed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Frames that were left out.
    #[must_use]
    pub fn frames_dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Messages that were no frames.
    #[must_use]
    pub fn frames_refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Connections since the endpoint was opened.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Connections that are open now.
    #[must_use]
    pub fn peers(&self) -> u32 {
        self.peers.load(Ordering::Relaxed)
    }
}
