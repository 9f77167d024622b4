//! Where frames leave the burst thread: slots that keep the newest frame for a transport's worker.
//!
//! Putting a frame neither waits nor allocates. What a worker has not taken in time is replaced and
//! counted, so that a slow transport costs frames and never a burst.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use arc_swap::ArcSwapOption;
use crossbeam_queue::ArrayQueue;
use feagi_serialization::FeagiByteContainer;

use super::{MotorCommandEvent, SharedFBC, StreamType};

/// Motor frames that wait for a worker at most; one frame for each agent and burst comes in.
const MOTOR_SLOTS: usize = 64;

/// The slots of one transport, shared by the burst thread and the transport's worker.
pub struct Outlet {
    visualization: ArcSwapOption<FeagiByteContainer>,
    motor: ArrayQueue<MotorCommandEvent>,
    replaced: [AtomicU64; 2],
    wanted: [AtomicUsize; 2],
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Outlet {
    /// Empty slots. `wake` is called after every put, on the burst thread: it must neither wait nor
    /// allocate.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            visualization: ArcSwapOption::empty(),
            motor: ArrayQueue::new(MOTOR_SLOTS),
            replaced: Default::default(),
            wanted: Default::default(),
            wake: Box::new(wake),
        }
    }

    /// Puts a visualization frame into its slot; does nothing when the transport has no viewer.
    pub fn put_visualization(&self, fbc: SharedFBC) {
        if !self.wants(StreamType::Visualization) {
            return;
        }
        if self.visualization.swap(Some(fbc)).is_some() {
            self.replaced[0].fetch_add(1, Ordering::Relaxed);
        }
        (self.wake)();
    }

    /// Puts a motor frame of an agent into the queue; the oldest one makes room.
    pub fn put_motor(&self, command: MotorCommandEvent) {
        if !self.wants(StreamType::Motor) {
            return;
        }
        if self.motor.force_push(command).is_some() {
            self.replaced[1].fetch_add(1, Ordering::Relaxed);
        }
        (self.wake)();
    }

    /// Takes the visualization frame, if one is there.
    #[must_use]
    pub fn take_visualization(&self) -> Option<SharedFBC> {
        self.visualization.swap(None)
    }

    /// Takes the oldest motor frame, if one is there.
    #[must_use]
    pub fn take_motor(&self) -> Option<MotorCommandEvent> {
        self.motor.pop()
    }

    /// Frames of a stream that a newer one replaced before they were sent; 0 for other streams.
    #[must_use]
    pub fn replaced(&self, stream: StreamType) -> u64 {
        index(stream).map_or(0, |at| self.replaced[at].load(Ordering::Relaxed))
    }

    /// Counts a frame that its worker left out for a newer one.
    pub(crate) fn count_replaced(&self, stream: StreamType) {
        if let Some(at) = index(stream) {
            self.replaced[at].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether the transport has an endpoint for the stream.
    #[must_use]
    pub fn wants(&self, stream: StreamType) -> bool {
        index(stream).is_some_and(|at| self.wanted[at].load(Ordering::Relaxed) > 0)
    }

    /// Says how many endpoints of a stream the transport has.
    pub fn set_wanted(&self, stream: StreamType, endpoints: usize) {
        if let Some(at) = index(stream) {
            self.wanted[at].store(endpoints, Ordering::Relaxed);
        }
    }
}

const fn index(stream: StreamType) -> Option<usize> {
    match stream {
        StreamType::Visualization => Some(0),
        StreamType::Motor => Some(1),
        StreamType::Control | StreamType::Sensory => None,
    }
}
