//! What the burst thread owns: the brain, its pace, the two flows, and what happened so far.

use crate::{Brain, History, Hold, Incoming, Outgoing, Rate, Report};

/// A brain that runs. Commands get it between bursts.
#[derive(Debug)]
pub struct Running {
    /// The brain.
    pub brain: Brain,
    /// Bursts a second from the next burst on.
    pub rate: Rate,
    /// Whether bursts wait for a word.
    pub hold: Hold,
    /// Edits that can be taken back.
    pub history: History,
    /// What happened so far. Its number of bursts never falls, whatever becomes of the brain: sources,
    /// observers and the counters of frames go by it, not by the engine's own number.
    pub report: Report,
    /// How often another genome took the place of the first; 0 at the start.
    pub genomes_loaded: u64,
    /// The flow to viewers and motors.
    pub outgoing: Outgoing,
    /// The flow from senses.
    pub incoming: Incoming,
}

impl Running {
    /// A brain before its first burst, with nobody connected.
    #[must_use]
    pub fn new(brain: Brain, rate: Rate) -> Self {
        Self {
            brain,
            rate,
            hold: Hold::default(),
            history: History::default(),
            report: Report::default(),
            genomes_loaded: 0,
            outgoing: Outgoing::default(),
            incoming: Incoming::default(),
        }
    }

    /// Puts another brain into the place of the present one, which is returned: dropping a large one
    /// takes long and is better done on another thread.
    ///
    /// Subscribers, motor agents and mailboxes stay. The engine's own burst number is the new
    /// brain's, the report goes on. Edits of the former brain cannot be taken back. The rate stays; set
    /// [`Running::rate`] to follow the new brain.
    #[must_use = "dropping a large brain here would hold up the next burst"]
    pub fn replace_brain(&mut self, brain: Brain) -> Brain {
        self.genomes_loaded += 1;
        self.history = History::default();
        std::mem::replace(&mut self.brain, brain)
    }
}
