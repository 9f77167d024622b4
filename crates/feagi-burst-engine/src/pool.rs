//! A fixed pool of threads that lives as long as its engine.
//!
//! One call hands every thread at most one job and returns when all are done. Which job a thread
//! gets is fixed, so results do not depend on timing. Between calls the threads spin briefly and
//! then sleep; a call takes no lock and allocates nothing.

#![allow(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::vec::Vec;

use sync::{Arc, AtomicBool, AtomicUsize, JoinHandle, Ordering, Thread, UnsafeCell, thread};

/// What the pool is built from: the standard library, or loom's models of it, under which the tests
/// try every interleaving (`RUSTFLAGS="--cfg loom"`).
mod sync {
    #[cfg(loom)]
    pub(super) use loom::{
        cell::UnsafeCell,
        sync::Arc,
        sync::atomic::{AtomicBool, AtomicUsize, Ordering},
        thread::{self, JoinHandle, Thread},
    };
    #[cfg(not(loom))]
    pub(super) use std::{
        sync::Arc,
        sync::atomic::{AtomicBool, AtomicUsize, Ordering},
        thread::{self, JoinHandle, Thread},
    };

    /// The standard cell with loom's way of access.
    #[cfg(not(loom))]
    pub(super) struct UnsafeCell<T>(core::cell::UnsafeCell<T>);

    #[cfg(not(loom))]
    impl<T> UnsafeCell<T> {
        pub(super) fn new(value: T) -> Self {
            Self(core::cell::UnsafeCell::new(value))
        }

        pub(super) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
            read(self.0.get())
        }

        pub(super) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
            write(self.0.get())
        }
    }
}

/// Most threads, and so jobs of one call.
pub(crate) const MAX_THREADS: usize = 64;

/// How often a waiting thread looks before it sleeps.
const SPINS: u32 = if cfg!(loom) { 0 } else { 4_000 };

/// A call under way, as the workers see it: `run(context, k)` does job `k`.
#[derive(Clone, Copy)]
struct Call {
    run: unsafe fn(*const (), usize),
    context: *const (),
}

/// State shared by the caller and the workers.
struct Shared {
    /// The call under way. Written by the caller while no worker may look (the flag of every worker
    /// is 0 then), read by workers after they saw their flag set.
    call: UnsafeCell<Option<Call>>,
    /// One flag per worker: 1 when there is a job for it, back to 0 when it is done.
    flags: Vec<AtomicUsize>,
    stop: AtomicBool,
    panicked: AtomicBool,
    caller: UnsafeCell<Option<Thread>>,
}

// SAFETY: `call` and `caller` are written only by the caller while every flag is 0 and read by a
// worker only while its own flag is 1; the flag's release store and acquire load order the two.
unsafe impl Sync for Shared {}
// SAFETY: the raw pointer inside `call` is only ever used during a call, see `Pool::run`.
unsafe impl Send for Shared {}

/// Threads that share the work of a burst with the calling thread.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

impl core::fmt::Debug for Pool {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pool").field("threads", &self.threads()).finish()
    }
}

impl Pool {
    /// A pool of `threads` threads (1 to [`MAX_THREADS`]), the calling one included. Threads that
    /// the system refuses to start are done without.
    pub(crate) fn new(threads: usize) -> Self {
        let wanted = threads.clamp(1, MAX_THREADS) - 1;
        let shared = Arc::new(Shared {
            call: UnsafeCell::new(None),
            flags: (0..wanted).map(|_| AtomicUsize::new(0)).collect(),
            stop: AtomicBool::new(false),
            panicked: AtomicBool::new(false),
            caller: UnsafeCell::new(None),
        });
        let workers = (0..wanted)
            .map_while(|index| {
                let shared = Arc::clone(&shared);
                let name = std::format!("burst-{}", index + 1);
                thread::Builder::new().name(name).spawn(move || shared.work(index)).ok()
            })
            .collect();
        Self { shared, workers }
    }

    /// Threads that share the work, the calling one included.
    pub(crate) fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `work` with every job, each on a thread of its own as far as there are threads. The
    /// exclusive borrow keeps calls from overlapping, also from inside `work`.
    ///
    /// # Panics
    /// When `work` panics on any thread, after all jobs have ended.
    pub(crate) fn run<J: Send, W: Fn(&mut J) + Sync>(&mut self, jobs: &mut [Option<J>], work: W) {
        let (first, others) = match jobs {
            [] => return,
            [first, others @ ..] => (first, others),
        };
        let shared_out = others.len().min(self.workers.len());
        let (others, rest) = others.split_at_mut(shared_out);
        let context = Context { jobs: others.as_mut_ptr(), work: &work };
        let call = Call { run: run_job::<J, W>, context: (&raw const context).cast() };
        // SAFETY: every flag is 0 here (each call waits for that before it returns), so no worker
        // reads this cell until a flag below is set.
        self.shared.call.with_mut(|cell| unsafe { *cell = Some(call) });
        let caller = Some(thread::current());
        // SAFETY: as above.
        self.shared.caller.with_mut(|cell| unsafe { *cell = caller });
        for (flag, worker) in self.shared.flags.iter().zip(&self.workers).take(shared_out) {
            flag.store(1, Ordering::Release);
            worker.thread().unpark();
        }
        let own = catch_unwind(AssertUnwindSafe(|| {
            first.iter_mut().for_each(&work);
            rest.iter_mut().flatten().for_each(&work);
        }));
        // `context` and the jobs must outlive every worker's use of them, also when `work` panicked.
        for flag in &self.shared.flags[..shared_out] {
            wait_until(|| flag.load(Ordering::Acquire) == 0);
        }
        if let Err(panic) = own {
            self.shared.panicked.store(false, Ordering::Relaxed);
            resume_unwind(panic);
        }
        assert!(!self.shared.panicked.swap(false, Ordering::Relaxed), "a burst worker panicked");
    }
}

/// What `run_job` needs, on the stack of [`Pool::run`].
struct Context<'a, J, W> {
    jobs: *mut Option<J>,
    work: &'a W,
}

/// Runs job `index` of a call.
///
/// # Safety
/// `context` points to a live `Context<J, W>` with more than `index` jobs, and no other thread uses
/// job `index` during the call.
unsafe fn run_job<J, W: Fn(&mut J) + Sync>(context: *const (), index: usize) {
    // SAFETY: the caller promises a live context of these types.
    let context = unsafe { &*context.cast::<Context<'_, J, W>>() };
    // SAFETY: the caller promises that the job exists and is this thread's alone.
    if let Some(job) = unsafe { &mut *context.jobs.add(index) } {
        (context.work)(job);
    }
}

impl Shared {
    /// What worker `index` does all its life.
    fn work(&self, index: usize) {
        let flag = &self.flags[index];
        loop {
            wait_until(|| flag.load(Ordering::Acquire) == 1 || self.stop.load(Ordering::Acquire));
            if self.stop.load(Ordering::Acquire) {
                return;
            }
            // SAFETY: the flag is 1, so the caller has written the cell and leaves it alone until
            // the flag is 0 again.
            let call = self.call.with(|cell| unsafe { *cell });
            // SAFETY: as above.
            let caller = self.caller.with(|cell| unsafe { (*cell).clone() });
            if let Some(call) = call {
                // SAFETY: `Pool::run` keeps the context alive until this worker's flag is 0, and
                // worker `index` is the only one that touches job `index`.
                let done = catch_unwind(AssertUnwindSafe(|| unsafe { (call.run)(call.context, index) }));
                if let Err(panic) = done {
                    // What a panic carries may panic when it is dropped; the flag has to fall first.
                    core::mem::forget(panic);
                    self.panicked.store(true, Ordering::Relaxed);
                }
            }
            flag.store(0, Ordering::Release);
            if let Some(caller) = caller {
                caller.unpark();
            }
        }
    }
}

/// Spins, then sleeps, until `ready`. Whoever makes it ready unparks this thread afterwards.
fn wait_until(ready: impl Fn() -> bool) {
    for _ in 0..SPINS {
        if ready() {
            return;
        }
        core::hint::spin_loop();
    }
    while !ready() {
        thread::park();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        for worker in self.workers.drain(..) {
            worker.thread().unpark();
            // A worker catches panics of its jobs, so it ends only because it was told to.
            let _ = worker.join();
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::vec;

    #[test]
    fn every_job_runs_once_on_any_number_of_threads() {
        for threads in [1, 2, 7] {
            let mut pool = Pool::new(threads);
            for jobs in [1_usize, 2, 7, 12] {
                let mut work: Vec<Option<Vec<usize>>> = (0..jobs).map(|job| Some(vec![job])).collect();
                for _ in 0..50 {
                    pool.run(&mut work, |list| list.push(list.len()));
                }
                assert!(work.iter().flatten().all(|list| list.len() == 51), "{threads} threads, {jobs} jobs");
            }
        }
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_pool_survives() {
        let mut pool = Pool::new(3);
        let mut jobs = [Some(0), Some(1), Some(2)];
        let caught = catch_unwind(AssertUnwindSafe(|| {
            pool.run(&mut jobs, |job| assert_ne!(*job, 2, "on purpose"));
        }));
        assert!(caught.is_err());
        let mut jobs = [Some(0), Some(1), Some(2)];
        pool.run(&mut jobs, |job| *job += 10);
        assert_eq!(jobs, [Some(10), Some(11), Some(12)]);
    }
}

#[cfg(all(test, loom))]
mod model {
    use super::*;

    #[test]
    fn every_interleaving_runs_each_job_once_and_ends() {
        loom::model(|| {
            let mut pool = Pool::new(2);
            for round in 1..=2 {
                let mut jobs = [Some(0), Some(0)];
                pool.run(&mut jobs, |job: &mut i32| *job += round);
                assert_eq!(jobs, [Some(round), Some(round)]);
            }
        });
    }
}
