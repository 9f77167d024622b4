//! Bounded ways from one thread to another that never make the sender wait.
//!
//! What does not fit is a decision of the stream: [`Latest`] keeps the newest value, [`DropOldest`]
//! the newest few. Both only hold values; [`wake_up`] makes the pair that tells a thread to look.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use crossbeam_channel::{Receiver, Sender};
use crossbeam_queue::ArrayQueue;

/// Wakes the thread that holds the [`WakeReceiver`]. Wakes that it has not seen yet count as one.
#[derive(Clone, Debug)]
pub struct Waker(Sender<()>);

/// Where a thread waits for being woken. Of several clones one is woken.
#[derive(Clone, Debug)]
pub struct WakeReceiver(Receiver<()>);

/// A waker and the place where it is heard.
#[must_use]
pub fn wake_up() -> (Waker, WakeReceiver) {
    let (sender, receiver) = crossbeam_channel::bounded(1);
    (Waker(sender), WakeReceiver(receiver))
}

impl Waker {
    /// Wakes the thread; neither waits nor allocates.
    pub fn wake(&self) {
        // A full channel means that it will be woken anyway, a closed one that nobody waits any more.
        let _ = self.0.try_send(());
    }
}

impl WakeReceiver {
    /// For `select!` together with other channels. It closes when every waker is gone.
    #[must_use]
    pub fn receiver(&self) -> &Receiver<()> {
        &self.0
    }
}

/// A slot for the newest value. What was not taken in time is replaced and counted.
#[derive(Debug)]
pub struct Latest<T> {
    slot: ArcSwapOption<T>,
    replaced: AtomicU64,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self { slot: ArcSwapOption::empty(), replaced: AtomicU64::new(0) }
    }
}

impl<T> Latest<T> {
    /// Puts a value; neither waits nor allocates.
    pub fn put(&self, value: Arc<T>) {
        if self.slot.swap(Some(value)).is_some() {
            self.replaced.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes the value, if one is there.
    #[must_use]
    pub fn take(&self) -> Option<Arc<T>> {
        self.slot.swap(None)
    }

    /// Values that were replaced before somebody took them.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.replaced.load(Ordering::Relaxed)
    }
}

/// A queue in which the oldest value makes room for a new one.
#[derive(Debug)]
pub struct DropOldest<T> {
    queue: ArrayQueue<T>,
    dropped: AtomicU64,
}

impl<T> DropOldest<T> {
    /// For so many values, at least one.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { queue: ArrayQueue::new(capacity.max(1)), dropped: AtomicU64::new(0) }
    }

    /// Puts a value; neither waits nor allocates.
    pub fn put(&self, value: T) {
        if self.queue.force_push(value).is_some() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes the oldest value, if one is there.
    #[must_use]
    pub fn take(&self) -> Option<T> {
        self.queue.pop()
    }

    /// Values that made room for others.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn the_newest_value_replaces_the_one_that_nobody_took() {
        let latest = Latest::default();
        assert!(latest.take().is_none());
        for value in 1..=3 {
            latest.put(Arc::new(value));
        }
        assert_eq!(latest.take().as_deref(), Some(&3));
        assert!(latest.take().is_none());
        assert_eq!(latest.replaced(), 2);
    }

    #[test]
    fn a_full_queue_drops_its_oldest_values_and_counts_them() {
        let queue = DropOldest::new(2);
        for value in 1..=5 {
            queue.put(value);
        }
        assert_eq!([queue.take(), queue.take(), queue.take()], [Some(4), Some(5), None]);
        assert_eq!(queue.dropped(), 3);
    }

    #[test]
    fn wakes_that_were_not_seen_count_as_one() {
        let (waker, woken) = wake_up();
        waker.wake();
        waker.wake();
        assert!(woken.receiver().try_recv().is_ok());
        assert!(woken.receiver().try_recv().is_err());
    }

    #[test]
    fn a_value_put_before_a_wake_is_seen_after_it() {
        let (waker, woken) = wake_up();
        let latest = Arc::new(Latest::default());
        let reader = {
            let latest = Arc::clone(&latest);
            thread::spawn(move || {
                let mut newest = 0;
                while newest < 10_000 {
                    let _ = woken.receiver().recv();
                    if let Some(value) = latest.take() {
                        assert!(*value > newest, "{value} came after {newest}");
                        newest = *value;
                    }
                }
            })
        };
        for value in 1..=10_000_u32 {
            latest.put(Arc::new(value));
            waker.wake();
        }
        assert!(reader.join().is_ok());
    }
}
