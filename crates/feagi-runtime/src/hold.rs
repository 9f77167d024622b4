//! Holding a brain still between two bursts, and letting it take single steps.

use std::fmt;

/// Whether bursts wait for a word. Time that passes while they wait counts for nothing: no burst is
/// late or missed because of it.
#[derive(Default)]
pub struct Hold {
    held: bool,
    /// While held, bursts run until this many have run since the start of the program.
    until: u64,
    waiting: Vec<Waiting>,
}

/// Somebody who wants to know when so many bursts have run.
struct Waiting {
    bursts: u64,
    tell: Box<dyn FnOnce(u64) + Send>,
}

/// Why a step was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// Bursts run by themselves.
    #[error("the brain is not held; hold it first")]
    NotHeld,
    /// Too many bursts at once.
    #[error("{0} bursts are no step; take 1 to {max} at once", max = Hold::LONGEST_STEP)]
    Length(u64),
    /// Too many steps are under way.
    #[error("steps are under way; wait until they are over")]
    Busy,
}

impl Hold {
    /// Bursts of one step at most.
    pub const LONGEST_STEP: u64 = 10_000;
    /// Steps that may be under way.
    const MOST_WAITING: usize = 128;

    /// No burst runs from now on, until [`Hold::resume`] or [`Hold::step`]. Steps that are not over
    /// end here.
    pub fn hold(&mut self) {
        self.held = true;
        self.until = 0;
    }

    /// Bursts run again at their rate, the first one at once.
    pub fn resume(&mut self) {
        self.held = false;
    }

    /// Whether bursts wait.
    #[must_use]
    pub const fn is_held(&self) -> bool {
        self.held
    }

    /// Lets `bursts` bursts run one after the other, without regard to the rate. `ran` is the number
    /// that ran so far, and `tell` hears their number once they have run, on the burst thread; it is
    /// dropped unheard when the loop ends before. A step that is broken off is told, too, with the number
    /// that ran until then.
    ///
    /// # Errors
    /// [`StepError`]; nothing is changed then.
    pub fn step(
        &mut self,
        ran: u64,
        bursts: u64,
        tell: impl FnOnce(u64) + Send + 'static,
    ) -> Result<(), StepError> {
        if !self.held {
            return Err(StepError::NotHeld);
        }
        if !(1..=Self::LONGEST_STEP).contains(&bursts) {
            return Err(StepError::Length(bursts));
        }
        // Steps that wait add up.
        let until = self.until.max(ran).saturating_add(bursts);
        if self.waiting.len() >= Self::MOST_WAITING || until - ran > Self::LONGEST_STEP {
            return Err(StepError::Busy);
        }
        self.until = until;
        self.waiting.push(Waiting { bursts: self.until, tell: Box::new(tell) });
        Ok(())
    }

    /// Whether the next burst has to wait when `ran` bursts have run.
    pub(crate) const fn keeps(&self, ran: u64) -> bool {
        self.held && ran >= self.until
    }

    /// Tells those who wait for burst `ran`, and everybody when no burst will come because steps were
    /// broken off.
    pub(crate) fn reached(&mut self, ran: u64) {
        if self.waiting.is_empty() {
            return;
        }
        let over = self.keeps(ran);
        for waiting in self.waiting.extract_if(.., |waiting| over || waiting.bursts <= ran) {
            (waiting.tell)(ran);
        }
    }

    /// Nobody is told any more: no burst will come.
    pub(crate) fn forget(&mut self) {
        self.waiting.clear();
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hold")
            .field("held", &self.held)
            .field("until", &self.until)
            .field("waiting", &self.waiting.len())
            .finish()
    }
}
