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
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use feagi_burst_engine::FireQueue;
use feagi_runtime::{BrainArea, Observer, Rate, Report, Running, SpikeCounts};
use feagi_types::CorticalIdx;

use crate::motor::MotorArea;

pub(crate) use live::{Live, leave_screen};
pub(crate) use plain::Plain;

/// What a view needs to know of the brain. It is made anew when the brain changes.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) title: String,
    pub(crate) areas: Vec<BrainArea>,
    pub(crate) rate: Rate,
    /// Number of the genome, which rises when another one is loaded.
    pub(crate) genome: u64,
}

/// Figures of a run at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub(crate) subject: Arc<Subject>,
    pub(crate) bursts: u64,
    pub(crate) missed: u64,
    pub(crate) on_time_share: f64,
    pub(crate) elapsed: Duration,
    /// Spikes since the first burst of the genome.
    pub(crate) spikes: SpikeCounts,
    pub(crate) motors: Vec<MotorArea>,
}

impl Snapshot {
    /// Before the first burst.
    pub(crate) fn start(running: &Running) -> Self {
        Self::of(Arc::new(Subject::of(running)))
    }

    fn of(subject: Arc<Subject>) -> Self {
        Self {
            subject,
            bursts: 0,
            missed: 0,
            on_time_share: 1.0,
            elapsed: Duration::ZERO,
            spikes: SpikeCounts::default(),
            motors: Vec::new(),
        }
    }

    /// Bursts a second since an earlier moment.
    fn rate_since(&self, earlier: &Self) -> f64 {
        let seconds = self.elapsed.saturating_sub(earlier.elapsed).as_secs_f64();
        if seconds > 0.0 { (self.bursts - earlier.bursts) as f64 / seconds } else { 0.0 }
    }

    /// Spikes of an area in each burst since an earlier moment.
    fn spikes_since(&self, earlier: &Self, area: CorticalIdx) -> f64 {
        // Counts start again when another genome is loaded.
        let same_genome = self.subject.genome == earlier.subject.genome;
        let before = if same_genome { earlier.spikes.of(area) } else { 0 };
        let spikes = self.spikes.of(area).saturating_sub(before);
        spikes as f64 / (self.bursts - earlier.bursts).max(1) as f64
    }
}

impl Subject {
    fn of(running: &Running) -> Self {
        let Running { brain, rate, genomes_loaded, .. } = running;
        Self { title: brain.title.clone(), areas: brain.areas.clone(), rate: *rate, genome: *genomes_loaded }
    }
}

/// Where the burst thread leaves figures for the view.
#[derive(Debug)]
pub(crate) struct Board {
    latest: Mutex<Snapshot>,
    wanted: AtomicBool,
}

/// Follows the run on the burst thread.
pub(crate) struct Watcher<'a> {
    pub(crate) subject: Arc<Subject>,
    pub(crate) spikes: SpikeCounts,
    pub(crate) motors: Vec<MotorArea>,
    /// Bursts that had run when the genome took its place.
    earlier_bursts: u64,
    board: &'a Board,
}

impl<'a> Watcher<'a> {
    pub(crate) fn new(running: &Running, board: &'a Board) -> Self {
        let mut watcher = Self {
            subject: Arc::new(Subject::of(running)),
            spikes: SpikeCounts::default(),
            motors: Vec::new(),
            earlier_bursts: running.report.bursts,
            board,
        };
        watcher.changed(running);
        watcher
    }

    /// Bursts of the genome that runs now, which spikes and motors are counted for.
    pub(crate) const fn bursts(&self, report: &Report) -> u64 {
        report.bursts.saturating_sub(self.earlier_bursts)
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
            latest.subject = Arc::clone(&self.subject);
            latest.bursts = report.bursts;
            latest.missed = report.missed;
            latest.on_time_share = report.on_time_share();
            latest.elapsed = report.elapsed;
            latest.spikes.clone_from(&self.spikes);
            latest.motors.clone_from(&self.motors);
            self.board.wanted.store(false, Ordering::Release);
        }
    }

    fn changed(&mut self, running: &Running) {
        let former_genome = self.subject.genome;
        self.subject = Arc::new(Subject::of(running));
        let areas = &self.subject.areas;
        let former = std::mem::replace(&mut self.spikes, SpikeCounts::new(areas.iter().map(|area| area.idx)));
        let mut motors = MotorArea::find(areas);
        if former_genome == self.subject.genome {
            self.spikes.adopt(&former);
            for motor in &mut motors {
                self.motors.iter().for_each(|former| motor.adopt(former));
            }
        } else {
            self.earlier_bursts = running.report.bursts;
        }
        self.motors = motors;
    }
}

impl Board {
    /// Asks for the first burst, so that a slow brain's view has something to show at once.
    pub(crate) fn new(start: Snapshot) -> Self {
        Self { latest: Mutex::new(start), wanted: AtomicBool::new(true) }
    }

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
    let mut before = board.latest();
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
    use feagi_runtime::{Assembly, Brain};
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

    pub(super) fn subject() -> Arc<Subject> {
        let rate = Rate::from_hz(20.0).expect("a possible rate");
        Arc::new(Subject { title: "A brain".to_owned(), areas: areas().into(), rate, genome: 0 })
    }

    /// The moment before the first burst.
    pub(super) fn start(subject: &Arc<Subject>) -> Snapshot {
        Snapshot::of(Arc::clone(subject))
    }

    /// The moment after `bursts` bursts at 20 a second, in which each area has fired so often.
    pub(super) fn later(subject: &Arc<Subject>, bursts: u64, spikes: [u64; 2]) -> Snapshot {
        let mut snapshot = Snapshot {
            bursts,
            elapsed: Duration::from_millis(50 * bursts),
            spikes: SpikeCounts::new([FIRST, SECOND]),
            ..start(subject)
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
        let running = running();
        let board = Board::new(Snapshot::start(&running));
        let mut watcher = Watcher::new(&running, &board);
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

    #[test]
    fn counts_go_on_when_areas_are_added_and_start_again_with_another_genome() {
        let mut running = running();
        let board = Board::new(Snapshot::start(&running));
        let mut watcher = Watcher::new(&running, &board);
        let power = running.brain.areas.iter().find(|area| area.id.core_area().is_some()).unwrap().idx;
        let fire = |watcher: &mut Watcher<'_>, running: &mut Running| {
            let fired = running.brain.engine.burst();
            watcher.burst(&fired, &Report::default());
        };
        (0..3).for_each(|_| fire(&mut watcher, &mut running));
        let counted = watcher.spikes.total();
        assert!(counted > 0, "the power area fires");
        running.brain.areas.push(BrainArea { idx: CorticalIdx(4000), ..running.brain.areas[0].clone() });
        watcher.changed(&running);
        assert_eq!(watcher.spikes.total(), counted);
        running.genomes_loaded += 1;
        running.report.bursts = 5;
        watcher.changed(&running);
        assert_eq!((watcher.spikes.total(), watcher.spikes.of(power)), (0, 0));
        assert_eq!(watcher.bursts(&Report { bursts: 7, ..Report::default() }), 2);
    }

    fn running() -> Running {
        let brain = Brain::assemble(crate::assemble::BUILT_IN, &Assembly::default(), &mut |_| {});
        Running::new(brain.expect("a sound genome"), Rate::from_hz(20.0).expect("a possible rate"))
    }
}
