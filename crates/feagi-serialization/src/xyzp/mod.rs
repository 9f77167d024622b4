//! Struct type 11: the voxels of cortical areas (`fbc.md` sections 2.2 and 2.3).
//!
//! ```text
//! 0b 01 · area count u16 · sub-headers · voxel blocks
//! sub-header   id (8 or 6 bytes) · start u32 · length u32, both in bytes, start from the struct's first byte
//! voxel block  x[n] u32 · y[n] u32 · z[n] u32 · p[n] f32
//! ```
//!
//! [`XyzpWriter`] and [`XyzpView`] write and read these bytes in place; the conversion from and to
//! [`CorticalMappedVoxels`] below goes through them, so there is one writer and one set of checks.

mod view;
mod writer;

use alloc::vec::Vec;

use feagi_structures::{CorticalMappedVoxels, XyzpArrays};

use crate::error::{Cause, DataError};
use crate::layout::Layout;
use crate::structs::{Serializable, StructType};

pub use view::{XyzpArea, XyzpView};
pub use writer::{XyzpBlock, XyzpWriter};

/// Bytes of type, version and area count.
const HEADER_LEN: usize = 4;
/// Bytes of start and length in a sub-header.
const SPAN_LEN: usize = 8;

const fn sub_header_len(layout: Layout) -> usize {
    layout.cortical_id_len() + SPAN_LEN
}

impl Serializable for CorticalMappedVoxels {
    fn struct_type(&self) -> StructType {
        StructType::Xyzp
    }

    fn bytes_needed(&self, layout: Layout) -> Result<u64, DataError> {
        XyzpWriter::bytes_needed(layout, self.iter().map(|(id, voxels)| (*id, voxels.len())))
    }

    fn serialize_into(&self, bytes: &mut [u8], layout: Layout) -> Result<(), DataError> {
        let mut writer = XyzpWriter::new(bytes, layout, self.len())?;
        for (id, voxels) in self {
            write_block(writer.area(*id, voxels.len())?, voxels);
        }
        writer.finish()
    }

    fn update_from(&mut self, bytes: &[u8], layout: Layout) -> Result<(), DataError> {
        // All is checked before anything is changed or memory is taken.
        let view = XyzpView::read(bytes, layout)?;
        self.clear_neurons_only();
        for area in view.areas() {
            read_block(self.ensure_clear_and_borrow_mut(area.id()), &area)?;
        }
        Ok(())
    }
}

fn write_block(XyzpBlock { x, y, z, p }: XyzpBlock<'_>, voxels: &XyzpArrays) {
    let (xs, ys, zs, ps) = voxels.borrow_xyzp_vectors();
    write_words(x, xs, u32::to_le_bytes);
    write_words(y, ys, u32::to_le_bytes);
    write_words(z, zs, u32::to_le_bytes);
    write_words(p, ps, f32::to_le_bytes);
}

// A plain loop over pairs of equal length compiles to a bulk copy on little-endian machines.
fn write_words<T: Copy>(words: &mut [[u8; 4]], array: &[T], to_le: impl Fn(T) -> [u8; 4]) {
    for (word, value) in words.iter_mut().zip(array) {
        *word = to_le(*value);
    }
}

fn read_block(voxels: &mut XyzpArrays, area: &XyzpArea<'_>) -> Result<(), DataError> {
    let [xs, ys, zs, ps] = area.arrays();
    let read = |x: &mut Vec<u32>, y: &mut Vec<u32>, z: &mut Vec<u32>, p: &mut Vec<f32>| {
        read_words(x, xs, u32::from_le_bytes);
        read_words(y, ys, u32::from_le_bytes);
        read_words(z, zs, u32::from_le_bytes);
        read_words(p, ps, f32::from_le_bytes);
    };
    voxels.update_vectors_from_external(read).map_err(|_| DataError::InternalError(Cause::UnequalArrays))
}

fn read_words<T>(array: &mut Vec<T>, words: &[[u8; 4]], from_le: impl Fn([u8; 4]) -> T) {
    array.clear();
    array.extend(words.iter().map(|word| from_le(*word)));
}
