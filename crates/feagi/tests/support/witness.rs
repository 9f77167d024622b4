//! A healthy agent that lives beside a fault and tells whether it noticed anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Server;
use super::agent::{ALL, Agent, LONG, Pusher, Subscriber, Transport, motor_area, two_motors};
use super::wire::{Cell, cells_of, frame};

/// The group of its motors, which are nobody else's.
const GROUP: u8 = 77;
const MOTORS: [u8; 8] = motor_area(GROUP);

/// A stimulus that has not come back by now counts as lost. It fires in one burst, and of motor
/// commands that could not be sent in time the newest is: a machine with too much to do loses some.
const LOST: Duration = Duration::from_millis(250);
/// The pause between two heartbeats of published clients is five times as long.
const BEAT: Duration = Duration::from_secs(1);

/// The agent at work: every voxel that it stimulates in its motor area has to come back as a motor
/// command.
pub(crate) struct Witness {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Testimony>,
}

/// What it saw.
#[derive(Debug, Default)]
pub(crate) struct Testimony {
    /// Stimuli sent.
    pub(crate) sent: u32,
    /// How long each took that came back.
    pub(crate) loops: Vec<Duration>,
    /// Heartbeats that nobody answered.
    pub(crate) unanswered: u32,
}

struct Life {
    agent: Agent,
    senses: Pusher,
    motors: Subscriber,
    testimony: Testimony,
}

impl Witness {
    /// Registers, and returns when the loop has been closed for the first time.
    pub(crate) fn begin(server: &Server, transport: Transport) -> Self {
        let mut agent = Agent::register(server, transport, "witness", &ALL[..2]).expect("it may register");
        agent.configure(&two_motors(GROUP));
        let (senses, motors) = (agent.pusher(), agent.motor());
        let mut life = Life { agent, senses, motors, testimony: Testimony::default() };
        let end = Instant::now() + LONG;
        while !life.closes_a_loop() {
            assert!(Instant::now() < end, "the motor area answers");
        }
        life.testimony = Testimony::default();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        Self { stop, thread: thread::spawn(move || life.pass(&stopped)) }
    }

    /// What it saw until now. It leaves without a word.
    pub(crate) fn end(self) -> Testimony {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Life {
    fn pass(mut self, stop: &AtomicBool) -> Testimony {
        let mut beat_at = Instant::now() + BEAT;
        while !stop.load(Ordering::Relaxed) {
            self.closes_a_loop();
            if Instant::now() >= beat_at {
                beat_at = Instant::now() + BEAT;
                self.testimony.unanswered += u32::from(!self.agent.beats());
            }
        }
        self.testimony
    }

    /// Stimulates a voxel and waits for it in the motor commands.
    fn closes_a_loop(&mut self) -> bool {
        let begun = Instant::now();
        let number = self.testimony.sent;
        self.testimony.sent += 1;
        // Each is another voxel than the ones before, so that what comes late is not taken for it.
        let cell: Cell = (number % 2, 0, number % 9, 100.0);
        if !self.senses.send(&frame(MOTORS, &[cell]), LOST) {
            return false;
        }
        while begun.elapsed() < LOST {
            let Some(command) = self.motors.receive(LOST.saturating_sub(begun.elapsed())) else { break };
            if cells_of(&command, MOTORS).contains(&cell) {
                self.testimony.loops.push(begun.elapsed());
                return true;
            }
        }
        false
    }
}

impl Testimony {
    /// The share of stimuli that came back.
    pub(crate) fn share(&self) -> f64 {
        self.loops.len() as f64 / f64::from(self.sent)
    }

    /// What half of the loops did not exceed, and the longest one, in milliseconds.
    pub(crate) fn times(&self) -> (f64, f64) {
        let mut loops = self.loops.clone();
        loops.sort_unstable();
        let at = |at: usize| loops.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
        (at(loops.len() / 2), at(loops.len().saturating_sub(1)))
    }
}
