//! Where transports hand over sensory frames.

use std::sync::{Arc, Mutex, PoisonError};

use feagi_serialization::FeagiByteContainer;
use feagi_structures::FeagiSignal;

use super::{Activity, SensoryDataEvent, SharedFBC};

/// Containers kept for the next frames; more are in use only while the brain lags behind.
const SPARE_FRAMES: usize = 8;

/// Takes the frames of one sensory endpoint: checks that they are containers and tells the brain.
pub struct Intake {
    agent_id: Arc<str>,
    activity: Arc<Activity>,
    signal: Arc<Mutex<FeagiSignal<SensoryDataEvent>>>,
    spare: Mutex<Vec<SharedFBC>>,
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake").field("agent_id", &self.agent_id).finish_non_exhaustive()
    }
}

/// A message on a sensory endpoint that is no container.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a byte container: {0}")]
pub struct Refusal(pub String);

impl Intake {
    /// For one agent's endpoint.
    #[must_use]
    pub fn new(
        agent_id: Arc<str>,
        activity: Arc<Activity>,
        signal: Arc<Mutex<FeagiSignal<SensoryDataEvent>>>,
    ) -> Self {
        Self { agent_id, activity, signal, spare: Mutex::default() }
    }

    /// Takes a frame out of memory that belongs to the transport's library; the bytes are copied
    /// into memory that is used again and again.
    ///
    /// # Errors
    /// [`Refusal`] for anything but a container; it is counted.
    pub fn copy(&self, bytes: &[u8]) -> Result<(), Refusal> {
        self.take(bytes.len(), |container| container.try_write_data_by_copy_and_verify(bytes))
    }

    /// Takes a frame over without copying it.
    ///
    /// # Errors
    /// [`Refusal`] for anything but a container; it is counted.
    pub fn own(&self, bytes: Vec<u8>) -> Result<(), Refusal> {
        let length = bytes.len();
        let mut bytes = Some(bytes);
        self.take(length, |container| {
            container.try_write_data_by_ownership_to_container_and_verify(bytes.take().unwrap_or_default())
        })
    }

    fn take(
        &self,
        length: usize,
        write: impl FnOnce(&mut FeagiByteContainer) -> Result<(), feagi_serialization::DataError>,
    ) -> Result<(), Refusal> {
        let mut frame = self.spare_frame();
        let written = Arc::get_mut(&mut frame).map(write);
        if let Some(Err(error)) = written {
            self.activity.refused();
            self.put_back(frame);
            return Err(Refusal(error.to_string()));
        }
        self.activity.frame(length);
        let event = SensoryDataEvent { agent_id: Arc::clone(&self.agent_id), fbc: Arc::clone(&frame) };
        self.signal.lock().unwrap_or_else(PoisonError::into_inner).emit(&event);
        drop(event);
        self.put_back(frame);
        Ok(())
    }

    /// A container that nobody else holds.
    fn spare_frame(&self) -> SharedFBC {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let free = spare.iter_mut().position(|frame| Arc::get_mut(frame).is_some());
        match free {
            Some(at) => spare.swap_remove(at),
            None => Arc::new(FeagiByteContainer::new_empty()),
        }
    }

    fn put_back(&self, frame: SharedFBC) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < SPARE_FRAMES {
            spare.push(frame);
        }
    }
}
