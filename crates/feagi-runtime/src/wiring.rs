//! Joins a running brain to the peripheral nervous system (PNS) and to those who watch it from inside the
//! program, by signals alone: neither side knows the other's threads, and nothing here runs after the
//! connections are made.
//!
//! ```text
//! PNS                                                    burst thread
//! sensory_data_received ──────▶ Mailboxes ─────────────▶ Incoming
//! agent_registered    ─┐
//! agent_disconnected  ─┴──────▶ Mailboxes, MotorAgents
//! publish_…           ◀──────── visualization_ready, motor_commands ◀── Outgoing
//! Watcher             ◀──────── visualization_ready, bursts, state_changed ◀── Outgoing
//! ```

use std::sync::{Arc, PoisonError};

use feagi_io::core::{Capability, MotorCommandEvent, StreamType};
use feagi_io::{Outlets, SharedFBC, SharedSignal, Signals};

use crate::{BrainState, BurstRecord, Mailboxes, MotorAgents, Outgoing};

/// Has the PNS publish what the brain sends: subscribes its two publishing functions to the signals of
/// the burst thread, and lets frames be made only of streams for which `is_wanted` says yes.
///
/// All three run on the burst thread: they must neither wait nor allocate.
pub fn connect_to_burst_engine(
    outgoing: &mut Outgoing,
    is_wanted: impl Fn(StreamType) -> bool + Send + 'static,
    mut publish_visualization: impl FnMut(SharedFBC) + Send + 'static,
    mut publish_motor: impl FnMut(&MotorCommandEvent) + Send + 'static,
) {
    outgoing.make_if(is_wanted);
    outgoing.visualization_ready.connect(move |frame| publish_visualization(Arc::clone(frame)));
    outgoing.motor_commands.connect(move |command| publish_motor(command));
}

/// Has a running PNS publish what the brain sends: [`connect_to_burst_engine`] with its outlets.
pub fn connect_to_outlets(outgoing: &mut Outgoing, outlets: &Outlets) {
    let (wanted, viewers, motors) = (outlets.clone(), outlets.clone(), outlets.clone());
    connect_to_burst_engine(
        outgoing,
        move |stream| wanted.wants(stream),
        move |frame| viewers.publish_visualization(&frame),
        move |command| motors.publish_motor(command),
    );
}

/// Somebody inside the program who watches a brain. Everything here runs on the burst thread: it must
/// neither wait nor allocate.
pub trait Watcher: Send + Sync + 'static {
    /// Whether frames are worth making for it now.
    fn wants_frames(&self) -> bool;

    /// What fired in a burst, if anything did and somebody wanted frames. The burst's record follows.
    fn frame(&self, fbc: &SharedFBC);

    /// A burst is over.
    fn burst(&self, record: &BurstRecord);

    /// The brain is in another state than before.
    fn state(&self, state: &BrainState);
}

/// Shows `watcher` what fires, and everything that there is to know of bursts.
pub fn connect_to_watcher(outgoing: &mut Outgoing, watcher: &Arc<impl Watcher>) {
    let (wanted, frames, records, states) =
        (Arc::clone(watcher), Arc::clone(watcher), Arc::clone(watcher), Arc::clone(watcher));
    outgoing.make_if(move |stream| stream == StreamType::Visualization && wanted.wants_frames());
    outgoing.visualization_ready.connect(move |fbc| frames.frame(fbc));
    outgoing.bursts.connect(move |record| records.burst(record));
    outgoing.state_changed.connect(move |state| states.state(state));
}

/// Has the brain take what the PNS receives: registered agents get a mailbox and motor frames as
/// their capabilities say, sensory frames go into the mailboxes, and agents that are gone lose both.
///
/// The PNS has to tell of a registration before it takes frames of the agent; frames of agents
/// without a mailbox are counted and left out.
pub fn connect_to_pns(signals: &Signals, mailboxes: &Mailboxes, motor_agents: &MotorAgents) {
    let (opened, added) = (mailboxes.clone(), motor_agents.clone());
    connect(&signals.agent_registered, move |event| {
        if event.info.capabilities.contains(&Capability::SendSensorData) {
            opened.open(&event.info.agent_id);
        }
        if event.info.capabilities.contains(&Capability::ReceiveMotorData) {
            added.add(&event.info.agent_id);
        }
    });
    let (closed, removed) = (mailboxes.clone(), motor_agents.clone());
    connect(&signals.agent_disconnected, move |event| {
        closed.close(&event.agent_id);
        removed.remove(&event.agent_id);
    });
    let delivered = mailboxes.clone();
    connect(&signals.sensory_data_received, move |event| {
        delivered.deliver(event);
    });
}

// A signal stays sound when a thread that held it panics: subscribers are added whole.
fn connect<T>(signal: &SharedSignal<T>, listener: impl FnMut(&T) + Send + 'static) {
    signal.lock().unwrap_or_else(PoisonError::into_inner).connect(listener);
}
