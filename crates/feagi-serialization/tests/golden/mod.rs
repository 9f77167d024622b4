//! The golden vectors: `$FEAGI_VECTORS/fbc` when set, else the copy beside the tests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) fn folder() -> PathBuf {
    match env::var_os("FEAGI_VECTORS") {
        Some(folder) => PathBuf::from(folder).join("fbc"),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/fbc"),
    }
}

pub(crate) fn read_json(file: &str) -> Value {
    let path = folder().join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
