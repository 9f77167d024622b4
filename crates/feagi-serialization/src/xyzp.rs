//! Struct type 11: the voxels of cortical areas (`fbc.md` sections 2.2 and 2.3).
//!
//! ```text
//! 0b 01 · area count u16 · sub-headers · voxel blocks
//! sub-header   id (8 or 6 bytes) · start u32 · length u32, both in bytes, start from the struct's first byte
//! voxel block  x[n] u32 · y[n] u32 · z[n] u32 · p[n] f32
//! ```

use alloc::vec::Vec;

use feagi_structures::{CorticalMappedVoxels, XyzpArrays};
use feagi_types::CorticalId;

use crate::error::{Cause, DataError};
use crate::layout::Layout;
use crate::six_byte_id;
use crate::structs::{Serializable, StructType};

/// Bytes of type, version and area count.
const HEADER_LEN: usize = 4;
/// Bytes of start and length in a sub-header.
const SPAN_LEN: usize = 8;
/// How often the areas of one struct may refer to its bytes in sum. Writers never share bytes; a
/// bound keeps 65 535 areas on one block from taking gigabytes.
const SHARING_LIMIT: u64 = 8;

impl Serializable for CorticalMappedVoxels {
    fn struct_type(&self) -> StructType {
        StructType::Xyzp
    }

    fn bytes_needed(&self, layout: Layout) -> Result<u64, DataError> {
        if u16::try_from(self.len()).is_err() {
            return Err(DataError::SerializationError(Cause::TooManyAreas(self.len())));
        }
        let sub_header = sub_header_len(layout) as u64;
        let mut bytes = HEADER_LEN as u64;
        for (id, voxels) in self {
            if layout.cortical_id_len() == 6 {
                six_byte_id::narrow(*id)?;
            }
            let block = (voxels.len() as u64).saturating_mul(XyzpArrays::BYTES_PER_VOXEL as u64);
            bytes = bytes.saturating_add(sub_header).saturating_add(block);
        }
        if u32::try_from(bytes).is_err() {
            return Err(DataError::SerializationError(Cause::StructTooLarge(bytes)));
        }
        Ok(bytes)
    }

    fn serialize_into(&self, bytes: &mut [u8], layout: Layout) -> Result<(), DataError> {
        let length = bytes.len();
        // Once the length fits, all offsets below are known to fit into it and into u32.
        if self.bytes_needed(layout)? != length as u64 {
            return Err(DataError::SerializationError(Cause::SizeChanged(length)));
        }
        let body = self.write_header(bytes)?;
        let (count, body) = body.split_at_mut(2);
        count.copy_from_slice(&(self.len() as u16).to_le_bytes());
        let sub_headers_len = self.len() * sub_header_len(layout);
        let (sub_headers, mut blocks) = body.split_at_mut(sub_headers_len);
        let mut start = HEADER_LEN + sub_headers_len;
        for ((id, voxels), sub_header) in
            self.iter().zip(sub_headers.chunks_exact_mut(sub_header_len(layout)))
        {
            let (block, rest) = blocks.split_at_mut(voxels.get_size_in_number_of_bytes());
            write_sub_header(sub_header, *id, start, block.len(), layout)?;
            write_block(block, voxels);
            start += block.len();
            blocks = rest;
        }
        Ok(())
    }

    fn update_from(&mut self, bytes: &[u8], layout: Layout) -> Result<(), DataError> {
        let count = area_count(self.verified_body(bytes)?, bytes.len())?;
        let area = |index| AreaBlock::read(bytes, index, layout);
        // All is checked before anything is changed or memory is taken.
        let mut total = 0_u64;
        for index in 0..count {
            total += area(index)?.voxels.len() as u64;
        }
        let length = bytes.len();
        if total > SHARING_LIMIT * length as u64 {
            let cause = Cause::VoxelsSharedTooOften { total, length, limit: SHARING_LIMIT };
            return Err(DataError::DeserializationError(cause));
        }
        self.clear_neurons_only();
        for index in 0..count {
            let AreaBlock { id, voxels } = area(index)?;
            read_block(self.ensure_clear_and_borrow_mut(id), voxels)?;
        }
        Ok(())
    }
}

const fn sub_header_len(layout: Layout) -> usize {
    layout.cortical_id_len() + SPAN_LEN
}

fn area_count(body: &[u8], length: usize) -> Result<usize, DataError> {
    match body.first_chunk::<2>() {
        Some(count) => Ok(usize::from(u16::from_le_bytes(*count))),
        None => {
            let cause = Cause::StructTooShort { length, needed: HEADER_LEN };
            Err(DataError::DeserializationError(cause))
        }
    }
}

/// One area of a struct: its id and where its voxels lie.
struct AreaBlock<'a> {
    id: CorticalId,
    voxels: &'a [u8],
}

impl<'a> AreaBlock<'a> {
    fn read(bytes: &'a [u8], area: usize, layout: Layout) -> Result<Self, DataError> {
        let length = bytes.len();
        // At most 65 535 areas of 16 bytes: no overflow.
        let sub_header_start = HEADER_LEN + area * sub_header_len(layout);
        let id_end = sub_header_start + layout.cortical_id_len();
        let needed = id_end + SPAN_LEN;
        let (Some(id), Some(span)) = (bytes.get(sub_header_start..id_end), bytes.get(id_end..needed)) else {
            return Err(DataError::DeserializationError(Cause::SubHeaderCut { area, needed, length }));
        };
        let id = read_id(id, area)?;
        let (start, span) = read_span(span);
        let end = u64::from(start) + u64::from(span);
        if end > length as u64 {
            return Err(DataError::SerializationError(Cause::VoxelsPastEnd { area, end, length }));
        }
        // Both are at most `length`, which is a usize.
        let voxels = &bytes[start as usize..end as usize];
        if !voxels.len().is_multiple_of(XyzpArrays::BYTES_PER_VOXEL) {
            let cause = Cause::VoxelBytesUneven { area, length: voxels.len() };
            return Err(DataError::SerializationError(cause));
        }
        Ok(Self { id, voxels })
    }
}

fn read_id(bytes: &[u8], area: usize) -> Result<CorticalId, DataError> {
    if let Ok(narrow) = <[u8; 6]>::try_from(bytes) {
        return six_byte_id::widen(narrow, area);
    }
    let mut id = [0; 8];
    id.copy_from_slice(bytes);
    CorticalId::from_bytes(id).map_err(|error| DataError::DeserializationError(Cause::AreaId { area, error }))
}

fn read_span(bytes: &[u8]) -> (u32, u32) {
    let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    (word(0), word(4))
}

fn write_sub_header(
    sub_header: &mut [u8],
    id: CorticalId,
    start: usize,
    length: usize,
    layout: Layout,
) -> Result<(), DataError> {
    let (id_bytes, span) = sub_header.split_at_mut(layout.cortical_id_len());
    if id_bytes.len() == 6 {
        id_bytes.copy_from_slice(&six_byte_id::narrow(id)?);
    } else {
        id_bytes.copy_from_slice(id.as_bytes());
    }
    span[..4].copy_from_slice(&(start as u32).to_le_bytes());
    span[4..].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(())
}

/// Writes the four arrays one after the other; `block` holds exactly 16 bytes a voxel.
fn write_block(block: &mut [u8], voxels: &XyzpArrays) {
    let quarter = block.len() / 4;
    let (x, y, z, p) = voxels.borrow_xyzp_vectors();
    for (array, words) in [x, y, z].into_iter().zip(block.chunks_exact_mut(quarter.max(1))) {
        write_words(words, array, u32::to_le_bytes);
    }
    write_words(&mut block[3 * quarter..], p, f32::to_le_bytes);
}

// A plain loop over pairs of equal length compiles to a bulk copy on little-endian machines.
fn write_words<T: Copy>(bytes: &mut [u8], array: &[T], to_le: impl Fn(T) -> [u8; 4]) {
    for (bytes, word) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(array) {
        *bytes = to_le(*word);
    }
}

/// Reads the four arrays; `block` holds a multiple of 16 bytes.
fn read_block(voxels: &mut XyzpArrays, block: &[u8]) -> Result<(), DataError> {
    let quarter = block.len() / 4;
    let (xy, zp) = block.split_at(2 * quarter);
    let ((x_bytes, y_bytes), (z_bytes, p_bytes)) = (xy.split_at(quarter), zp.split_at(quarter));
    let read = |x: &mut Vec<u32>, y: &mut Vec<u32>, z: &mut Vec<u32>, p: &mut Vec<f32>| {
        read_words(x, x_bytes, u32::from_le_bytes);
        read_words(y, y_bytes, u32::from_le_bytes);
        read_words(z, z_bytes, u32::from_le_bytes);
        read_words(p, p_bytes, f32::from_le_bytes);
    };
    voxels.update_vectors_from_external(read).map_err(|_| DataError::InternalError(Cause::UnequalArrays))
}

fn read_words<T>(array: &mut Vec<T>, bytes: &[u8], from_le: impl Fn([u8; 4]) -> T) {
    array.clear();
    array.extend(bytes.as_chunks::<4>().0.iter().map(|word| from_le(*word)));
}
