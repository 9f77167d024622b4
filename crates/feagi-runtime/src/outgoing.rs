//! The flow out of the brain: fired set -> voxels -> frame -> signal.
//!
//! Whoever subscribes sees frames as they were written, without a copy in between. `incoming.rs` is
//! the same way back.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use feagi_burst_engine::FireQueue;
use feagi_io::core::{MotorCommandEvent, StreamType, VisualizationReadyEvent};
use feagi_structures::FeagiSignal;

use crate::fired_frame::{FiredFrame, Selection, is_motor};
use crate::{BrainState, BurstRecord, FrameError, FramePool};

/// Makes frames of fired sets and tells subscribers. Belongs to the burst thread: connect before the
/// loop runs or through a command.
///
/// Subscribers run on the burst thread. They should do one thing: put the frame into a slot or a
/// bounded queue.
pub struct Outgoing {
    /// A frame with every voxel that fired in a burst, but for what [`Thinning`] leaves out; none for a
    /// burst in which nothing fired.
    pub visualization_ready: FeagiSignal<VisualizationReadyEvent>,
    /// A frame with what fired in output areas and in the death area, empty ones included, for each
    /// motor agent. All agents get the same frame.
    pub motor_commands: FeagiSignal<MotorCommandEvent>,
    /// A record after every burst, also one in which nothing fired, behind the burst's frames.
    pub bursts: FeagiSignal<BurstRecord>,
    /// What changed, before the next burst; also while the brain is held.
    pub state_changed: FeagiSignal<BrainState>,
    /// What viewers are spared.
    pub thinning: Thinning,
    motor_agents: MotorAgents,
    /// Who may want frames; without any, all frames are wanted.
    wanted: Vec<Box<dyn Fn(StreamType) -> bool + Send>>,
    visualization: Frames,
    motor: Frames,
    selection: Selection,
}

/// The agents that get motor frames, in the order in which they came. Clones share the list, which
/// any thread may change.
#[derive(Clone, Debug, Default)]
pub struct MotorAgents {
    ids: Arc<ArcSwap<Vec<Arc<str>>>>,
}

/// What visualization frames leave out. The default leaves out nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thinning {
    /// Of so many bursts one is shown, at least 1.
    pub every: u32,
    /// Areas with more spikes than this in a burst are not shown; 0: all are.
    pub most_spikes: u32,
}

impl Default for Thinning {
    fn default() -> Self {
        Self { every: 1, most_spikes: 0 }
    }
}

/// What became of the frames of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameCounts {
    /// Frames that subscribers got.
    pub sent: u64,
    /// Frames that were left out because readers held every container.
    pub dropped: u64,
    /// Frames that were left out because no container can hold them.
    pub refused: u64,
}

/// The containers of a stream.
#[derive(Debug, Default)]
struct Frames {
    pool: FramePool,
    counts: FrameCounts,
}

impl Outgoing {
    /// Without subscribers and motor agents. Each stream uses up to `frames` containers.
    #[must_use]
    pub fn new(frames: usize) -> Self {
        let stream = || Frames { pool: FramePool::new(frames), ..Frames::default() };
        Self {
            visualization_ready: FeagiSignal::new(),
            motor_commands: FeagiSignal::new(),
            bursts: FeagiSignal::new(),
            state_changed: FeagiSignal::new(),
            thinning: Thinning::default(),
            motor_agents: MotorAgents::default(),
            wanted: Vec::new(),
            visualization: stream(),
            motor: stream(),
            selection: Selection::default(),
        }
    }

    /// Asks `is_wanted` in every burst whether frames of a stream are worth making; they are made when
    /// one of those that are asked says yes. Without subscribers none are made anyway. It runs on the
    /// burst thread and must neither wait nor allocate.
    pub fn make_if(&mut self, is_wanted: impl Fn(StreamType) -> bool + Send + 'static) {
        self.wanted.push(Box::new(is_wanted));
    }

    /// The agents that get motor frames.
    #[must_use]
    pub const fn motor_agents(&self) -> &MotorAgents {
        &self.motor_agents
    }

    /// What became of the frames of a stream; zeros for other streams than motor and visualization.
    #[must_use]
    pub fn counts(&self, stream: StreamType) -> FrameCounts {
        match stream {
            StreamType::Visualization => self.visualization.counts,
            StreamType::Motor => self.motor.counts,
            StreamType::Control | StreamType::Sensory => FrameCounts::default(),
        }
    }

    /// Sends what fired in burst `number`, whose low 16 bits become the counter of the frames. The burst
    /// loop calls this once a burst.
    pub fn burst(&mut self, fired: FireQueue<'_>, number: u64) {
        let counter = number as u16;
        let Thinning { every, most_spikes } = self.thinning;
        let shown = number.is_multiple_of(u64::from(every.max(1)));
        if shown && !fired.is_empty() && self.visualizes() {
            let most = if most_spikes == 0 { usize::MAX } else { most_spikes as usize };
            let frame = self.selection.up_to(most, fired);
            if !frame.is_empty()
                && let Some(event) = self.visualization.write(&frame, counter)
            {
                self.visualization_ready.emit(&event);
            }
        }
        let agents = self.motor_agents.ids.load();
        if !agents.is_empty() && self.motor_commands.listener_count() > 0 && self.is_wanted(StreamType::Motor)
        {
            let frame = self.selection.of(fired, is_motor);
            let Some(frame) = self.motor.write(&frame, counter) else { return };
            for agent_id in agents.iter() {
                let event = MotorCommandEvent { agent_id: Arc::clone(agent_id), fbc: Arc::clone(&frame) };
                self.motor_commands.emit(&event);
            }
        }
    }

    fn visualizes(&self) -> bool {
        self.visualization_ready.listener_count() > 0 && self.is_wanted(StreamType::Visualization)
    }

    fn is_wanted(&self, stream: StreamType) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|is_wanted| is_wanted(stream))
    }
}

impl Default for Outgoing {
    fn default() -> Self {
        Self::new(FramePool::DEFAULT)
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("motor_agents", &self.motor_agents)
            .field("visualization", &self.visualization)
            .field("motor", &self.motor)
            .finish_non_exhaustive()
    }
}

impl Frames {
    /// The frame, if a container is free; what became of it is counted.
    fn write(&mut self, content: &FiredFrame<'_>, counter: u16) -> Option<feagi_io::SharedFBC> {
        let written = self
            .pool
            .write(|container| container.overwrite_byte_data_with_single_struct_data(content, counter));
        match &written {
            Ok(_) => self.counts.sent += 1,
            Err(FrameError::AllHeld(_)) => self.counts.dropped += 1,
            Err(FrameError::Content(_)) => self.counts.refused += 1,
        }
        written.ok()
    }
}

impl MotorAgents {
    /// Adds an agent behind the others; does nothing when it is there.
    pub fn add(&self, agent_id: &Arc<str>) {
        self.ids.rcu(|ids| {
            let mut ids = Vec::clone(ids);
            if !ids.contains(agent_id) {
                ids.push(Arc::clone(agent_id));
            }
            ids
        });
    }

    /// Removes an agent; does nothing when it is not there.
    pub fn remove(&self, agent_id: &str) {
        self.ids.rcu(|ids| ids.iter().filter(|id| id.as_ref() != agent_id).cloned().collect::<Vec<_>>());
    }

    /// The agents now.
    #[must_use]
    pub fn list(&self) -> Arc<Vec<Arc<str>>> {
        self.ids.load_full()
    }
}
