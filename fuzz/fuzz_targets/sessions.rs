//! Any course of events around the session state machine: registrations, leaves, lost connections,
//! ports in use, time. The world around it watches that it keeps its promises.

#![no_main]

#[path = "../../crates/feagi-io/tests/sessions/world.rs"]
mod world;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| world::live(bytes));
