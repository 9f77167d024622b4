//! The burst thread's side: slots for the newest frame, for records of bursts and for the state.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use feagi_io::SharedFBC;
use feagi_io::blocking::channels::{DropOldest, Waker};
use feagi_runtime::{BrainState, BurstRecord, Watcher};

/// Records that are kept for readers: more than bursts at the highest rate between two looks.
pub(super) const RECORDS: usize = 8192;

/// Where the burst thread puts what viewers may see. Nothing here waits or allocates.
pub struct Gate {
    /// Viewers that are connected.
    viewers: AtomicUsize,
    /// One place: what is not taken is replaced. The burst stands beside the frame, because containers
    /// count to 65 535 only.
    newest: DropOldest<Frame>,
    /// Frames that were put there.
    frames: AtomicU64,
    /// The last burst that is over.
    burst: AtomicU64,
    records: DropOldest<Logged>,
    /// One place.
    state: DropOldest<BrainState>,
    waker: Waker,
    start: Instant,
}

/// What fired in a burst.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) burst: u64,
    /// Counts frames.
    pub(super) number: u64,
    pub(super) fbc: SharedFBC,
}

/// A burst, and when it was over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logged {
    pub(super) record: BurstRecord,
    /// Since the start of the program.
    pub(super) time: Duration,
}

impl Gate {
    /// Empty slots; `waker` is woken for every frame.
    pub(super) fn new(waker: Waker) -> Self {
        Self {
            viewers: AtomicUsize::new(0),
            newest: DropOldest::new(1),
            frames: AtomicU64::new(0),
            burst: AtomicU64::new(0),
            records: DropOldest::new(RECORDS),
            state: DropOldest::new(1),
            waker,
            start: Instant::now(),
        }
    }

    /// The last burst that is over.
    pub(super) fn last_burst(&self) -> u64 {
        self.burst.load(Ordering::Acquire)
    }

    pub(super) fn take_frame(&self) -> Option<Frame> {
        self.newest.take()
    }

    pub(super) fn take_record(&self) -> Option<Logged> {
        self.records.take()
    }

    pub(super) fn take_state(&self) -> Option<BrainState> {
        self.state.take()
    }

    /// One viewer more.
    pub(super) fn enter(&self) {
        self.viewers.fetch_add(1, Ordering::Relaxed);
    }

    /// One viewer less.
    pub(super) fn leave(&self) {
        self.viewers.fetch_sub(1, Ordering::Relaxed);
    }

    /// Has the converter look around.
    pub(super) fn wake(&self) {
        self.waker.wake();
    }
}

impl Watcher for Gate {
    fn wants_frames(&self) -> bool {
        self.viewers.load(Ordering::Relaxed) > 0
    }

    fn frame(&self, fbc: &SharedFBC) {
        if !self.wants_frames() {
            return;
        }
        let Ok(counter) = fbc.get_increment_counter() else { return };
        // The record of a burst follows its frame, and every burst has one: this is the burst after the
        // last one. Its counter is looked at for those who connect a brain that has run before.
        let burst = continued(self.last_burst() + 1, counter);
        let number = self.frames.fetch_add(1, Ordering::Relaxed);
        self.newest.put(Frame { burst, number, fbc: Arc::clone(fbc) });
        self.waker.wake();
    }

    fn burst(&self, record: &BurstRecord) {
        self.records.put(Logged { record: *record, time: self.start.elapsed() });
        self.burst.store(record.burst, Ordering::Release);
    }

    fn state(&self, state: &BrainState) {
        self.state.put(*state);
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("viewers", &self.viewers).finish_non_exhaustive()
    }
}

/// The first number from `least` on whose low 16 bits are `counter`.
fn continued(least: u64, counter: u16) -> u64 {
    least + u64::from(counter.wrapping_sub(least as u16))
}

#[cfg(test)]
mod tests {
    use feagi_io::blocking::channels::wake_up;
    use feagi_serialization::FeagiByteContainer;

    use super::*;

    fn frame(counter: u16) -> SharedFBC {
        let mut container = FeagiByteContainer::new_empty();
        container.overwrite_byte_data_with_multiple_struct_data(&[], counter).unwrap();
        Arc::new(container)
    }

    fn record(burst: u64) -> BurstRecord {
        BurstRecord { burst, ..BurstRecord::default() }
    }

    #[test]
    fn numbers_of_bursts_are_exact_beyond_the_counters_of_containers() {
        let gate = Gate::new(wake_up().0);
        gate.enter();
        let big = (1 << 40) + 65_534;
        for burst in [1, 2, 65_535, 65_536, 65_537, big, big + 1, big + 2] {
            gate.burst(&record(burst - 1));
            gate.frame(&frame(burst as u16));
            assert_eq!(gate.take_frame().unwrap().burst, burst);
        }
    }

    #[test]
    fn only_the_newest_frame_waits_and_frames_are_counted() {
        let (waker, woken) = wake_up();
        let gate = Gate::new(waker);
        gate.frame(&frame(1));
        assert!(gate.take_frame().is_none() && woken.receiver().is_empty(), "nobody is there");
        gate.enter();
        for burst in 1..=3 {
            gate.frame(&frame(burst));
            gate.burst(&record(burst.into()));
        }
        let newest = gate.take_frame().unwrap();
        assert_eq!((newest.burst, newest.number, woken.receiver().len()), (3, 2, 1));
        assert!(gate.take_frame().is_none());
    }
}
