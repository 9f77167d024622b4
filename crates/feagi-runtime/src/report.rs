//! What a loop can say about its own run.

use std::time::Duration;

use crate::histogram::Histogram;

/// Figures of a run, from its first burst to the last that is over.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Bursts that ran.
    pub bursts: u64,
    /// Bursts that were left out because the next one was due already.
    pub missed: u64,
    /// Bursts that started within [`crate::ON_TIME`] of their deadline.
    pub on_time: u64,
    /// Spikes of all areas.
    pub spikes: u64,
    /// Inputs that were staged.
    pub inputs: u64,
    /// Time from the first deadline to the end of the last burst's period, or of that burst if it
    /// took longer.
    pub elapsed: Duration,
    /// How long after its deadline each burst started.
    pub jitter: Histogram,
    /// How long each burst took, input and observer included.
    pub burst_time: Histogram,
}

impl Report {
    /// Share of bursts that were on time, 0..=1; missed ones were not. 1 when none was due.
    #[must_use]
    pub fn on_time_share(&self) -> f64 {
        match self.bursts + self.missed {
            0 => 1.0,
            due => self.on_time as f64 / due as f64,
        }
    }

    /// Bursts a second, as they ran; 0 before the first.
    #[must_use]
    pub fn rate_hz(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { self.bursts as f64 / seconds } else { 0.0 }
    }
}
