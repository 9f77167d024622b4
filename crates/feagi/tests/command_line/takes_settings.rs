//! Flags win over the environment, that over the configuration file, that over the defaults.

use std::path::Path;

use crate::binary::{command, feagi, finish};

fn bursts(folder: &Path, args: &[&str], environment: &[(&str, &str)]) -> u64 {
    let mut command = command(folder, args);
    command.envs(environment.iter().copied());
    finish(command).sound().bursts()
}

#[test]
fn the_nearer_setting_wins() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("feagi.toml"), "# for a test\nbursts = 3\nhz = 2000\n").unwrap();
    std::fs::write(path.join("other.toml"), "bursts = 4\nhz = 2000\n").unwrap();
    let environment = [("FEAGI_BURSTS", "5")];
    assert_eq!(bursts(path, &["run"], &[]), 3);
    assert_eq!(bursts(path, &[], &[]), 3);
    assert_eq!(bursts(path, &["run", "--config", "other.toml"], &[]), 4);
    assert_eq!(bursts(path, &["run"], &[("FEAGI_CONFIG", "other.toml")]), 4);
    assert_eq!(bursts(path, &["run"], &environment), 5);
    assert_eq!(bursts(path, &["run", "--bursts", "6"], &environment), 6);
}

#[test]
fn every_setting_may_stand_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::create_dir(path.join("settings")).unwrap();
    feagi(path, ["new", "settings/brain"]).sound();
    image::RgbImage::from_pixel(8, 8, image::Rgb([255; 3])).save(path.join("settings/white.png")).unwrap();
    let text = "genome = \"brain.genome\"\ninput = \"white.png\"\nbursts = 9\nhz = 2000\nfps = 3\n\
        precision = \"int8\"\nthreads = 2\nwhite = 255\npower = 1.5\nplain = true\nmax_neurons = 1000\n\
        max_synapses = 1000\nmax_work = 1000\nseed = 7\nsave_on_exit = \"kept.brain\"\n";
    std::fs::write(path.join("settings/all.toml"), text).unwrap();
    let listed = feagi(path, ["info", "--config", "settings/all.toml"]).sound();
    assert!(listed.out.starts_with("brain (brain)"), "info lists what run would run: {}", listed.out);
    let finished = feagi(path, ["run", "--config", "settings/all.toml"]).sound();
    assert_eq!(finished.bursts(), 9);
    let first = finished.out.lines().next().unwrap_or_default();
    assert!(first.starts_with("settings/brain.genome: brain,"), "{first}");
    assert!(first.ends_with("int8, 2 threads"), "{first}");
    assert!(finished.motor("Wheels 0") > 0.0);
    assert!(path.join("settings/kept.brain").exists());
}

#[test]
fn faults_in_the_file_name_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |text: &str, parts: &[&str]| {
        std::fs::write(folder.path().join("feagi.toml"), text).unwrap();
        let finished = feagi(folder.path(), ["run", "--bursts", "1"]);
        assert_eq!(finished.code, Some(1), "{}", finished.err);
        for part in parts {
            assert!(finished.err.contains(part), "{part:?} is missing in {:?}", finished.err);
        }
    };
    refused("hz = 10\nhertz = 3\n", &["error: feagi.toml: line 2, hertz: ", "`hz`", "`max_neurons`"]);
    refused("hz = 0\n", &["feagi.toml: line 1, hz: ", "0.01 to 100000"]);
    refused("hz = nan\n", &["feagi.toml: line 1, hz: "]);
    refused("\nthreads = 1000\n", &["feagi.toml: line 2, threads: ", "1 to 256"]);
    refused("bursts = -1\n", &["feagi.toml: line 1, bursts: "]);
    refused("precision = \"fp7\"\n", &["feagi.toml: line 1, precision: ", "int8"]);
    refused("hz =\n", &["feagi.toml: line 1"]);
    let gone = feagi(folder.path(), ["check", "x.genome", "--config", "gone.toml"]);
    assert_eq!(gone.code, Some(1));
    assert!(gone.err.starts_with("error: gone.toml: "), "{}", gone.err);
}

#[test]
fn help_names_every_setting() {
    let folder = tempfile::tempdir().unwrap();
    let help = feagi(folder.path(), ["run", "--help"]).sound().out;
    for name in [
        "CONFIG",
        "GENOME",
        "RESTORE",
        "SAVE_ON_EXIT",
        "INPUT",
        "BURSTS",
        "HZ",
        "FPS",
        "PRECISION",
        "THREADS",
        "WHITE",
        "POWER",
        "PLAIN",
        "MAX_NEURONS",
        "MAX_SYNAPSES",
        "MAX_WORK",
        "SEED",
    ] {
        assert!(help.contains(&format!("FEAGI_{name}")), "FEAGI_{name} is missing");
    }
    assert!(help.contains("feagi.toml"));
}
