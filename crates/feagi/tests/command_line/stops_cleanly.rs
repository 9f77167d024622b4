//! How a run ends: by count, by Ctrl-C, by a reader that goes away.

use crate::binary::{Running, command, feagi, finish};

#[test]
fn ctrl_c_ends_in_a_summary() {
    for signal in ["INT", "TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let mut running = Running::start(command(folder.path(), ["run", "--bursts", "100000000"]));
        let line = running.line("burst ");
        assert!(line.contains("Vision"), "{line}");
        running.signal(signal);
        let finished = running.finish().sound();
        assert!(finished.bursts() > 0);
        for part in ["  rate ", "  on time ", "  jitter   p50 ", "p99 ", "max ", "missed"] {
            assert!(finished.out.contains(part), "{part:?} is missing in {}", finished.out);
        }
        assert!(finished.after("  area     Vision").contains("spikes"));
        finished.motor("Motors 0");
    }
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = Running::start(command(folder.path(), ["run", "--bursts", "100000000"]));
    running.line("running");
    running.close_output().sound();
    let mut listing = Running::start(command(folder.path(), ["info"]));
    listing.line("Visual reflex");
    listing.close_output().sound();
}

#[test]
fn the_verdict_counts_also_when_nobody_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.genome"), "[]").unwrap();
    let finished = Running::start(command(folder.path(), ["check", "bad.genome"])).close_output();
    assert_eq!(finished.code, Some(1));
    assert!(finished.err.starts_with("error: bad.genome: "), "{}", finished.err);
}

#[test]
fn the_demonstration_ends_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    // Ten seconds of a burst every hundred seconds are one burst; no argument is the same as `run`.
    let mut demonstration = command(folder.path(), [] as [&str; 0]);
    demonstration.env("FEAGI_HZ", "0.01");
    assert_eq!(finish(demonstration).sound().bursts(), 1);
}

#[test]
fn runs_of_the_same_length_fire_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let spikes = |threads| {
        let args = ["run", "--bursts", "60", "--hz", "2000", "--fps", "300", "--threads", threads];
        feagi(folder.path(), args).sound().after("  spikes ").to_owned()
    };
    assert_eq!(spikes("1"), spikes("7"));
}
