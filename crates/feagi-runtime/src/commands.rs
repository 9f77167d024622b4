//! How the rest of the program reaches a running brain: closures that the burst thread runs between
//! bursts. Nothing else touches the engine, so it needs no lock.

use std::fmt;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};

use crate::Running;

/// Commands that wait; more are refused.
const WAITING: usize = 256;

/// Something to do between two bursts.
pub struct Command(Box<dyn FnOnce(&mut Running) + Send>);

/// The asking side. Clones ask the same brain.
#[derive(Clone, Debug)]
pub struct BrainHandle {
    commands: Sender<Command>,
}

/// The burst thread's side. When it is dropped, everybody who still waits for an answer learns that
/// the brain has stopped.
#[derive(Debug)]
pub struct Commands {
    waiting: Receiver<Command>,
}

/// Why a command was not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// Too many commands wait.
    #[error("the brain is busy: {WAITING} commands wait already; try again")]
    Busy,
    /// The burst loop has ended.
    #[error("the brain has stopped")]
    Stopped,
}

/// A way to ask a brain, and the burst thread's end of it.
#[must_use]
pub fn commands() -> (BrainHandle, Commands) {
    // Only a channel without a bound of its own drops what waits, and with it the means to answer, as
    // soon as its receiver is dropped. `post` keeps it short.
    let (commands, waiting) = unbounded();
    (BrainHandle { commands }, Commands { waiting })
}

impl BrainHandle {
    /// Has `command` run between two bursts and does not wait for it. It should be short: bursts wait.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn post(&self, command: impl FnOnce(&mut Running) + Send + 'static) -> Result<(), CallError> {
        // Several threads may find room at once; a few commands more do no harm.
        if self.commands.len() >= WAITING {
            return Err(CallError::Busy);
        }
        self.commands.send(Command(Box::new(command))).map_err(|_| CallError::Stopped)
    }

    /// Has `command` run between two bursts and waits for its answer, which comes at once unless a
    /// burst is under way. Not for the burst thread itself, which would wait for ever.
    ///
    /// # Errors
    /// [`CallError`]; [`CallError::Stopped`] also when the loop ends before the command's turn.
    pub fn call<R: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Running) -> R + Send + 'static,
    ) -> Result<R, CallError> {
        let (answer, answered) = bounded(1);
        self.post(move |running| {
            // Whoever asked may have gone.
            let _ = answer.send(command(running));
        })?;
        answered.recv().map_err(|_| CallError::Stopped)
    }
}

impl Commands {
    /// The next command, if one waits.
    #[must_use]
    pub fn take(&self) -> Option<Command> {
        self.waiting.try_recv().ok()
    }

    /// The next command, or `None` when none came for so long.
    #[must_use]
    pub fn wait(&self, time: Duration) -> Option<Command> {
        match self.waiting.recv_timeout(time) {
            Ok(command) => Some(command),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                // Nobody is left who could ask, but the time has to pass.
                std::thread::sleep(time);
                None
            }
        }
    }

    /// Commands that wait now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether no command waits now.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, running: &mut Running) {
        (self.0)(running);
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Command")
    }
}
