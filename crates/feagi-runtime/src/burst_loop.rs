//! The burst loop.

use std::time::Duration;

use feagi_types::BurstCount;

use crate::{
    BrainState, BurstRecord, Clock, Commands, Inlet, ON_TIME, Observer, Running, Schedule, Source, StopFlag,
};

/// Runs bursts, and commands between them.
///
/// Each burst waits for its deadline, takes its input from a source and from the mailboxes of agents,
/// in this order, and shows what fired to an observer and to the subscribers of
/// [`Outgoing`](crate::Outgoing). Bursts that cannot be run in time are left out, not made up for:
/// see [`Schedule`]. Nothing allocates once the engine has seen its traffic.
///
/// Commands run as soon as they come while the loop waits. A deadline goes first, but however late
/// bursts are, what waits after a burst gets a little time before the next. While the brain is
/// [held](crate::Hold), only commands run.
pub struct BurstLoop<'a, C> {
    clock: &'a C,
    stop: &'a StopFlag,
    commands: &'a Commands,
    limit: Option<u64>,
    source: Option<&'a mut dyn Source>,
    observer: Option<&'a mut dyn Observer>,
    /// The state that observer and subscribers know of.
    shown: Option<BrainState>,
}

/// How long commands may keep a burst waiting that is due. One command runs in any case.
const COMMAND_TIME: Duration = Duration::from_millis(1);

/// How long a held brain waits for commands before it looks around.
const REST: Duration = Duration::from_millis(20);

impl<'a, C: Clock> BurstLoop<'a, C> {
    /// A loop without end, own input and observer.
    pub const fn new(clock: &'a C, stop: &'a StopFlag, commands: &'a Commands) -> Self {
        Self { clock, stop, commands, limit: None, source: None, observer: None, shown: None }
    }

    /// Ends after so many bursts; `None`: runs until it is stopped.
    #[must_use]
    pub const fn limit(mut self, bursts: Option<u64>) -> Self {
        self.limit = bursts;
        self
    }

    /// Takes input from `source` before that of agents.
    #[must_use]
    pub fn source(mut self, source: &'a mut dyn Source) -> Self {
        self.source = Some(source);
        self
    }

    /// Shows what fired to `observer`.
    #[must_use]
    pub fn observer(mut self, observer: &'a mut dyn Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Runs `running` at its rate until it is stopped or the limit is reached. What happened is added
    /// to its report.
    pub fn run(mut self, running: &mut Running) {
        let (first, earlier) = (running.report.bursts, running.report.elapsed);
        let mut turns = Turns::new(self.clock.now(), running.rate.period(), earlier);
        let mut missed = 0;
        while self.limit.is_none_or(|limit| running.report.bursts - first < limit) {
            self.between_bursts(running, &mut turns);
            if self.stop.is_stopped() {
                break;
            }
            let began = self.clock.now();
            let lateness = began.saturating_sub(turns.schedule.deadline());
            running.report.jitter.record(lateness);
            running.report.on_time += u64::from(lateness <= ON_TIME);
            let (fired, inputs) = self.burst(running);
            let ended = self.clock.now();
            let duration = ended.saturating_sub(began);
            running.report.burst_time.record(duration);
            let burst = running.report.bursts;
            let record = BurstRecord { burst, fired, inputs, duration, lateness, missed };
            missed = turns.schedule.advance(ended);
            running.report.missed += missed;
            running.report.elapsed = turns.elapsed(ended);
            running.outgoing.bursts.emit(&record);
            running.hold.reached(burst);
        }
        running.hold.forget();
    }

    /// Returns when the next burst is to run, or when the loop is to stop.
    fn between_bursts(&mut self, running: &mut Running, turns: &mut Turns) {
        let began = self.clock.now();
        self.show(running);
        for _ in 0..self.commands.len() {
            self.obey(self.commands.take(), running, turns);
            if self.clock.now().saturating_sub(began) >= COMMAND_TIME || self.stop.is_stopped() {
                break;
            }
        }
        while !self.stop.is_stopped() {
            let held = running.hold.is_held();
            if running.hold.keeps(running.report.bursts) {
                running.hold.reached(running.report.bursts);
                let command = self.clock.wait(self.clock.now() + REST, self.stop, self.commands);
                self.obey(command, running, turns);
                turns.rest(self.clock.now(), running.report.elapsed);
            } else if held {
                // A step waits for no deadline.
                turns.rest(self.clock.now(), running.report.elapsed);
                break;
            } else if let Some(command) = self.clock.wait(turns.schedule.deadline(), self.stop, self.commands)
            {
                self.obey(Some(command), running, turns);
            } else {
                break;
            }
        }
    }

    fn obey(&mut self, command: Option<crate::Command>, running: &mut Running, turns: &mut Turns) {
        let Some(command) = command else { return };
        let rate = running.rate;
        command.run(running);
        if running.rate != rate {
            turns.schedule.change_period(running.rate.period(), self.clock.now());
        }
        self.show(running);
    }

    /// Tells the observer and subscribers when the brain is not as they saw it last.
    fn show(&mut self, running: &mut Running) {
        let state = BrainState::of(running);
        if self.shown == Some(state) {
            return;
        }
        self.shown = Some(state);
        if let Some(observer) = &mut self.observer {
            observer.changed(running);
        }
        running.outgoing.state_changed.emit(&state);
    }

    /// Runs a burst; how many neurons fired, and how many inputs it had.
    fn burst(&mut self, running: &mut Running) -> (u64, u64) {
        let Running { brain, report, outgoing, incoming, .. } = running;
        let number = report.bursts + 1;
        let before = report.inputs;
        if let Some(source) = &mut self.source {
            let mut inlet = Inlet::new(&mut brain.engine);
            source.feed(BurstCount(number), &mut inlet);
            report.inputs += inlet.staged();
        }
        report.inputs += incoming.feed(&mut brain.engine);
        let fired = brain.engine.burst();
        let spikes = fired.len() as u64;
        report.bursts = number;
        report.spikes += spikes;
        if let Some(observer) = &mut self.observer {
            observer.burst(&fired, report);
        }
        outgoing.burst(fired, number);
        (spikes, report.inputs - before)
    }
}

/// When bursts are due, and how much time counts.
struct Turns {
    schedule: Schedule,
    /// Since when `schedule` counts.
    start: Duration,
    /// What counted before.
    earlier: Duration,
}

impl Turns {
    fn new(start: Duration, period: Duration, earlier: Duration) -> Self {
        Self { schedule: Schedule::new(start, period), start, earlier }
    }

    /// The time that counts, when a burst ended at `ended`.
    fn elapsed(&self, ended: Duration) -> Duration {
        self.earlier + self.schedule.deadline().max(ended).saturating_sub(self.start)
    }

    /// Time until `now` does not count, and the next burst is due now; `elapsed` counted before.
    fn rest(&mut self, now: Duration, elapsed: Duration) {
        *self = Self { schedule: self.schedule.again(now), start: now, earlier: elapsed };
    }
}
