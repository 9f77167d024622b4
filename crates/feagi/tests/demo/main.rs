//! `feagi demo` as a program of its own: against a peripheral nervous system without a brain, and
//! against `feagi run`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod drives;
mod nerves;
mod program;
mod talks;
