//! The parts of the test run, in the order in which they run: quick ones first.
//!
//! All builds use the release profile, so that tests, documentation and checks share their
//! dependencies, and a test that somebody repeats with `cargo test --release` is already built.

use std::path::Path;
use std::process::Command;

use super::run::{Outcome, Run, fails, outcome, output, works};
use super::{clients, fuzz, web};
use crate::tidy;
use crate::workspace::{self, NO_STD, packages, target_folder};

/// The bare-metal target that `no_std` crates have to build for: a Cortex-M4 with a floating-point unit.
const BARE_METAL: &str = "thumbv7em-none-eabihf";

/// A part of the test run.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) run: fn(&Run) -> anyhow::Result<Outcome>,
}

/// Every part, in order.
pub(super) const PARTS: [Part; 13] = [
    Part { name: "fmt", about: "formatting is rustfmt's", run: fmt },
    Part { name: "tidy", about: "the house rules of `cargo xtask tidy`", run: house_rules },
    Part { name: "clippy", about: "no lint fires, all targets and features", run: clippy },
    Part { name: "docs", about: "documentation builds without warnings", run: docs },
    Part { name: "tests", about: "unit, property, vector and end-to-end tests of the workspace", run: tests },
    Part {
        name: "clients",
        about: "the published Python and Rust clients against `feagi run`",
        run: clients::run,
    },
    Part { name: "web", about: "the page: types, tests in Node, size of the bundle", run: web::page },
    Part { name: "browser", about: "the page in headless Chromium against `feagi run`", run: web::browser },
    Part { name: "loom", about: "every interleaving of the lock-free parts", run: loom },
    Part { name: "no-std", about: "the no_std crates build for thumbv7em-none-eabihf", run: no_std },
    Part { name: "features", about: "every crate builds with each of its features alone", run: features },
    Part { name: "fuzz", about: "fuzz targets run for a few seconds each", run: fuzz::run },
    Part { name: "deny", about: "licences, sources and bans of dependencies", run: deny },
];

fn fmt(run: &Run) -> anyhow::Result<Outcome> {
    let mut failures = Vec::new();
    for arguments in ["fmt --all --check", "fmt --manifest-path fuzz/Cargo.toml --check"] {
        failures.extend(fails(&mut run.cargo(arguments))?);
    }
    Ok(Outcome::from_failures(&failures))
}

fn house_rules(run: &Run) -> anyhow::Result<Outcome> {
    let tidy = tidy::run(&run.root)?;
    Ok(if tidy { Outcome::Passed } else { Outcome::Failed("`cargo xtask tidy` found errors".to_owned()) })
}

fn clippy(run: &Run) -> anyhow::Result<Outcome> {
    outcome(&mut run.cargo("clippy --release --workspace --all-targets --all-features -- -D warnings"))
}

fn docs(run: &Run) -> anyhow::Result<Outcome> {
    let mut command = run.cargo("doc --release --workspace --no-deps --all-features");
    outcome(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn tests(run: &Run) -> anyhow::Result<Outcome> {
    outcome(&mut run.cargo("test --release --workspace --no-fail-fast"))
}

/// The flag changes how every dependency is built, so these builds have a folder of their own.
fn loom(run: &Run) -> anyhow::Result<Outcome> {
    let folder = target_folder(&workspace::metadata(&run.root)?)?.join("loom");
    let mut command = run.cargo("test --release -p feagi-burst-engine --lib pool::");
    outcome(command.env("RUSTFLAGS", "--cfg loom").env("CARGO_TARGET_DIR", folder))
}

fn no_std(run: &Run) -> anyhow::Result<Outcome> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(&run.root))?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib").join(BARE_METAL);
    if !library.is_dir() {
        let mut add = Command::new("rustup");
        if !works(add.args(["target", "add", BARE_METAL]).current_dir(&run.root)) {
            let get = format!("rustup target add {BARE_METAL}");
            return Ok(Outcome::left_out("the standard library for bare metal", &get));
        }
    }
    let metadata = workspace::metadata(&run.root)?;
    let mut failures = Vec::new();
    for package in packages(&metadata).filter(|package| NO_STD.contains(&package.name)) {
        let arguments =
            format!("build --release --lib --no-default-features --target {BARE_METAL} -p {}", package.name);
        failures.extend(fails(&mut run.cargo(&arguments))?);
    }
    Ok(Outcome::from_failures(&failures))
}

fn features(run: &Run) -> anyhow::Result<Outcome> {
    let metadata = workspace::metadata(&run.root)?;
    let mut failures = Vec::new();
    for package in packages(&metadata).filter(|package| !package.features.is_empty()) {
        let check = format!("check --release --no-default-features -p {}", package.name);
        failures.extend(fails(&mut run.cargo(&check))?);
        for feature in package.features {
            failures.extend(fails(&mut run.cargo(&format!("{check} --features {feature}")))?);
        }
    }
    Ok(Outcome::from_failures(&failures))
}

/// Advisories are left to people: whether they pass depends on the day, not on the commit.
fn deny(run: &Run) -> anyhow::Result<Outcome> {
    let Some(mut deny) = cargo_deny(run)? else {
        return Ok(Outcome::left_out("cargo-deny", "cargo install --locked cargo-deny"));
    };
    outcome(deny.args(["check", "bans", "licenses", "sources"]))
}

/// The installed cargo-deny, or one made once below the target folder; `None` when that fails.
fn cargo_deny(run: &Run) -> anyhow::Result<Option<Command>> {
    if works(&mut run.cargo("deny --version")) {
        return Ok(Some(run.cargo("deny")));
    }
    let metadata = workspace::metadata(&run.root)?;
    let tools = target_folder(&metadata)?.join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.is_file() {
        println!("cargo-deny is not installed; building it takes a few minutes, once");
        let mut install = run.cargo("install --quiet --locked cargo-deny --root");
        if fails(install.arg(&tools).env_remove("CARGO_TARGET_DIR"))?.is_some() {
            return Ok(None);
        }
    }
    let mut deny = Command::new(program);
    deny.current_dir(&run.root);
    Ok(Some(deny))
}
