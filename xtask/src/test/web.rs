//! The page: its types and tests in Node, and the whole of it in a headless browser against `feagi run`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::run::{Outcome, Run, fails, outcome, works};
use crate::workspace::{self, target_folder};

const GET_NODE: &str = "apt-get install nodejs npm (20 or newer), with access to a package registry";
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Types, tests of everything that needs no browser, and the bundle with its limit on size.
pub(super) fn page(run: &Run) -> anyhow::Result<Outcome> {
    if !has_packages(run)? {
        return Ok(Outcome::left_out("Node and the page's packages", GET_NODE));
    }
    let mut failures = Vec::new();
    for script in ["check", "test"] {
        failures.extend(fails(npm(run).args(["run", "--silent", script]))?);
    }
    let folder = target_folder(&workspace::metadata(&run.root)?)?.join("web");
    let mut build = npm(run);
    failures.extend(fails(build.args(["run", "--silent", "build", "--", "--outdir"]).arg(folder))?);
    Ok(Outcome::from_failures(&failures))
}

/// The page in headless Chromium. Screenshots stay below the target folder.
pub(super) fn browser(run: &Run) -> anyhow::Result<Outcome> {
    if !has_packages(run)? {
        return Ok(Outcome::left_out("Node and the page's packages", GET_NODE));
    }
    let Some(chromium) = chromium() else {
        let get = "apt-get install chromium, or set FEAGI_CHROMIUM to the program";
        return Ok(Outcome::left_out("Chromium", get));
    };
    if let Some(failure) = fails(&mut run.cargo("build --release -p feagi"))? {
        return Ok(Outcome::Failed(failure));
    }
    let metadata = workspace::metadata(&run.root)?;
    let target = target_folder(&metadata)?;
    let mut tests = with_browser(run, &chromium, target);
    outcome(tests.args(["run", "--silent", "e2e"]))
}

/// A picture of the running program for the documents: `cargo xtask screenshot`.
///
/// # Errors
/// When something that it needs is missing or fails.
pub(crate) fn screenshot(root: PathBuf) -> anyhow::Result<()> {
    let run = Run { root, fuzz_seconds: 1 };
    anyhow::ensure!(has_packages(&run)?, "the page's packages are missing. To get them: {GET_NODE}");
    let chromium = chromium();
    let Some(chromium) = chromium else { anyhow::bail!("Chromium is missing: apt-get install chromium") };
    if let Some(failure) = fails(&mut run.cargo("build --release -p feagi"))? {
        anyhow::bail!(failure);
    }
    let metadata = workspace::metadata(&run.root)?;
    let target = target_folder(&metadata)?;
    let mut shot = with_browser(&run, &chromium, target);
    let to = run.root.join("docs/visualizer.png");
    if let Some(failure) = fails(shot.args(["run", "--silent", "screenshot", "--"]).arg(&to))? {
        anyhow::bail!(failure);
    }
    println!("{}", to.display());
    Ok(())
}

fn with_browser(run: &Run, chromium: &Path, target: &Path) -> Command {
    let mut command = npm(run);
    command.env("FEAGI_BINARY", target.join("release/feagi"));
    command.env("FEAGI_CHROMIUM", chromium);
    command.env("FEAGI_SCREENSHOTS", target.join("screenshots"));
    command
}

fn npm(run: &Run) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(run.root.join("web"));
    npm
}

/// Whether the packages of the lock file are installed; installs them when they are not.
fn has_packages(run: &Run) -> anyhow::Result<bool> {
    let web = run.root.join("web");
    let modified = |path: &str| web.join(path).metadata().and_then(|data| data.modified()).ok();
    // npm writes this file last.
    let installed = modified("node_modules/.package-lock.json");
    if installed.is_some() && installed >= modified("package-lock.json") {
        return Ok(works(Command::new("node").arg("--version")));
    }
    if !works(Command::new("npm").arg("--version")) {
        return Ok(false);
    }
    Ok(fails(npm(run).args(["ci", "--no-audit", "--no-fund"]))?.is_none())
}

fn chromium() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("FEAGI_CHROMIUM") {
        return Some(given.into());
    }
    let found = BROWSERS.into_iter().find(|name| works(Command::new(name).arg("--version")));
    found.map(PathBuf::from).map(|name| which(&name).unwrap_or(name))
}

/// The path of a program that the shell would find.
fn which(name: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
