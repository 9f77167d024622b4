//! Shows a running brain: [`live`] draws on a terminal, [`plain`] prints a line a second.
//!
//! The burst thread never waits for a terminal. It keeps its own figures in a [`Watcher`] and copies
//! them to the [`Board`] only when the view has asked for them and is not reading; the view runs in
//! a thread of its own and draws from the board.

mod live;
mod plain;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use feagi_burst_engine::FireQueue;
use feagi_runtime::{BrainArea, Observer, Rate, Report, SpikeCounts};
use feagi_types::CorticalIdx;

use crate::motor::MotorArea;

pub(crate) use live::{Live, leave_screen};
pub(crate) use plain::Plain;

/// What a view needs to know of the brain before it runs.
pub(crate) struct Subject<'a> {
    pub(crate) title: &'a str,
    pub(crate) areas: &'a [BrainArea],
    pub(crate) rate: Rate,
}

/// Figures of a run at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) bursts: u64,
    pub(crate) missed: u64,
    pub(crate) on_time_share: f64,
    pub(crate) elapsed: Duration,
    /// Spikes since the first burst.
    pub(crate) spikes: SpikeCounts,
    pub(crate) motors: Vec<MotorArea>,
}

impl Snapshot {
    /// Bursts a second since an earlier moment.
    fn rate_since(&self, earlier: &Self) -> f64 {
        let seconds = self.elapsed.saturating_sub(earlier.elapsed).as_secs_f64();
        if seconds > 0.0 { (self.bursts - earlier.bursts) as f64 / seconds } else { 0.0 }
    }

    /// Spikes of an area in each burst since an earlier moment.
    fn spikes_since(&self, earlier: &Self, area: CorticalIdx) -> f64 {
        let spikes = self.spikes.of(area) - earlier.spikes.of(area);
        spikes as f64 / (self.bursts - earlier.bursts).max(1) as f64
    }
}

/// Where the burst thread leaves figures for the view.
#[derive(Debug)]
pub(crate) struct Board {
    latest: Mutex<Snapshot>,
    wanted: AtomicBool,
}

impl Default for Board {
    /// Asks for the first burst, so that a slow brain's view has something to show at once.
    fn default() -> Self {
        Self { latest: Mutex::default(), wanted: AtomicBool::new(true) }
    }
}

/// Follows the run on the burst thread.
pub(crate) struct Watcher<'a> {
    pub(crate) spikes: SpikeCounts,
    pub(crate) motors: Vec<MotorArea>,
    board: &'a Board,
}

impl<'a> Watcher<'a> {
    pub(crate) fn new(areas: &[BrainArea], board: &'a Board) -> Self {
        let spikes = SpikeCounts::new(areas.iter().map(|area| area.idx));
        Self { spikes, motors: MotorArea::find(areas), board }
    }
}

impl Observer for Watcher<'_> {
    fn burst(&mut self, fired: &FireQueue<'_>, report: &Report) {
        self.spikes.add(fired);
        for motors in &mut self.motors {
            motors.burst(fired);
        }
        if !self.board.wanted.load(Ordering::Acquire) {
            return;
        }
        // While the view reads, the figures wait for the next burst.
        if let Ok(mut latest) = self.board.latest.try_lock() {
            latest.bursts = report.bursts;
            latest.missed = report.missed;
            latest.on_time_share = report.on_time_share();
            latest.elapsed = report.elapsed;
            latest.spikes.clone_from(&self.spikes);
            latest.motors.clone_from(&self.motors);
            self.board.wanted.store(false, Ordering::Release);
        }
    }
}

impl Board {
    /// Asks the burst thread for the figures of its next burst.
    fn ask(&self) {
        self.wanted.store(true, Ordering::Release);
    }

    /// The figures that were left last.
    fn latest(&self) -> Snapshot {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How long before looking the view asks, so that a burst can answer.
const LEAD: Duration = Duration::from_millis(40);

/// A way to show figures.
pub(crate) trait View {
    /// Time between two looks at the board.
    const INTERVAL: Duration;

    /// Shows what happened between two moments.
    ///
    /// # Errors
    /// What writing met with.
    fn show(&mut self, before: &Snapshot, now: &Snapshot) -> io::Result<()>;
}

/// Shows the board until the other end of `done` is gone.
///
/// # Errors
/// What writing met with.
pub(crate) fn watch<V: View>(view: &mut V, board: &Board, done: &Receiver<()>) -> io::Result<()> {
    let runs_for = |time| done.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
    let mut before = Snapshot::default();
    while runs_for(V::INTERVAL.saturating_sub(LEAD)) {
        board.ask();
        if !runs_for(LEAD) {
            break;
        }
        let now = board.latest();
        if now.bursts > before.bursts {
            view.show(&before, &now)?;
            before = now;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use feagi_burst_engine::{BurstEngine, EngineConfig, Neuron};
    use feagi_types::{AreaParameters, CorticalId, Dimensions, NeuronId};

    const FIRST: CorticalIdx = CorticalIdx(10);
    const SECOND: CorticalIdx = CorticalIdx(11);

    fn id(bytes: [u8; 8]) -> CorticalId {
        CorticalId::from_bytes(bytes).expect("a custom id")
    }

    /// Two areas; the name of the second tries to steer the terminal.
    pub(super) fn areas() -> [BrainArea; 2] {
        let area = |idx, id, name: &str| BrainArea {
            idx,
            id,
            name: name.to_owned(),
            dimensions: Dimensions::new(8, 8, 1),
            neurons: 64,
        };
        [area(FIRST, id(*b"cfirst__"), "first"), area(SECOND, id(*b"csecond_"), "second\u{7}")]
    }

    pub(super) fn subject(areas: &[BrainArea]) -> Subject<'_> {
        Subject { title: "A brain", areas, rate: Rate::from_hz(20.0).expect("a possible rate") }
    }

    /// The moment after `bursts` bursts at 20 a second, in which each area has fired so often.
    pub(super) fn later(bursts: u64, spikes: [u64; 2]) -> Snapshot {
        let mut snapshot = Snapshot {
            bursts,
            on_time_share: 1.0,
            elapsed: Duration::from_millis(50 * bursts),
            spikes: SpikeCounts::new([FIRST, SECOND]),
            ..Snapshot::default()
        };
        for (idx, times) in [(FIRST, spikes[0]), (SECOND, spikes[1])] {
            let mut engine = BurstEngine::new(&EngineConfig::default());
            engine.add_area(idx, id(*b"cany____"), &AreaParameters::default()).expect("a new area");
            engine.add_neurons(idx, &[Neuron::default()]).expect("one neuron");
            for _ in 0..times {
                engine.inject(NeuronId(0), 1.0);
                snapshot.spikes.add(&engine.burst());
            }
        }
        snapshot
    }

    #[test]
    fn the_board_has_the_first_burst_and_those_asked_for() {
        let areas = areas();
        let board = Board::default();
        let mut watcher = Watcher::new(&areas, &board);
        let engine = BurstEngine::new(&EngineConfig::default());
        let report = |bursts| Report { bursts, ..Report::default() };
        watcher.burst(&engine.fire_queue(), &report(1));
        watcher.burst(&engine.fire_queue(), &report(2));
        assert_eq!(board.latest().bursts, 1);
        board.ask();
        watcher.burst(&engine.fire_queue(), &report(3));
        watcher.burst(&engine.fire_queue(), &report(4));
        assert_eq!(board.latest().bursts, 3);
    }
}
