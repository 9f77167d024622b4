//! A complete session of the published Rust client `feagi-agent` against a running server:
//! connect, register, configure, heartbeat, closed loop, leave, and all of it once more through the
//! published state machine. Prints one JSON line for each step; exits with 0 only when all worked.

mod closed_loop;
mod control;
mod data;
mod machine;
mod report;

use std::process::{self, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Parser, ValueEnum};
use feagi_io::AgentID;
use feagi_io::protocol_implementations::websocket::WebSocketUrl;
use feagi_io::protocol_implementations::zmq::ZmqUrl;
use feagi_io::traits_and_enums::shared::TransportProtocolEndpoint;
use serde_json::{Value, json};

use control::{Control, Endpoints};
use data::Channels;
use report::Report;

/// What carries control and data.
#[derive(Clone, Copy, ValueEnum)]
enum Transport {
    Zmq,
    Websocket,
}

/// Runs one scenario of the published Rust client against a server.
#[derive(Parser)]
struct Arguments {
    /// What carries control and data.
    #[arg(long)]
    transport: Transport,
    /// Address of the control endpoint, such as tcp://127.0.0.1:30001 or ws://127.0.0.1:9053.
    #[arg(long)]
    control: String,
    /// Stimuli of the closed loop.
    #[arg(long, default_value_t = 100)]
    stimuli: usize,
    /// Limit of each single wait, in milliseconds.
    #[arg(long, default_value_t = 5_000)]
    limit_ms: u64,
    /// Limit of the whole run, in milliseconds.
    #[arg(long, default_value_t = 120_000)]
    total_ms: u64,
    /// Name under which the agent registers.
    #[arg(long, default_value = "rust-agent")]
    name: String,
}

impl Arguments {
    fn endpoint(&self) -> Result<TransportProtocolEndpoint> {
        Ok(match self.transport {
            Transport::Zmq => TransportProtocolEndpoint::Zmq(ZmqUrl::new(&self.control)?),
            Transport::Websocket => TransportProtocolEndpoint::WebSocket(WebSocketUrl::new(&self.control)?),
        })
    }

    fn limit(&self) -> Duration {
        Duration::from_millis(self.limit_ms)
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut report = Report::new();
    let start = Instant::now();
    end_after(Duration::from_millis(arguments.total_ms));
    if let Err(error) = scenario(&arguments, &mut report) {
        report.problem("scenario", &format!("{error:#}"));
    }
    let problems = report.problems();
    report.step("done", start, json!({ "problems": problems }));
    if problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Ends the process after `limit`. The published WebSocket client blocks without end in its handshake
/// when the other side accepts the connection and then says nothing.
fn end_after(limit: Duration) {
    thread::spawn(move || {
        thread::sleep(limit);
        Report::new().problem("scenario", &format!("the run did not end within {limit:?}"));
        process::exit(1);
    });
}

/// One session by hand, one through the state machine.
fn scenario(arguments: &Arguments, report: &mut Report) -> Result<()> {
    let first = session(arguments, report)?;
    let second = reconnected_session(arguments, report)?;
    if first == second {
        bail!("both sessions have the id {}", first.to_base64());
    }
    Ok(())
}

/// The whole session, each step asked for by this program.
fn session(arguments: &Arguments, report: &mut Report) -> Result<AgentID> {
    let limit = arguments.limit();
    let mut control = Control::new(&arguments.endpoint()?, limit)?;

    let since = Instant::now();
    control.connect(report)?;
    report.step("connected", since, json!({ "control": arguments.control }));

    let since = Instant::now();
    let (id, endpoints) = control.register(&arguments.name, report)?;
    report.step("registered", since, registration(&id, &endpoints)?);

    let since = Instant::now();
    let mut channels = Channels::open(id, &endpoints)?;
    channels.connect(limit)?;
    report.step("data_connected", since, json!({}));

    exercise(arguments, &mut control, &mut channels, arguments.stimuli, report)?;
    Ok(id)
}

/// A second session of the same agent, led by the published state machine.
fn reconnected_session(arguments: &Arguments, report: &mut Report) -> Result<AgentID> {
    let mut control = Control::new(&arguments.endpoint()?, arguments.limit())?;
    let since = Instant::now();
    let active = machine::activate(&mut control, &arguments.name, arguments.limit(), report)?;
    report.step("reconnected", since, registration(&active.id, &active.endpoints)?);
    let mut channels = active.channels;
    exercise(arguments, &mut control, &mut channels, arguments.stimuli.min(10), report)?;
    Ok(active.id)
}

/// What an agent does between registration and leave.
fn exercise(
    arguments: &Arguments,
    control: &mut Control,
    channels: &mut Channels,
    stimuli: usize,
    report: &mut Report,
) -> Result<()> {
    let limit = arguments.limit();

    let since = Instant::now();
    control.configure(report)?;
    report.step("configured", since, json!({}));

    let since = Instant::now();
    control.heartbeat(report)?;
    report.step("heartbeat", since, json!({}));

    let since = Instant::now();
    let sent = closed_loop::wait_for_area(channels, limit)?;
    report.step("area_ready", since, json!({ "stimuli": sent }));

    let since = Instant::now();
    let outcome = closed_loop::run(channels, stimuli, limit)?;
    report.step("closed_loop", since, outcome.to_json(channels));
    if !outcome.complete() {
        report.problem("closed_loop", "stimuli are missing among the motor or visualization frames");
    }

    let since = Instant::now();
    control.heartbeat(report)?;
    report.step("heartbeat", since, json!({}));

    let since = Instant::now();
    channels.close()?;
    control.leave("end of the scenario", report)?;
    report.step("deregistered", since, json!({}));
    Ok(())
}

/// The id and the addresses of a registration.
fn registration(id: &AgentID, endpoints: &Endpoints) -> Result<Value> {
    let mut addresses = serde_json::Map::new();
    for (capability, endpoint) in endpoints {
        let name = serde_json::to_value(capability)?.as_str().unwrap_or_default().to_owned();
        addresses.insert(name, serde_json::to_value(endpoint)?);
    }
    Ok(json!({ "id": id.to_base64(), "endpoints": addresses }))
}
