//! The way of sensory frames: from voxels to the connection, through one recycled container.

use std::time::Duration;

use feagi_io::core::IoError;
use feagi_serialization::{AgentId, DataError, FeagiByteContainer, Serializable};

use crate::Delivery;
use crate::link::SensoryLink;

/// Where sensory frames go. The container and its memory live as long as the agent.
pub(crate) struct Lane {
    link: Option<(u64, Box<dyn SensoryLink>)>,
    id: AgentId,
    container: FeagiByteContainer,
    counter: u16,
    send_within: Duration,
}

/// Why a frame was not sent.
pub(crate) enum NotSent {
    /// The voxels fit into no frame.
    Frame(DataError),
    /// The connection of the session with this number broke.
    Broken(u64, IoError),
}

impl Lane {
    pub(crate) fn new(send_within: Duration) -> Self {
        Self {
            link: None,
            id: AgentId::BLANK,
            container: FeagiByteContainer::new_empty(),
            counter: 0,
            send_within,
        }
    }

    /// Frames go to the session `number` from now on.
    pub(crate) fn open(&mut self, number: u64, link: Box<dyn SensoryLink>, id: AgentId) {
        self.link = Some((number, link));
        self.id = id;
    }

    /// Frames go nowhere from now on.
    pub(crate) fn close(&mut self) {
        self.link = None;
    }

    /// Looks after the connection; when it is broken the session's number and the reason.
    pub(crate) fn tend(&mut self) -> Result<(), (u64, IoError)> {
        let Some((number, link)) = &mut self.link else { return Ok(()) };
        let tended = link.tend().map_err(|error| (*number, error));
        if tended.is_err() {
            self.link = None;
        }
        tended
    }

    /// Writes voxels into the container and sends it.
    pub(crate) fn send(&mut self, voxels: &dyn Serializable) -> Result<Delivery, NotSent> {
        if self.link.is_none() {
            return Ok(Delivery::Disconnected);
        }
        self.counter = self.counter.wrapping_add(1);
        self.container
            .overwrite_byte_data_with_single_struct_data(voxels, self.counter)
            .and_then(|()| self.container.set_agent_identifier(self.id))
            .map_err(NotSent::Frame)?;
        dispatch(&mut self.link, self.container.get_byte_ref(), self.send_within)
    }

    /// Sends a prepared frame as it is.
    pub(crate) fn send_bytes(&mut self, frame: &[u8]) -> Result<Delivery, NotSent> {
        dispatch(&mut self.link, frame, self.send_within)
    }
}

fn dispatch(
    link: &mut Option<(u64, Box<dyn SensoryLink>)>,
    frame: &[u8],
    timeout: Duration,
) -> Result<Delivery, NotSent> {
    let Some((number, open)) = link else { return Ok(Delivery::Disconnected) };
    match open.send(frame, timeout) {
        Ok(true) => Ok(Delivery::Sent),
        Ok(false) => Ok(Delivery::Full),
        Err(error) => {
            let number = *number;
            *link = None;
            Err(NotSent::Broken(number, error))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use feagi_structures::CorticalMappedVoxels;
    use feagi_types::{CoreArea, CorticalId};

    use super::*;

    /// Tells where each frame lies in memory and what its header says.
    struct Told(Sender<(usize, Vec<u8>)>);

    impl SensoryLink for Told {
        fn send(&mut self, frame: &[u8], _: Duration) -> Result<bool, IoError> {
            Ok(self.0.send((frame.as_ptr().addr(), frame[..52].to_vec())).is_ok())
        }

        fn tend(&mut self) -> Result<(), IoError> {
            Err(IoError::NotRunning("test"))
        }
    }

    fn sent(lane: &mut Lane, voxels: u32) -> Delivery {
        let mut picture = CorticalMappedVoxels::new();
        let area = picture.ensure_clear_and_borrow_mut(CorticalId::core(CoreArea::Power));
        (0..voxels).for_each(|x| area.push_raw(x, 0, 0, 1.0));
        lane.send(&picture).unwrap_or_else(|_| panic!("it is sent or not"))
    }

    #[test]
    fn frames_are_written_into_the_same_memory_and_counted_in_their_header() {
        let (tell, told) = channel();
        let mut lane = Lane::new(Duration::ZERO);
        assert_eq!(sent(&mut lane, 1), Delivery::Disconnected);
        lane.open(1, Box::new(Told(tell)), AgentId([7; 48]));
        for voxels in [500, 3, 499, 0, 500] {
            assert_eq!(sent(&mut lane, voxels), Delivery::Sent);
        }
        let (places, headers): (Vec<_>, Vec<_>) = told.try_iter().unzip();
        assert!(places.iter().all(|place| *place == places[0]), "{places:?}");
        let counters: Vec<_> = headers.iter().map(|header| header[1]).collect();
        assert_eq!(counters, [1, 2, 3, 4, 5]);
        assert!(headers.iter().all(|header| header[4..] == [7; 48]));
    }

    #[test]
    fn a_connection_that_breaks_is_told_once_with_its_session() {
        let mut lane = Lane::new(Duration::ZERO);
        lane.open(3, Box::new(Told(channel().0)), AgentId::BLANK);
        assert_eq!(sent(&mut lane, 1), Delivery::Full);
        assert!(matches!(lane.tend(), Err((3, _))));
        assert!(lane.tend().is_ok());
        assert_eq!(sent(&mut lane, 1), Delivery::Disconnected);
    }
}
