//! Where transports hand over sensory frames.

use std::sync::{Arc, Mutex, PoisonError};

use feagi_serialization::FeagiByteContainer;
use feagi_structures::FeagiSignal;

use super::{Activity, SensoryDataEvent, SharedFBC};

/// Containers kept for the next frames; more are in use only while the brain lags behind.
const SPARE_FRAMES: usize = 8;
/// Memory of the containers that are kept, unless one alone has more: an agent that sent a few huge
/// frames must not hold the memory of eight.
const SPARE_BYTES: usize = 32 << 20;

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
        let mut frame = self.spare_frame();
        let written = Arc::get_mut(&mut frame).map(|frame| frame.try_write_data_by_copy_and_verify(bytes));
        if let Some(Err(error)) = written {
            self.activity.refused();
            self.put_back(frame);
            return Err(Refusal(error.to_string()));
        }
        self.activity.frame(bytes.len());
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
        let kept: usize = spare.iter().map(|frame| frame.get_number_of_bytes_allocated()).sum();
        let fits = spare.is_empty() || kept + frame.get_number_of_bytes_allocated() <= SPARE_BYTES;
        if fits && spare.len() < SPARE_FRAMES {
            spare.push(frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of `length` bytes, most of them behind its structs.
    fn frame(length: usize) -> Vec<u8> {
        let mut bytes = vec![4, 0, 0, 0];
        bytes.resize(length, 0);
        bytes
    }

    fn kept(intake: &Intake) -> Vec<usize> {
        let spare = intake.spare.lock().unwrap();
        spare.iter().map(|frame| frame.get_number_of_bytes_allocated()).collect()
    }

    /// An intake whose brain holds every frame, and what it holds.
    fn laggard() -> (Intake, Arc<Mutex<Vec<SharedFBC>>>) {
        let (held, signal) = (Arc::<Mutex<Vec<SharedFBC>>>::default(), FeagiSignal::new());
        let (intake_signal, holder) = (Arc::new(Mutex::new(signal)), Arc::clone(&held));
        let hold = move |event: &SensoryDataEvent| holder.lock().unwrap().push(Arc::clone(&event.fbc));
        intake_signal.lock().unwrap().connect(hold);
        (Intake::new("agent".into(), Arc::default(), intake_signal), held)
    }

    #[test]
    fn the_memory_that_is_kept_is_bounded_in_frames_and_bytes() {
        let (intake, held) = laggard();
        (0..20).for_each(|_| intake.copy(&frame(100)).unwrap());
        assert_eq!(kept(&intake).len(), SPARE_FRAMES);
        held.lock().unwrap().clear();
        (0..3).for_each(|_| intake.copy(&frame(SPARE_BYTES / 2)).unwrap());
        assert!(kept(&intake).iter().sum::<usize>() <= SPARE_BYTES, "{:?}", kept(&intake));
    }

    #[test]
    fn one_container_is_kept_whatever_its_size() {
        let (intake, held) = laggard();
        intake.copy(&frame(SPARE_BYTES + 1)).unwrap();
        held.lock().unwrap().clear();
        let place = Arc::as_ptr(&intake.spare.lock().unwrap()[0]);
        intake.copy(&frame(SPARE_BYTES + 1)).unwrap();
        assert_eq!(Arc::as_ptr(&held.lock().unwrap()[0]), place);
        assert_eq!(kept(&intake).len(), 1);
    }

    #[test]
    fn what_is_no_container_is_counted_and_told_nobody() {
        let (intake, held) = laggard();
        assert!(intake.copy(&[9; 60]).is_err());
        assert_eq!((intake.activity.frames(), intake.activity.frames_refused()), (0, 1));
        assert!(held.lock().unwrap().is_empty());
    }
}
