//! A brain that is held, takes steps, and goes on; and what subscribers hear of it.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use feagi_burst_engine::FireQueue;
use feagi_runtime::{
    BrainState, BurstLoop, BurstRecord, Clock, Hold, ManualClock, Rate, Report, Running, StepError, StopFlag,
    commands,
};

use crate::support::running;

fn heard<T: Copy + Send + 'static>(signal: &mut feagi_structures::FeagiSignal<T>) -> Arc<Mutex<Vec<T>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    signal.connect_with_shared_state(Arc::clone(&heard), |heard, event| heard.push(*event));
    heard
}

/// Runs a brain that is held from the start on a thread of its own while `act` speaks to it.
fn held(act: impl FnOnce(&feagi_runtime::BrainHandle) + Send) -> (Running, Vec<BurstRecord>) {
    let (handle, commands) = commands();
    let (stop, clock) = (StopFlag::default(), ManualClock::default());
    let mut running = running();
    running.hold.hold();
    let records = heard(&mut running.outgoing.bursts);
    thread::scope(|scope| {
        let stopping = stop.clone();
        scope.spawn(move || {
            act(&handle);
            stopping.stop();
        });
        BurstLoop::new(&clock, &stop, &commands).run(&mut running);
    });
    let records = records.lock().expect("nobody panicked").clone();
    (running, records)
}

fn step(handle: &feagi_runtime::BrainHandle, bursts: u64) -> Result<mpsc::Receiver<u64>, StepError> {
    let (told, done) = mpsc::channel();
    let tell = move |burst| {
        let _ = told.send(burst);
    };
    handle.call(move |running| running.hold.step(running.report.bursts, bursts, tell)).expect("it runs")?;
    Ok(done)
}

#[test]
fn a_held_brain_runs_commands_and_no_burst() {
    let (running, records) = held(|handle| {
        for _ in 0..50 {
            assert_eq!(handle.call(|running| running.report.bursts), Ok(0));
        }
    });
    assert_eq!((running.report.bursts, records.len()), (0, 0));
    assert_eq!((running.report.missed, running.report.elapsed), (0, Duration::ZERO));
}

#[test]
fn steps_run_as_many_bursts_as_asked_for_and_tell_when_they_are_over() {
    let (running, records) = held(|handle| {
        assert_eq!(step(handle, 1).unwrap().recv(), Ok(1));
        let both = (step(handle, 3).unwrap(), step(handle, 2).unwrap());
        assert_eq!(both.1.recv(), Ok(6));
        assert_eq!(both.0.recv(), Ok(4));
        assert_eq!(handle.call(|running| running.report.bursts), Ok(6));
    });
    assert_eq!(running.report.bursts, 6);
    assert_eq!(records.iter().map(|record| record.burst).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert!(records.iter().all(|record| record.lateness.is_zero() && record.missed == 0));
    assert_eq!(running.report.on_time, 6);
}

#[test]
fn steps_of_a_brain_that_is_not_held_or_without_an_end_are_refused() {
    let mut hold = Hold::default();
    assert_eq!(hold.step(0, 1, |_| ()), Err(StepError::NotHeld));
    hold.hold();
    for bursts in [0, Hold::LONGEST_STEP + 1] {
        assert_eq!(hold.step(0, bursts, |_| ()), Err(StepError::Length(bursts)));
    }
    assert_eq!(hold.step(u64::MAX, 1, |_| ()), Ok(()));
}

#[test]
fn whoever_waits_for_a_step_hears_when_it_is_broken_off_or_never_comes() {
    held(|handle| {
        let done = step(handle, Hold::LONGEST_STEP).unwrap();
        handle.call(|running| running.hold.hold()).unwrap();
        assert!(done.recv().unwrap() <= Hold::LONGEST_STEP);
    });
    let (done, told) = mpsc::channel();
    held(move |handle| {
        let waits = step(handle, Hold::LONGEST_STEP).unwrap();
        done.send(waits).unwrap();
    });
    // The loop has ended: an answer or none, but nobody waits for ever.
    let _ = told.recv().unwrap().recv();
}

#[test]
fn time_on_hold_makes_no_burst_late_or_missed() {
    let (handle, commands) = commands();
    let (stop, clock) = (StopFlag::default(), ManualClock::default());
    let mut running = running();
    running.rate = Rate::from_hz(100.0).unwrap();
    let mut starts = Vec::new();
    let mut observer = |_: &FireQueue<'_>, report: &Report| {
        starts.push(clock.now());
        if report.bursts == 2 {
            let passing = clock.clone();
            handle.post(|running| running.hold.hold()).unwrap();
            handle.post(move |_| passing.advance(Duration::from_secs(60))).unwrap();
            handle.post(|running| running.hold.resume()).unwrap();
        }
    };
    BurstLoop::new(&clock, &stop, &commands).limit(Some(4)).observer(&mut observer).run(&mut running);
    assert_eq!(starts[1], Duration::from_millis(10));
    assert!(starts[2] >= Duration::from_secs(60));
    assert_eq!(starts[3] - starts[2], Duration::from_millis(10));
    assert_eq!((running.report.missed, running.report.on_time), (0, 4));
    assert!(running.report.elapsed <= Duration::from_millis(60), "{:?}", running.report.elapsed);
}

#[test]
fn a_change_is_told_once_and_also_while_held() {
    let (handle, commands) = commands();
    let (stop, clock) = (StopFlag::default(), ManualClock::default());
    let mut running = running();
    let states = heard(&mut running.outgoing.state_changed);
    let rate = running.rate;
    handle.post(|running| running.hold.hold()).unwrap();
    handle.post(|running| running.brain.revision += 1).unwrap();
    handle.post(|_| ()).unwrap();
    handle.post(|running| running.hold.resume()).unwrap();
    BurstLoop::new(&clock, &stop, &commands).limit(Some(3)).run(&mut running);
    let state = |revision, held| BrainState { genomes_loaded: 0, revision, held, rate };
    let expected = [state(0, false), state(0, true), state(1, true), state(1, false)];
    assert_eq!(*states.lock().unwrap(), expected);
}
