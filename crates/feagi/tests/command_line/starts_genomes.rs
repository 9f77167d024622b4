//! `feagi new`, `check`, `info` and `run` on one genome.

use crate::binary::feagi;

#[test]
fn a_new_genome_is_sound_and_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    feagi(path, ["new", "my brain"]).sound();
    let text = std::fs::read_to_string(path.join("my brain.genome")).unwrap();
    assert!(text.contains("_comment"));
    let checked = feagi(path, ["check", "my brain.genome"]).sound();
    assert_eq!(checked.out.lines().count(), 1, "no warnings: {}", checked.out);
    assert!(checked.out.starts_with("my brain.genome: sound; 10 areas, 269 neurons, "), "{}", checked.out);
    let listed = feagi(path, ["info", "my brain.genome"]).sound().out;
    for part in ["my brain", "Eye", "input img", "16×16×1", "crossed", "2 mappings, 258 synapses"] {
        assert!(listed.contains(part), "{part:?} is missing in {listed}");
    }
    let ran =
        feagi(path, ["run", "my brain.genome", "--bursts", "50", "--hz", "2000", "--fps", "500"]).sound();
    assert!(ran.motor("Wheels 0") + ran.motor("Wheels 1") > 0.0);
}

#[test]
fn what_exists_is_replaced_only_by_force() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("kept.genome"), "precious").unwrap();
    let refused = feagi(path, ["new", "kept.genome"]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.err.contains("kept.genome: exists") && refused.err.contains("--force"),
        "{}",
        refused.err
    );
    assert_eq!(std::fs::read(path.join("kept.genome")).unwrap(), b"precious");
    feagi(path, ["new", "kept.genome", "--force"]).sound();
    feagi(path, ["check", "kept.genome"]).sound();
}

#[test]
fn what_is_no_file_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe.genome")).status();
    assert!(made.expect("mkfifo is part of every Unix").success());
    let refused = feagi(folder.path(), ["new", "pipe", "--force"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("pipe.genome: a pipe or device"), "{}", refused.err);
}

#[test]
fn names_may_hold_anything() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a \"quoted\" \\ name\u{1b}[2J";
    feagi(folder.path(), ["new", name]).sound();
    let checked = feagi(folder.path(), ["check", &format!("{name}.genome")]).sound();
    assert!(!checked.out.contains('\u{1b}'), "{:?}", checked.out);
}

#[test]
fn info_as_json_counts_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let text = feagi(folder.path(), ["info", "--json"]).sound().out;
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["title"], "Visual reflex");
    assert_eq!((&json["neurons"], &json["synapses"]), (&4288.into(), &33_372.into()));
    let areas = json["areas"].as_array().unwrap();
    let vision = areas.iter().find(|area| area["name"] == "Vision").unwrap();
    assert_eq!(vision["dimensions"], serde_json::json!([32, 32, 3]));
    let mappings = json["mappings"].as_array().unwrap();
    let synapses: u64 = mappings.iter().filter_map(|mapping| mapping["synapses"].as_u64()).sum();
    assert_eq!(synapses, 33_372);
    assert_eq!(json["warnings"], serde_json::json!([]));
}
