//! The built-in brain on real picture files: its motors follow what it sees.

use std::path::Path;

use image::{Rgb, RgbImage};

use crate::binary::feagi;

const LEFT: &str = "Motors 0";
const RIGHT: &str = "Motors 1";

/// A dark picture whose pixels for which `lit` holds are white; x and y are shares from the top left.
fn picture(path: &Path, lit: impl Fn(f32, f32) -> bool) {
    let (width, height) = (96, 64);
    let image = RgbImage::from_fn(width, height, |x, y| {
        let share = |at: u32, of: u32| (at as f32 + 0.5) / of as f32;
        if lit(share(x, width), share(y, height)) { Rgb([255; 3]) } else { Rgb([0; 3]) }
    });
    image.save(path).expect("a picture is written");
}

/// Totals of the left and the right motor after 200 bursts on `input`.
fn motors(folder: &Path, input: &str, more: &[&str]) -> [f64; 2] {
    let args = ["run", "--bursts", "200", "--hz", "4000", "--input", input];
    let finished = feagi(folder, args.iter().chain(more)).sound();
    assert_eq!(finished.bursts(), 200);
    [finished.motor(LEFT), finished.motor(RIGHT)]
}

#[test]
fn it_turns_towards_the_light_and_mirrors_with_the_picture() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("left.png"), |x, _| x < 0.25);
    picture(&folder.path().join("right.jpg"), |x, _| x > 0.75);
    let [left, right] = motors(folder.path(), "left.png", &[]);
    assert_eq!(left, 0.0, "the left wheel stands");
    assert!(right > 100.0, "the right wheel turns: {right}");
    assert_eq!(motors(folder.path(), "right.jpg", &[]), [right, left]);
    assert_eq!(motors(folder.path(), "left.png", &["--precision", "int8", "--threads", "3"]), [left, right]);
}

#[test]
fn it_stands_in_the_dark_and_drives_at_light_ahead() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("dark.bmp"), |_, _| false);
    picture(&folder.path().join("ahead.webp"), |x, _| (x - 0.5).abs() < 0.1);
    assert_eq!(motors(folder.path(), "dark.bmp", &[]), [0.0, 0.0]);
    let [left, right] = motors(folder.path(), "ahead.webp", &[]);
    assert!(left > 100.0, "{left}");
    assert_eq!(left, right);
    // A tenth of the potential fires no vision neuron.
    assert_eq!(motors(folder.path(), "ahead.webp", &["--white", "25"]), [0.0, 0.0]);
}

#[test]
fn it_backs_off_from_what_appears_suddenly() {
    let folder = tempfile::tempdir().unwrap();
    let disc = |x: f32, y: f32| (1.5 * (x - 0.5)).hypot(y - 0.5) < 0.4;
    std::fs::create_dir(folder.path().join("steady")).unwrap();
    std::fs::create_dir(folder.path().join("flashing")).unwrap();
    picture(&folder.path().join("steady/1.png"), disc);
    picture(&folder.path().join("flashing/1.png"), |_, _| false);
    picture(&folder.path().join("flashing/2.png"), disc);
    std::fs::write(folder.path().join("flashing/notes.txt"), "passed over").unwrap();
    let [steady, _] = motors(folder.path(), "steady", &[]);
    // Eight bursts a picture.
    let [left, right] = motors(folder.path(), "flashing", &["--fps", "500"]);
    assert!(steady > 100.0, "{steady}");
    assert!(left < 0.0, "{left}");
    assert_eq!(left, right);
}
