//! Where frames leave the burst thread: slots that keep the newest frame for a transport's worker.
//!
//! Putting a frame neither waits nor allocates. What a worker has not taken in time is replaced and
//! counted, so that a slow transport costs frames and never a burst.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use feagi_serialization::FeagiByteContainer;

use super::{MotorCommandEvent, SharedFBC, StreamType};
use crate::blocking::channels::{DropOldest, Latest};

/// Motor frames that wait for a worker at most; one frame for each agent and burst comes in.
const MOTOR_SLOTS: usize = 64;

/// The slots of one transport, shared by the burst thread and the transport's worker.
pub struct Outlet {
    visualization: Latest<FeagiByteContainer>,
    motor: DropOldest<MotorCommandEvent>,
    /// Motor frames that the worker left out for newer ones.
    overtaken: AtomicU64,
    wanted: [AtomicUsize; 2],
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Outlet {
    /// Empty slots. `wake` is called after every put, on the burst thread: it must neither wait nor
    /// allocate.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            visualization: Latest::default(),
            motor: DropOldest::new(MOTOR_SLOTS),
            overtaken: AtomicU64::default(),
            wanted: Default::default(),
            wake: Box::new(wake),
        }
    }

    /// Puts a visualization frame into its slot; does nothing when the transport has no viewer.
    pub fn put_visualization(&self, fbc: SharedFBC) {
        if !self.wants(StreamType::Visualization) {
            return;
        }
        self.visualization.put(fbc);
        (self.wake)();
    }

    /// Puts a motor frame of an agent into the queue; the oldest one makes room.
    pub fn put_motor(&self, command: MotorCommandEvent) {
        if !self.wants(StreamType::Motor) {
            return;
        }
        self.motor.put(command);
        (self.wake)();
    }

    /// Takes the visualization frame, if one is there.
    #[must_use]
    pub fn take_visualization(&self) -> Option<SharedFBC> {
        self.visualization.take()
    }

    /// Takes the oldest motor frame, if one is there.
    #[must_use]
    pub fn take_motor(&self) -> Option<MotorCommandEvent> {
        self.motor.take()
    }

    /// Frames of a stream that a newer one replaced before they were sent; 0 for other streams.
    #[must_use]
    pub fn replaced(&self, stream: StreamType) -> u64 {
        match stream {
            StreamType::Visualization => self.visualization.replaced(),
            StreamType::Motor => self.motor.dropped() + self.overtaken.load(Ordering::Relaxed),
            StreamType::Control | StreamType::Sensory => 0,
        }
    }

    /// Counts a motor frame that the worker left out for a newer one.
    pub(crate) fn count_overtaken(&self) {
        self.overtaken.fetch_add(1, Ordering::Relaxed);
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
