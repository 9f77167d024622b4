//! Fuzz targets, built and run without more than the stable compiler and a C++ compiler.
//!
//! `fuzz/` is a package outside the workspace. What `cargo fuzz` adds to a build are compiler flags
//! for coverage, and the stable compiler takes these too. The address sanitizer, which it does not
//! take, finds little in crates that hold no unsafe code. Overflow checks and debug assertions are on.
//!
//! A target starts from `fuzz/seeds/TARGET`, when there is such a folder, and keeps what it finds
//! in `fuzz/corpus/TARGET`; inputs that break it land in `fuzz/artifacts/TARGET`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use super::run::{Outcome, Run, fails, output, works};
use crate::workspace::{self, target_folder};

/// Instruments every edge with a counter and tells comparisons to the fuzzer, as `cargo fuzz` does.
const FLAGS: &str = "--cfg fuzzing -C debug-assertions -C overflow-checks -C codegen-units=1 \
    -C passes=sancov-module -C llvm-args=-sanitizer-coverage-level=4 \
    -C llvm-args=-sanitizer-coverage-inline-8bit-counters -C llvm-args=-sanitizer-coverage-pc-table \
    -C llvm-args=-sanitizer-coverage-trace-compares";

/// Memory that a target may take before it counts as broken, in megabytes.
const MEMORY: u32 = 300;
/// Seconds that one input may take before it counts as broken.
const PATIENCE: u32 = 10;

pub(super) fn run(run: &Run) -> anyhow::Result<Outcome> {
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
    if !works(Command::new(compiler).arg("--version")) {
        return Ok(Outcome::left_out("a C++ compiler", "apt-get install g++"));
    }
    let folder = run.root.join("fuzz");
    let host = host(run)?;
    let build = format!("build --manifest-path fuzz/Cargo.toml --release --bins --target {host}");
    if let Some(failure) = fails(run.cargo(&build).env("RUSTFLAGS", FLAGS))? {
        return Ok(Outcome::Failed(failure));
    }
    let (targets, binaries) = targets(run, &host)?;
    let mut failures = Vec::new();
    for target in &targets {
        failures.extend(fuzz(&folder, &binaries.join(target), target, run.fuzz_seconds)?);
    }
    if targets.is_empty() {
        failures.push("fuzz/Cargo.toml has no targets".to_owned());
    }
    Ok(Outcome::from_failures(&failures))
}

/// The triple of this machine; naming it keeps the flags away from build scripts.
fn host(run: &Run) -> anyhow::Result<String> {
    let text = output(Command::new("rustc").arg("-vV").current_dir(&run.root))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

/// The names of the fuzz targets and the folder with their binaries.
fn targets(run: &Run, host: &str) -> anyhow::Result<(Vec<String>, PathBuf)> {
    let metadata = workspace::metadata(&run.root.join("fuzz"))?;
    let folder = target_folder(&metadata)?;
    let targets = metadata["packages"][0]["targets"].as_array().into_iter().flatten();
    let names =
        targets.filter(|target| target["kind"][0] == "bin").filter_map(|target| target["name"].as_str());
    Ok((names.map(str::to_owned).collect(), folder.join(host).join("release")))
}

/// Runs one target and returns what failed, if anything.
fn fuzz(folder: &Path, binary: &Path, target: &str, seconds: u32) -> anyhow::Result<Option<String>> {
    let (corpus, seeds) = (folder.join("corpus").join(target), folder.join("seeds").join(target));
    let artifacts = folder.join("artifacts").join(target);
    for made in [&corpus, &artifacts] {
        fs::create_dir_all(made).with_context(|| format!("making {}", made.display()))?;
    }
    let mut command = Command::new(binary);
    command.current_dir(folder).arg(&corpus);
    if seeds.is_dir() {
        command.arg(&seeds);
    }
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-rss_limit_mb={MEMORY}"));
    command.arg(format!("-timeout={PATIENCE}"));
    command.arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.args(["-print_final_stats=1", "-verbosity=0"]);
    let failed = fails(&mut command)?.is_some();
    Ok(failed.then(|| format!("{target} broke; the input lies in fuzz/artifacts/{target}")))
}
