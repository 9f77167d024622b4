//! The FEAGI binary: `feagi run`, `feagi demo`, `feagi check`, `feagi info` and `feagi new`.
//!
//! It owns files, arguments, the configuration file, pictures and the terminal; everything a brain
//! does is in the crates below. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
//!
//! Where to go next: `cli.rs` has all arguments, `run.rs` puts a running brain together, `input`
//! turns pictures into voxels, `view` shows what fires.

mod assemble;
mod check;
mod cli;
mod config;
mod demo;
mod error;
mod files;
mod growth;
mod info;
mod input;
mod listing;
mod log;
mod motor;
mod network;
mod new;
mod quantity;
mod run;
mod saved;
mod signals;
mod summary;
mod text;
mod view;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::error::Failure;
use crate::run::Occasion;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let occasion = if cli.command.is_none() { Occasion::Demonstration } else { Occasion::Service };
    let command = cli.command.or_else(|| Cli::parse_from(["feagi", "run"]).command);
    let result = match command {
        Some(Command::Run(args)) => run::run(args, occasion),
        Some(Command::Check(args)) => check::check(&args),
        Some(Command::Info(args)) => info::info(&args),
        Some(Command::New(args)) => new::new(&args),
        Some(Command::Demo(args)) => demo::demo(&args),
        None => Ok(()),
    };
    match result {
        // Whoever closed the output has what it wanted.
        Ok(()) | Err(Failure::Closed) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to be told when standard error is closed too.
            let _ = writeln!(std::io::stderr(), "error: {}", message(&failure));
            ExitCode::FAILURE
        }
    }
}

/// The failure on one line, except where it is meant to have several.
fn message(failure: &Failure) -> String {
    failure.to_string().split('\n').map(text::printable).collect::<Vec<_>>().join("\n")
}
