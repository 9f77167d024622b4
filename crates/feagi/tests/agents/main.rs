//! `feagi run` and its agents over real sockets: what they say to each other, and what faulty and
//! hostile ones can do. In most tests a healthy agent works beside the fault and must not notice it.
//!
//! `cargo test --release -p feagi --test agents -- --nocapture` prints what each fault cost.

mod broken_frames;
mod broken_messages;
mod case;
mod connections;
mod control_cases;
mod deaths;
mod floods;
mod genomes;
mod long_sessions;
mod ports;
mod published_clients;
mod raw;
mod slow_readers;
#[path = "../support/mod.rs"]
mod support;
mod visualizer;
mod visualizer_start;
