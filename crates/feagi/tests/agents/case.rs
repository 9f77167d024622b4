//! A fault and what it may cost.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::agent::{LONG, Transport};
use crate::support::http::{Metrics, get, metrics};
use crate::support::witness::Witness;
use crate::support::{self, Server};

/// Bursts over which a rate is measured at least.
const BURSTS: u64 = 60;
/// Bursts a second; more than most genomes ask for, so that a fault has more to disturb.
const RATE: &str = "30";
/// Share of the burst rate below which a fault counts as noticed. Without other work on the machine
/// the share is above 95 %; it is printed.
const LEAST_RATE: f64 = 0.8;
/// The same for stimuli that come back. A stimulus is lost when the witness gets no processor for a
/// burst.
const LEAST_LOOPS: f64 = 0.9;

pub(crate) const MB: u64 = 1_000_000;

/// A server with a healthy agent, and what they were like before the fault.
pub(crate) struct Case {
    name: &'static str,
    pub(crate) server: Server,
    witness: Witness,
    before: Metrics,
    memory: u64,
    bursts: u64,
    begun: Instant,
    /// Shares of bursts and loops below which the fault counts as noticed.
    least: (f64, f64),
}

impl Case {
    /// With a witness on a transport.
    pub(crate) fn begin(name: &'static str, transport: Transport) -> Self {
        Self::at(server(), name, transport)
    }

    /// The same at a server of its own.
    pub(crate) fn at(server: Server, name: &'static str, transport: Transport) -> Self {
        let witness = Witness::begin(&server, transport);
        let (before, memory) = (metrics(server.http), server.memory());
        server.forget_peak();
        let (bursts, begun) = (burst_counter(&server), Instant::now());
        Self { name, server, witness, before, memory, bursts, begun, least: (LEAST_RATE, LEAST_LOOPS) }
    }

    /// For a fault that takes as much of the machine as it can get: other shares of bursts and of loops
    /// are enough.
    pub(crate) fn with_shares(self, bursts: f64, loops: f64) -> Self {
        Self { least: (bursts, loops), ..self }
    }

    /// How much a counter rose since the beginning.
    pub(crate) fn rise(&self, counter: &str) -> u64 {
        (metrics(self.server.http).of(counter) - self.before.of(counter)) as u64
    }

    /// Waits until a counter has risen so much.
    pub(crate) fn await_rise(&self, counter: &str, least: u64) {
        eventually(&format!("{counter} rises by {least}"), || self.rise(counter) >= least);
    }

    /// What everybody and everything noticed of the fault: nothing but `most` bytes more memory at
    /// the peak. The server ends as it was asked to.
    pub(crate) fn end(self, most: u64) {
        let Self { name, mut server, witness, before: _, memory, bursts, begun, least } = self;
        let target = metrics(server.http).of("burst_rate_hertz");
        eventually("bursts go on", || burst_counter(&server) >= bursts + BURSTS);
        let rate = (burst_counter(&server) - bursts) as f64 / begun.elapsed().as_secs_f64();
        let grown = server.peak_memory().saturating_sub(memory);
        let testimony = witness.end();
        let (median, longest) = testimony.times();
        println!(
            "{name}: {rate:.2} of {target} bursts/s, {} of {} stimuli came back in {median:.1} ms (longest \
             {longest:.1} ms), memory +{:.1} MB of {} MB",
            testimony.loops.len(),
            testimony.sent,
            grown as f64 / MB as f64,
            memory / MB
        );
        assert!(server.lives(), "{name}");
        assert!(rate >= least.0 * target, "{name}: {rate} of {target} bursts/s");
        assert!(testimony.share() >= least.1, "{name}: {} of the loops were closed", testimony.share());
        assert_eq!(testimony.unanswered, 0, "{name}: heartbeats without an answer");
        assert!(grown <= most, "{name}: {grown} bytes more at the peak, {most} expected at most");
        let complaints = server.errors();
        assert!(!complaints.contains("panicked"), "{name}: {complaints}");
        let (status, said) = server.stop();
        assert!(status.success(), "{name}: {status}: {said}");
        assert!(said.contains("summary: "), "{name}: {said}");
    }
}

/// A server with the published essential genome, or else the built-in one.
pub(crate) fn server() -> Server {
    Server::start(arguments())
}

/// The same with so many file descriptors.
pub(crate) fn server_with_descriptors(count: usize) -> Server {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -n {count}; exec \"$0\" \"$@\""));
    let server = support::command();
    command.arg(server.get_program()).args(["run", "--plain", "--free-ports"]).args(arguments());
    for (name, _) in server.get_envs() {
        command.env_remove(name);
    }
    Server::spawn(command)
}

fn arguments() -> impl Iterator<Item = OsString> {
    let genome = support::essential_genome().map(PathBuf::into_os_string);
    ["--hz".into(), RATE.into()].into_iter().chain(genome)
}

pub(crate) fn burst_counter(server: &Server) -> u64 {
    let answer = get(server.http, "/v1/burst_engine/burst_counter");
    answer.body.trim().parse().unwrap_or_else(|_| panic!("no number: {answer:?}"))
}

/// Waits for something to become true.
pub(crate) fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !done() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        // Leaves the processor to those who are waited for.
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

/// Bytes that look like nothing, the same in every run.
pub(crate) fn noise(seed: u64) -> impl FnMut(usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15 ^ seed;
    move |length| {
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        };
        (0..length).map(|_| next()).collect()
    }
}
