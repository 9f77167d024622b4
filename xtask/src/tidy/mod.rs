//! The house rules that no compiler checks, each in a file of its own.
//!
//! A check takes the [`Tree`] and returns [`Finding`]s; it prints nothing and stops at nothing, so
//! one run shows everything that is wrong. To add a rule, write such a function, give it a line in
//! [`CHECKS`] and a test with a tree that breaks it.

mod dependencies;
mod documents;
mod manifests;
mod names;
mod reach;
mod sizes;
mod source;
mod tree;
mod unsafety;
mod words;

use std::fmt;
use std::path::Path;

use anyhow::Context as _;

use tree::Tree;

/// Shown below `cargo xtask tidy --help`.
pub(crate) const HELP: &str = "\
Rules and where they are written down:
  dependencies  the table in ARCHITECTURE.md against what the manifests say
  reach         no files, sockets or clocks in the crates that must not know them; no_std where promised
  sizes         production files warn above 500 lines and fail above 600; functions fail above 100
  names         no types called ...Manager, ...Service, ...Impl; no type repeats the crate's name
  words         no emoji, no todo!, no allow(dead_code)
  documents     no Markdown files about work, no dead links; crates and module folders open with a comment
  manifests     every crate inherits the workspace's fields, lints and dependency versions
  unsafe        unsafe code only in the files that xtask/src/tidy/unsafety.rs lists

Lines inside `#[cfg(test)]` items and files under tests/, benches/ and examples/ count as tests, not production.";

/// A check of the whole tree.
type Check = fn(&Tree) -> anyhow::Result<Vec<Finding>>;

/// Every check by name, in the order of their output.
const CHECKS: [(&str, Check); 8] = [
    ("dependencies", dependencies::check),
    ("reach", reach::check),
    ("sizes", sizes::check),
    ("names", names::check),
    ("words", words::check),
    ("documents", documents::check),
    ("manifests", manifests::check),
    ("unsafe", unsafety::check),
];

/// One place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    /// File, relative to the workspace's root.
    path: String,
    /// Line from 1; `None` when it is about the file as a whole.
    line: Option<usize>,
    /// What is wrong.
    what: String,
    /// What to do about it.
    fix: &'static str,
    /// Whether it only deserves a thought.
    warning: bool,
}

impl Finding {
    fn new(path: &str, line: impl Into<Option<usize>>, what: impl Into<String>, fix: &'static str) -> Self {
        Self { path: path.to_owned(), line: line.into(), what: what.into(), fix, warning: false }
    }

    fn warning(self) -> Self {
        Self { warning: true, ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.warning { "warning" } else { "error" };
        write!(f, "{}", self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {kind}: {}\n    fix: {}", self.what, self.fix)
    }
}

/// Runs every check on the workspace at `root`, prints what it finds and returns whether all hold.
///
/// # Errors
/// When the tree cannot be read or Cargo gives no metadata.
pub(crate) fn run(root: &Path) -> anyhow::Result<bool> {
    let tree = Tree::read(root)?;
    let (mut errors, mut warnings) = (0, 0);
    for (name, check) in CHECKS {
        for finding in check(&tree).with_context(|| format!("checking {name}"))? {
            if finding.warning {
                warnings += 1;
            } else {
                errors += 1;
            }
            println!("{finding}");
        }
    }
    println!("tidy: {} files, {errors} errors, {warnings} warnings", tree.files.len());
    Ok(errors == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_every_check() {
        for (name, _) in CHECKS {
            assert!(HELP.contains(&format!("\n  {name} ")), "{name} is not explained in the help");
        }
    }

    #[test]
    fn a_finding_reads_as_place_then_problem_then_fix() {
        let finding = Finding::new("a/b.rs", 7, "it leaks", "close it");
        assert_eq!(finding.to_string(), "a/b.rs:7: error: it leaks\n    fix: close it");
        let finding = Finding::new("a/b.rs", None, "it is long", "split it").warning();
        assert_eq!(finding.to_string(), "a/b.rs: warning: it is long\n    fix: split it");
    }
}
