//! What the rest of the program may know of agents at any time, without asking the control thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use arc_swap::ArcSwap;
use crossbeam_channel::Sender;

use super::{AgentInfo, Capability, ControlEvent, Inbound};

/// Who is registered, and what was counted. Clones show the same; reading never waits.
#[derive(Clone)]
pub struct Directory {
    shared: Arc<Shared>,
    events: Sender<ControlEvent>,
}

struct Shared {
    agents: ArcSwap<Vec<AgentInfo>>,
    counters: Counters,
    /// Control messages that found no room.
    dropped: Arc<AtomicU64>,
    /// Agents that may send sensory data.
    senses: AtomicUsize,
}

/// Counts since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Control messages that came in.
    pub control_messages: AtomicU64,
    /// Control messages that got no answer or an error, and those that found no room.
    pub control_refused: AtomicU64,
    /// Sessions that began.
    pub registrations: AtomicU64,
    /// Sessions that ended because the agent left or registered again.
    pub left: AtomicU64,
    /// Sessions that ended because the agent was gone or silent.
    pub evicted: AtomicU64,
    /// Sensory frames of ended sessions.
    pub sensory_frames: AtomicU64,
    /// Bytes of sensory frames of ended sessions.
    pub sensory_bytes: AtomicU64,
    /// Messages on sensory endpoints of ended sessions that were no frames.
    pub sensory_refused: AtomicU64,
    /// Motor and visualization frames sent to ended sessions.
    pub sent_frames: AtomicU64,
    /// Bytes of those.
    pub sent_bytes: AtomicU64,
    /// Frames of ended sessions that were left out.
    pub dropped_frames: AtomicU64,
}

impl Counters {
    /// Adds to a counter.
    pub(crate) fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Ordering::Relaxed);
    }
}

impl Directory {
    /// Of nobody yet. `events` is where [`Directory::beat`] and [`Directory::dismiss`] go.
    #[must_use]
    pub fn new(events: Sender<ControlEvent>) -> Self {
        let shared = Shared {
            agents: ArcSwap::default(),
            counters: Counters::default(),
            dropped: Arc::default(),
            senses: AtomicUsize::new(0),
        };
        Self { shared: Arc::new(shared), events }
    }

    /// All registered agents, in the order of registration.
    #[must_use]
    pub fn agents(&self) -> Arc<Vec<AgentInfo>> {
        self.shared.agents.load_full()
    }

    /// The agent with this id in text form.
    #[must_use]
    pub fn agent(&self, agent_id: &str) -> Option<AgentInfo> {
        self.agents().iter().find(|agent| &*agent.agent_id == agent_id).cloned()
    }

    /// Whether an agent is registered that may send sensory data. Cheap enough for every burst.
    #[must_use]
    pub fn senses(&self) -> bool {
        self.shared.senses.load(Ordering::Relaxed) > 0
    }

    /// What was counted.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.shared.counters
    }

    /// Counts as a sign of life of an agent. Returns whether it is registered and could be told of.
    pub fn beat(&self, agent_id: &str) -> bool {
        self.agent(agent_id).is_some_and(|agent| {
            self.events.try_send(ControlEvent::Beat { agent_id: agent.agent_id }).is_ok()
        })
    }

    /// Ends the session of an agent soon. Returns whether it is registered and could be told of.
    pub fn dismiss(&self, agent_id: &str) -> bool {
        self.agent(agent_id).is_some_and(|agent| {
            self.events.try_send(ControlEvent::Dismiss { agent_id: agent.agent_id }).is_ok()
        })
    }

    /// Where the transport at this position puts control events. What finds no room is counted here.
    pub(crate) fn inbound(&self, transport: u8) -> Inbound {
        Inbound::new(transport, self.events.clone()).counting(Arc::clone(&self.shared.dropped))
    }

    /// Shows how many control messages got no answer or an error, besides those that found no room.
    pub(crate) fn show_refused(&self, refused: u64) {
        let refused = refused.saturating_add(self.shared.dropped.load(Ordering::Relaxed));
        self.shared.counters.control_refused.store(refused, Ordering::Relaxed);
    }

    pub(crate) fn show_agents(&self, agents: Vec<AgentInfo>) {
        let senses = agents.iter().filter(|agent| agent.capabilities.contains(&Capability::SendSensorData));
        self.shared.senses.store(senses.count(), Ordering::Relaxed);
        self.shared.agents.store(Arc::new(agents));
    }
}
