//! Frames that came in and wait for the program.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use feagi_serialization::FeagiByteContainer;

/// A bounded queue in which the oldest frame makes room for the newest.
pub(crate) struct FrameQueue {
    frames: Mutex<VecDeque<FeagiByteContainer>>,
    came: Condvar,
    capacity: usize,
    received: AtomicU64,
    refused: AtomicU64,
    overtaken: AtomicU64,
}

impl FrameQueue {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            frames: Mutex::default(),
            came: Condvar::new(),
            capacity: capacity.max(1),
            received: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            overtaken: AtomicU64::new(0),
        }
    }

    /// Takes what came in. Bytes that are no valid frame are counted and let go.
    pub(crate) fn put(&self, bytes: Vec<u8>) {
        let mut frame = FeagiByteContainer::new_empty();
        let valid = frame.try_write_data_by_ownership_to_container_and_verify(bytes).is_ok()
            && frame.xyzp_views().all(|view| view.is_ok());
        if !valid {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.received.fetch_add(1, Ordering::Relaxed);
        let mut frames = self.frames();
        if frames.len() == self.capacity {
            frames.pop_front();
            self.overtaken.fetch_add(1, Ordering::Relaxed);
        }
        frames.push_back(frame);
        drop(frames);
        self.came.notify_one();
    }

    /// The oldest frame, waiting for one if there is none.
    pub(crate) fn next(&self, timeout: Duration) -> Option<FeagiByteContainer> {
        self.wait(timeout).pop_front()
    }

    /// The newest frame, waiting for one if there is none; older ones are let go.
    pub(crate) fn newest(&self, timeout: Duration) -> Option<FeagiByteContainer> {
        let mut frames = self.wait(timeout);
        let newest = frames.pop_back();
        self.overtaken.fetch_add(frames.len() as u64, Ordering::Relaxed);
        frames.clear();
        newest
    }

    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    pub(crate) fn overtaken(&self) -> u64 {
        self.overtaken.load(Ordering::Relaxed)
    }

    fn wait(&self, timeout: Duration) -> MutexGuard<'_, VecDeque<FeagiByteContainer>> {
        let waited = self.came.wait_timeout_while(self.frames(), timeout, |frames| frames.is_empty());
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn frames(&self) -> MutexGuard<'_, VecDeque<FeagiByteContainer>> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(counter: u8) -> Vec<u8> {
        let mut bytes = vec![4, counter, 0, 0];
        bytes.resize(52, 0);
        bytes
    }

    fn counter(frame: Option<FeagiByteContainer>) -> Option<u16> {
        frame.map(|frame| frame.get_increment_counter().unwrap())
    }

    #[test]
    fn frames_come_out_in_order_and_the_oldest_makes_room() {
        let queue = FrameQueue::new(2);
        assert!(queue.next(Duration::ZERO).is_none());
        (1..=3).for_each(|number| queue.put(frame(number)));
        assert_eq!(counter(queue.next(Duration::ZERO)), Some(2));
        queue.put(frame(4));
        assert_eq!(counter(queue.newest(Duration::ZERO)), Some(4));
        assert!(queue.newest(Duration::ZERO).is_none());
        assert_eq!((queue.received(), queue.overtaken(), queue.refused()), (4, 2, 0));
    }

    #[test]
    fn a_frame_wakes_who_waits() {
        let queue = FrameQueue::new(1);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| counter(queue.next(Duration::from_secs(20))));
            queue.put(frame(9));
            assert_eq!(waiting.join().unwrap(), Some(9));
        });
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_frame_that_can_be_read_or_counted_as_refused(
            head in prop::sample::select(vec![vec![], frame(1), { let mut f = frame(1); f[3] = 1; f }]),
            rest in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let queue = FrameQueue::new(1);
            queue.put([head, rest].concat());
            match queue.next(Duration::ZERO) {
                Some(frame) => {
                    let views: Vec<_> = frame.xyzp_views().collect();
                    prop_assert!(views.iter().all(Result::is_ok));
                    prop_assert_eq!(queue.received(), 1);
                }
                None => prop_assert_eq!(queue.refused(), 1),
            }
        }
    }
}
