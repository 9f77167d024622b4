//! A brain that is saved when it stops goes on where it was.

use std::path::Path;

use image::{Rgb, RgbImage};

use crate::binary::{Finished, Running, command, feagi, finish};

/// A folder with a picture that is white on its left.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let light = |x| if x < 24 { Rgb([255; 3]) } else { Rgb([0; 3]) };
    RgbImage::from_fn(96, 64, |x, _| light(x))
        .save(folder.path().join("left.png"))
        .expect("a picture is written");
    folder
}

/// Shows the picture to a brain for so many bursts.
fn run(folder: &Path, bursts: &str, more: &[&str]) -> Finished {
    let args = ["run", "--hz", "4000", "--input", "left.png", "--bursts", bursts];
    feagi(folder, args.iter().chain(more)).sound()
}

fn refused(folder: &Path, args: &[&str], code: i32, expected: &[&str]) {
    let finished = feagi(folder, args);
    assert_eq!(finished.code, Some(code), "{args:?}: {}", finished.err);
    for part in expected {
        assert!(finished.err.contains(part), "{part:?} is missing in {:?}", finished.err);
    }
}

#[test]
fn two_halves_are_as_good_as_a_whole() {
    let folder = folder();
    let path = folder.path();
    let whole = run(path, "200", &["--save-on-exit", "whole.brain"]);
    let first = run(path, "100", &["--save-on-exit", "half.brain"]);
    assert!(first.out.contains("the brain is saved to half.brain when it stops"), "{}", first.out);
    let bytes = std::fs::metadata(path.join("half.brain")).unwrap().len();
    assert_eq!(first.after("  saved "), format!("half.brain: {bytes} bytes, after burst 100"));

    let more = ["--restore", "half.brain", "--save-on-exit", "half.brain", "--threads", "2"];
    let second = run(path, "100", &more);
    assert!(second.out.starts_with("half.brain: Visual reflex, "), "{}", second.out);
    assert!(second.out.contains("going on after burst 100"), "{}", second.out);
    assert_eq!(second.bursts(), 100);
    assert!(second.after("  saved ").ends_with("after burst 200"), "{}", second.out);
    let motor = |name| (first.motor(name) + second.motor(name), whole.motor(name));
    let (halves, all) = motor("Motors 1");
    assert!(all > 100.0 && (halves - all).abs() < 0.2, "{halves} against {all}");
    let read = |name| std::fs::read(path.join(name)).unwrap();
    assert!(read("half.brain") == read("whole.brain"), "the same state, bit for bit");
    assert_eq!(std::fs::read_dir(path).unwrap().count(), 3, "nothing else is left behind");
}

#[test]
fn a_brain_that_is_stopped_is_saved_and_goes_on_at_its_rate() {
    let folder = folder();
    let path = folder.path();
    let mut command = command(path, ["run", "--hz", "500"]);
    command.env("FEAGI_SAVE_ON_EXIT", "kept.brain");
    let mut running = Running::start(command);
    running.line("burst ");
    running.signal("TERM");
    running.finish().sound();
    std::fs::create_dir(path.join("settings")).unwrap();
    std::fs::write(path.join("settings/feagi.toml"), "restore = \"../kept.brain\"\nbursts = 5\n").unwrap();
    let again = feagi(path, ["run", "--config", "settings/feagi.toml"]).sound();
    assert!(again.out.contains("going on after burst "), "{}", again.out);
    assert!(again.after("  rate ").ends_with("500 were asked for"), "{}", again.out);
    // The nearer setting wins.
    feagi(path, ["new", "other"]).sound();
    let other = feagi(path, ["run", "other.genome", "--config", "settings/feagi.toml"]).sound();
    assert!(other.out.starts_with("other.genome: other, "), "{}", other.out);
}

#[test]
fn a_saved_brain_is_checked_and_listed_like_a_genome() {
    let folder = folder();
    let path = folder.path();
    run(path, "7", &["--save-on-exit", "my brain"]);
    let checked = feagi(path, ["check", "my brain"]).sound();
    let verdict = "my brain: sound; saved after burst 7, ";
    assert!(checked.out.starts_with(verdict), "{}", checked.out);
    assert!(
        checked.out.contains("4288 neurons") && checked.out.contains("33372 synapses"),
        "{}",
        checked.out
    );
    let listed = feagi(path, ["info", "my brain"]).sound().out;
    for part in ["Visual reflex", "saved after burst 7", "4000 bursts a second, fp32", "33372 synapses"] {
        assert!(listed.contains(part), "{part:?} is missing in {listed}");
    }
    let text = feagi(path, ["info", "--json", "my brain"]).sound().out;
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["saved_after_burst"], &json["neurons"]), (&7.into(), &4288.into()));
    let genome: serde_json::Value =
        serde_json::from_str(&feagi(path, ["info", "--json"]).sound().out).unwrap();
    for same in ["areas", "mappings", "regions", "precision", "title", "warnings"] {
        assert_eq!(json[same], genome[same], "{same}");
    }
}

#[test]
fn what_does_not_fit_together_is_refused_with_the_fix() {
    let folder = folder();
    let path = folder.path();
    run(path, "3", &["--save-on-exit", "kept.brain"]);
    feagi(path, ["new", "other"]).sound();
    refused(
        path,
        &["run", "other.genome", "--restore", "kept.brain"],
        2,
        &["--restore", "cannot be used with"],
    );
    refused(
        path,
        &["run", "kept.brain"],
        1,
        &["kept.brain: is a saved brain", "feagi run --restore kept.brain"],
    );
    refused(path, &["run", "--restore", "other.genome"], 1, &["is no saved brain", "feagi run other.genome"]);
    refused(path, &["run", "--restore", "gone.brain"], 1, &["gone.brain: ", "name a readable file"]);
    refused(path, &["run", "--restore", "."], 1, &[".: a folder", "name a file"]);
    let int8 = ["run", "--restore", "kept.brain", "--precision", "int8"];
    refused(path, &int8, 1, &["saved with fp32 arithmetic", "leave out --precision int8"]);
    let small = ["run", "--restore", "kept.brain", "--max-neurons", "100"];
    refused(path, &small, 1, &["kept.brain: section populations", "at most 100", "--max-neurons"]);
    std::fs::write(path.join("feagi.toml"), "genome = \"other.genome\"\nrestore = \"kept.brain\"\n").unwrap();
    refused(path, &["run"], 1, &["feagi.toml: genome and restore exclude each other"]);
}

#[test]
fn a_damaged_file_is_refused_in_a_sentence() {
    let folder = folder();
    let path = folder.path();
    run(path, "3", &["--save-on-exit", "kept.brain"]);
    let sound = std::fs::read(path.join("kept.brain")).unwrap();
    let mut changed = sound.clone();
    changed[sound.len() / 2] ^= 1;
    let damages: [(&[u8], &str); 4] = [
        (&changed, "damaged or cut off"),
        (&sound[..sound.len() - 1], "damaged or cut off"),
        (&sound[..sound.len() / 8], "damaged or cut off"),
        (&sound[..8], "section head"),
    ];
    for (bytes, part) in damages {
        std::fs::write(path.join("bad.brain"), bytes).unwrap();
        for args in [
            &["check", "bad.brain"][..],
            &["info", "bad.brain"],
            &["run", "--restore", "bad.brain", "--bursts", "1"],
        ] {
            refused(path, args, 1, &["error: bad.brain: ", part]);
        }
    }
}

#[test]
fn a_brain_that_cannot_be_saved_does_not_start() {
    let folder = folder();
    let path = folder.path();
    refused(path, &["run", "--save-on-exit", "gone/kept.brain"], 1, &["gone/kept.brain: ", "can be written"]);
    refused(path, &["run", "--save-on-exit", "."], 1, &[".: a folder"]);
}

#[test]
fn what_was_saved_before_stays_until_all_is_written() {
    let folder = folder();
    let path = folder.path();
    std::fs::write(path.join("kept.brain"), "precious").unwrap();
    let mut command = command(path, ["run", "--bursts", "3", "--hz", "1000", "--save-on-exit", "kept.brain"]);
    command.env("FEAGI_RESTORE", "gone.brain");
    assert_eq!(finish(command).code, Some(1));
    assert_eq!(std::fs::read(path.join("kept.brain")).unwrap(), b"precious");
    run(path, "3", &["--save-on-exit", "kept.brain"]);
    feagi(path, ["check", "kept.brain"]).sound();
}
