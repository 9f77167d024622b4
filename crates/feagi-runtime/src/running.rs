//! What the burst thread owns: the brain, its pace, and what happened so far.

use crate::{Brain, Rate, Report};

/// A brain that runs. Commands get it between bursts.
#[derive(Debug)]
pub struct Running {
    /// The brain.
    pub brain: Brain,
    /// Bursts a second from the next burst on.
    pub rate: Rate,
    /// What happened so far.
    pub report: Report,
    /// How often another genome took the place of the first; 0 at the start.
    pub genomes_loaded: u64,
}
