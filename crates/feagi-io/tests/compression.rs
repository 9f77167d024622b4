//! Compressed frames: a size of 32 bits, then an LZ4 block.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use feagi_io::blocking::{compress_lz4, decompress_lz4};
use proptest::prelude::*;
use serde_json::Value;

/// `$FEAGI_VECTORS/fbc` when set, else the copy beside the container's tests.
fn vectors() -> Value {
    let folder = match std::env::var_os("FEAGI_VECTORS") {
        Some(folder) => PathBuf::from(folder).join("fbc"),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../feagi-serialization/tests/vectors/fbc"),
    };
    let path = folder.join("lz4.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn hex(entry: &Value) -> Vec<u8> {
    let digits = entry["hex"].as_str().unwrap().as_bytes();
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

#[test]
fn what_others_compressed_is_read_and_what_is_broken_is_refused() {
    let file = vectors();
    let entries = file["vectors"].as_array().unwrap();
    assert!(entries.iter().any(|entry| entry["valid"] == false));
    let mut out = Vec::new();
    for entry in entries {
        let outcome = decompress_lz4(&hex(entry), 1 << 20, &mut out);
        assert_eq!(outcome.is_ok(), entry["valid"] == true, "{}: {outcome:?}", entry["name"]);
        if outcome.is_ok() {
            assert_eq!(entry["plain_length"], out.len(), "{}", entry["name"]);
        }
    }
}

#[test]
fn the_claimed_size_is_checked_before_memory_is_taken() {
    let block = [0x10, b'a'];
    let claim = |size: u32| [&size.to_le_bytes(), &block[..]].concat();
    let mut out = Vec::new();
    decompress_lz4(&claim(1), 1, &mut out).unwrap();
    assert_eq!(out, b"a");
    for (data, limit, problem) in [
        (claim(1), 0, "compressed frame: the size prefix says 1 bytes, 0 are allowed"),
        (
            claim(u32::MAX),
            1 << 20,
            "compressed frame: the size prefix says 4294967295 bytes, 1048576 are allowed",
        ),
        (claim(60_000_000), 64 << 20, "compressed frame: 2 bytes cannot give 60000000"),
        (claim(2), 64, "compressed frame: the size prefix says 2 bytes, the block gives 1"),
        (vec![1, 0, 0], 64, "compressed frame: the size prefix is cut off"),
    ] {
        let mut out = Vec::new();
        assert_eq!(decompress_lz4(&data, limit, &mut out).unwrap_err().to_string(), problem);
        assert!(out.is_empty() && out.capacity() < 1024, "{problem}: memory was taken");
    }
}

#[test]
fn the_highest_ratio_of_the_format_is_allowed() {
    let plain = vec![7; 10_000_000];
    let (mut packed, mut out) = (Vec::new(), Vec::new());
    compress_lz4(&plain, &mut packed).unwrap();
    assert!(packed.len() < plain.len() / 240, "{} bytes", packed.len());
    decompress_lz4(&packed, plain.len(), &mut out).unwrap();
    assert!(out == plain);
}

#[test]
fn buffers_are_used_again() {
    let plain: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let (mut packed, mut out) = (Vec::new(), Vec::new());
    compress_lz4(&plain, &mut packed).unwrap();
    decompress_lz4(&packed, plain.len(), &mut out).unwrap();
    let before = (packed.as_ptr(), packed.capacity(), out.as_ptr(), out.capacity());
    for length in [100_000, 400_000, 4] {
        compress_lz4(&plain[..length], &mut packed).unwrap();
        decompress_lz4(&packed, plain.len(), &mut out).unwrap();
        assert!(out == plain[..length]);
        assert_eq!((packed.as_ptr(), packed.capacity(), out.as_ptr(), out.capacity()), before);
    }
}

proptest! {
    #[test]
    fn what_is_compressed_comes_back(plain in proptest::collection::vec(0..4_u8, 0..5000)) {
        let (mut packed, mut out) = (vec![9; 3], vec![9; 3]);
        compress_lz4(&plain, &mut packed).unwrap();
        decompress_lz4(&packed, plain.len(), &mut out).unwrap();
        prop_assert_eq!(&out, &plain);
        if let Some(below) = plain.len().checked_sub(1) {
            prop_assert!(decompress_lz4(&packed, below, &mut out).is_err());
            prop_assert!(out.is_empty());
        }
    }

    #[test]
    fn damaged_blocks_give_errors_or_other_bytes_of_the_claimed_size(
        plain in proptest::collection::vec(0..4_u8, 1..500),
        damage in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..4),
    ) {
        let (mut packed, mut out) = (Vec::new(), Vec::new());
        compress_lz4(&plain, &mut packed).unwrap();
        for (at, value) in damage {
            let at = at % packed.len();
            packed[at] = value;
        }
        if decompress_lz4(&packed, 1000, &mut out).is_ok() {
            prop_assert_eq!(out.len(), usize::try_from(u32::from_le_bytes(*packed.first_chunk().unwrap())).unwrap());
        } else {
            prop_assert!(out.is_empty());
        }
    }
}
