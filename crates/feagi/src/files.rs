//! Reading files without trusting their size or kind, and making foreign text fit for a terminal.

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

/// `text` without control characters: names in a genome must not steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// `text` cut or padded to exactly `width` characters.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let mut fitted: String = printable(text).chars().take(width).collect();
    let len = fitted.chars().count();
    fitted.extend(std::iter::repeat_n(' ', width - len));
    fitted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
        assert_eq!(fit("äöü", 2), "äö");
        assert_eq!(fit("ä", 3), "ä  ");
    }
}
