//! Chores of the workspace, run as `cargo xtask CHORE`.
//!
//! [`tidy`] holds the house rules that no compiler checks; [`mod@test`] runs everything that has to pass
//! before a change lands. Neither knows the crates it looks at: what it needs, it reads from Cargo's
//! metadata, the manifests and the sources. `cargo xtask screenshot` takes the picture in the README.

mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the FEAGI workspace.
///
/// Two commands cover daily work: `cargo xtask tidy` takes a second and tells whether the house rules
/// hold; `cargo xtask test` runs everything that must pass before a change lands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check the house rules: dependency table, sizes, names, words, manifests, unsafe code
    #[command(after_help = tidy::HELP)]
    Tidy,
    /// Run every check and test of the workspace
    #[command(after_help = test::HELP)]
    Test(test::Options),
    /// Take the picture of the page for the documents, from the running program
    Screenshot,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().chore {
        Chore::Tidy => tidy::run(&workspace::root()),
        Chore::Test(options) => test::run(workspace::root(), &options),
        Chore::Screenshot => test::screenshot(workspace::root()).map(|()| true),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
