//! The real binary, without the caller's settings and never for ever.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;

use crate::nerves::LONG;

/// A program that runs. It is killed when it takes too long, or when the test is over.
pub(crate) struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
    /// Dropped when the program has ended; the watchdog listens.
    _ended: Sender<()>,
}

/// A program that has ended.
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Running {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feagi"));
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"FEAGI_") {
                command.env_remove(name);
            }
        }
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let (ended, watched) = mpsc::channel::<()>();
        let pid = child.id();
        thread::spawn(move || {
            if watched.recv_timeout(LONG) == Err(RecvTimeoutError::Timeout) {
                signal("KILL", pid);
            }
        });
        Self { child, lines, _ended: ended }
    }

    /// What follows `start` on the next line that starts so; passes over others.
    pub(crate) fn line(&mut self, start: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.lines.read_line(&mut line).unwrap();
            assert!(read > 0, "the output ended before a line starting with {start:?}");
            if let Some(rest) = line.strip_prefix(start) {
                return rest.trim_end().to_owned();
            }
        }
    }

    /// Sends a signal by name, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        signal(name, self.child.id());
    }

    /// Reads what is left and waits for the end.
    pub(crate) fn finish(mut self) -> Finished {
        let (mut out, mut err) = (String::new(), String::new());
        self.lines.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        let code = self.child.wait().unwrap().code();
        assert!(!err.contains("panicked"), "{err}");
        Finished { code, out, err }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already is past being killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Finished {
    /// Checks that it ended well and said nothing on standard error.
    pub(crate) fn sound(self) -> Self {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self
    }

    /// The first line of output that starts with `start`, without it.
    pub(crate) fn after(&self, start: &str) -> &str {
        let line = self.out.lines().find_map(|line| line.strip_prefix(start));
        line.unwrap_or_else(|| panic!("no line starts with {start:?}:\n{}", self.out)).trim()
    }

    /// Total of the motor with this number.
    pub(crate) fn motor(&self, number: usize) -> f64 {
        let figures = self.after(&format!("  motor    Rotary Motor Unit 0 {number}"));
        let total = figures.strip_prefix("total ").and_then(|rest| rest.split(',').next());
        total.and_then(|total| total.parse().ok()).unwrap_or_else(|| panic!("{figures}"))
    }
}

fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(pid.to_string()).status();
    assert!(sent.is_ok_and(|status| status.success()), "kill -{name}");
}
