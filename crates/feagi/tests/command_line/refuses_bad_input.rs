//! Whatever a file or an argument says: a message with place and fix, the right exit code, little
//! memory, no panic.

use std::path::Path;

use tempfile::TempDir;

use crate::binary::{Finished, feagi};

const SOUND: &str = include_str!("../../genomes/visual_reflex.genome");
const VISION: &str = "blueprint.aWltZwkAAAA=";

fn folder_with(name: &str, text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    std::fs::write(folder.path().join(name), text).expect("the file is written");
    folder
}

/// Writes `text` and runs every command on it that takes a genome.
fn refused(text: &str, expected: &[&str]) {
    let folder = folder_with("bad.genome", text);
    for args in
        [&["check", "bad.genome"][..], &["info", "bad.genome"], &["run", "bad.genome", "--bursts", "1"]]
    {
        let finished = feagi(folder.path(), args);
        assert_eq!(finished.code, Some(1), "{args:?}: {}", finished.err);
        assert!(finished.err.starts_with("error: bad.genome: "), "{}", finished.err);
        for part in expected {
            assert!(finished.err.contains(part), "{part:?} is missing in {:?}", finished.err);
        }
    }
    let checked = feagi(folder.path(), ["check", "bad.genome"]);
    assert!(checked.out.contains("bad.genome: refused; 1 error"), "{}", checked.out);
}

/// The built-in genome with its vision area's size replaced.
fn sized(size: &str) -> String {
    let changed = SOUND.replacen("[32, 32, 3]", size, 1);
    assert_ne!(changed, SOUND);
    changed
}

/// Warnings and verdict of `feagi check`, which has to find the genome sound.
fn checked(text: &str) -> Finished {
    let folder = folder_with("odd.genome", text);
    feagi(folder.path(), ["run", "odd.genome", "--bursts", "2", "--hz", "1000"]).sound();
    feagi(folder.path(), ["check", "odd.genome"]).sound()
}

/// The same for a genome that asks for a rate that no loop keeps, which only running refuses.
fn too_fast(text: &str) -> Finished {
    let folder = folder_with("odd.genome", text);
    fails(folder.path(), &["run", "odd.genome"], &["odd.genome", "simulation_timestep", "--hz"]);
    feagi(folder.path(), ["check", "odd.genome"]).sound()
}

fn usage_error(args: &[&str], expected: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let finished = feagi(folder.path(), args);
    assert_eq!(finished.code, Some(2), "{args:?}: {}", finished.err);
    for part in expected {
        assert!(finished.err.contains(part), "{part:?} is missing in {:?}", finished.err);
    }
}

fn fails(folder: &Path, args: &[&str], expected: &[&str]) {
    let finished = feagi(folder, args);
    assert_eq!(finished.code, Some(1), "{args:?}: {}", finished.err);
    for part in expected {
        assert!(finished.err.contains(part), "{part:?} is missing in {:?}", finished.err);
    }
}

#[test]
fn texts_that_are_no_genome() {
    let half = &SOUND[..SOUND.len() / 2];
    refused(half, &["line ", "complete JSON object"]);
    refused("", &["line 1", "complete JSON object"]);
    refused("[1, 2]", &["object"]);
    refused(
        &SOUND.replacen("\"firing_threshold\": 128", "\"firing_threshold\": NaN", 1),
        &["line ", "column "],
    );
    refused("\u{0}\u{1}\u{2}", &["line 1"]);
    refused(&"[".repeat(300_000), &["line 1"]);
    refused(&format!("{{\"x\": [{}1]}}", "[],".repeat(3_000_000)), &["memory"]);
    refused("{\"blueprint\": {}}", &["version"]);
    refused("{\"version\": \"3.0\"}", &["blueprint"]);
    refused("{\"version\": \"\\u001b[2J\", \"blueprint\": {}}", &["version"]);
}

#[test]
fn sizes_that_cannot_be() {
    refused(&sized("[-1, 32, 3]"), &[VISION, "block_boundaries[0]", "-1"]);
    refused(&sized("[32, 1.5, 3]"), &[VISION, "block_boundaries[1]", "1.5"]);
    refused(&sized("[100000, 100000, 100000]"), &["Vision", "1000000000000000", "max_neurons"]);
    refused(&sized("[4294967295, 4294967295, 2]"), &["Vision", "36893488130239234050", "max_neurons"]);
    assert!(checked(&sized("[null, 32, 3]")).out.contains("block_boundaries[0]"));
    assert!(checked(&sized("null")).out.contains("block_boundaries"));
}

#[test]
fn patterns_of_more_synapses_than_fit_into_memory() {
    let all_to_all = SOUND
        .replacen("[32, 32, 3]", "[36000, 1, 1]", 1)
        .replacen("[8, 8, 1]", "[36000, 1, 1]", 1)
        .replacen("\"projector\"", "\"every\"", 1)
        .replacen(
            "\"neuron_morphologies\": {",
            r#""neuron_morphologies": {"every": {"type": "patterns", "parameters":
                {"patterns": [[["*", "*", "*"], ["*", "*", "*"]]]}},"#,
            1,
        );
    refused(&all_to_all, &["Vision", "Brightness", "1296000000", "max_synapses"]);
}

#[test]
fn rules_that_take_too_long_to_count() {
    // 26 508 candidates, of which each is drawn for.
    let drawn = SOUND.replacen("\"around_pixel\"", "\"around_pixel\", \"synapse_attractivity\": 1", 1);
    let folder = folder_with("drawn.genome", &drawn);
    feagi(folder.path(), ["check", "drawn.genome"]).sound();
    let check = ["check", "drawn.genome", "--max-work", "20000"];
    fails(folder.path(), &check, &["error: drawn.genome: ", "Vision", "Edges", "26508", "max_work"]);
}

#[test]
fn names_that_nothing_has_are_warnings_with_their_places() {
    let unknown_rule = checked(&SOUND.replacen("\"projector\"", "\"no such rule\"", 1));
    assert!(unknown_rule.out.contains("no such rule"), "{}", unknown_rule.out);
    assert!(unknown_rule.out.contains(&format!("warning: {VISION}.cortical_mapping_dst")));

    let unknown_target = checked(&SOUND.replacen("\"Y2VkZ2VzX18=\": [", "\"Y2dvbmVfX18=\": [", 1));
    assert!(unknown_target.out.contains("Y2dvbmVfX18="), "{}", unknown_target.out);

    let twice = r#"{"version": "2.0", "blueprint": {
        "_____10c-iic400-cx-___bbx-i": 3, "_____10c-aXN2aUkAAAA=-cx-___bbx-i": 5}}"#;
    assert!(checked(twice).out.contains("aXN2aUkAAAA="));

    let too_fast = too_fast(&SOUND.replacen("0.025", "1e-9", 1));
    assert!(too_fast.out.contains("warning: physiology.simulation_timestep"), "{}", too_fast.out);
}

#[test]
fn what_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["check", "info", "run"] {
        fails(folder.path(), &[command, "gone.genome"], &["error: gone.genome: "]);
        fails(folder.path(), &[command, "."], &["error: .: a folder"]);
        fails(folder.path(), &[command, "/dev/zero"], &["error: /dev/zero: a pipe or device"]);
    }
    fails(folder.path(), &["new", "no/such/folder"], &["no/such/folder.genome"]);
}

#[test]
fn pictures_that_cannot_be_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("text.png"), "not a picture").unwrap();
    std::fs::write(path("empty.jpg"), "").unwrap();
    std::fs::write(path("clip.mp4"), "").unwrap();
    std::fs::write(path("blind.genome"), r#"{"version": "3.0", "blueprint": {}}"#).unwrap();
    std::fs::create_dir(path("nothing")).unwrap();
    std::fs::create_dir(path("mixed")).unwrap();
    image::RgbImage::new(4, 4).save(path("mixed/1.png")).unwrap();
    let whole = std::fs::read(path("mixed/1.png")).unwrap();
    std::fs::write(path("mixed/2.png"), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(path("vast.bmp"), vast_bitmap()).unwrap();

    let shown = |input| ["run", "--bursts", "1", "--input", input];
    fails(folder.path(), &shown("text.png"), &["error: text.png: "]);
    fails(folder.path(), &shown("empty.jpg"), &["error: empty.jpg: "]);
    fails(folder.path(), &shown("gone.png"), &["error: gone.png: "]);
    fails(folder.path(), &shown("clip.mp4"), &["error: clip.mp4: ", "ffmpeg -i clip.mp4"]);
    fails(folder.path(), &shown("nothing"), &["error: nothing: ", "png"]);
    fails(folder.path(), &shown("mixed"), &["error: mixed/2.png: "]);
    fails(folder.path(), &shown("vast.bmp"), &["error: vast.bmp: "]);
    let blind = ["run", "blind.genome", "--bursts", "1", "--input", "mixed/1.png"];
    fails(folder.path(), &blind, &["blind.genome", "--input"]);
}

/// The head of a bitmap of 30 000 × 30 000 pixels, without the pixels.
fn vast_bitmap() -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    for word in [0_u32, 0, 54, 40, 30_000, 30_000, 1 | 24 << 16, 0, 0, 2835, 2835, 0, 0] {
        bytes.extend(word.to_le_bytes());
    }
    bytes
}

#[test]
fn arguments_out_of_range() {
    usage_error(&["run", "--hz", "0"], &["--hz", "0.01 to 100000"]);
    usage_error(&["run", "--hz", "NaN"], &["--hz", "NaN"]);
    usage_error(&["run", "--hz=-5"], &["--hz"]);
    usage_error(&["run", "--threads", "100000"], &["--threads", "1 to 256"]);
    usage_error(&["run", "--bursts", "0"], &["--bursts", "from 1"]);
    usage_error(&["run", "--precision", "fp7"], &["--precision", "int8"]);
    usage_error(&["run", "--power", "inf"], &["--power"]);
    usage_error(&["run", "--max-neurons", "99999999999"], &["--max-neurons", "50000000"]);
    usage_error(&["explode"], &["explode"]);
    usage_error(&["check"], &["GENOME"]);
}
