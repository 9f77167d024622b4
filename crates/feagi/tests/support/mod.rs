//! `feagi run` as a server, started for a test on ports of its own.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Only a guard against tests that hang.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A running server. Dropping it kills it.
pub struct Server {
    child: Child,
    /// Where ZeroMQ agents register.
    pub zmq: SocketAddr,
    /// Where WebSocket agents register.
    pub websocket: SocketAddr,
    /// Pages and REST.
    pub http: SocketAddr,
    output: Arc<Mutex<String>>,
}

/// The published essential genome, or nothing: then the built-in brain runs.
pub fn essential_genome() -> Option<PathBuf> {
    std::env::var_os("FEAGI_GENOMES").map(|folder| PathBuf::from(folder).join("default_essential.genome"))
}

impl Server {
    /// `feagi run` with these arguments, on free ports.
    pub fn start<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Self {
        let mut command = command();
        command.args(["run", "--plain", "--free-ports"]).args(args);
        Self::spawn(command)
    }

    /// A prepared command that serves.
    pub fn spawn(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the binary starts");
        let (found, lines) = mpsc::channel();
        let output = Arc::new(Mutex::new(String::new()));
        let out = child.stdout.take().expect("piped");
        let kept = Arc::clone(&output);
        thread::spawn(move || follow(out, &found, &kept));
        let end = Instant::now() + READY_WITHIN;
        let address = |start: &str| loop {
            let left = end.saturating_duration_since(Instant::now());
            let line: String = match lines.recv_timeout(left) {
                Ok(line) => line,
                Err(_) => {
                    let said = output.lock().unwrap_or_else(PoisonError::into_inner);
                    panic!("no line starts with {start:?}:\n{said}");
                }
            };
            if let Some(rest) = line.strip_prefix(start) {
                break rest.split_whitespace().next().unwrap_or_default().parse().expect("an address");
            }
        };
        let zmq = address("agents: ZeroMQ tcp://");
        let websocket = address("agents: WebSocket ws://");
        let http = address("pages and REST: http://");
        Self { child, zmq, websocket, http, output }
    }

    /// Sends a signal by name, such as `INT`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name}");
    }

    /// Asks it to stop and waits for its end.
    pub fn stop(mut self) -> (ExitStatus, String) {
        self.signal("INT");
        let status = self.child.wait().expect("it can be waited for");
        let said = self.output.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (status, said)
    }

    /// Whether it still runs.
    pub fn lives(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked").is_none()
    }

    /// Resident memory in bytes.
    pub fn memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary, with nothing set.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feagi"));
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"FEAGI_") {
            command.env_remove(name);
        }
    }
    command
}

fn follow(out: ChildStdout, found: &mpsc::Sender<String>, kept: &Mutex<String>) {
    for line in BufReader::new(out).lines().map_while(Result::ok) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_str(&line);
        kept.push('\n');
        let _ = found.send(line);
    }
}
