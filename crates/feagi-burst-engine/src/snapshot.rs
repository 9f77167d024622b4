//! Export and import: everything an engine knows, spikes in flight included.

use alloc::boxed::Box;

use feagi_types::BurstCount;

use crate::brain::Brain;

/// The complete state of an engine between two bursts. An engine made from it continues bit for
/// bit like the one it was taken from, on any number of threads.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) brain: Box<Brain>,
}

impl Snapshot {
    /// The last burst that had run.
    #[must_use]
    pub fn burst(&self) -> BurstCount {
        BurstCount(self.brain.burst)
    }
}
