//! The log: what happens to agents and areas, on standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Names the level, or a level for each part, as in `info` or `warn,feagi_io=debug`.
const VARIABLE: &str = "FEAGI_LOG";

/// Starts the log: warnings, or what the environment asks for. While the view draws on the terminal
/// that the log would be written to, there is none.
pub(crate) fn start(draws: bool) {
    if draws && io::stderr().is_terminal() {
        return;
    }
    // Parts of the variable that name no level are left out with a message of the library.
    let filter = EnvFilter::builder()
        .with_env_var(VARIABLE)
        .with_default_directive(LevelFilter::WARN.into())
        .from_env_lossy();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // A second start, in tests, finds the first one's log.
    let _ = log.with_ansi(io::stderr().is_terminal()).try_init();
}
