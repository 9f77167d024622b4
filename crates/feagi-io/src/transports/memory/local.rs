//! The whole peripheral nervous system in one value, without threads, sockets and clocks.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};
use feagi_serialization::AgentId;

use super::{MemoryPeer, MemoryTransport};
use crate::blocking::BlockingTransport as _;
use crate::core::{
    ControlEvent, Directory, IoError, MotorCommandEvent, Outlet, PNSConfig, Protocol, SharedFBC, StreamType,
};
use crate::switchboard::{Attached, Signals, Switchboard};

/// A peripheral nervous system whose agents are in the same process and whose time passes by calls.
///
/// Everything is as in [`PNS`](crate::PNS) except the threads: what agents send waits until
/// [`LocalPns::settle`], and frames reach them in the call that publishes them. The same calls give
/// the same bytes, agent ids included.
pub struct LocalPns {
    switchboard: Switchboard,
    events: Receiver<ControlEvent>,
    transport: Arc<MemoryTransport>,
    outlet: Arc<Outlet>,
    signals: Signals,
    directory: Directory,
}

impl LocalPns {
    /// For agents that ask for ZeroMQ, which is what most do. Of `config`, limits, liveness and the
    /// ports of the ZeroMQ pool count.
    ///
    /// # Errors
    /// None that this transport can meet.
    pub fn new(config: &PNSConfig) -> Result<Self, IoError> {
        // A peer that is dropped waits for room, and here would wait for its own thread.
        let (sender, events) = unbounded();
        let (signals, directory) = (Signals::default(), Directory::new(sender));
        let mut transport = MemoryTransport::new(Protocol::Zmq, directory.inbound(0));
        transport.start()?;
        let transport = Arc::new(transport);
        let outlet = Arc::new(Outlet::new(|| ()));
        let attached =
            Attached { transport: Arc::<MemoryTransport>::clone(&transport), outlet: Arc::clone(&outlet) };
        let switchboard =
            Switchboard::new(config, numbered(), vec![attached], signals.clone(), directory.clone());
        Ok(Self { switchboard, events, transport, outlet, signals, directory })
    }

    /// A new agent with a control connection.
    #[must_use]
    pub fn peer(&self) -> MemoryPeer {
        self.transport.peer()
    }

    /// What a brain can hear from here.
    #[must_use]
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Who is registered, and what was counted.
    #[must_use]
    pub fn directory(&self) -> Directory {
        self.directory.clone()
    }

    /// Whether anybody has an endpoint for the stream, as a question that outlives this borrow.
    pub fn wants(&self) -> impl Fn(StreamType) -> bool + Send + use<> {
        let outlet = Arc::clone(&self.outlet);
        move |stream| outlet.wants(stream)
    }

    /// Sends a frame to every viewer, as a call that outlives this borrow.
    pub fn publish_visualization(&self) -> impl Fn(SharedFBC) + Send + use<> {
        let transport = Arc::clone(&self.transport);
        // The transport runs as long as there is a reference to it.
        move |frame| drop(transport.publish_visualization(frame))
    }

    /// Sends a motor frame to its agent, as a call that outlives this borrow.
    pub fn publish_motor(&self) -> impl Fn(&MotorCommandEvent) + Send + use<> {
        let transport = Arc::clone(&self.transport);
        move |command| drop(transport.publish_motor(&command.agent_id, Arc::clone(&command.fbc)))
    }

    /// Takes what agents have sent, decides what has waited, and looks for signs of life.
    pub fn settle(&mut self, now: Duration) {
        while let Ok(event) = self.events.try_recv() {
            self.switchboard.take(event, now);
        }
        self.switchboard.scan(now);
    }
}

/// Agent ids in order, so that runs can be compared.
fn numbered() -> impl FnMut() -> AgentId + Send {
    let mut count = 0_u64;
    move || {
        count += 1;
        let mut id = [0; AgentId::LEN];
        id[..8].copy_from_slice(&count.to_le_bytes());
        AgentId(id)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;

    #[test]
    fn a_peer_that_left_much_unread_can_be_dropped() {
        let mut pns = LocalPns::new(&PNSConfig::default()).unwrap();
        let peer = pns.peer();
        (0..5000).for_each(|_| peer.send(vec![0; 70]));
        drop(peer);
        pns.settle(Duration::ZERO);
        let directory = pns.directory();
        let counters = directory.counters();
        assert_eq!(counters.control_messages.load(Ordering::Relaxed), 5000);
        assert_eq!(counters.control_refused.load(Ordering::Relaxed), 5000);
    }

    #[test]
    fn messages_that_found_no_room_are_counted_as_refused() {
        let mut pns = LocalPns::new(&PNSConfig::default()).unwrap();
        let peer = pns.peer();
        (0..100).for_each(|_| peer.send(vec![0; 20 << 10]));
        pns.settle(Duration::ZERO);
        let directory = pns.directory();
        assert!(directory.counters().control_messages.load(Ordering::Relaxed) < 100);
        assert_eq!(directory.counters().control_refused.load(Ordering::Relaxed), 100);
    }
}
