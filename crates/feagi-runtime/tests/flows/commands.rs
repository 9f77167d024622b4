//! What runs between bursts, and when.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use feagi_burst_engine::FireQueue;
use feagi_runtime::{
    BrainHandle, BurstLoop, CallError, Clock, ManualClock, Rate, Report, SteadyClock, StopFlag, commands,
};
use feagi_types::{AreaParameters, CorticalIdx};

use crate::support::{Log, brain, event, fire, frame, id, run_with, running, taken, viewer};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn rate(hz: f64) -> Rate {
    Rate::from_hz(hz).expect("a possible rate")
}

#[test]
fn commands_change_a_brain_between_its_bursts() {
    let (handle, commands) = commands();
    let mut running = running();
    let seen = viewer(&mut running);
    // An area appears while the brain runs, takes input of an agent at once, and shows it.
    handle
        .post(|running| {
            let idx = CorticalIdx(77);
            running.brain.engine.add_area(idx, id("cnew____"), &AreaParameters::default()).unwrap();
            running.brain.engine.add_grid(idx, [2, 2, 2].into(), 1).unwrap();
            let mailboxes = running.incoming.mailboxes();
            mailboxes.open(&"robot".into());
            assert!(mailboxes.deliver(&event("robot", frame(&[("cnew____", &[([1, 1, 1], 5.0)])]))));
        })
        .unwrap();
    let mut bursts = Vec::new();
    run_with(&mut running, 3, &commands, &mut |fired: &FireQueue<'_>, _: &Report| bursts.push(fired.len()));
    assert_eq!(bursts, [1, 0, 0]);
    assert_eq!(taken(&seen)[0].xyzp_views().count(), 1);
}

#[test]
fn a_call_is_answered_while_the_loop_waits_for_a_deadline_far_away() {
    let (handle, commands) = commands();
    let stop = StopFlag::default();
    let mut running = running();
    running.rate = rate(Rate::SLOWEST);
    thread::scope(|scope| {
        scope.spawn(|| BurstLoop::new(&SteadyClock::new(), &stop, &commands).run(&mut running));
        let (answered, answers) = mpsc::channel();
        let asking = handle.clone();
        scope.spawn(move || {
            // The second burst is due after 100 seconds.
            while asking.call(|running| running.report.bursts) == Ok(0) {}
            answered.send(asking.call(|running| (running.report.bursts, running.brain.areas.len())))
        });
        let answer = answers.recv_timeout(Duration::from_secs(20));
        stop.stop();
        assert_eq!(answer, Ok(Ok((1, brain().areas.len()))));
    });
}

#[test]
fn a_brain_that_is_always_late_still_answers() {
    let (handle, commands) = commands();
    let clock = ManualClock::default();
    let mut running = running();
    let log = Log::default();
    let asking = handle.clone();
    let noting = std::sync::Arc::clone(&log);
    // Every burst takes three periods.
    let mut observer = |_: &FireQueue<'_>, report: &Report| {
        clock.advance(ms(30));
        let (log, burst) = (std::sync::Arc::clone(&noting), report.bursts);
        asking.post(move |running| log.lock().unwrap().push((burst, running.report.bursts))).unwrap();
    };
    let stop = StopFlag::default();
    BurstLoop::new(&clock, &stop, &commands).limit(Some(4)).observer(&mut observer).run(&mut running);
    assert_eq!(taken(&log), [(1, 1), (2, 2), (3, 3)], "each before the next burst");
}

/// A command that takes a millisecond and asks for itself again.
fn again(handle: BrainHandle, clock: ManualClock) -> Result<(), CallError> {
    handle.clone().post(move |_| {
        clock.advance(ms(1));
        again(handle, clock).expect("there is room");
    })
}

#[test]
fn commands_without_end_hold_no_burst_up() {
    let (handle, commands) = commands();
    let clock = ManualClock::default();
    let mut running = running();
    again(handle.clone(), clock.clone()).unwrap();
    again(handle, clock.clone()).unwrap();
    let mut starts = Vec::new();
    let mut observer = |_: &FireQueue<'_>, _: &Report| starts.push(clock.now());
    let stop = StopFlag::default();
    BurstLoop::new(&clock, &stop, &commands).limit(Some(4)).observer(&mut observer).run(&mut running);
    // One command before the first burst, which was due already.
    assert_eq!(starts, [ms(1), ms(10), ms(20), ms(30)]);
    assert_eq!(running.report.missed, 0);
}

#[test]
fn a_new_rate_holds_from_the_next_burst_on() {
    let (handle, commands) = commands();
    let clock = ManualClock::default();
    let mut running = running();
    let mut starts = Vec::new();
    let mut observer = |_: &FireQueue<'_>, report: &Report| {
        starts.push(clock.now());
        if report.bursts == 2 {
            handle.post(|running| running.rate = rate(1.0)).unwrap();
        }
        if report.bursts == 3 {
            handle.post(|running| running.rate = rate(200.0)).unwrap();
        }
    };
    let stop = StopFlag::default();
    BurstLoop::new(&clock, &stop, &commands).limit(Some(6)).observer(&mut observer).run(&mut running);
    assert_eq!(starts, [ms(0), ms(10), ms(1010), ms(1015), ms(1020), ms(1025)]);
    assert_eq!((running.report.missed, running.report.on_time), (0, 6));
}

#[test]
fn observers_see_bursts_rise_through_another_genome() {
    let (handle, commands) = commands();
    let mut running = running();
    let mut bursts = Vec::new();
    let mut observer = |fired: &FireQueue<'_>, report: &Report| {
        bursts.push((report.bursts, fired.burst().get()));
        if report.bursts == 2 {
            handle
                .post(|running| {
                    drop(running.replace_brain(brain()));
                    fire(running, "ceye____", &[([0, 0, 0], 1.0)]);
                })
                .unwrap();
        }
    };
    run_with(&mut running, 4, &commands, &mut observer);
    assert_eq!(bursts, [(1, 1), (2, 2), (3, 1), (4, 2)]);
    assert_eq!((running.genomes_loaded, running.report.spikes), (1, 1));
}

#[test]
fn a_loop_that_ended_tells_those_who_wait() {
    let (handle, commands) = commands();
    let waiting = handle.clone();
    let caller = thread::spawn(move || waiting.call(|_| ()));
    while commands.is_empty() {
        thread::yield_now();
    }
    drop(commands);
    assert_eq!(caller.join().unwrap(), Err(CallError::Stopped));
    assert_eq!(handle.post(|_| ()), Err(CallError::Stopped));
}

#[test]
fn too_many_commands_are_refused() {
    let (handle, commands) = commands();
    while handle.post(|_| ()).is_ok() {}
    assert_eq!(handle.post(|_| ()), Err(CallError::Busy));
    assert_eq!(commands.len(), 256);
    run_with(&mut running(), 1, &commands, &mut |_: &FireQueue<'_>, _: &Report| {});
    assert_eq!((commands.len(), handle.post(|_| ())), (0, Ok(())));
}

#[test]
fn a_command_can_stop_the_loop() {
    let (handle, commands) = commands();
    let (stop, clock) = (StopFlag::default(), ManualClock::default());
    let flag = stop.clone();
    handle.post(move |_| assert!(!flag.stop())).unwrap();
    handle.post(|_| panic!("runs no more")).unwrap();
    let mut running = running();
    BurstLoop::new(&clock, &stop, &commands).run(&mut running);
    assert_eq!((running.report.bursts, commands.len()), (0, 1));
}
