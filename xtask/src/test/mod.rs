//! The test run: every check and test that has to pass before a change lands, part by part.
//!
//! A part that needs something this machine lacks is left out and named in the last lines with the
//! way to get it; under `--strict`, and wherever `CI` is set, leaving out counts as failing. All
//! parts run whatever the earlier ones gave. [`parts`] says what they do, [`fuzz`] is the longest.

mod clients;
mod fuzz;
mod parts;
mod run;
mod web;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::PossibleValuesParser;

use parts::PARTS;
use run::{Outcome, Run};
pub(crate) use web::screenshot;

/// Shown below `cargo xtask test --help`.
pub(crate) const HELP: &str = "\
Examples:
  cargo xtask test                                     everything, as continuous integration runs it
  cargo xtask test --only fmt --only clippy            just these parts, in their usual order
  cargo xtask test --only fuzz --fuzz-seconds 60       a minute for each fuzz target

Environment:
  FEAGI_GENOMES   folder with published genomes and their expected.json; without it the tests that
                  need them report themselves as skipped
  FEAGI_VECTORS   folder to take golden vectors from instead of those in the repository
  FEAGI_CHROMIUM  the browser to test the page with; without it a Chromium that the shell finds
  CI              when set to anything but an empty text or `false`, the same as --strict

A part that cannot run here is left out and named in the last lines with the way to get what it needs.";

/// What to run, and how.
#[derive(Args)]
pub(crate) struct Options {
    /// Run only this part; may be given several times
    #[arg(long, value_name = "PART", value_parser = PossibleValuesParser::new(PARTS.map(|part| part.name)))]
    only: Vec<String>,

    /// Name the parts with what they do, and stop
    #[arg(long)]
    list: bool,

    /// Count a part that cannot run here as failed
    #[arg(long)]
    strict: bool,

    /// Seconds that each fuzz target runs
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    fuzz_seconds: u32,
}

/// A part that ran.
struct Row {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// Runs the parts that `options` ask for on the workspace at `root` and returns whether all passed.
///
/// # Errors
/// When a command cannot even be started or Cargo gives no metadata.
pub(crate) fn run(root: PathBuf, options: &Options) -> anyhow::Result<bool> {
    if options.list {
        for part in PARTS {
            println!("{:10} {}", part.name, part.about);
        }
        return Ok(true);
    }
    let run = Run { root, fuzz_seconds: options.fuzz_seconds };
    let mut rows = Vec::new();
    for part in PARTS
        .iter()
        .filter(|part| options.only.is_empty() || options.only.iter().any(|name| name == part.name))
    {
        println!("\n==== {}: {}", part.name, part.about);
        let started = Instant::now();
        let outcome = (part.run)(&run).unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        if let Outcome::Failed(why) = &outcome {
            println!("{} failed: {why}", part.name);
        }
        rows.push(Row { name: part.name, outcome, took: started.elapsed() });
    }
    let strict =
        options.strict || std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false");
    let genomes = std::env::var_os("FEAGI_GENOMES").is_some();
    print!("\n{}", summary(&rows, strict, genomes));
    Ok(passes(&rows, strict))
}

fn passes(rows: &[Row], strict: bool) -> bool {
    rows.iter().all(|row| match row.outcome {
        Outcome::Passed => true,
        Outcome::Failed(_) => false,
        Outcome::LeftOut { .. } => !strict,
    })
}

/// The table of parts, the counts, and what was left out in the last lines.
fn summary(rows: &[Row], strict: bool, genomes: bool) -> String {
    let mut text = format!("{:10} {:9} {:>8}\n", "part", "result", "time");
    let (mut passed, mut failed, mut left_out) = (0, 0, 0);
    let mut last = String::new();
    for row in rows {
        let result = match &row.outcome {
            Outcome::Passed => {
                passed += 1;
                "passed".to_owned()
            }
            Outcome::Failed(why) => {
                failed += 1;
                last.push_str(&format!("{} failed: {why}\n", row.name));
                "FAILED".to_owned()
            }
            Outcome::LeftOut { missing, get } => {
                left_out += 1;
                last.push_str(&format!(
                    "{} was left out: {missing} is missing. To get it: {get}\n",
                    row.name
                ));
                "left out".to_owned()
            }
        };
        text.push_str(&format!("{:10} {result:9} {:>6.1} s\n", row.name, row.took.as_secs_f64()));
    }
    if !genomes && rows.iter().any(|row| row.name == "tests") {
        text.push_str("tests against published genomes were skipped: set FEAGI_GENOMES to their folder\n");
    }
    if strict && left_out > 0 {
        last.push_str("nothing may be left out here, so this run failed\n");
    }
    format!("{text}\n{passed} passed, {failed} failed, {left_out} skipped\n{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &'static str, outcome: Outcome) -> Row {
        Row { name, outcome, took: Duration::from_millis(1250) }
    }

    fn left_out() -> Outcome {
        Outcome::LeftOut { missing: "a C++ compiler".to_owned(), get: "apt-get install g++".to_owned() }
    }

    #[test]
    fn one_failed_part_fails_the_run() {
        let rows = [row("fmt", Outcome::Passed), row("docs", Outcome::Failed("exit status 1".to_owned()))];
        assert!(!passes(&rows, false));
        assert!(passes(&rows[..1], true));
        let text = summary(&rows, false, true);
        assert!(text.contains("docs       FAILED       1.2 s\n"), "{text}");
        assert!(text.ends_with("\n1 passed, 1 failed, 0 skipped\ndocs failed: exit status 1\n"), "{text}");
    }

    #[test]
    fn a_part_left_out_fails_only_where_nothing_may_be() {
        let rows = [row("fuzz", left_out())];
        assert!(passes(&rows, false));
        assert!(!passes(&rows, true));
        let named = "fuzz was left out: a C++ compiler is missing. To get it: apt-get install g++\n";
        assert!(summary(&rows, false, true).ends_with(named));
        assert!(summary(&rows, true, true).ends_with("so this run failed\n"));
    }

    #[test]
    fn skipped_genomes_are_named_when_tests_ran() {
        let says = |rows: &[Row], genomes| summary(rows, false, genomes).contains("FEAGI_GENOMES");
        assert!(says(&[row("tests", Outcome::Passed)], false));
        assert!(!says(&[row("tests", Outcome::Passed)], true));
        assert!(!says(&[row("fmt", Outcome::Passed)], false));
    }
}
