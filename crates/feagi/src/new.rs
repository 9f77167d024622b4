//! `feagi new`: a commented genome to start from.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use crate::cli::NewArgs;
use crate::error::Failure;
use crate::files;
use crate::text::printable;

/// The genome that is written.
const STARTER: &str = include_str!("../genomes/starter.genome");

/// Where the starter genome names itself.
const NAME: &str = "\"@NAME@\"";

/// A genome to start from, with this title.
pub(crate) fn starter(title: &str) -> String {
    STARTER.replace(NAME, &serde_json::Value::from(title).to_string())
}

/// Writes the file and says what to do next.
///
/// # Errors
/// [`Failure::Exists`] without `--force`, [`Failure::NotAFile`] for what it cannot replace,
/// [`Failure::Unwritable`] with the system's reason.
pub(crate) fn new(args: &NewArgs) -> Result<(), Failure> {
    let path = file_name(args);
    let title = path.file_stem().unwrap_or_default().to_string_lossy();
    let text = starter(&title);
    let mut options = OpenOptions::new();
    options.write(true);
    if args.force {
        if path.exists() {
            // Opening a pipe would wait for somebody to read it.
            files::expect_file(&path)?;
        }
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    options.open(&path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(|reason| {
        let path = path.clone();
        match reason.kind() {
            ErrorKind::AlreadyExists => Failure::Exists { path },
            _ => Failure::Unwritable { path, reason },
        }
    })?;
    let shown = printable(&path.to_string_lossy());
    writeln!(io::stdout(), "wrote {shown}; next: feagi check {shown}, feagi run {shown}")?;
    Ok(())
}

/// The name with `.genome`.
fn file_name(args: &NewArgs) -> PathBuf {
    if args.name.extension().is_some_and(|extension| extension == "genome") {
        return args.name.clone();
    }
    let mut name = OsString::from(&args.name);
    name.push(".genome");
    PathBuf::from(name)
}
