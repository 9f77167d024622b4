//! What Ctrl-C and a request to terminate do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use feagi_runtime::StopFlag;

use crate::error::Failure;
use crate::view;

/// Exit code of a program that Ctrl-C ended before it could say anything.
const INTERRUPTED: i32 = 130;

/// Signals that end the program: the first asks, the second ends it at once.
pub(crate) struct Signals {
    /// Set by the first signal.
    pub(crate) stop: StopFlag,
    /// Whether somebody looks at the flag.
    running: Arc<AtomicBool>,
}

impl Signals {
    /// Until [`Signals::end_in_summary`] also the first signal ends the program at once.
    ///
    /// # Errors
    /// [`Failure::Signals`] when the system does not let the program handle signals.
    pub(crate) fn install() -> Result<Self, Failure> {
        let signals = Self { stop: StopFlag::default(), running: Arc::default() };
        let (stop, running) = (signals.stop.clone(), Arc::clone(&signals.running));
        ctrlc::set_handler(move || {
            if stop.stop() || !running.load(Ordering::SeqCst) {
                view::leave_screen();
                std::process::exit(INTERRUPTED);
            }
        })?;
        Ok(signals)
    }

    /// From here on somebody looks at the flag and says how things went.
    pub(crate) fn end_in_summary(&self) {
        self.running.store(true, Ordering::SeqCst);
    }
}
