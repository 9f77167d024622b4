//! Where the loop gets its time from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::StopFlag;

/// Time for a burst loop.
pub trait Clock {
    /// Time since the clock's own start; never falls.
    fn now(&self) -> Duration;

    /// Returns when `deadline` is reached, or soon after `stop` was asked for. A deadline that is
    /// over returns at once.
    fn wait_until(&self, deadline: Duration, stop: &StopFlag);
}

/// Real time. Sleeps for most of a wait and spins for the rest, because the system wakes a sleeper
/// late by up to some hundred microseconds.
#[derive(Clone, Copy, Debug)]
pub struct SteadyClock {
    start: Instant,
}

/// The last part of a wait, which is spun. Longer costs processor time, shorter costs punctuality.
const SPIN: Duration = Duration::from_micros(200);

/// The longest sleep without a look at the stop flag.
const NAP: Duration = Duration::from_millis(20);

impl SteadyClock {
    /// A clock that starts now.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SteadyClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn wait_until(&self, deadline: Duration, stop: &StopFlag) {
        loop {
            let left = deadline.saturating_sub(self.now());
            if left.is_zero() || stop.is_stopped() {
                return;
            }
            match left.checked_sub(SPIN) {
                Some(sleep) => std::thread::sleep(sleep.min(NAP)),
                None => std::hint::spin_loop(),
            }
        }
    }
}

/// Time that passes only when told to: waiting jumps to the deadline, and whoever holds a clone can
/// let time pass in between, as a slow burst would. Clones share the time.
#[derive(Clone, Debug, Default)]
pub struct ManualClock {
    nanos: Arc<AtomicU64>,
}

impl ManualClock {
    /// Lets `time` pass.
    pub fn advance(&self, time: Duration) {
        self.nanos.fetch_add(nanos(time), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.nanos.load(Ordering::SeqCst))
    }

    fn wait_until(&self, deadline: Duration, _stop: &StopFlag) {
        self.nanos.fetch_max(nanos(deadline), Ordering::SeqCst);
    }
}

/// Nanoseconds in 64 bits; 584 years at most.
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_clock_never_returns_before_the_deadline() {
        let clock = SteadyClock::new();
        let deadline = clock.now() + Duration::from_micros(700);
        clock.wait_until(deadline, &StopFlag::default());
        assert!(clock.now() >= deadline);
    }

    #[test]
    fn a_stopped_wait_does_not_last() {
        let stop = StopFlag::default();
        stop.stop();
        // Would hang for an hour otherwise.
        SteadyClock::new().wait_until(Duration::from_secs(3600), &stop);
    }

    #[test]
    fn clones_of_a_manual_clock_share_the_time() {
        let clock = ManualClock::default();
        clock.clone().advance(Duration::from_millis(3));
        clock.wait_until(Duration::from_millis(2), &StopFlag::default());
        assert_eq!(clock.now(), Duration::from_millis(3));
    }
}
