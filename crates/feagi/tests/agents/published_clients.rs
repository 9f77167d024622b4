//! The published clients of 2026, unchanged. `cargo xtask test --only clients` installs them, says by
//! the environment where they are, and runs these tests, which are left out otherwise.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::{Server, essential_genome};

/// Time between two bursts of the genome, in milliseconds.
const BURST_MS: f64 = 1000.0 / 15.0;

#[test]
#[ignore = "needs the published Python client: cargo xtask test --only clients"]
fn the_published_python_client_closes_the_loop() {
    let server = Server::start(essential_genome());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/published-python/agent.py");
    let mut client = Command::new(installed("FEAGI_PUBLISHED_PYTHON"));
    client.arg(script).args(["--control", &server.zmq.port().to_string()]);
    client.args(["--http", &server.http.port().to_string()]);
    let steps = steps(client);
    for step in ["registered", "configured", "filmed", "reconnected", "viewed", "left", "done"] {
        step_of(&steps, step);
    }
    let frame_bytes = step_of(&steps, "filmed")["frame_bytes"].as_u64().unwrap_or(0);
    assert!(frame_bytes > 1_100_000, "frames of {frame_bytes} bytes are no camera's");
    loops_were_closed(&steps);
    assert!(server.stop().0.success());
}

#[test]
#[ignore = "needs the published Rust client: cargo xtask test --only clients"]
fn the_published_rust_client_closes_the_loop_over_zmq() {
    let server = Server::start(essential_genome());
    rust_client("zmq", &format!("tcp://{}", server.zmq));
    assert!(server.stop().0.success());
}

#[test]
#[ignore = "needs the published Rust client: cargo xtask test --only clients"]
fn the_published_rust_client_closes_the_loop_over_websocket() {
    let server = Server::start(essential_genome());
    rust_client("websocket", &format!("ws://{}", server.websocket));
    assert!(server.stop().0.success());
}

fn rust_client(transport: &str, control: &str) {
    let mut client = Command::new(installed("FEAGI_PUBLISHED_AGENT"));
    client.args(["--transport", transport, "--control", control]);
    loops_were_closed(&steps(client));
}

/// At least 98 % of stimuli come back. A stimulus waits for the next burst, which answers it; how much
/// longer it takes is printed, and only a second burst counts as a fault, because this machine may
/// have other things to do.
fn loops_were_closed(steps: &[Value]) {
    let loops: Vec<&Value> = steps.iter().filter(|step| step["step"] == "closed_loop").collect();
    assert!(!loops.is_empty(), "no closed loop was run");
    for step in loops {
        println!("{step}");
        let [sent, came_back] = ["sent", "came_back"].map(|key| step[key].as_f64().unwrap_or(0.0));
        assert!(sent > 0.0 && came_back >= 0.98 * sent, "only {came_back} of {sent} stimuli came back");
        let median = step["p50_ms"].as_f64().unwrap_or(f64::MAX);
        assert!(median < 2.0 * BURST_MS, "half of the stimuli took {median} ms or more");
    }
}

/// Runs a client to its end; its lines are JSON.
fn steps(mut client: Command) -> Vec<Value> {
    let output = client.output().expect("the client starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "it ended with {}:\n{text}\n{complaint}", output.status);
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn step_of<'a>(steps: &'a [Value], name: &str) -> &'a Value {
    let step = steps.iter().find(|step| step["step"] == name);
    step.unwrap_or_else(|| panic!("no step {name}"))
}

fn installed(variable: &str) -> PathBuf {
    std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} does not say where the client is")).into()
}
