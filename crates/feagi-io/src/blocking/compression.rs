//! LZ4 blocks with their size in front: u32 little endian, then the block.
//!
//! Compressed bytes depend on the compressor: compare what comes out, never the blocks.

use std::fmt::Display;

use lz4_flex::block::{compress_into, decompress_into, get_maximum_output_size};

use crate::core::IoError;

const PREFIX: usize = size_of::<u32>();

/// No LZ4 block gives more bytes than this for each of its own.
const HIGHEST_RATIO: usize = 255;

/// Compresses `data` into `out`; what was there is replaced, its memory is used again.
///
/// # Errors
/// [`IoError::Compression`] for data of 4 GiB and more.
pub fn compress_lz4(data: &[u8], out: &mut Vec<u8>) -> Result<(), IoError> {
    let size = u32::try_from(data.len())
        .map_err(|_| compression(format!("{} bytes do not fit a size prefix of 32 bits", data.len())))?;
    out.resize(PREFIX + get_maximum_output_size(data.len()), 0);
    out[..PREFIX].copy_from_slice(&size.to_le_bytes());
    let written = compress_into(data, &mut out[PREFIX..]).map_err(compression)?;
    out.truncate(PREFIX + written);
    Ok(())
}

/// Decompresses into `out`; what was there is replaced, its memory is used again. After an error `out`
/// holds nothing. The size prefix is a claim of the sender: it is checked before memory is taken.
///
/// # Errors
/// [`IoError::Compression`] when the prefix says more than `limit` bytes or more than the block can
/// give, and when the block is damaged or gives another number of bytes.
pub fn decompress_lz4(data: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), IoError> {
    let outcome = decompress(data, limit, out);
    if outcome.is_err() {
        out.clear();
    }
    outcome
}

fn decompress(data: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), IoError> {
    let (prefix, block) =
        data.split_first_chunk::<PREFIX>().ok_or_else(|| compression("the size prefix is cut off"))?;
    let size = usize::try_from(u32::from_le_bytes(*prefix)).map_err(compression)?;
    if size > limit {
        return Err(compression(format!("the size prefix says {size} bytes, {limit} are allowed")));
    }
    if size > block.len().saturating_mul(HIGHEST_RATIO) {
        return Err(compression(format!("{} bytes cannot give {size}", block.len())));
    }
    out.resize(size, 0);
    let written = decompress_into(block, out).map_err(compression)?;
    if written != size {
        return Err(compression(format!("the size prefix says {size} bytes, the block gives {written}")));
    }
    Ok(())
}

fn compression(problem: impl Display) -> IoError {
    IoError::Compression(format!("{problem}"))
}
