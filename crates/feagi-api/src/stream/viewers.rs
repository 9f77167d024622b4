//! Everybody who watches, and what they watch.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use feagi_io::blocking::Worker;
use feagi_io::blocking::channels::wake_up;
use feagi_io::core::{Activity, IoError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::convert::Converter;
use super::gate::Gate;
use super::journal::Journal;
use super::pace::NEVER;
use super::pictures::Picture;

/// How frames are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// 8 bytes a voxel.
    Compact,
    /// The same, as LZ4 blocks where these are smaller.
    CompactLz4,
    /// Containers as agents get them.
    Container,
}

impl Encoding {
    pub(crate) const ALL: [Self; 3] = [Self::Compact, Self::CompactLz4, Self::Container];

    /// Its name when a connection is opened.
    pub(crate) const fn protocol(self) -> &'static str {
        match self {
            Self::Compact => "feagi.voxels.1",
            Self::CompactLz4 => "feagi.voxels.1.lz4",
            Self::Container => "feagi.container.4",
        }
    }

    /// The encoding with a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.protocol() == name)
    }
}

/// The viewers of a brain, and the thread that makes frames ready for them. Dropping it stops the thread.
pub struct Viewers {
    audience: Arc<Audience>,
    /// Stops when it is dropped.
    _converter: Worker,
}

/// What viewers share with each other and with the converter.
pub(super) struct Audience {
    pub(super) gate: Arc<Gate>,
    pub(super) journal: Journal,
    /// The newest frame that was made ready, by encoding.
    pub(super) shown: [watch::Sender<Option<Arc<Picture>>>; 3],
    places: Arc<Semaphore>,
    most: usize,
    seats: Mutex<Vec<Arc<Sitter>>>,
    /// The number of the last viewer that came.
    last: AtomicU64,
    /// What went out to all viewers so far.
    total: Activity,
}

/// A viewer, as others know it.
#[derive(Debug)]
pub(crate) struct Sitter {
    /// Counts viewers from 1.
    pub(crate) number: u64,
    /// The program it watches with, in its own words.
    pub(crate) program: String,
    /// What went out to it.
    pub(crate) activity: Activity,
    encoding: Encoding,
    /// The first burst whose frame it can take now.
    due: AtomicU64,
    /// When it last said something, in milliseconds since it came.
    heard: AtomicU64,
    since: Instant,
}

/// A viewer's place, which it leaves when this is dropped.
pub(crate) struct Seat {
    pub(super) sitter: Arc<Sitter>,
    pub(super) audience: Arc<Audience>,
    _place: OwnedSemaphorePermit,
}

impl Viewers {
    /// Room for `most` viewers; nobody is there yet.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the system has no thread left.
    pub fn new(most: usize) -> Result<Self, IoError> {
        let (waker, woken) = wake_up();
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        let audience = Arc::new(Audience {
            gate: Arc::new(Gate::new(waker)),
            journal: Journal::default(),
            shown: [const { None }; 3].map(watch::Sender::new),
            places: Arc::new(Semaphore::new(most)),
            most,
            seats: Mutex::default(),
            last: AtomicU64::new(0),
            total: Activity::default(),
        });
        let converter = Converter::new(Arc::clone(&audience));
        let converter = Worker::spawn("feagi-viewers", || (), move |stop| converter.run(&woken, stop))?;
        Ok(Self { audience, _converter: converter })
    }

    /// Where the burst thread puts what they see: for [`feagi_runtime::connect_to_watcher`].
    #[must_use]
    pub fn gate(&self) -> &Arc<Gate> {
        &self.audience.gate
    }

    #[cfg(test)]
    pub(super) fn audience(&self) -> &Arc<Audience> {
        &self.audience
    }

    /// A place for one more viewer; `None` when all are taken.
    pub(crate) fn seat(&self, encoding: Encoding, program: String) -> Option<Seat> {
        let place = Arc::clone(&self.audience.places).try_acquire_owned().ok()?;
        let sitter = Arc::new(Sitter {
            number: self.audience.last.fetch_add(1, Ordering::Relaxed) + 1,
            program,
            activity: Activity::default(),
            encoding,
            due: AtomicU64::new(NEVER),
            heard: AtomicU64::new(0),
            since: Instant::now(),
        });
        sitter.activity.connected();
        self.audience.seats().push(Arc::clone(&sitter));
        self.audience.gate.enter();
        Some(Seat { sitter, audience: Arc::clone(&self.audience), _place: place })
    }

    /// Viewers at a time.
    pub(crate) fn most(&self) -> usize {
        self.audience.most
    }

    /// Who is there, in the order in which they came.
    pub(crate) fn list(&self) -> Vec<Arc<Sitter>> {
        self.audience.seats().clone()
    }

    /// What went out to all viewers so far.
    pub(crate) fn total(&self) -> &Activity {
        &self.audience.total
    }
}

impl fmt::Debug for Viewers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Viewers").field("seats", &self.audience.seats().len()).finish_non_exhaustive()
    }
}

impl Audience {
    /// Whether nobody is there, and for each encoding whether somebody can take the frame of `burst`.
    pub(super) fn wants(&self, burst: Option<u64>) -> (bool, [bool; 3]) {
        let seats = self.seats();
        let wants = Encoding::ALL.map(|encoding| {
            let ready = |sitter: &Arc<Sitter>| {
                sitter.encoding == encoding
                    && burst.is_some_and(|burst| burst >= sitter.due.load(Ordering::Acquire))
            };
            seats.iter().any(ready)
        });
        (seats.is_empty(), wants)
    }

    /// Viewers at a time.
    pub(super) const fn most(&self) -> usize {
        self.most
    }

    fn seats(&self) -> MutexGuard<'_, Vec<Arc<Sitter>>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sitter {
    /// How long ago it said something, in milliseconds.
    pub(crate) fn silent_ms(&self) -> u64 {
        self.age_ms().saturating_sub(self.heard.load(Ordering::Relaxed))
    }

    fn age_ms(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Seat {
    pub(super) fn encoding(&self) -> Encoding {
        self.sitter.encoding
    }

    /// Where its frames are shown.
    pub(super) fn screen(&self) -> watch::Receiver<Option<Arc<Picture>>> {
        self.audience.shown[self.sitter.encoding as usize].subscribe()
    }

    /// It can take the frame of burst `due` or of a later one, from now on.
    pub(super) fn wait_for(&self, due: u64) {
        self.sitter.due.store(due, Ordering::Release);
        if due != NEVER {
            // The newest frame may be such a one already.
            self.audience.gate.wake();
        }
    }

    /// It can take nothing now.
    pub(super) fn busy(&self) {
        self.sitter.due.store(NEVER, Ordering::Release);
    }

    /// It said something.
    pub(super) fn heard(&self) {
        self.sitter.heard.store(self.sitter.age_ms(), Ordering::Relaxed);
    }

    /// A frame of so many bytes went out, and so many others did not.
    pub(super) fn sent(&self, bytes: usize, left_out: u32) {
        for activity in [&self.sitter.activity, &self.audience.total] {
            activity.frame(bytes);
            activity.dropped(left_out.into());
        }
    }

    /// It said something that no viewer may say.
    pub(super) fn refused(&self) {
        self.sitter.activity.refused();
        self.audience.total.refused();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.audience.seats().retain(|sitter| !Arc::ptr_eq(sitter, &self.sitter));
        self.audience.gate.leave();
        // When it was the last one, memory can be given back.
        self.audience.gate.wake();
    }
}
