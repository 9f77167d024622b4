//! The burst loop.

use feagi_burst_engine::BurstEngine;

use crate::{Clock, Inlet, ON_TIME, Observer, Rate, Report, Schedule, Source, StopFlag};

/// Runs bursts at `rate` until `stop` is asked for or `limit` bursts have run, and reports on them.
///
/// Each burst waits for its deadline, takes its input from `source` and shows what fired to
/// `observer`. Bursts that cannot be run in time are left out, not made up for: see [`Schedule`].
/// Nothing allocates once the engine has seen its traffic.
pub fn run(
    engine: &mut BurstEngine,
    rate: Rate,
    limit: Option<u64>,
    clock: &impl Clock,
    stop: &StopFlag,
    source: &mut impl Source,
    observer: &mut impl Observer,
) -> Report {
    let start = clock.now();
    let mut schedule = Schedule::new(start, rate.period());
    let mut report = Report::default();
    while limit.is_none_or(|limit| report.bursts < limit) {
        let deadline = schedule.deadline();
        clock.wait_until(deadline, stop);
        if stop.is_stopped() {
            break;
        }
        let began = clock.now();
        let lateness = began.saturating_sub(deadline);
        report.jitter.record(lateness);
        report.on_time += u64::from(lateness <= ON_TIME);

        let mut inlet = Inlet::new(engine);
        source.feed(inlet.next_burst(), &mut inlet);
        report.inputs += inlet.staged();
        let fired = engine.burst();
        report.bursts += 1;
        report.spikes += fired.len() as u64;
        observer.burst(&fired, &report);

        let ended = clock.now();
        report.burst_time.record(ended.saturating_sub(began));
        report.missed += schedule.advance(ended);
        report.elapsed = schedule.deadline().max(ended).saturating_sub(start);
    }
    report
}
