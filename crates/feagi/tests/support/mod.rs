//! `feagi run` as a server, started for a test on ports of its own, and those who talk to it.

pub(crate) mod agent;
pub(crate) mod http;
pub(crate) mod wire;
pub(crate) mod witness;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Only a guard against tests that hang.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A running server. Dropping it kills it.
pub(crate) struct Server {
    child: Child,
    /// Where ZeroMQ agents register.
    pub(crate) zmq: SocketAddr,
    /// Where WebSocket agents register.
    pub(crate) websocket: SocketAddr,
    /// Pages and REST.
    pub(crate) http: SocketAddr,
    output: Words,
    errors: Words,
}

/// What a program writes, kept by a thread.
struct Words {
    text: Arc<Mutex<String>>,
    thread: Option<JoinHandle<()>>,
}

/// The published essential genome, or nothing: then the built-in brain runs.
pub(crate) fn essential_genome() -> Option<PathBuf> {
    std::env::var_os("FEAGI_GENOMES").map(|folder| PathBuf::from(folder).join("default_essential.genome"))
}

impl Server {
    /// `feagi run` with these arguments, on free ports.
    pub(crate) fn start<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Self {
        let mut command = command();
        command.args(["run", "--plain", "--free-ports"]).args(args);
        Self::spawn(command)
    }

    /// A prepared command that serves.
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let (found, lines) = mpsc::channel();
        let output = Words::of(child.stdout.take().expect("piped"), move |line| drop(found.send(line)));
        let errors = Words::of(child.stderr.take().expect("piped"), drop);
        let end = Instant::now() + READY_WITHIN;
        let address = |start: &str| loop {
            let left = end.saturating_duration_since(Instant::now());
            let line: String = match lines.recv_timeout(left) {
                Ok(line) => line,
                Err(_) => {
                    panic!("no line starts with {start:?}:\n{}{}", output.text(), errors.text());
                }
            };
            if let Some(rest) = line.strip_prefix(start) {
                break rest.split_whitespace().next().unwrap_or_default().parse().expect("an address");
            }
        };
        let zmq = address("agents: ZeroMQ tcp://");
        let websocket = address("agents: WebSocket ws://");
        let http = address("pages and REST: http://");
        Self { child, zmq, websocket, http, output, errors }
    }

    /// Sends a signal by name, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name}");
    }

    /// Asks it to stop and waits for its end.
    pub(crate) fn stop(mut self) -> (ExitStatus, String) {
        self.signal("INT");
        let status = self.child.wait().expect("it can be waited for");
        self.output.finish();
        (status, self.output.text())
    }

    /// What it complained about until now.
    pub(crate) fn errors(&self) -> String {
        self.errors.text()
    }

    /// Whether it still runs.
    pub(crate) fn lives(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked").is_none()
    }

    /// Resident memory in bytes.
    pub(crate) fn memory(&self) -> u64 {
        self.memory_of("VmRSS:")
    }

    /// The most resident memory since the start or the last [`Server::forget_peak`], in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        self.memory_of("VmHWM:")
    }

    /// Lets [`Server::peak_memory`] begin anew.
    pub(crate) fn forget_peak(&self) {
        let path = format!("/proc/{}/clear_refs", self.child.id());
        std::fs::write(path, "5").expect("the system forgets");
    }

    fn memory_of(&self, name: &str) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("its memory");
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("the server said:\n{}{}", self.output.text(), self.errors.text());
        }
    }
}

/// The binary, with nothing set.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feagi"));
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"FEAGI_") {
            command.env_remove(name);
        }
    }
    command
}

impl Words {
    /// Keeps them, and tells `each` line.
    fn of(out: impl Read + Send + 'static, each: impl Fn(String) + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&text);
        let thread = thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push_str(&line);
                kept.push('\n');
                drop(kept);
                each(line);
            }
        });
        Self { text, thread: Some(thread) }
    }

    /// Until now.
    fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until all of them have been read.
    fn finish(&mut self) {
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
