//! Containers as transports of 2025 compressed them: length, then one LZ4 block.

mod golden;

use feagi_serialization::{FeagiByteContainer, Layout};
use lz4_flex::block::decompress_size_prepended;
use serde_json::Value;

/// No container of the vectors is larger; a transport has its own limit.
const LIMIT: u32 = 1 << 20;

fn hex(entry: &Value) -> Vec<u8> {
    let digits = entry["hex"].as_str().expect("entry has bytes").as_bytes();
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16).expect("hex digits");
    digits.chunks(2).map(byte).collect()
}

fn unwrap_block(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = u32::from_le_bytes(*bytes.first_chunk()?);
    if length > LIMIT {
        return None;
    }
    let plain = decompress_size_prepended(bytes).ok()?;
    (plain.len() as u64 == u64::from(length)).then_some(plain)
}

#[test]
fn wrapped_containers_unwrap_to_valid_ones_and_broken_blocks_are_refused() {
    let file = golden::read_json("lz4.json");
    let entries = file["vectors"].as_array().expect("a list of vectors");
    assert!(!entries.is_empty());
    for entry in entries {
        let plain = unwrap_block(&hex(entry));
        assert_eq!(plain.is_some(), entry["valid"] == true, "{entry}");
        let Some(plain) = plain else { continue };
        assert_eq!(entry["plain_length"], plain.len());
        let layout = if plain[0] == 2 { Layout::V2 } else { Layout::default() };
        let mut container = FeagiByteContainer::new_empty_with_layout(layout);
        container.try_write_data_by_ownership_to_container_and_verify(plain).expect("a valid container");
    }
}
