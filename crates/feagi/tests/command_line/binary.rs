//! Starts the real binary: with little memory, without the caller's settings, and never for ever.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// What a refusal may take. The shell's limit is on writable memory, so a program that wants more is
/// aborted and has no exit code.
const KILOBYTES: u32 = 300 * 1024;

/// Only a guard against tests that hang.
const AT_MOST: Duration = Duration::from_secs(120);

/// A finished program.
pub(crate) struct Finished {
    /// Exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

/// A program that runs.
pub(crate) struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
    /// Dropped when the program has ended; the watchdog listens.
    ended: Sender<()>,
}

/// The binary in `folder`, with nothing set.
pub(crate) fn command<A: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -d {KILOBYTES}; exec \"$0\" \"$@\""));
    command.arg(env!("CARGO_BIN_EXE_feagi")).args(args).current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"FEAGI_") {
            command.env_remove(name);
        }
    }
    // Tests run side by side; those about agents switch this off and take free ports.
    command.env("FEAGI_OFFLINE", "true");
    command
}

/// Runs the binary in `folder` to its end.
pub(crate) fn feagi<A: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = A>) -> Finished {
    finish(command(folder, args))
}

/// Runs a prepared command to its end.
pub(crate) fn finish(command: Command) -> Finished {
    Running::start(command).finish()
}

impl Running {
    /// Starts a prepared command.
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        let (ended, watched) = mpsc::channel::<()>();
        let pid = child.id();
        thread::spawn(move || {
            if watched.recv_timeout(AT_MOST) == Err(RecvTimeoutError::Timeout) {
                signal("KILL", pid);
            }
        });
        Self { child, lines, ended }
    }

    /// The next line of standard output that starts with `start`; passes over others.
    pub(crate) fn line(&mut self, start: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.lines.read_line(&mut line).expect("lines of text");
            assert!(read > 0, "the output ended before a line starting with {start:?}");
            if line.starts_with(start) {
                return line;
            }
        }
    }

    /// Sends a signal by name, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        signal(name, self.child.id());
    }

    /// Closes the reading end of standard output and waits for the end.
    pub(crate) fn close_output(self) -> Finished {
        let Self { child, lines, ended } = self;
        drop(lines);
        wait(child, String::new(), ended)
    }

    /// Reads what is left and waits for the end.
    pub(crate) fn finish(self) -> Finished {
        let Self { child, mut lines, ended } = self;
        let mut out = String::new();
        lines.read_to_string(&mut out).expect("text");
        wait(child, out, ended)
    }
}

fn wait(mut child: Child, out: String, ended: Sender<()>) -> Finished {
    let mut err = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut err).expect("text");
    let status = child.wait().expect("it can be waited for");
    drop(ended);
    assert!(!err.contains("panicked"), "{err}");
    Finished { code: status.code(), out, err }
}

fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(pid.to_string()).status();
    assert!(sent.is_ok_and(|status| status.success()), "kill -{name}");
}

impl Finished {
    /// Checks that it ended well.
    pub(crate) fn sound(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.err);
        assert_eq!(self.err, "");
        self
    }

    /// The first line of output that starts with `start`, without it.
    pub(crate) fn after(&self, start: &str) -> &str {
        let line = self.out.lines().find_map(|line| line.strip_prefix(start));
        line.unwrap_or_else(|| panic!("no line starts with {start:?}:\n{}", self.out)).trim()
    }

    /// Total of the motor that the summary lists under this name.
    pub(crate) fn motor(&self, name: &str) -> f64 {
        let figures = self.after(&format!("  motor    {name}"));
        let total = figures.strip_prefix("total ").and_then(|rest| rest.split(',').next());
        total.and_then(|total| total.parse().ok()).unwrap_or_else(|| panic!("{figures}"))
    }

    /// Bursts that the summary counts.
    pub(crate) fn bursts(&self) -> u64 {
        let figures = self.after("summary: ");
        let bursts = figures.split(' ').next().and_then(|bursts| bursts.parse().ok());
        bursts.unwrap_or_else(|| panic!("{figures}"))
    }
}
