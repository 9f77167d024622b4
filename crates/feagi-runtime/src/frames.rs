//! Containers that are used again and again, so that no frame takes memory or is copied.

use std::sync::Arc;

use feagi_io::SharedFBC;
use feagi_serialization::{DataError, FeagiByteContainer};

/// A bounded number of containers that readers share.
///
/// A frame is written into a container that nobody else holds and handed out as a clone of its
/// [`Arc`]. Readers therefore never see a frame change, and nobody waits for them: while they hold
/// all containers there is no frame. Memory is taken as frames need it and kept.
#[derive(Debug)]
pub struct FramePool {
    frames: Vec<SharedFBC>,
    most: usize,
}

/// Why there is no frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Readers hold all containers.
    #[error("readers hold all {0} frames; they have to let go of them or the number has to be larger")]
    AllHeld(usize),
    /// The content does not fit into a container.
    #[error(transparent)]
    Content(#[from] DataError),
}

impl FramePool {
    /// Containers of a pool by default: enough for a worker, a queue and a few slow readers.
    pub const DEFAULT: usize = 16;

    /// A pool of up to `most` containers, at least one; none is made yet.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let most = most.max(1);
        Self { frames: Vec::with_capacity(most), most }
    }

    /// Has `encode` overwrite a container that nobody else holds, and shares it.
    ///
    /// # Errors
    /// [`FrameError::AllHeld`] without calling `encode`; [`FrameError::Content`] with what it returns.
    pub fn write(
        &mut self,
        encode: impl FnOnce(&mut FeagiByteContainer) -> Result<(), DataError>,
    ) -> Result<SharedFBC, FrameError> {
        // The first free one, so that a few warm containers serve while readers are quick.
        let free = self.frames.iter_mut().position(|frame| Arc::get_mut(frame).is_some());
        let at = match free {
            Some(at) => at,
            None if self.frames.len() < self.most => {
                self.frames.push(Arc::new(FeagiByteContainer::new_empty()));
                self.frames.len() - 1
            }
            None => return Err(FrameError::AllHeld(self.most)),
        };
        let frame = &mut self.frames[at];
        // Clones are made here only, so what was free still is.
        encode(Arc::get_mut(frame).ok_or(FrameError::AllHeld(self.most))?)?;
        Ok(Arc::clone(frame))
    }

    /// Containers that were made so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether no container was made yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }
}

impl Default for FramePool {
    fn default() -> Self {
        Self::new(Self::DEFAULT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(pool: &mut FramePool, counter: u16) -> Result<SharedFBC, FrameError> {
        pool.write(|container| container.set_increment_counter_state(counter))
    }

    #[test]
    fn a_frame_that_is_held_never_changes_and_one_that_is_free_is_used_again() {
        let mut pool = FramePool::new(2);
        let first = counted(&mut pool, 1).unwrap();
        let second = counted(&mut pool, 2).unwrap();
        assert_eq!(counted(&mut pool, 3).err(), Some(FrameError::AllHeld(2)));
        assert_eq!(first.get_increment_counter(), Ok(1));
        let place = Arc::as_ptr(&second);
        drop(second);
        let third = counted(&mut pool, 3).unwrap();
        assert_eq!(Arc::as_ptr(&third), place);
        assert_eq!((first.get_increment_counter(), third.get_increment_counter()), (Ok(1), Ok(3)));
    }

    #[test]
    fn quick_readers_need_one_container() {
        let mut pool = FramePool::default();
        assert!(pool.is_empty());
        let places: Vec<_> = (0..50).map(|at| Arc::as_ptr(&counted(&mut pool, at).unwrap())).collect();
        assert_eq!(pool.len(), 1);
        assert!(places.iter().all(|place| *place == places[0]));
    }

    #[test]
    fn a_frame_that_cannot_be_written_leaves_its_container_free() {
        let mut pool = FramePool::new(1);
        let refused = pool.write(|container| container.try_write_data_by_copy_and_verify(&[0; 3]));
        assert!(matches!(refused, Err(FrameError::Content(_))));
        assert!(counted(&mut pool, 1).is_err(), "the bytes inside are no container");
        let repaired =
            pool.write(|container| container.overwrite_byte_data_with_multiple_struct_data(&[], 7));
        assert_eq!(repaired.unwrap().get_increment_counter(), Ok(7));
    }
}
