//! The effort that counting may take.

use std::ops::ControlFlow;

/// Steps that are left.
pub(crate) struct Work {
    left: u64,
}

/// Why an enumeration ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The visitor has seen enough.
    Enough,
    /// The effort is used up.
    Exhausted,
}

/// What a visitor of rows answers.
pub(crate) type Flow = ControlFlow<Stop>;

impl Work {
    pub(crate) const fn new(steps: u64) -> Self {
        Self { left: steps }
    }

    /// For work that was counted before and found to be within its limits.
    pub(crate) const fn unlimited() -> Self {
        Self { left: u64::MAX }
    }

    /// Takes `steps`, or breaks when they are not there.
    pub(crate) fn spend(&mut self, steps: u64) -> Flow {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Flow::Continue(())
            }
            None => Flow::Break(Stop::Exhausted),
        }
    }
}
