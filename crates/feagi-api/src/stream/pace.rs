//! Which frames a viewer gets, and which it misses.

/// The most frames that may be on their way to a viewer.
const MOST: u32 = 4;
/// Frames that a viewer gets before it asks.
const FIRST: u32 = 2;

/// No burst is so far away: nothing is wanted.
pub(super) const NEVER: u64 = u64::MAX;

/// A viewer's wishes, and what it has been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    /// Frames that may be sent; `None`: any number.
    credit: Option<u32>,
    /// At most one frame in so many bursts.
    every: u64,
    /// Burst and number of the last frame that was sent.
    last: Option<(u64, u64)>,
}

impl Pace {
    /// For a viewer that asks for its frames.
    pub(super) const fn asked() -> Self {
        Self { credit: Some(FIRST), every: 1, last: None }
    }

    /// For a viewer that need not know how to ask: it gets what its connection takes, until it asks
    /// for the first time.
    pub(super) const fn free() -> Self {
        Self { credit: None, every: 1, last: None }
    }

    /// The viewer can take `frames` more.
    pub(super) fn next(&mut self, frames: u32) {
        self.credit = Some(self.credit.unwrap_or(0).saturating_add(frames).min(MOST));
    }

    /// The viewer wants at most one frame in `bursts` bursts.
    pub(super) fn every(&mut self, bursts: u32) {
        self.every = u64::from(bursts).max(1);
    }

    /// The first burst whose frame may be sent now; [`NEVER`] when none may.
    pub(super) fn due(&self) -> u64 {
        if self.credit == Some(0) {
            return NEVER;
        }
        self.last.map_or(0, |(burst, _)| burst.saturating_add(self.every))
    }

    /// Whether the frame of `burst`, the one with this number, is to be sent. Then it counts as sent,
    /// and the answer is how many frames were left out since the one before, besides those that the
    /// viewer did not want.
    pub(super) fn send(&mut self, burst: u64, number: u64) -> Option<u32> {
        if burst < self.due() {
            return None;
        }
        let missed = self.last.map_or(0, |(_, last)| number.saturating_sub(last + 1));
        self.last = Some((burst, number));
        self.credit = self.credit.map(|credit| credit - 1);
        Some(u32::try_from(missed.saturating_sub(self.every - 1)).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_that_never_asks_gets_two_frames() {
        let mut pace = Pace::asked();
        let sent: Vec<u64> = (10..20).filter(|&burst| pace.send(burst, burst).is_some()).collect();
        assert_eq!((sent, pace.due()), (vec![10, 11], NEVER));
    }

    #[test]
    fn a_viewer_that_asks_is_told_what_it_missed_meanwhile() {
        let mut pace = Pace::asked();
        assert_eq!((pace.send(1, 1), pace.send(2, 2), pace.send(3, 3)), (Some(0), Some(0), None));
        pace.next(1);
        assert_eq!(pace.send(7, 6), Some(3), "frames count, not bursts");
        pace.next(1);
        assert_eq!(pace.send(7, 6), None, "it has that one");
        assert_eq!(pace.send(8, 7), Some(0));
    }

    #[test]
    fn at_most_four_frames_are_on_their_way() {
        let mut pace = Pace::asked();
        pace.next(u32::MAX);
        assert_eq!((0..100).filter(|&burst| pace.send(burst, burst).is_some()).count(), 4);
    }

    #[test]
    fn frames_between_those_that_a_viewer_wants_were_not_left_out() {
        let mut pace = Pace::free();
        pace.every(10);
        let sent: Vec<_> = (0..35).filter_map(|burst| Some((burst, pace.send(burst, burst)?))).collect();
        assert_eq!(sent, [(0, 0), (10, 0), (20, 0), (30, 0)]);
        assert_eq!(pace.send(45, 45), Some(5));
    }

    #[test]
    fn a_viewer_that_does_not_know_how_to_ask_gets_all_until_it_does() {
        let mut pace = Pace::free();
        assert_eq!((0..100).filter(|&burst| pace.send(burst, burst).is_some()).count(), 100);
        pace.next(0);
        assert_eq!((pace.due(), pace.send(100, 100)), (NEVER, None));
        pace.next(1);
        assert_eq!(pace.send(101, 101), Some(1));
    }
}
