//! The loop on a manual clock: when bursts run, what is counted, and what ends it.

use std::time::Duration;

use feagi_burst_engine::FireQueue;
use feagi_runtime::{
    Assembly, Brain, BurstLoop, Clock, Inlet, ManualClock, NoInput, Observer, Rate, Report, Running, Source,
    SpikeCounts, StopFlag, commands,
};
use feagi_types::{BurstCount, CorticalIdx, Voxel};

const GENOME: &str = r#"{"version": "3.0", "blueprint": {
    "Y3BhY2luZ18=": {"cortical_name": "pacing", "block_boundaries": [2, 1, 1]}
}}"#;

/// A brain that fires only when it is driven.
fn brain() -> Brain {
    let assembly = Assembly { power: Some(0.0), ..Assembly::default() };
    Brain::assemble(GENOME.as_bytes(), &assembly, &mut |_| {}).expect("a small genome")
}

fn area(brain: &Brain) -> CorticalIdx {
    brain.areas.iter().find(|area| area.name == "pacing").expect("the area exists").idx
}

/// Runs a new brain; gives its report.
fn run(
    rate: Rate,
    limit: Option<u64>,
    clock: &ManualClock,
    stop: &StopFlag,
    source: &mut dyn Source,
    observer: &mut dyn Observer,
) -> Report {
    let mut running = Running::new(brain(), rate);
    let (_handle, commands) = commands();
    BurstLoop::new(clock, stop, &commands).limit(limit).source(source).observer(observer).run(&mut running);
    running.report
}

fn rate(hz: f64) -> Rate {
    Rate::from_hz(hz).expect("a possible rate")
}

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Drives one voxel of an area in every second burst.
struct EverySecond(CorticalIdx);

impl Source for EverySecond {
    fn feed(&mut self, burst: BurstCount, inlet: &mut Inlet<'_>) {
        if burst.get().is_multiple_of(2) {
            inlet.voxels(self.0, [(Voxel::new(1, 0, 0), 1.0), (Voxel::new(9, 9, 9), 1.0)]);
        }
    }
}

#[test]
fn bursts_start_at_multiples_of_the_period() {
    let clock = ManualClock::default();
    clock.advance(ms(7));
    let mut starts = Vec::new();
    let mut observer = |_: &FireQueue<'_>, _: &Report| {
        starts.push(clock.now());
        clock.advance(ms(4));
    };
    let stop = StopFlag::default();
    let report = run(rate(100.0), Some(5), &clock, &stop, &mut NoInput, &mut observer);
    assert_eq!(starts, [ms(7), ms(17), ms(27), ms(37), ms(47)]);
    assert_eq!((report.bursts, report.missed, report.on_time), (5, 0, 5));
    assert_eq!((report.elapsed, report.rate_hz()), (ms(50), 100.0));
    assert_eq!(report.jitter.max(), Duration::ZERO);
    assert_eq!(report.burst_time.max(), ms(4));
    assert_eq!(report.on_time_share(), 1.0);
}

#[test]
fn a_slow_burst_makes_others_late_or_missed_but_never_bunches_them() {
    let clock = ManualClock::default();
    let mut starts = Vec::new();
    let mut observer = |_: &FireQueue<'_>, report: &Report| {
        starts.push(clock.now());
        // The second burst takes 3.7 periods.
        clock.advance(if report.bursts == 2 { ms(37) } else { ms(1) });
    };
    let stop = StopFlag::default();
    let report = run(rate(100.0), Some(5), &clock, &stop, &mut NoInput, &mut observer);
    // Due at 20 and 30: missed. Due at 40: late by 7. Then back on the grid.
    assert_eq!(starts, [ms(0), ms(10), ms(47), ms(50), ms(60)]);
    assert_eq!((report.bursts, report.missed, report.on_time), (5, 2, 4));
    assert_eq!(report.jitter.max(), ms(7));
    assert_eq!(report.on_time_share(), 4.0 / 7.0);
}

#[test]
fn input_reaches_the_burst_it_was_staged_for() {
    let area = area(&brain());
    let mut spikes = SpikeCounts::new([area]);
    let mut fired_in = Vec::new();
    let mut observer = |fired: &FireQueue<'_>, _: &Report| {
        spikes.add(fired);
        if !fired.is_empty() {
            fired_in.push(fired.burst().get());
        }
    };
    let (clock, stop) = (ManualClock::default(), StopFlag::default());
    let report = run(rate(50.0), Some(7), &clock, &stop, &mut EverySecond(area), &mut observer);
    assert_eq!(fired_in, [2, 4, 6]);
    assert_eq!((spikes.of(area), spikes.total(), spikes.of(CorticalIdx(9999))), (3, 3, 0));
    assert_eq!((report.spikes, report.inputs), (3, 3));
}

#[test]
fn a_stop_ends_the_loop_before_the_next_burst() {
    let stop = StopFlag::default();
    let mut observer = |_: &FireQueue<'_>, report: &Report| {
        if report.bursts == 3 {
            assert!(!stop.stop(), "nobody else stops it");
        }
    };
    let clock = ManualClock::default();
    let report = run(rate(1000.0), None, &clock, &stop, &mut NoInput, &mut observer);
    assert_eq!(report.bursts, 3);
}

#[test]
fn a_stopped_loop_runs_nothing() {
    let stop = StopFlag::default();
    stop.stop();
    let mut observer = |_: &FireQueue<'_>, _: &Report| panic!("no burst may run");
    let clock = ManualClock::default();
    let report = run(rate(1.0), None, &clock, &stop, &mut NoInput, &mut observer);
    assert_eq!((report.bursts, report.on_time_share(), report.rate_hz()), (0, 1.0, 0.0));
}
