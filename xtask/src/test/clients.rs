//! The published clients against `feagi run`: the Python package in a virtual environment, the Rust
//! crate in a workspace of its own. Both are installed below the target folder and kept there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use super::run::{Outcome, Run, fails, works};
use crate::workspace::{self, target_folder};

/// What the Python client needs, by exact version.
const REQUIREMENTS: &str = "tests/published-python/requirements.txt";
const RUST_CLIENT: &str = "tests/published-agent/Cargo.toml";

pub(super) fn run(run: &Run) -> anyhow::Result<Outcome> {
    let folder = target_folder(&workspace::metadata(&run.root)?)?.join("published");
    let Some(python) = python(run, &folder.join("python"))? else {
        let get = "apt-get install python3 python3-venv, with access to a Python package index";
        return Ok(Outcome::left_out("the published Python client", get));
    };
    let build = format!("build --release --locked --manifest-path {RUST_CLIENT} --target-dir");
    if let Some(failure) = fails(run.cargo(&build).arg(folder.join("rust")))? {
        return Ok(Outcome::Failed(failure));
    }
    let mut tests =
        run.cargo("test --release -p feagi --test agents -- --ignored --nocapture published_clients::");
    tests.env("FEAGI_PUBLISHED_PYTHON", python);
    tests.env("FEAGI_PUBLISHED_AGENT", folder.join("rust/release/published-agent"));
    super::run::outcome(&mut tests)
}

/// The interpreter of a virtual environment that has what [`REQUIREMENTS`] asks for; `None` when it
/// cannot be had here.
fn python(run: &Run, folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let wanted = run.root.join(REQUIREMENTS);
    let text = fs::read_to_string(&wanted).with_context(|| format!("reading {REQUIREMENTS}"))?;
    let (python, mark) = (folder.join("bin/python"), folder.join("installed.txt"));
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == text) {
        return Ok(Some(python));
    }
    if !works(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder)) {
        return Ok(None);
    }
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&wanted);
    if fails(&mut install)?.is_some() {
        return Ok(None);
    }
    // Last, so that half an installation is made again.
    fs::write(&mark, text).with_context(|| format!("writing {}", mark.display()))?;
    Ok(Some(python))
}
