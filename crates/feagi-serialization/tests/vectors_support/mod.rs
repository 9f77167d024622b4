//! Reading the vector files.

pub(crate) mod content;
pub(crate) mod formula;

use std::fs;

use feagi_serialization::Layout;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::golden;

pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} is a text"))
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("hex is ASCII"));
    digits.map(|pair| u8::from_str_radix(pair, 16).expect("hex digits")).collect()
}

pub(crate) fn layout_of(vector: &Value) -> Layout {
    match text(vector, "profile") {
        "v4-48" => Layout::V4Agent48,
        "v4-8" => Layout::V4Agent8,
        "v3-8" => Layout::V3Agent8,
        "v2" => Layout::V2,
        "v2-id6" => Layout::V2SixByteIds,
        other => panic!("no layout is named {other}"),
    }
}

/// The bytes of a vector, checked against its length and digest.
pub(crate) fn bytes_of(vector: &Value) -> Vec<u8> {
    let bytes = match vector["file"].as_str() {
        Some(file) => fs::read(golden::folder().join(file)).expect("the vector's file can be read"),
        None => hex(text(vector, "hex")),
    };
    assert_eq!(vector["length"], bytes.len());
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, text(vector, "sha256"), "the vector's bytes are not those it describes");
    bytes
}
