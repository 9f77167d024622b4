//! Writes the list of a bundle's files, each with what a server has to say about it.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

/// Types of files that browsers ask for.
const KINDS: [(&str, &str); 14] = [
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("webmanifest", "application/manifest+json"),
    ("txt", "text/plain; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("ico", "image/x-icon"),
    ("woff2", "font/woff2"),
    ("wasm", "application/wasm"),
];

/// Lists the files in `folder` as Rust in `out`, with compressed copies beside where they are smaller.
pub(crate) fn list(folder: &Path, out: &Path) -> Result<(), String> {
    let mut files = Vec::new();
    collect(folder, &mut files).map_err(|error| format!("{}: {error}", folder.display()))?;
    files.sort();
    let zipped = out.join("zipped");
    fs::create_dir_all(&zipped).map_err(|error| format!("{}: {error}", zipped.display()))?;
    let mut code = String::from("&[\n");
    for (number, file) in files.iter().enumerate() {
        let entry = entry(folder, file, &zipped.join(format!("{number}.gz")));
        code.push_str(&entry.map_err(|error| format!("{}: {error}", file.display()))?);
    }
    code.push_str("]\n");
    let list = out.join("visualizer_assets.rs");
    fs::write(&list, code).map_err(|error| format!("{}: {error}", list.display()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn entry(folder: &Path, file: &Path, zipped: &Path) -> io::Result<String> {
    let bytes = fs::read(file)?;
    let relative = file.strip_prefix(folder).unwrap_or(file);
    let path = relative.components().map(|part| part.as_os_str().to_string_lossy());
    let path = format!("/{}", path.collect::<Vec<_>>().join("/"));
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let kind = KINDS.iter().find(|(known, _)| *known == extension);
    let kind = kind.map_or("application/octet-stream", |(_, kind)| kind);
    let mut hash = DefaultHasher::new();
    bytes.hash(&mut hash);
    let (tag, immutable) = (format!("\"{:016x}\"", hash.finish()), names_its_content(file));
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    let gzip = gzip.finish()?;
    let mut entry = String::new();
    let _ = write!(entry, "Asset {{ path: {path:?}, kind: {kind:?}, tag: {tag:?}, immutable: {immutable}, ");
    let _ = write!(entry, "plain: include_bytes!({:?}), gzip: ", file.display().to_string());
    if gzip.len() < bytes.len() {
        fs::write(zipped, gzip)?;
        let _ = writeln!(entry, "Some(include_bytes!({:?})) }},", zipped.display().to_string());
    } else {
        entry.push_str("None },\n");
    }
    Ok(entry)
}

/// Whether a file is named `name-HASH.extension`: another content would have another name.
fn names_its_content(file: &Path) -> bool {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Writes a page that says why the visualizer is not there.
pub(crate) fn plain_page(folder: &Path, why: &str) -> Result<(), String> {
    let why = why.replace('&', "&amp;").replace('<', "&lt;");
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>FEAGI</title>\n\
         <h1>FEAGI</h1>\n<p>A brain is running here. This program was built without its visualizer: {why}.</p>\n\
         <p>Everything else works: <a href=\"/api-docs/\">all endpoints</a>, \
         <a href=\"/metrics\">measurements</a>.</p>\n</html>\n"
    );
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(folder.join("index.html"), page))
        .map_err(|error| format!("{}: {error}", folder.display()))
}
