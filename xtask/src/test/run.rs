//! How parts run commands, and what can come of it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context as _;

use crate::workspace;

/// What a part came to.
pub(super) enum Outcome {
    /// Everything it looked at holds.
    Passed,
    /// Something does not; the text says what, its output says more.
    Failed(String),
    /// This machine lacks something that the part needs.
    LeftOut {
        /// What is missing, for people.
        missing: String,
        /// The command that gets it.
        get: String,
    },
}

impl Outcome {
    /// Left out for want of `missing`, which the command `get` brings.
    pub(super) fn left_out(missing: &str, get: &str) -> Self {
        Self::LeftOut { missing: missing.to_owned(), get: get.to_owned() }
    }

    /// Passed when nothing is in the list of failures.
    pub(super) fn from_failures(failures: &[String]) -> Self {
        if failures.is_empty() { Self::Passed } else { Self::Failed(failures.join("; ")) }
    }
}

/// What every part is given.
pub(super) struct Run {
    /// The workspace's root.
    pub(super) root: PathBuf,
    /// Seconds for each fuzz target.
    pub(super) fuzz_seconds: u32,
}

impl Run {
    /// A Cargo command in the workspace's root; `arguments` are split at spaces.
    pub(super) fn cargo(&self, arguments: &str) -> Command {
        let mut command = workspace::cargo(&self.root);
        command.args(arguments.split_whitespace());
        command
    }
}

/// Runs a command with its output shown as it comes. `None` when it succeeded, else what failed.
pub(super) fn fails(command: &mut Command) -> anyhow::Result<Option<String>> {
    let line = line_of(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("running {line}"))?;
    Ok((!status.success()).then(|| format!("`{line}` ended with {status}")))
}

/// [`fails`] as the whole of a part.
pub(super) fn outcome(command: &mut Command) -> anyhow::Result<Outcome> {
    Ok(fails(command)?.map_or(Outcome::Passed, Outcome::Failed))
}

/// Whether a command can be run and succeeds; its output is thrown away.
pub(super) fn works(command: &mut Command) -> bool {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

/// What a command prints.
pub(super) fn output(command: &mut Command) -> anyhow::Result<String> {
    let line = line_of(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("running {line}"))?;
    anyhow::ensure!(output.status.success(), "`{line}` ended with {}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// The command as a person would type it; Cargo's full path is left out.
fn line_of(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let variables = command.get_envs().filter_map(|(name, value)| {
        Some(format!("{}='{}'", name.to_string_lossy(), value?.to_string_lossy()))
    });
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    variables.chain([program]).chain(arguments).collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_fails_says_which_it_was() {
        let failure = fails(Command::new("/bin/sh").env("A", "b c").args(["-c", "exit 3"])).unwrap().unwrap();
        assert_eq!(failure, "`A='b c' sh -c exit 3` ended with exit status: 3");
        assert_eq!(fails(Command::new("/bin/sh").args(["-c", "exit 0"])).unwrap(), None);
    }

    #[test]
    fn a_program_that_is_not_there_does_not_work() {
        assert!(!works(&mut Command::new("/nowhere/at/all")));
        assert!(works(Command::new("/bin/sh").args(["-c", "exit 0"])));
        assert!(fails(&mut Command::new("/nowhere/at/all")).is_err());
    }
}
