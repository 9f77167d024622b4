//! The thread between the burst thread's slots and a transport.

use std::sync::Arc;

use crate::blocking::channels::{WakeReceiver, wake_up};
use crate::blocking::{BlockingTransport, StopSignal, Worker};
use crate::core::{IoError, MotorCommandEvent, Outlet};

/// Slots for a transport, and where the thread that empties them waits.
#[must_use]
pub fn outlet() -> (Arc<Outlet>, WakeReceiver) {
    let (waker, woken) = wake_up();
    (Arc::new(Outlet::new(move || waker.wake())), woken)
}

/// Starts the thread that takes frames out of an outlet and publishes them. Of several motor frames of
/// one agent only the newest goes out. The thread holds the transport until the worker is stopped.
///
/// # Errors
/// [`IoError::Transport`] when the system has no thread left.
pub fn publish_from(
    outlet: Arc<Outlet>,
    woken: WakeReceiver,
    transport: Arc<dyn BlockingTransport>,
) -> Result<Worker, IoError> {
    let publisher = Publisher { outlet, transport, motor: Vec::new(), failing: false };
    Worker::spawn("feagi-publish", || (), move |stop| publisher.run(&woken, stop))
}

struct Publisher {
    outlet: Arc<Outlet>,
    transport: Arc<dyn BlockingTransport>,
    /// The newest motor frame of each agent; empty between turns, kept for its memory.
    motor: Vec<MotorCommandEvent>,
    /// Whether the last frame could not be published, so that a failure is logged once.
    failing: bool,
}

impl Publisher {
    fn run(mut self, woken: &WakeReceiver, stop: &StopSignal) {
        loop {
            crossbeam_channel::select_biased! {
                recv(stop.receiver()) -> _ => return,
                recv(woken.receiver()) -> wake => if wake.is_err() { return },
            }
            self.publish();
        }
    }

    /// Motor frames go first: they are small, and a robot waits for them.
    fn publish(&mut self) {
        self.collect_motor();
        let mut motor = std::mem::take(&mut self.motor);
        for MotorCommandEvent { agent_id, fbc } in motor.drain(..) {
            let outcome = self.transport.publish_motor(&agent_id, fbc);
            self.note(outcome);
        }
        self.motor = motor;
        if let Some(fbc) = self.outlet.take_visualization() {
            let outcome = self.transport.publish_visualization(fbc);
            self.note(outcome);
        }
    }

    fn collect_motor(&mut self) {
        while let Some(newer) = self.outlet.take_motor() {
            match self.motor.iter_mut().find(|older| older.agent_id == newer.agent_id) {
                Some(older) => {
                    *older = newer;
                    self.outlet.count_overtaken();
                }
                None => self.motor.push(newer),
            }
        }
    }

    fn note(&mut self, outcome: Result<(), IoError>) {
        match outcome {
            Ok(()) => self.failing = false,
            Err(error) => {
                if !self.failing {
                    tracing::warn!(%error, transport = self.transport.backend_name(), "frames are lost");
                }
                self.failing = true;
            }
        }
    }
}
