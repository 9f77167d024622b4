//! The wish to stop, shared between threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends a burst loop from another thread, a signal or the loop's own observer. Clones share the flag.
#[derive(Clone, Debug, Default)]
pub struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// Asks the loop to end. Returns whether it was asked before.
    pub fn stop(&self) -> bool {
        // Nothing else is published through the flag, but a reader that sees it may join threads.
        self.0.swap(true, Ordering::SeqCst)
    }

    /// Whether the loop has been asked to end.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
