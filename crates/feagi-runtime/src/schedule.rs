//! Which burst is due when, and what happens to those that are not run in time.

use std::time::Duration;

/// A burst that starts at most this long after its deadline is on time.
pub const ON_TIME: Duration = Duration::from_millis(1);

/// Deadlines at `start + k · period`. Because each is computed from the start, lateness of one burst
/// never shifts the others.
///
/// A burst that could not start before the next one was due is missed: it is left out and counted,
/// so that a pause is not followed by a bunch of bursts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    start: u64,
    period: u64,
    /// The turn that is due next.
    turn: u64,
    missed: u64,
    /// When the last turn that was run was due.
    last: Option<u64>,
}

impl Schedule {
    /// Turns every `period` from `start` on; the first is due at once. A period of zero counts as
    /// one nanosecond.
    #[must_use]
    pub fn new(start: Duration, period: Duration) -> Self {
        Self { start: nanos(start), period: nanos(period).max(1), turn: 0, missed: 0, last: None }
    }

    /// When the next turn is due.
    #[must_use]
    pub const fn deadline(&self) -> Duration {
        Duration::from_nanos(self.start.saturating_add(self.turn.saturating_mul(self.period)))
    }

    /// A turn ended at `now`: moves on to the next turn that is not over yet. Returns how many were
    /// missed.
    pub fn advance(&mut self, now: Duration) -> u64 {
        let current = nanos(now).saturating_sub(self.start) / self.period;
        let next = self.turn + 1;
        self.last = Some(nanos(self.deadline()));
        let missed = current.saturating_sub(next);
        self.turn = next + missed;
        self.missed += missed;
        missed
    }

    /// Changes the period. The next turn is due one new period after the last one that was run, but
    /// not before `now`: turns of the new period that would be over already are not missed. A first
    /// turn that was not run yet stays where it is.
    pub fn change_period(&mut self, period: Duration, now: Duration) {
        self.period = nanos(period).max(1);
        if let Some(last) = self.last {
            self.start = last.saturating_add(self.period).max(nanos(now));
            self.turn = 0;
        }
    }

    /// The same period from `start` on, with the first turn due there. What was missed stays counted.
    #[must_use]
    pub fn again(&self, start: Duration) -> Self {
        Self { start: nanos(start), turn: 0, last: None, ..*self }
    }

    /// Turns missed so far.
    #[must_use]
    pub const fn missed(&self) -> u64 {
        self.missed
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_late_turn_does_not_shift_the_next() {
        let mut schedule = Schedule::new(ms(100), ms(10));
        assert_eq!(schedule.deadline(), ms(100));
        assert_eq!(schedule.advance(ms(115)), 0); // turn 1 was due at 110 and can still start
        assert_eq!(schedule.deadline(), ms(110));
        assert_eq!(schedule.advance(ms(117)), 0);
        assert_eq!(schedule.deadline(), ms(120));
    }

    #[test]
    fn turns_that_are_over_are_counted_and_left_out() {
        let mut schedule = Schedule::new(ms(0), ms(10));
        assert_eq!(schedule.advance(ms(47)), 3); // 10, 20 and 30 are over; 40 is late
        assert_eq!(schedule.deadline(), ms(40));
        assert_eq!(schedule.missed(), 3);
    }

    #[test]
    fn a_new_period_counts_from_the_last_turn() {
        let mut schedule = Schedule::new(ms(100), ms(10));
        schedule.change_period(ms(50), ms(30));
        assert_eq!(schedule.deadline(), ms(100), "no turn was run yet");
        schedule.advance(ms(101));
        assert_eq!(schedule.deadline(), ms(150));
        schedule.change_period(ms(20), ms(110));
        assert_eq!(schedule.deadline(), ms(120));
        schedule.change_period(ms(5_000), ms(112));
        schedule.change_period(ms(15), ms(113));
        assert_eq!(schedule.deadline(), ms(115), "a change is not added to another");
    }

    #[test]
    fn a_quicker_period_misses_nothing_of_the_time_before_it() {
        let mut schedule = Schedule::new(ms(0), Duration::from_secs(100));
        schedule.advance(ms(1));
        schedule.change_period(ms(10), ms(5_000));
        assert_eq!((schedule.deadline(), schedule.missed()), (ms(5_000), 0));
        assert_eq!(schedule.advance(ms(5_001)), 0);
        assert_eq!(schedule.deadline(), ms(5_010));
    }

    #[test]
    fn deadlines_do_not_drift() {
        let mut schedule = Schedule::new(ms(3), Duration::from_nanos(33_333_333));
        for _ in 0..1_000_000 {
            schedule.advance(schedule.deadline());
        }
        assert_eq!(schedule.deadline(), ms(3) + Duration::from_nanos(33_333_333) * 1_000_000);
        assert_eq!(schedule.missed(), 0);
    }
}
