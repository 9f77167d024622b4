//! Reading an XYZP struct in place.

use feagi_structures::{XyzpArrays, XyzpVoxel};
use feagi_types::CorticalId;

use super::{HEADER_LEN, SPAN_LEN, sub_header_len};
use crate::error::{Cause, DataError};
use crate::layout::Layout;
use crate::six_byte_id;
use crate::structs::{StructType, verified_body};

/// How often the areas of one struct may refer to its bytes in sum. Writers never share bytes; a
/// bound keeps 65 535 areas on one block from costing gigabytes.
const SHARING_LIMIT: u64 = 8;

/// An XYZP struct that was checked and is read where it lies: nothing is copied or allocated.
///
/// Everything is checked when the view is made, so reading cannot fail. An id may stand there
/// several times: the last one counts. Areas without voxels are legal and mean nothing.
#[derive(Clone, Copy, Debug)]
pub struct XyzpView<'a> {
    bytes: &'a [u8],
    layout: Layout,
    count: usize,
}

/// The voxels of one area inside a struct.
#[derive(Clone, Copy, Debug)]
pub struct XyzpArea<'a> {
    id: CorticalId,
    /// Four arrays of one length.
    words: &'a [[u8; 4]],
}

impl<'a> XyzpView<'a> {
    /// The view of a whole struct, its 2-byte header included.
    ///
    /// # Errors
    /// [`DataError`] of the class that `fbc.md` section 2.3 states for what is wrong with `bytes`.
    pub fn read(bytes: &'a [u8], layout: Layout) -> Result<Self, DataError> {
        let body = verified_body(bytes, StructType::Xyzp, 1)?;
        let length = bytes.len();
        let Some(count) = body.first_chunk::<2>() else {
            let cause = Cause::StructTooShort { length, needed: HEADER_LEN };
            return Err(DataError::DeserializationError(cause));
        };
        let view = Self { bytes, layout, count: usize::from(u16::from_le_bytes(*count)) };
        let mut total = 0_u64;
        for index in 0..view.count {
            total += size_of_val(view.checked(index)?.words) as u64;
        }
        if total > SHARING_LIMIT * length as u64 {
            let cause = Cause::VoxelsSharedTooOften { total, length, limit: SHARING_LIMIT };
            return Err(DataError::DeserializationError(cause));
        }
        Ok(view)
    }

    /// Number of areas, empty ones and repeated ids included; at most 65 535.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are no areas.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The areas in the order in which they stand there.
    pub fn areas(&self) -> impl DoubleEndedIterator<Item = XyzpArea<'a>> + use<'a> {
        let view = *self;
        // The view was made only because no area was refused.
        (0..self.count).filter_map(move |index| view.checked(index).ok())
    }

    /// An area, checked in the order that the format lays down.
    fn checked(&self, area: usize) -> Result<XyzpArea<'a>, DataError> {
        let length = self.bytes.len();
        // At most 65 535 areas of 16 bytes: no overflow.
        let sub_header_start = HEADER_LEN + area * sub_header_len(self.layout);
        let id_end = sub_header_start + self.layout.cortical_id_len();
        let needed = id_end + SPAN_LEN;
        let (Some(id), Some(span)) =
            (self.bytes.get(sub_header_start..id_end), self.bytes.get(id_end..needed))
        else {
            return Err(DataError::DeserializationError(Cause::SubHeaderCut { area, needed, length }));
        };
        let id = read_id(id, area)?;
        let (start, span) = read_span(span);
        let end = u64::from(start) + u64::from(span);
        if end > length as u64 {
            return Err(DataError::SerializationError(Cause::VoxelsPastEnd { area, end, length }));
        }
        // Both are at most `length`, which is a usize.
        let block = &self.bytes[start as usize..end as usize];
        if !block.len().is_multiple_of(XyzpArrays::BYTES_PER_VOXEL) {
            let cause = Cause::VoxelBytesUneven { area, length: block.len() };
            return Err(DataError::SerializationError(cause));
        }
        Ok(XyzpArea { id, words: block.as_chunks::<4>().0 })
    }
}

impl<'a> XyzpArea<'a> {
    /// Id of the area.
    #[must_use]
    pub const fn id(&self) -> CorticalId {
        self.id
    }

    /// Number of voxels.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.words.len() / 4
    }

    /// Whether there are no voxels.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The voxels in the order in which they stand there; coordinates may repeat and be any number,
    /// potentials any bits.
    pub fn voxels(&self) -> impl ExactSizeIterator<Item = XyzpVoxel> + DoubleEndedIterator + use<'a> {
        let [x, y, z, p] = self.arrays();
        x.iter().zip(y).zip(z.iter().zip(p)).map(|((x, y), (z, p))| XyzpVoxel {
            x: u32::from_le_bytes(*x),
            y: u32::from_le_bytes(*y),
            z: u32::from_le_bytes(*z),
            p: f32::from_le_bytes(*p),
        })
    }

    /// The arrays x, y, z and p as little-endian words, all of one length: for those who turn whole
    /// arrays into something else.
    #[must_use]
    pub fn arrays(&self) -> [&'a [[u8; 4]]; 4] {
        let (xy, zp) = self.words.split_at(2 * self.len());
        let ((x, y), (z, p)) = (xy.split_at(self.len()), zp.split_at(self.len()));
        [x, y, z, p]
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
