//! The pool of a build without threads: every job runs on the calling thread.

/// Most jobs of one call.
pub(crate) const MAX_THREADS: usize = 1;

/// Runs jobs one after the other.
#[derive(Debug, Default)]
pub(crate) struct Pool;

impl Pool {
    /// The pool; there are never other threads.
    pub(crate) fn new(_threads: usize) -> Self {
        Self
    }

    /// Threads that share the work.
    pub(crate) fn threads(&self) -> usize {
        1
    }

    /// Calls `work` with every job.
    pub(crate) fn run<J>(&mut self, jobs: &mut [Option<J>], work: impl Fn(&mut J)) {
        jobs.iter_mut().flatten().for_each(work);
    }
}
