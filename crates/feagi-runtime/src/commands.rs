//! How the rest of the program reaches a running brain: closures that the burst thread runs between
//! bursts. Nothing else touches the engine, so it needs no lock.

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::Running;

/// Commands that wait at most; more are refused.
const WAITING: usize = 256;

/// Something to do between two bursts.
pub(crate) type Command = Box<dyn FnOnce(&mut Running) + Send>;

/// The asking side. Clones ask the same brain.
#[derive(Clone)]
pub struct BrainHandle {
    commands: Sender<Command>,
}

/// The burst thread's side.
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
    let (commands, waiting) = bounded(WAITING);
    (BrainHandle { commands }, Commands { waiting })
}

impl BrainHandle {
    /// Has `command` run between two bursts and does not wait for it. It should be short: bursts wait.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn post(&self, command: impl FnOnce(&mut Running) + Send + 'static) -> Result<(), CallError> {
        self.commands.try_send(Box::new(command)).map_err(|error| match error {
            TrySendError::Full(_) => CallError::Busy,
            TrySendError::Disconnected(_) => CallError::Stopped,
        })
    }

    /// Has `command` run between two bursts and waits for its answer. Not for the burst thread itself.
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
    /// Where commands arrive, for a clock that waits for them and for the next deadline.
    pub(crate) fn waiting(&self) -> &Receiver<Command> {
        &self.waiting
    }
}
