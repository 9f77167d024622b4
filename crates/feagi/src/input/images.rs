//! Finding and decoding picture files.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use image::{ImageReader, Limits, RgbImage};

use crate::error::Failure;
use crate::files;

/// File name endings of pictures that are decoded.
pub(crate) const EXTENSIONS: [&str; 6] = ["png", "jpg", "jpeg", "bmp", "gif", "webp"];

/// File name endings of videos, for a better message.
const VIDEOS: [&str; 8] = ["mp4", "mov", "avi", "mkv", "webm", "m4v", "mpg", "mpeg"];

/// Bytes a decoded picture may take; more is refused before it is decoded. Enough for 60 megapixels.
const MAX_BYTES: u64 = 192 << 20;

/// The file itself, or the pictures in a folder by name. Hidden files and others than pictures are
/// passed over.
///
/// # Errors
/// [`Failure`] when `path` cannot be read, is a video, or a folder without pictures.
pub(super) fn list(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |reason| Failure::Unreadable { path: path.to_owned(), reason };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        files::expect_file(path)?;
        if has_extension(path, &VIDEOS) {
            return Err(Failure::Video { path: path.to_owned() });
        }
        return Ok(vec![path.to_owned()]);
    }
    let mut pictures = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let hidden = file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && has_extension(&file, &EXTENSIONS) {
            pictures.push(file);
        }
    }
    if pictures.is_empty() {
        return Err(Failure::NoImages { path: path.to_owned() });
    }
    pictures.sort();
    Ok(pictures)
}

/// Decodes a picture. The content decides the format, not the name.
///
/// # Errors
/// [`Failure::Image`] with the decoder's reason.
pub(super) fn decode(path: &Path) -> Result<RgbImage, Failure> {
    files::expect_file(path)?;
    let refused = |reason: String| Failure::Image { path: path.to_owned(), reason };
    let unreadable = |reason| Failure::Unreadable { path: path.to_owned(), reason };
    let mut reader =
        ImageReader::open(path).map_err(unreadable)?.with_guessed_format().map_err(unreadable)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_BYTES);
    reader.limits(limits);
    if reader.format().is_none() {
        return Err(refused(format!("not a picture; use one of {}", EXTENSIONS.join(", "))));
    }
    let image = reader
        .decode()
        .map_err(|error| refused(format!("{error}; the picture is damaged or too large, use another")))?;
    if image.width() == 0 || image.height() == 0 {
        return Err(refused("the picture has no pixels".to_owned()));
    }
    Ok(image.into_rgb8())
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    let extension = path.extension().map(OsStr::to_ascii_lowercase);
    extension.is_some_and(|extension| wanted.iter().any(|wanted| extension == *wanted))
}
