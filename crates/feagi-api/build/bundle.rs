//! Runs Node and npm.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

/// What the bundle is made from, besides packages.
const SOURCES: [&str; 6] =
    ["src", "index.html", "build.mjs", "package.json", "package-lock.json", "tsconfig.json"];
/// The oldest Node that will do.
const OLDEST: u32 = 20;
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Why there is no bundle.
pub(crate) enum Problem {
    /// Something is missing on this machine. A sentence for people.
    Missing(String),
    /// The sources are faulty. What Node says.
    Broken(String),
}

/// Bundles the sources in `web` into the folder `to`. Where `web` cannot be written, they are copied to
/// `copy` first.
pub(crate) fn bundle(web: &Path, to: &Path, copy: &Path) -> Result<(), Problem> {
    if !web.join("build.mjs").is_file() {
        return Err(Problem::Missing(format!("its sources are not at {}", web.display())));
    }
    for source in SOURCES {
        println!("cargo:rerun-if-changed={}", web.join(source).display());
    }
    check_node()?;
    let web = &installed(web, copy)?;
    if to.exists() {
        fs::remove_dir_all(to).map_err(|error| unwritable(to, &error))?;
    }
    let bundled = run(Command::new("node").arg("build.mjs").arg("--outdir").arg(to).current_dir(web));
    match bundled {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(Problem::Broken(text(&output))),
        Err(error) => Err(Problem::Broken(error.to_string())),
    }
}

fn check_node() -> Result<(), Problem> {
    let advice =
        format!("install Node {OLDEST} or newer with npm, run `cargo clean -p feagi-api` and build again");
    let version = run(Command::new("node").arg("--version"));
    let Ok(version) = version else { return Err(Problem::Missing(format!("there is no Node; {advice}"))) };
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST) {
        return Err(Problem::Missing(format!("Node is {version}; {advice}")));
    }
    match run(Command::new(NPM).arg("--version")) {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err(Problem::Missing(format!("there is no npm; {advice}"))),
    }
}

/// A folder with the sources and their packages.
fn installed(web: &Path, copy: &Path) -> Result<PathBuf, Problem> {
    let lock_path = web.join("package-lock.json");
    let lock = File::open(&lock_path).map_err(|error| unreadable(&lock_path, &error))?;
    // Another build of another folder may be installing right now.
    let locked = lock.lock();
    if is_current(web) {
        return Ok(web.to_owned());
    }
    let web = if locked.is_ok() && is_writable(&web.join("node_modules")) {
        web.to_owned()
    } else {
        copied(web, copy).map_err(|error| unwritable(copy, &error))?;
        if is_current(copy) {
            return Ok(copy.to_owned());
        }
        copy.to_owned()
    };
    let mut npm = Command::new(NPM);
    // Nobody's install scripts have to run for a bundle.
    npm.args(["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"]).current_dir(&web);
    match run(&mut npm) {
        Ok(output) if output.status.success() => Ok(web),
        Ok(output) => Err(Problem::Missing(format!("npm cannot fetch its packages: {}", complaint(&output)))),
        Err(error) => Err(Problem::Missing(format!("npm does not start: {error}"))),
    }
}

/// Whether the packages are not older than the list of them.
fn is_current(web: &Path) -> bool {
    let time = |path: &str| -> io::Result<SystemTime> { fs::metadata(web.join(path))?.modified() };
    // npm writes this file last.
    match (time("node_modules/.package-lock.json"), time("package-lock.json")) {
        (Ok(installed), Ok(listed)) => installed >= listed,
        _ => false,
    }
}

fn is_writable(folder: &Path) -> bool {
    let probe = folder.join(".feagi-writes-here");
    let written = fs::create_dir_all(folder).and_then(|()| File::create(&probe)?.write_all(b"yes"));
    let _ = fs::remove_file(probe);
    written.is_ok()
}

fn copied(web: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for source in SOURCES {
        let (from, to) = (web.join(source), to.join(source));
        if from.is_dir() {
            if to.exists() {
                fs::remove_dir_all(&to)?;
            }
            copy_folder(&from, &to)?;
        } else if from.exists() && fs::read(&from).ok() != fs::read(&to).ok() {
            // Unchanged files keep their time, so that packages stay current.
            let _ = fs::remove_file(&to);
            fs::write(&to, fs::read(&from)?)?;
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, target) = {
            let entry = entry?;
            let target = to.join(entry.file_name());
            (entry, target)
        };
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::write(&target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

fn run(command: &mut Command) -> io::Result<Output> {
    // Cargo's own settings are none of theirs.
    command.stdin(std::process::Stdio::null()).output()
}

fn text(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat()
}

fn complaint(output: &Output) -> String {
    let text = text(output);
    let line = text.lines().find(|line| line.contains("error") || line.contains("ERR"));
    line.unwrap_or("it does not say why").trim().to_owned()
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    Problem::Missing(format!("{} cannot be read: {error}", path.display()))
}

fn unwritable(path: &Path, error: &io::Error) -> Problem {
    Problem::Missing(format!("{} cannot be written: {error}", path.display()))
}
