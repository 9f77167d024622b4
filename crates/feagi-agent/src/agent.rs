//! An agent as a program sees it.

use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use feagi_io::core::{AreaRequest, Capability};
use feagi_serialization::{FeagiByteContainer, Serializable};
use feagi_structures::CorticalMappedVoxels;

use crate::frames::FrameQueue;
use crate::keeper::{Keeper, Order};
use crate::sensory::NotSent;
use crate::status::Shared;
use crate::{AgentError, Counts, Delivery, Devices, Session, Settings, Status, link};

/// Longest wait for the agent's thread when the agent is dropped.
const PARTING: Duration = Duration::from_secs(2);

/// A program's connection to a brain. Several threads may use it at once.
///
/// It registers again by itself when the brain is gone and comes back; while it has no session, frames
/// that are sent are let go ([`Delivery::Disconnected`]) and none come in. Dropping it leaves.
pub struct Agent {
    settings: Settings,
    shared: Arc<Shared>,
    orders: Sender<Order>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Agent {
    /// Registers at a brain and opens the connections for frames.
    ///
    /// Tries until [`Settings::connect_within`] is over; a registration that is under way then is
    /// waited for, which takes up to [`Settings::answer_within`] and, while the brain still has a
    /// session of the same agent in use, four times [`Settings::retry_after`].
    ///
    /// # Errors
    /// [`AgentError::NoAnswer`] and [`AgentError::Unreachable`] when no brain was found in time;
    /// [`AgentError::Session`] when it refused the agent; [`AgentError::NoEndpoint`] when it offers no
    /// connection for a capability; [`AgentError::NotBuilt`] and [`AgentError::NoCapability`] for
    /// settings that cannot work; [`AgentError::Thread`].
    pub fn connect(settings: Settings) -> Result<Self, AgentError> {
        let settings = settings.bounded();
        if settings.capabilities.is_empty() {
            return Err(AgentError::NoCapability);
        }
        let dialer = link::dialer(&settings.address, settings.answer_within)?;
        let shared = Arc::new(Shared::new(&settings));
        let (orders, inbox) = mpsc::channel();
        let (first, outcome) = mpsc::channel();
        let for_readers = orders.clone();
        let (kept, seen) = (settings.clone(), Arc::clone(&shared));
        let keeper = move || Keeper::new(kept, dialer, seen, (for_readers, inbox), first).live();
        let thread = thread::Builder::new().name("feagi-agent".to_owned()).spawn(keeper)?;
        let agent = Self { settings, shared, orders, thread: Mutex::new(Some(thread)) };
        match outcome.recv() {
            Ok(outcome) => outcome.map(|()| agent),
            Err(_) => Err(agent.over()),
        }
    }

    /// Describes the agent's devices, now and after every later registration, in place of those
    /// described before. The brain makes the areas that they need, or lets them grow, shortly after.
    /// Returns those areas: each at least as large as said, in the order of [`Devices::areas`].
    ///
    /// # Errors
    /// [`AgentError::Devices`] and [`AgentError::TooManyDevices`] for a description that a brain would
    /// not take; [`AgentError::Over`].
    pub fn configure(&self, devices: &Devices) -> Result<Vec<AreaRequest>, AgentError> {
        let areas = devices.areas()?;
        self.orders.send(Order::Configure(devices.to_json())).map_err(|_| self.over())?;
        Ok(areas)
    }

    /// Sends voxels as a sensory frame. No memory is taken once the agent's container has grown to the
    /// size of its frames, except over WebSocket, where clients have to mask a copy.
    ///
    /// # Errors
    /// [`AgentError::NotAsked`] unless the agent is [sensing](Settings::sensing);
    /// [`AgentError::Frame`] when the voxels fit into no frame.
    pub fn send(&self, voxels: &CorticalMappedVoxels) -> Result<Delivery, AgentError> {
        self.send_struct(voxels)
    }

    /// [`Agent::send`] for values that write themselves into a frame.
    ///
    /// # Errors
    /// As [`Agent::send`].
    pub fn send_struct(&self, voxels: &dyn Serializable) -> Result<Delivery, AgentError> {
        self.may(Capability::SendSensorData)?;
        let sent = self.shared.lane.lock().unwrap_or_else(PoisonError::into_inner).send(voxels);
        self.delivered(sent)
    }

    /// Sends a prepared container as it is, without copying it except over WebSocket. Brains let bytes
    /// go that are no container, or hold no voxels.
    ///
    /// # Errors
    /// [`AgentError::NotAsked`] unless the agent is [sensing](Settings::sensing).
    pub fn send_bytes(&self, frame: &[u8]) -> Result<Delivery, AgentError> {
        self.may(Capability::SendSensorData)?;
        let sent = self.shared.lane.lock().unwrap_or_else(PoisonError::into_inner).send_bytes(frame);
        self.delivered(sent)
    }

    /// The oldest motor frame that waits; `None` when none comes within `timeout`. A frame without
    /// areas says that no motor neuron fired in its burst.
    ///
    /// # Errors
    /// [`AgentError::NotAsked`] unless the agent is [acting](Settings::acting).
    pub fn next_motor(&self, timeout: Duration) -> Result<Option<FeagiByteContainer>, AgentError> {
        Ok(self.inflow(Capability::ReceiveMotorData)?.next(timeout))
    }

    /// The newest motor frame, letting older ones go; `None` when none comes within `timeout`.
    ///
    /// # Errors
    /// As [`Agent::next_motor`].
    pub fn newest_motor(&self, timeout: Duration) -> Result<Option<FeagiByteContainer>, AgentError> {
        Ok(self.inflow(Capability::ReceiveMotorData)?.newest(timeout))
    }

    /// The oldest visualization frame that waits; `None` when none comes within `timeout`.
    ///
    /// # Errors
    /// [`AgentError::NotAsked`] unless the agent is [watching](Settings::watching).
    pub fn next_visualization(&self, timeout: Duration) -> Result<Option<FeagiByteContainer>, AgentError> {
        Ok(self.inflow(Capability::ReceiveNeuronVisualizations)?.next(timeout))
    }

    /// The newest visualization frame, letting older ones go; `None` when none comes within `timeout`.
    ///
    /// # Errors
    /// As [`Agent::next_visualization`].
    pub fn newest_visualization(&self, timeout: Duration) -> Result<Option<FeagiByteContainer>, AgentError> {
        Ok(self.inflow(Capability::ReceiveNeuronVisualizations)?.newest(timeout))
    }

    /// Where the agent stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.shared.status()
    }

    /// Waits until the agent has a session, at most `timeout`.
    #[must_use]
    pub fn wait_registered(&self, timeout: Duration) -> Option<Arc<Session>> {
        let settled = |status: &Status| !matches!(status, Status::Connecting { .. });
        match self.shared.wait(timeout, settled) {
            Status::Registered(session) => Some(session),
            Status::Connecting { .. } | Status::Over => None,
        }
    }

    /// Time between the last control message and its answer; `None` before the first.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        self.shared.round_trip()
    }

    /// What was counted since the agent was made.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let Shared { motor, visualization, tally, .. } = &*self.shared;
        Counts {
            sessions: tally.sessions.load(Ordering::Relaxed),
            sent: tally.sent.load(Ordering::Relaxed),
            full: tally.full.load(Ordering::Relaxed),
            disconnected: tally.disconnected.load(Ordering::Relaxed),
            motor: motor.received(),
            visualization: visualization.received(),
            overtaken: motor.overtaken() + visualization.overtaken(),
            refused: motor.refused() + visualization.refused(),
        }
    }

    /// Ends the session, with a reason for the brain's log, and waits for the brain to confirm it.
    ///
    /// # Errors
    /// [`AgentError::LeaveNotConfirmed`] when the brain has not within [`Settings::answer_within`]; the
    /// connections are closed nevertheless.
    pub fn leave(self, reason: &str) -> Result<(), AgentError> {
        let limit = self.settings.answer_within.saturating_add(PARTING);
        if self.end(Some(reason.to_owned()), limit) && self.shared.confirmed() {
            return Ok(());
        }
        Err(AgentError::LeaveNotConfirmed { address: self.shared.address.clone() })
    }

    /// Asks the thread to end and waits for it. Returns whether it has ended.
    fn end(&self, reason: Option<String>, limit: Duration) -> bool {
        let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return true;
        };
        // Without a receiver the thread has ended already.
        let _ = self.orders.send(Order::Leave(reason));
        let over = matches!(self.shared.wait(limit, |status| matches!(status, Status::Over)), Status::Over);
        if over || thread.is_finished() {
            // A thread that panicked has ended as well.
            let _ = thread.join();
            return true;
        }
        false
    }

    fn delivered(&self, sent: Result<Delivery, NotSent>) -> Result<Delivery, AgentError> {
        let delivery = match sent {
            Ok(delivery) => delivery,
            Err(NotSent::Frame(error)) => return Err(error.into()),
            Err(NotSent::Broken(number, error)) => {
                let broken = Order::Broken { number, stream: "sensory frames", reason: error.to_string() };
                // Without a receiver the agent has left, and nothing is to be made anew.
                let _ = self.orders.send(broken);
                Delivery::Disconnected
            }
        };
        self.shared.tally.count(delivery);
        Ok(delivery)
    }

    fn inflow(&self, capability: Capability) -> Result<&FrameQueue, AgentError> {
        self.may(capability)?;
        Ok(if capability == Capability::ReceiveMotorData {
            &self.shared.motor
        } else {
            &self.shared.visualization
        })
    }

    fn may(&self, capability: Capability) -> Result<(), AgentError> {
        if self.settings.capabilities.contains(&capability) {
            Ok(())
        } else {
            Err(AgentError::NotAsked(capability))
        }
    }

    fn over(&self) -> AgentError {
        AgentError::Over { address: self.shared.address.clone() }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.end(None, PARTING);
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("address", &self.shared.address)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
