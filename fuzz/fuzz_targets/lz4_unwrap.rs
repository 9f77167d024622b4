//! Any bytes as a compressed frame: never more memory than allowed, and what comes out can be
//! compressed and read again.

#![no_main]

use feagi_io::blocking::{compress_lz4, decompress_lz4};
use libfuzzer_sys::fuzz_target;

const LIMIT: usize = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let mut plain = Vec::new();
    if decompress_lz4(bytes, LIMIT, &mut plain).is_err() {
        assert!(plain.is_empty(), "an error leaves bytes behind");
        return;
    }
    assert!(plain.len() <= LIMIT, "{} bytes came out", plain.len());
    let (mut packed, mut again) = (Vec::new(), Vec::new());
    compress_lz4(&plain, &mut packed).expect("a small frame can be compressed");
    decompress_lz4(&packed, LIMIT, &mut again).expect("what was written can be read");
    assert_eq!(plain, again);
});
