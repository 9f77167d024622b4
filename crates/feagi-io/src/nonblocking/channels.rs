//! How tasks get values from elsewhere: a bounded queue for what must arrive, a slot for what ages.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use tokio::sync::{Notify, mpsc};

/// A queue for at most `capacity` values, at least one.
#[must_use]
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = mpsc::channel(capacity.max(1));
    (Sender(sender), Receiver(receiver))
}

/// The putting end of a bounded queue. Clones put into the same queue.
#[derive(Debug)]
pub struct Sender<T>(mpsc::Sender<T>);

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// The taking end of a bounded queue.
#[derive(Debug)]
pub struct Receiver<T>(mpsc::Receiver<T>);

/// What became of a value that was offered to a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It is in the queue.
    Taken,
    /// The queue was full; the value is lost.
    Full,
    /// Nobody takes from the queue any more; the value is lost.
    Closed,
}

impl<T> Sender<T> {
    /// Puts a value if there is room. Never waits, may be called on any thread.
    pub fn offer(&self, value: T) -> Offer {
        match self.0.try_send(value) {
            Ok(()) => Offer::Taken,
            Err(mpsc::error::TrySendError::Full(_)) => Offer::Full,
            Err(mpsc::error::TrySendError::Closed(_)) => Offer::Closed,
        }
    }
}

impl<T> Receiver<T> {
    /// Takes the oldest value, waiting for one; `None` when every sender is gone. May be dropped
    /// while it waits without losing a value.
    pub async fn take(&mut self) -> Option<T> {
        self.0.recv().await
    }
}

/// A slot that keeps the newest value for one task.
#[derive(Debug)]
pub struct Latest<T> {
    value: ArcSwapOption<T>,
    filled: Notify,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self { value: ArcSwapOption::empty(), filled: Notify::new() }
    }
}

impl<T> Latest<T> {
    /// Puts a value. Returns whether it replaced one that nobody had taken. Never waits, may be
    /// called on any thread.
    pub fn put(&self, value: Arc<T>) -> bool {
        let replaced = self.value.swap(Some(value)).is_some();
        self.filled.notify_one();
        replaced
    }

    /// Takes the newest value, waiting for one. May be dropped while it waits without losing a value.
    pub async fn take(&self) -> Arc<T> {
        loop {
            if let Some(value) = self.value.swap(None) {
                return value;
            }
            self.filled.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Runtime;
    use super::*;

    #[test]
    fn a_full_queue_refuses_and_a_deserted_one_says_so() {
        let (sender, mut receiver) = bounded(2);
        assert_eq!([1, 2, 3].map(|value| sender.offer(value)), [Offer::Taken, Offer::Taken, Offer::Full]);
        let runtime = Runtime::start().unwrap();
        assert_eq!(runtime.block_on(receiver.take()).unwrap(), Some(1));
        drop(receiver);
        assert_eq!(sender.offer(4), Offer::Closed);
    }

    #[test]
    fn a_queue_ends_with_its_senders_and_not_before() {
        let (sender, mut receiver) = bounded(1);
        let clone = sender.clone();
        drop(sender);
        assert_eq!(clone.offer(7), Offer::Taken);
        drop(clone);
        let runtime = Runtime::start().unwrap();
        assert_eq!(runtime.block_on(receiver.take()).unwrap(), Some(7));
        assert_eq!(runtime.block_on(receiver.take()).unwrap(), None);
    }

    #[test]
    fn the_slot_holds_only_the_newest_value() {
        let slot = Latest::default();
        let old = Arc::new(1);
        assert!(!slot.put(Arc::clone(&old)));
        assert!(slot.put(Arc::new(2)));
        assert_eq!(Arc::strong_count(&old), 1, "the replaced value is let go");
        let runtime = Runtime::start().unwrap();
        assert_eq!(*runtime.block_on(slot.take()).unwrap(), 2);
        assert!(!slot.put(Arc::new(3)));
    }

    #[test]
    fn a_waiting_task_is_woken_by_a_value_from_a_thread() {
        let runtime = Runtime::start().unwrap();
        let slot = Arc::new(Latest::default());
        let task = runtime.handle().spawn({
            let slot = Arc::clone(&slot);
            async move { (*slot.take().await, *slot.take().await) }
        });
        slot.put(Arc::new(5));
        while slot.value.load().is_some() {
            std::thread::yield_now();
        }
        slot.put(Arc::new(6));
        assert_eq!(runtime.block_on(task).unwrap().unwrap(), (5, 6));
    }
}
