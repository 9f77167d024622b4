//! The published clients of 2026 against `feagi run`, unchanged. `cargo xtask test --only clients`
//! installs them and says by the environment where they are; without that the tests are ignored.

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod support;

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use support::Server;

/// Time between two bursts of the genome, in milliseconds.
const BURST_MS: f64 = 1000.0 / 15.0;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let python = std::env::var_os("FEAGI_PUBLISHED_PYTHON");
    let agent = std::env::var_os("FEAGI_PUBLISHED_AGENT");
    let trial = |name: &str, client: Option<OsString>, check: fn(&Path) -> Result<(), Failed>| {
        let missing = client.is_none();
        Trial::test(name, move || check(Path::new(&client.unwrap_or_default()))).with_ignored_flag(missing)
    };
    let trials = vec![
        trial("the_python_client_closes_the_loop", python, python_client),
        trial("the_rust_client_closes_the_loop_over_zmq", agent.clone(), |client| rust_client(client, "zmq")),
        trial("the_rust_client_closes_the_loop_over_websocket", agent, |client| {
            rust_client(client, "websocket")
        }),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn python_client(python: &Path) -> Result<(), Failed> {
    let server = Server::start(support::essential_genome());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/published-python/agent.py");
    let mut client = Command::new(python);
    client.arg(script).args(["--control", &server.zmq.port().to_string()]);
    client.args(["--http", &server.http.port().to_string()]);
    let steps = steps(client)?;
    for step in ["registered", "configured", "filmed", "reconnected", "viewed", "left", "done"] {
        step_of(&steps, step)?;
    }
    let frame_bytes = step_of(&steps, "filmed")?["frame_bytes"].as_u64().unwrap_or(0);
    ensure(frame_bytes > 1_100_000, format!("frames of {frame_bytes} bytes are no camera's"))?;
    closed_loops(&steps)
}

fn rust_client(client: &Path, transport: &str) -> Result<(), Failed> {
    let server = Server::start(support::essential_genome());
    let control = match transport {
        "zmq" => format!("tcp://{}", server.zmq),
        _ => format!("ws://{}", server.websocket),
    };
    let mut command = Command::new(client);
    command.args(["--transport", transport, "--control", &control]);
    let steps = steps(command)?;
    closed_loops(&steps)
}

/// At least 98 % of stimuli come back. A stimulus waits for the next burst, which answers it; how much
/// longer it takes is printed, and only a second burst counts as a fault, because this machine may
/// have other things to do.
fn closed_loops(steps: &[Value]) -> Result<(), Failed> {
    let loops: Vec<&Value> = steps.iter().filter(|step| step["step"] == "closed_loop").collect();
    ensure(!loops.is_empty(), "no closed loop was run")?;
    for step in loops {
        println!("{step}");
        let [sent, came_back] = ["sent", "came_back"].map(|key| step[key].as_f64().unwrap_or(0.0));
        ensure(
            sent > 0.0 && came_back >= 0.98 * sent,
            format!("only {came_back} of {sent} stimuli came back"),
        )?;
        let median = step["p50_ms"].as_f64().unwrap_or(f64::MAX);
        ensure(median < 2.0 * BURST_MS, format!("half of the stimuli took {median} ms or more"))?;
    }
    Ok(())
}

/// Runs a client to its end; its lines are JSON.
fn steps(mut client: Command) -> Result<Vec<Value>, Failed> {
    let output = client.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure(output.status.success(), format!("it ended with {}:\n{text}\n{complaint}", output.status))?;
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

fn step_of<'a>(steps: &'a [Value], name: &str) -> Result<&'a Value, Failed> {
    steps.iter().find(|step| step["step"] == name).ok_or_else(|| format!("no step {name}").into())
}

fn ensure(truth: bool, problem: impl Into<String>) -> Result<(), Failed> {
    if truth { Ok(()) } else { Err(problem.into().into()) }
}
