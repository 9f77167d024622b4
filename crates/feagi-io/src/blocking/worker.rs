//! Named threads that stop when told and say how they ended.

use std::any::Any;
use std::convert::Infallible;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError};

use crate::core::IoError;

/// A thread that runs until it is stopped. Dropping it stops it.
pub struct Worker {
    name: &'static str,
    /// Never sends: dropping it is the signal.
    stop: Option<Sender<Infallible>>,
    interrupt: Box<dyn Fn() + Send + Sync>,
    thread: Option<JoinHandle<()>>,
}

/// Tells the body of a [`Worker`] that it has to end.
#[derive(Debug)]
pub struct StopSignal(Receiver<Infallible>);

impl StopSignal {
    /// Whether the worker has to end.
    #[must_use]
    pub fn is_set(&self) -> bool {
        matches!(self.0.try_recv(), Err(TryRecvError::Disconnected))
    }

    /// For `select!` together with other channels: it closes when the worker has to end.
    #[must_use]
    pub fn receiver(&self) -> &Receiver<Infallible> {
        &self.0
    }
}

impl Worker {
    /// Starts a thread. `body` has to return soon after its signal is set; `interrupt` is called then
    /// from the stopping thread and has to wake a body that waits for something else.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the system has no thread left.
    pub fn spawn(
        name: &'static str,
        interrupt: impl Fn() + Send + Sync + 'static,
        body: impl FnOnce(&StopSignal) + Send + 'static,
    ) -> Result<Self, IoError> {
        let (stop, signal) = crossbeam_channel::bounded(0);
        let signal = StopSignal(signal);
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || body(&signal))
            .map_err(|error| IoError::Transport { transport: name, reason: error.to_string() })?;
        Ok(Self { name, stop: Some(stop), interrupt: Box::new(interrupt), thread: Some(thread) })
    }

    /// Whether the thread still runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// Tells the thread to end and waits until it has. Stopping twice does nothing.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the thread has panicked, with what it said.
    pub fn stop(&mut self) -> Result<(), IoError> {
        drop(self.stop.take());
        let Some(thread) = self.thread.take() else { return Ok(()) };
        (self.interrupt)();
        thread.join().map_err(|panic| IoError::Transport {
            transport: self.name,
            reason: format!("the thread panicked: {}", text(&*panic)),
        })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::error!(%error, "worker ended badly");
        }
    }
}

fn text(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

/// A worker with a bounded queue in front: one value after the other goes to one function.
pub struct WorkerThread<T> {
    queue: Sender<T>,
    worker: Worker,
}

impl<T: Send + 'static> WorkerThread<T> {
    /// Starts a thread that calls `handle` for each value; `capacity` values wait at most.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the system has no thread left.
    pub fn spawn(
        name: &'static str,
        capacity: usize,
        mut handle: impl FnMut(T) + Send + 'static,
    ) -> Result<Self, IoError> {
        let (queue, values) = crossbeam_channel::bounded::<T>(capacity.max(1));
        let body = move |stop: &StopSignal| {
            loop {
                crossbeam_channel::select_biased! {
                    recv(stop.receiver()) -> _ => return,
                    recv(values) -> value => match value {
                        Ok(value) => handle(value),
                        Err(_) => return,
                    },
                }
            }
        };
        Ok(Self { queue, worker: Worker::spawn(name, || (), body)? })
    }

    /// Puts a value into the queue without waiting.
    ///
    /// # Errors
    /// Gives the value back when the queue is full or the thread has ended.
    pub fn send(&self, value: T) -> Result<(), T> {
        self.queue.try_send(value).map_err(TrySendError::into_inner)
    }

    /// Ends the thread after the value in hand; values that still wait are dropped.
    ///
    /// # Errors
    /// As [`Worker::stop`].
    pub fn stop(&mut self) -> Result<(), IoError> {
        self.worker.stop()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(10);

    #[test]
    fn stopping_ends_the_thread_and_stopping_again_does_nothing() {
        let (done, ended) = crossbeam_channel::bounded(1);
        let mut worker = Worker::spawn(
            "test-stop",
            || (),
            move |stop| {
                let _ = stop.receiver().recv();
                let _ = done.send(());
            },
        )
        .unwrap();
        assert!(worker.is_running());
        worker.stop().unwrap();
        assert!(ended.try_recv().is_ok());
        assert!(!worker.is_running());
        worker.stop().unwrap();
    }

    #[test]
    fn a_body_that_waits_for_something_else_is_interrupted() {
        let (interrupt, interrupted) = crossbeam_channel::bounded::<()>(1);
        let wake = move || interrupt.send(()).unwrap();
        let body = move |stop: &StopSignal| {
            assert!(interrupted.recv_timeout(DEADLINE).is_ok());
            assert!(stop.is_set());
        };
        Worker::spawn("test-interrupt", wake, body).unwrap().stop().unwrap();
    }

    #[test]
    fn stopping_a_thread_that_panicked_tells_what_it_said() {
        let mut worker = Worker::spawn("test-panic", || (), |_| panic!("no {} left", "bananas")).unwrap();
        let error = worker.stop().unwrap_err().to_string();
        assert_eq!(error, "test-panic: the thread panicked: no bananas left");
        worker.stop().unwrap();
    }

    #[test]
    fn values_reach_the_function_in_order() {
        let (sink, seen) = crossbeam_channel::bounded(16);
        let mut worker =
            WorkerThread::spawn("test-order", 16, move |value| sink.send(value).unwrap()).unwrap();
        for value in 0..10 {
            worker.send(value).unwrap();
        }
        let order: Vec<i32> = (0..10).map(|_| seen.recv_timeout(DEADLINE).unwrap()).collect();
        assert_eq!(order, (0..10).collect::<Vec<_>>());
        worker.stop().unwrap();
        assert_eq!(worker.send(11), Err(11));
    }

    #[test]
    fn a_full_queue_gives_the_value_back() {
        let (open, gate) = crossbeam_channel::bounded::<()>(0);
        let worker = WorkerThread::spawn("test-full", 2, move |_| {
            let _ = gate.recv();
        })
        .unwrap();
        // One value is in hand or on its way there, two fit into the queue.
        let refused = (0..4).filter_map(|value| worker.send(value).err()).count();
        assert!((1..=2).contains(&refused), "{refused} values were refused");
        drop(open);
    }
}
