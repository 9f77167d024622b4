//! Where the loop gets its time from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::{Command, Commands, StopFlag};

/// Time for a burst loop.
pub trait Clock {
    /// Time since the clock's own start; never falls.
    fn now(&self) -> Duration;

    /// Waits for a command and for `deadline`, whichever comes first: `None` when the deadline is
    /// reached or over, or soon after `stop` was asked for. A command that comes too close to the
    /// deadline is left for later.
    fn wait(&self, deadline: Duration, stop: &StopFlag, commands: &Commands) -> Option<Command>;
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

    fn wait(&self, deadline: Duration, stop: &StopFlag, commands: &Commands) -> Option<Command> {
        loop {
            let left = deadline.saturating_sub(self.now());
            if left.is_zero() || stop.is_stopped() {
                return None;
            }
            match left.checked_sub(SPIN) {
                Some(sleep) => {
                    if let Some(command) = commands.wait(sleep.min(NAP)) {
                        return Some(command);
                    }
                }
                None => std::hint::spin_loop(),
            }
        }
    }
}

/// Time that passes only when told to: waiting takes the commands that are there, then jumps to the
/// deadline, and whoever holds a clone can
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

    fn wait(&self, deadline: Duration, _stop: &StopFlag, commands: &Commands) -> Option<Command> {
        if self.now() >= deadline {
            return None;
        }
        let command = commands.take();
        if command.is_none() {
            self.nanos.fetch_max(nanos(deadline), Ordering::SeqCst);
        }
        command
    }
}

/// Nanoseconds in 64 bits; 584 years at most.
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_steady_clock_never_returns_before_the_deadline() {
        let (clock, (_brain, commands)) = (SteadyClock::new(), crate::commands());
        let deadline = clock.now() + Duration::from_micros(700);
        assert!(clock.wait(deadline, &StopFlag::default(), &commands).is_none());
        assert!(clock.now() >= deadline);
    }

    #[test]
    fn time_passes_also_when_nobody_is_left_to_ask() {
        let (clock, (brain, commands)) = (SteadyClock::new(), crate::commands());
        drop(brain);
        let deadline = clock.now() + Duration::from_micros(700);
        assert!(clock.wait(deadline, &StopFlag::default(), &commands).is_none());
        assert!(clock.now() >= deadline);
    }

    #[test]
    fn a_stopped_wait_does_not_last() {
        let stop = StopFlag::default();
        stop.stop();
        // Would hang for an hour otherwise.
        assert!(SteadyClock::new().wait(HOUR, &stop, &crate::commands().1).is_none());
    }

    #[test]
    fn a_command_ends_a_wait_unless_the_deadline_is_over() {
        let (steady, manual, stop) = (SteadyClock::new(), ManualClock::default(), StopFlag::default());
        let clocks: [&dyn Clock; 2] = [&steady, &manual];
        for clock in clocks {
            let (brain, commands) = crate::commands();
            brain.post(|_| {}).unwrap();
            assert!(clock.wait(clock.now(), &stop, &commands).is_none(), "the deadline goes first");
            assert!(clock.wait(HOUR, &stop, &commands).is_some());
        }
        assert_eq!(manual.now(), Duration::ZERO);
    }

    #[test]
    fn clones_of_a_manual_clock_share_the_time() {
        let clock = ManualClock::default();
        clock.clone().advance(Duration::from_millis(3));
        let commands = crate::commands().1;
        assert!(clock.wait(Duration::from_millis(2), &StopFlag::default(), &commands).is_none());
        assert_eq!(clock.now(), Duration::from_millis(3));
        assert!(clock.wait(Duration::from_millis(5), &StopFlag::default(), &commands).is_none());
        assert_eq!(clock.now(), Duration::from_millis(5));
    }
}
