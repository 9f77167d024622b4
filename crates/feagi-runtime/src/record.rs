//! What subscribers hear of every burst, and of changes that matter to all of them.

use std::time::Duration;

use crate::{Rate, Running};

/// One burst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BurstRecord {
    /// Its number: 1 for the first since the start of the program.
    pub burst: u64,
    /// Neurons that fired.
    pub fired: u64,
    /// Inputs that were staged for it.
    pub inputs: u64,
    /// How long it took, input and subscribers included.
    pub duration: Duration,
    /// How long after its deadline it began.
    pub lateness: Duration,
    /// Bursts that were left out just before it, because it was due already.
    pub missed: u64,
}

/// What has to be looked at anew when it changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrainState {
    /// How often another genome took the place of the first.
    pub genomes_loaded: u64,
    /// How often the genome was changed since it was loaded.
    pub revision: u64,
    /// Whether bursts wait for a word.
    pub held: bool,
    /// Bursts a second, while they do not wait.
    pub rate: Rate,
}

impl BrainState {
    /// The state of a brain.
    #[must_use]
    pub const fn of(running: &Running) -> Self {
        Self {
            genomes_loaded: running.genomes_loaded,
            revision: running.brain.revision,
            held: running.hold.is_held(),
            rate: running.rate,
        }
    }
}
