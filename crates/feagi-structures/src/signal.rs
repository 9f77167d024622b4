//! A list of subscribers and the event that reaches each of them, on the caller's thread.

use std::any::Any;
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

/// The handle of a subscriber. Counts from 0 and is never used twice by one signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct FeagiSignalIndex(u32);

impl From<u32> for FeagiSignalIndex {
    fn from(index: u32) -> Self {
        Self(index)
    }
}

impl From<FeagiSignalIndex> for u32 {
    fn from(index: FeagiSignalIndex) -> Self {
        index.0
    }
}

impl fmt::Display for FeagiSignalIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What can go wrong when subscribers come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignalError {
    /// Nobody is connected under this handle (class BadParameters).
    #[error("no subscriber has handle {0}; it was never connected or is disconnected already")]
    UnknownIndex(FeagiSignalIndex),
}

/// What became of one event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Emission {
    /// Subscribers that took the event.
    pub delivered: usize,
    /// Subscribers that panicked on it.
    pub panicked: usize,
    /// Subscribers passed over because their shared state is poisoned: a holder of its lock panicked.
    pub poisoned: usize,
}

/// The last panic of a subscriber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriberPanic {
    /// Who panicked.
    pub index: FeagiSignalIndex,
    /// What the panic said; empty when it carried no text.
    pub message: String,
}

enum Delivery {
    Taken,
    Poisoned,
}

type Listener<T> = Box<dyn FnMut(&T) -> Delivery + Send>;

/// Hands events to subscribers, in the order in which they subscribed (`fbc.md` section 6).
///
/// A subscriber that panics harms nobody: the others still get the event, [`FeagiSignal::emit`]
/// returns, and the panic is counted. It stays connected.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use feagi_structures::FeagiSignal;
///
/// let heard = Arc::new(Mutex::new(Vec::new()));
/// let mut signal = FeagiSignal::new();
/// let handle = signal.connect_with_shared_state(Arc::clone(&heard), |heard, burst: &u64| heard.push(*burst));
/// signal.emit(&1);
/// signal.disconnect(handle)?;
/// signal.emit(&2);
/// assert_eq!(*heard.lock().unwrap(), [1]);
/// # Ok::<(), feagi_structures::signal::SignalError>(())
/// ```
pub struct FeagiSignal<T> {
    listeners: Vec<(FeagiSignalIndex, Listener<T>)>,
    next_index: u32,
    panic_count: u64,
    last_panic: Option<SubscriberPanic>,
}

impl<T> FeagiSignal<T> {
    /// A signal nobody listens to.
    #[must_use]
    pub const fn new() -> Self {
        Self { listeners: Vec::new(), next_index: 0, panic_count: 0, last_panic: None }
    }

    /// Subscribes `listener` behind all present subscribers.
    ///
    /// # Panics
    /// After 2^32 - 1 subscriptions to one signal, because handles are never used twice.
    pub fn connect<F>(&mut self, mut listener: F) -> FeagiSignalIndex
    where
        F: FnMut(&T) + Send + 'static,
    {
        self.add(Box::new(move |event| {
            listener(event);
            Delivery::Taken
        }))
    }

    /// Subscribes a listener that works on state which others see too. The state is locked for the
    /// time of the call; emitting while the same thread holds the lock never ends.
    ///
    /// When the lock is poisoned the state may be half changed: the event is not delivered and
    /// [`Emission::poisoned`] counts it, until [`Mutex::clear_poison`] declares the state sound.
    ///
    /// # Panics
    /// As [`FeagiSignal::connect`].
    pub fn connect_with_shared_state<S, F>(
        &mut self,
        state: Arc<Mutex<S>>,
        mut listener: F,
    ) -> FeagiSignalIndex
    where
        S: Send + 'static,
        F: FnMut(&mut S, &T) + Send + 'static,
    {
        self.add(Box::new(move |event| match state.lock() {
            Ok(mut state) => {
                listener(&mut state, event);
                Delivery::Taken
            }
            Err(_) => Delivery::Poisoned,
        }))
    }

    /// Removes one subscriber.
    ///
    /// # Errors
    /// [`SignalError::UnknownIndex`] when nobody is connected under `index`.
    pub fn disconnect(&mut self, index: FeagiSignalIndex) -> Result<(), SignalError> {
        let place = self.listeners.iter().position(|(listener, _)| *listener == index);
        let place = place.ok_or(SignalError::UnknownIndex(index))?;
        drop(self.listeners.remove(place));
        Ok(())
    }

    /// Removes all subscribers. Their handles are not used again.
    pub fn disconnect_all(&mut self) {
        self.listeners.clear();
    }

    /// Number of subscribers.
    #[must_use]
    pub fn listener_count(&self) -> usize {
        self.listeners.len()
    }

    /// Calls every subscriber with `event`, one after the other, and says what became of it.
    pub fn emit(&mut self, event: &T) -> Emission {
        let mut emission = Emission::default();
        for (index, listener) in &mut self.listeners {
            // The listener's own state may be half changed by its panic, which only it can see.
            match catch_unwind(AssertUnwindSafe(|| listener(event))) {
                Ok(Delivery::Taken) => emission.delivered += 1,
                Ok(Delivery::Poisoned) => emission.poisoned += 1,
                Err(payload) => {
                    emission.panicked += 1;
                    self.panic_count += 1;
                    self.last_panic = Some(SubscriberPanic { index: *index, message: message_of(payload) });
                }
            }
        }
        emission
    }

    /// Panics of subscribers since the signal was made.
    #[must_use]
    pub const fn panic_count(&self) -> u64 {
        self.panic_count
    }

    /// The last panic of a subscriber.
    #[must_use]
    pub const fn last_panic(&self) -> Option<&SubscriberPanic> {
        self.last_panic.as_ref()
    }

    fn add(&mut self, listener: Listener<T>) -> FeagiSignalIndex {
        let index = FeagiSignalIndex(self.next_index);
        self.next_index = self.next_index.checked_add(1).expect("a signal has 2^32 - 1 handles");
        self.listeners.push((index, listener));
        index
    }
}

fn message_of(payload: Box<dyn Any + Send>) -> String {
    let payload = match payload.downcast::<String>() {
        Ok(message) => return *message,
        Err(payload) => payload,
    };
    match payload.downcast::<&'static str>() {
        Ok(message) => String::from(*message),
        Err(payload) => {
            // Dropping an unknown payload runs its author's code, which may panic again.
            mem::forget(payload);
            String::new()
        }
    }
}

impl<T> Default for FeagiSignal<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for FeagiSignal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indices: Vec<_> = self.listeners.iter().map(|(index, _)| index.0).collect();
        f.debug_struct("FeagiSignal")
            .field("listener_count", &self.listeners.len())
            .field("next_index", &self.next_index)
            .field("indices", &indices)
            .field("panic_count", &self.panic_count)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::panic_any;

    type Log = Arc<Mutex<Vec<u32>>>;

    fn log_as(signal: &mut FeagiSignal<u32>, log: &Log, name: u32) -> FeagiSignalIndex {
        signal.connect_with_shared_state(Arc::clone(log), move |log, event| log.push(name * 10 + event))
    }

    #[test]
    fn subscribers_are_called_in_the_order_of_subscription() {
        let (mut signal, log) = (FeagiSignal::new(), Log::default());
        let handles: Vec<_> = (0..6).map(|name| log_as(&mut signal, &log, name)).collect();
        signal.disconnect(handles[2]).unwrap();
        log_as(&mut signal, &log, 9);
        assert_eq!(signal.emit(&7), Emission { delivered: 6, panicked: 0, poisoned: 0 });
        assert_eq!(*log.lock().unwrap(), [7, 17, 37, 47, 57, 97]);
    }

    #[test]
    fn handles_are_never_used_twice() {
        let mut signal = FeagiSignal::<u32>::new();
        let first = signal.connect(|_| {});
        signal.disconnect_all();
        assert_eq!(signal.listener_count(), 0);
        assert_eq!(signal.disconnect(first), Err(SignalError::UnknownIndex(first)));
        assert_eq!(u32::from(signal.connect(|_| {})), 1);
    }

    #[test]
    fn a_panicking_subscriber_harms_nobody_and_is_counted() {
        let (mut signal, log) = (FeagiSignal::new(), Log::default());
        log_as(&mut signal, &log, 1);
        let bad = signal.connect(|event| panic!("cannot take {event}"));
        log_as(&mut signal, &log, 2);
        assert_eq!(signal.emit(&3), Emission { delivered: 2, panicked: 1, poisoned: 0 });
        signal.emit(&4);
        assert_eq!(*log.lock().unwrap(), [13, 23, 14, 24]);
        assert_eq!(signal.panic_count(), 2);
        let last = SubscriberPanic { index: bad, message: "cannot take 4".into() };
        assert_eq!(signal.last_panic(), Some(&last));
    }

    #[test]
    fn a_panic_payload_that_panics_when_dropped_does_not_reach_the_emitter() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        let mut signal = FeagiSignal::new();
        signal.connect(|_: &u32| panic_any(Bomb));
        assert_eq!(signal.emit(&0).panicked, 1);
        assert_eq!(signal.last_panic().map(|last| last.message.as_str()), Some(""));
    }

    #[test]
    fn poisoned_state_is_passed_over_and_counted_until_it_is_declared_sound() {
        let (mut signal, log) = (FeagiSignal::new(), Log::default());
        log_as(&mut signal, &log, 1);
        signal.connect_with_shared_state(Arc::clone(&log), |_, event| assert_ne!(*event, 0, "no zero"));
        assert_eq!(signal.emit(&0), Emission { delivered: 1, panicked: 1, poisoned: 0 });
        assert_eq!(signal.emit(&1), Emission { delivered: 0, panicked: 0, poisoned: 2 });
        log.clear_poison();
        assert_eq!(signal.emit(&2), Emission { delivered: 2, panicked: 0, poisoned: 0 });
        assert_eq!(*log.lock().unwrap(), [10, 12]);
    }

    #[test]
    fn the_debug_form_names_the_handles() {
        let mut signal = FeagiSignal::<u32>::new();
        signal.connect(|_| {});
        let text = format!("{signal:?}");
        assert!(text.contains("listener_count: 1") && text.contains("indices: [0]"), "{text}");
    }
}
