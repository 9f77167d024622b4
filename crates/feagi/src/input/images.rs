//! Finding and decoding picture files.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, Seek};
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, ImageResult, Limits, RgbImage};

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

/// Decodes a picture upright, as its camera says, and on black where it is transparent. The content
/// decides the format, not the name.
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
    reader.limits(limits.clone());
    if reader.format().is_none() {
        return Err(refused(format!("not a picture; use one of {}", EXTENSIONS.join(", "))));
    }
    let image = decode_within(reader, limits).map_err(|error| {
        refused(match error {
            ImageError::Unsupported(_) => format!("{error}; use one of {}", EXTENSIONS.join(", ")),
            _ => format!("{error}; the picture is damaged or too large, use another"),
        })
    })?;
    if image.width() == 0 || image.height() == 0 {
        return Err(refused("the picture has no pixels".to_owned()));
    }
    Ok(without_alpha(image))
}

/// Decodes and turns upright. What the pixels take counts against `limits`.
fn decode_within<R: BufRead + Seek>(reader: ImageReader<R>, mut limits: Limits) -> ImageResult<DynamicImage> {
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// The picture on black: a pixel that cannot be seen is dark, whatever colour it hides.
fn without_alpha(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let mut pixels = image.into_rgba8();
    for pixel in pixels.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0.map(u16::from);
        let seen = |colour: u16| (colour * alpha / 255) as u8;
        pixel.0 = [seen(red), seen(green), seen(blue), u8::MAX];
    }
    DynamicImage::ImageRgba8(pixels).into_rgb8()
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    let extension = path.extension().map(OsStr::to_ascii_lowercase);
    extension.is_some_and(|extension| wanted.iter().any(|wanted| extension == *wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::{ImageEncoder, Rgb, Rgba, RgbaImage};

    /// The EXIF block of a camera that lay on its side: orientation 6, to be turned clockwise.
    const ON_ITS_SIDE: [u8; 26] = *b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";

    #[test]
    fn photos_are_turned_upright() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.jpg");
        let photo = RgbImage::from_fn(32, 16, |x, _| Rgb([if x < 16 { 255 } else { 0 }; 3]));
        let mut encoder = JpegEncoder::new(fs::File::create(&path).unwrap());
        encoder.set_exif_metadata(ON_ITS_SIDE.to_vec()).unwrap();
        encoder.encode_image(&photo).unwrap();
        let upright = decode(&path).unwrap();
        assert_eq!(upright.dimensions(), (16, 32));
        assert!(upright.get_pixel(8, 4).0[0] > 200, "what was left is on top");
        assert!(upright.get_pixel(8, 28).0[0] < 50);
    }

    #[test]
    fn transparent_pixels_are_dark_whatever_colour_they_hide() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("icon.png");
        let alphas = [0, 51, 255];
        RgbaImage::from_fn(3, 1, |x, _| Rgba([255, 255, 200, alphas[x as usize]])).save(&path).unwrap();
        let seen = decode(&path).unwrap();
        assert_eq!(seen.into_raw(), [0, 0, 0, 51, 51, 40, 255, 255, 200]);
    }
}
