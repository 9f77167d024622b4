//! A small async runtime, and threads that use what lives on it.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use super::NonBlockingTransport;
use crate::blocking::BlockingTransport;
use crate::core::{EndpointId, IoError, LinkId, Opening, Protocol, SharedFBC};

const NAME: &str = "async runtime";
/// How long a runtime that ends waits for blocking work.
const ENDING: Duration = Duration::from_secs(1);
/// Threads for work that waits. They carry the news that connections ended and large compressions,
/// never frames.
const BLOCKING_THREADS: usize = 4;

/// A runtime that several transports share. It ends with its last owner.
pub type RuntimeHandle = Arc<Runtime>;

/// Worker threads for async tasks. Dropping it ends the tasks and the threads.
#[derive(Debug)]
pub struct Runtime {
    handle: Handle,
    /// Taken when it ends.
    tokio: Option<tokio::runtime::Runtime>,
}

impl Runtime {
    /// Starts a runtime with one worker thread, which is enough to saturate a network card.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the system refuses threads or descriptors.
    pub fn start() -> Result<RuntimeHandle, IoError> {
        Self::with_workers(1)
    }

    /// Starts a runtime with so many worker threads, at least one.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the system refuses threads or descriptors.
    pub fn with_workers(workers: usize) -> Result<RuntimeHandle, IoError> {
        let tokio = Builder::new_multi_thread()
            .worker_threads(workers.max(1))
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_name("feagi-async")
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| failed(&error))?;
        Ok(Arc::new(Self { handle: tokio.handle().clone(), tokio: Some(tokio) }))
    }

    /// Where tasks are started.
    #[must_use]
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Runs a future on the calling thread and waits for its end. Its tasks, sockets and timers live
    /// on this runtime.
    ///
    /// # Errors
    /// [`IoError::Transport`] when called from an async thread, which must not wait.
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output, IoError> {
        if Handle::try_current().is_ok() {
            return Err(failed(&"an async thread must not wait; call this from a plain thread"));
        }
        Ok(self.handle.block_on(future))
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let Some(tokio) = self.tokio.take() else { return };
        if Handle::try_current().is_ok() {
            tokio.shutdown_background();
        } else {
            tokio.shutdown_timeout(ENDING);
        }
    }
}

fn failed(reason: &impl ToString) -> IoError {
    IoError::Transport { transport: NAME, reason: reason.to_string() }
}

/// An async transport as threads see it. Every call runs on the calling thread and fails with
/// [`IoError::Transport`] on a thread of an async runtime.
#[derive(Debug)]
pub struct Blocked<T> {
    transport: T,
    // After the transport, so that what the transport drops still has its runtime.
    runtime: RuntimeHandle,
}

impl<T: NonBlockingTransport> Blocked<T> {
    /// Puts the transport's tasks on `runtime`.
    #[must_use]
    pub const fn new(transport: T, runtime: RuntimeHandle) -> Self {
        Self { transport, runtime }
    }

    /// The transport.
    #[must_use]
    pub const fn transport(&self) -> &T {
        &self.transport
    }
}

impl<T: NonBlockingTransport> BlockingTransport for Blocked<T> {
    fn backend_name(&self) -> &str {
        self.transport.backend_name()
    }

    fn protocol(&self) -> Protocol {
        self.transport.protocol()
    }

    fn start(&mut self) -> Result<String, IoError> {
        self.runtime.block_on(self.transport.start())?
    }

    fn stop(&mut self) -> Result<(), IoError> {
        self.runtime.block_on(self.transport.stop())?
    }

    fn open(&self, opening: Opening) -> Result<String, IoError> {
        self.runtime.block_on(self.transport.open(opening))?
    }

    fn close(&self, endpoint: EndpointId) -> Result<(), IoError> {
        self.runtime.block_on(self.transport.close(endpoint))?
    }

    fn reply(&self, link: LinkId, message: Vec<u8>) -> Result<(), IoError> {
        self.runtime.block_on(self.transport.reply(link, message))?
    }

    fn publish_visualization(&self, fbc: SharedFBC) -> Result<(), IoError> {
        self.runtime.block_on(self.transport.publish_visualization(fbc))?
    }

    fn publish_motor(&self, agent_id: &str, fbc: SharedFBC) -> Result<(), IoError> {
        self.runtime.block_on(self.transport.publish_motor(agent_id, fbc))?
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn tasks_run_on_named_threads() {
        let runtime = Runtime::start().unwrap();
        let task = runtime.handle().spawn(async { std::thread::current().name().map(str::to_owned) });
        let name = runtime.block_on(task).unwrap().unwrap();
        assert_eq!(name.as_deref(), Some("feagi-async"));
    }

    #[test]
    fn waiting_on_an_async_thread_is_an_error() {
        let runtime = Runtime::start().unwrap();
        let inner = Arc::clone(&runtime);
        let task = runtime.handle().spawn(async move { inner.block_on(async { 1 }) });
        let outcome = runtime.block_on(task).unwrap().unwrap();
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains("plain thread"), "{error}");
    }

    #[test]
    fn dropping_it_ends_the_tasks_also_from_an_async_thread() {
        let other = Runtime::start().unwrap();
        for from_async in [false, true] {
            let runtime = Runtime::start().unwrap();
            let (alive, ended) = mpsc::channel::<()>();
            runtime.handle().spawn(async move {
                let _alive = alive;
                std::future::pending::<()>().await;
            });
            if from_async {
                let dropped = other.handle().spawn(async move { drop(runtime) });
                other.block_on(dropped).unwrap().unwrap();
            } else {
                drop(runtime);
            }
            // The task's end of the channel goes with the task.
            let end = ended.recv_timeout(Duration::from_secs(10));
            assert_eq!(end, Err(mpsc::RecvTimeoutError::Disconnected), "from async: {from_async}");
        }
    }
}
