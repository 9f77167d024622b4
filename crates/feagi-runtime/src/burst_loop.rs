//! The burst loop.

use std::time::Duration;

use feagi_types::BurstCount;

use crate::{Clock, Commands, Inlet, ON_TIME, Observer, Running, Schedule, Source, StopFlag};

/// Runs bursts, and commands between them.
///
/// Each burst waits for its deadline, takes its input from a source and from the mailboxes of agents,
/// in this order, and shows what fired to an observer and to the subscribers of
/// [`Outgoing`](crate::Outgoing). Bursts that cannot be run in time are left out, not made up for:
/// see [`Schedule`]. Nothing allocates once the engine has seen its traffic.
///
/// Commands run as soon as they come while the loop waits. A deadline goes first, but however late
/// bursts are, what waits after a burst gets a little time before the next.
pub struct BurstLoop<'a, C> {
    clock: &'a C,
    stop: &'a StopFlag,
    commands: &'a Commands,
    limit: Option<u64>,
    source: Option<&'a mut dyn Source>,
    observer: Option<&'a mut dyn Observer>,
}

/// How long commands may keep a burst waiting that is due. One command runs in any case.
const COMMAND_TIME: Duration = Duration::from_millis(1);

impl<'a, C: Clock> BurstLoop<'a, C> {
    /// A loop without end, own input and observer.
    pub const fn new(clock: &'a C, stop: &'a StopFlag, commands: &'a Commands) -> Self {
        Self { clock, stop, commands, limit: None, source: None, observer: None }
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
        let start = self.clock.now();
        let (first, earlier) = (running.report.bursts, running.report.elapsed);
        let mut schedule = Schedule::new(start, running.rate.period());
        let mut shown = None;
        while self.limit.is_none_or(|limit| running.report.bursts - first < limit) {
            self.between_bursts(running, &mut schedule);
            if self.stop.is_stopped() {
                break;
            }
            let state = (running.genomes_loaded, running.brain.revision, running.rate);
            if shown != Some(state) {
                shown = Some(state);
                if let Some(observer) = &mut self.observer {
                    observer.changed(running);
                }
            }
            let began = self.clock.now();
            let lateness = began.saturating_sub(schedule.deadline());
            running.report.jitter.record(lateness);
            running.report.on_time += u64::from(lateness <= ON_TIME);
            self.burst(running);
            let ended = self.clock.now();
            running.report.burst_time.record(ended.saturating_sub(began));
            running.report.missed += schedule.advance(ended);
            running.report.elapsed = earlier + schedule.deadline().max(ended).saturating_sub(start);
        }
    }

    /// Returns when the next burst is due, or when the loop is to stop.
    fn between_bursts(&self, running: &mut Running, schedule: &mut Schedule) {
        let began = self.clock.now();
        for _ in 0..self.commands.len() {
            self.obey(self.commands.take(), running, schedule);
            if self.clock.now().saturating_sub(began) >= COMMAND_TIME || self.stop.is_stopped() {
                break;
            }
        }
        while !self.stop.is_stopped()
            && let Some(command) = self.clock.wait(schedule.deadline(), self.stop, self.commands)
        {
            self.obey(Some(command), running, schedule);
        }
    }

    fn obey(&self, command: Option<crate::Command>, running: &mut Running, schedule: &mut Schedule) {
        let Some(command) = command else { return };
        let rate = running.rate;
        command.run(running);
        if running.rate != rate {
            schedule.change_period(running.rate.period(), self.clock.now());
        }
    }

    fn burst(&mut self, running: &mut Running) {
        let Running { brain, report, outgoing, incoming, .. } = running;
        let number = report.bursts + 1;
        if let Some(source) = &mut self.source {
            let mut inlet = Inlet::new(&mut brain.engine);
            source.feed(BurstCount(number), &mut inlet);
            report.inputs += inlet.staged();
        }
        report.inputs += incoming.feed(&mut brain.engine);
        let fired = brain.engine.burst();
        report.bursts = number;
        report.spikes += fired.len() as u64;
        if let Some(observer) = &mut self.observer {
            observer.burst(&fired, report);
        }
        outgoing.burst(fired, number);
    }
}
