//! Pictures for when there are none: a disc that swings, a square that passes, a disc that looms.

use std::f32::consts::TAU;

use image::{Rgb, RgbImage};

const SIZE: u32 = 64;
const MIDDLE: f32 = SIZE as f32 / 2.0;

/// Pictures of each of the three scenes, then of the dark that ends the last.
const SWING: u16 = 60;
const PASS: u16 = 24;
const LOOM: u16 = 10;
const DARK: u16 = 8;

const YELLOW: Rgb<u8> = Rgb([255, 220, 120]);
const BLUE: Rgb<u8> = Rgb([90, 200, 255]);
const WHITE: Rgb<u8> = Rgb([255; 3]);
const BLACK: Rgb<u8> = Rgb([0; 3]);

/// All pictures of one round, in order.
pub(super) fn draw() -> Vec<RgbImage> {
    let share = |step: u16, steps: u16| f32::from(step) / f32::from(steps);
    let swing = (0..SWING).map(|step| {
        let x = MIDDLE * (1.0 + 0.8 * (TAU * share(step, SWING)).sin());
        disc(x, MIDDLE, 11.0, YELLOW)
    });
    let pass = (0..PASS).map(|step| square(1.4 * SIZE as f32 * share(step, PASS) - 10.0, 40.0, 8.0));
    let loom = (0..LOOM).map(|step| disc(MIDDLE, MIDDLE, 3.0 + 36.0 * share(step, LOOM), WHITE));
    let dark = (0..DARK).map(|_| RgbImage::new(SIZE, SIZE));
    swing.chain(pass).chain(loom).chain(dark).collect()
}

fn disc(x: f32, y: f32, radius: f32, colour: Rgb<u8>) -> RgbImage {
    paint(|column, row| (column - x).hypot(row - y) < radius, colour)
}

fn square(x: f32, y: f32, half: f32) -> RgbImage {
    paint(|column, row| (column - x).abs() < half && (row - y).abs() < half, BLUE)
}

fn paint(inside: impl Fn(f32, f32) -> bool, colour: Rgb<u8>) -> RgbImage {
    RgbImage::from_fn(SIZE, SIZE, |column, row| {
        // Centres of pixels, so that a shape in the middle is symmetric.
        if inside(column as f32 + 0.5, row as f32 + 0.5) { colour } else { BLACK }
    })
}
