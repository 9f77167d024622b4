//! Reading files without trusting their size or kind.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::error::Failure;

/// The first `limit + 1` bytes of a regular file, so that the caller sees when there are more.
///
/// # Errors
/// [`Failure::NotAFile`] for folders, pipes and devices, which could be endless;
/// [`Failure::Unreadable`] with the system's reason.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    expect_file(path)?;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|reason| Failure::Unreadable { path: path.to_owned(), reason })?;
    Ok(bytes)
}

/// Checks that `path` is a regular file.
pub(crate) fn expect_file(path: &Path) -> Result<(), Failure> {
    let metadata =
        fs::metadata(path).map_err(|reason| Failure::Unreadable { path: path.to_owned(), reason })?;
    let found = if metadata.is_file() {
        return Ok(());
    } else if metadata.is_dir() {
        "a folder"
    } else {
        "a pipe or device"
    };
    Err(Failure::NotAFile { path: path.to_owned(), found })
}
