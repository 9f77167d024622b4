//! Writing an XYZP struct in place.

use feagi_structures::XyzpArrays;
use feagi_types::CorticalId;

use super::{HEADER_LEN, SPAN_LEN, sub_header_len};
use crate::error::{Cause, DataError};
use crate::layout::Layout;
use crate::six_byte_id;
use crate::structs::{StructType, write_header};

/// Writes an XYZP struct area by area into memory that has exactly its size.
///
/// For values that have their voxels somewhere else than in
/// [`CorticalMappedVoxels`](feagi_structures::CorticalMappedVoxels) and implement
/// [`Serializable`](crate::Serializable) themselves. Equal content gives equal bytes only if areas
/// come in a fixed order; rising id is what the other writer does.
///
/// ```
/// use feagi_serialization::{Layout, XyzpView, XyzpWriter};
/// use feagi_types::{CoreArea, CorticalId};
///
/// let (layout, power) = (Layout::default(), CorticalId::core(CoreArea::Power));
/// let mut bytes = vec![0; XyzpWriter::bytes_needed(layout, [(power, 1)])? as usize];
/// let mut writer = XyzpWriter::new(&mut bytes, layout, 1)?;
/// let block = writer.area(power, 1)?;
/// block.x[0] = 3_u32.to_le_bytes();
/// block.y[0] = 0_u32.to_le_bytes();
/// block.z[0] = 0_u32.to_le_bytes();
/// block.p[0] = 0.5_f32.to_le_bytes();
/// writer.finish()?;
/// assert_eq!(XyzpView::read(&bytes, layout)?.areas().next().map(|area| area.id()), Some(power));
/// # Ok::<(), feagi_serialization::DataError>(())
/// ```
#[derive(Debug)]
pub struct XyzpWriter<'a> {
    layout: Layout,
    /// Sub-headers that are still to be written.
    sub_headers: &'a mut [u8],
    /// Voxel bytes that are still to be written.
    blocks: &'a mut [u8],
    /// Where `blocks` begins in the struct.
    start: usize,
    length: usize,
}

/// The voxels of one area as they lie in a struct: four arrays of one length, each word in
/// little-endian order. Every word has to be written.
#[derive(Debug)]
pub struct XyzpBlock<'a> {
    /// Index along x, `u32`.
    pub x: &'a mut [[u8; 4]],
    /// Index along y, `u32`.
    pub y: &'a mut [[u8; 4]],
    /// Index along z, `u32`.
    pub z: &'a mut [[u8; 4]],
    /// Potential, `f32`.
    pub p: &'a mut [[u8; 4]],
}

impl<'a> XyzpWriter<'a> {
    /// Bytes of a struct with these areas and their numbers of voxels.
    ///
    /// # Errors
    /// [`DataError::SerializationError`] for more than 65 535 areas and for more than 2^32 - 1 bytes;
    /// [`DataError::BadParameters`] for an id without the 6-byte form that the layout asks for.
    pub fn bytes_needed(
        layout: Layout,
        areas: impl IntoIterator<Item = (CorticalId, usize)>,
    ) -> Result<u64, DataError> {
        let sub_header = sub_header_len(layout) as u64;
        let (mut count, mut bytes) = (0_usize, HEADER_LEN as u64);
        for (id, voxels) in areas {
            if layout.cortical_id_len() == 6 {
                six_byte_id::narrow(id)?;
            }
            let block = (voxels as u64).saturating_mul(XyzpArrays::BYTES_PER_VOXEL as u64);
            bytes = bytes.saturating_add(sub_header).saturating_add(block);
            count += 1;
        }
        if u16::try_from(count).is_err() {
            return Err(DataError::SerializationError(Cause::TooManyAreas(count)));
        }
        if u32::try_from(bytes).is_err() {
            return Err(DataError::SerializationError(Cause::StructTooLarge(bytes)));
        }
        Ok(bytes)
    }

    /// Begins a struct of `areas` areas in `bytes`, which have the length that
    /// [`XyzpWriter::bytes_needed`] gave and arbitrary content.
    ///
    /// # Errors
    /// [`DataError::SerializationError`] for more than 65 535 areas and when the sub-headers do not
    /// fit or no 32 bits count the bytes.
    pub fn new(bytes: &'a mut [u8], layout: Layout, areas: usize) -> Result<Self, DataError> {
        let Ok(count) = u16::try_from(areas) else {
            return Err(DataError::SerializationError(Cause::TooManyAreas(areas)));
        };
        let length = bytes.len();
        if u32::try_from(length).is_err() {
            return Err(DataError::SerializationError(Cause::StructTooLarge(length as u64)));
        }
        let refused = DataError::SerializationError(Cause::SizeChanged(length));
        let body = write_header(bytes, StructType::Xyzp, 1)?;
        let (count_bytes, body) = body.split_first_chunk_mut::<2>().ok_or_else(|| refused.clone())?;
        *count_bytes = count.to_le_bytes();
        let sub_headers_len = areas * sub_header_len(layout);
        let (sub_headers, blocks) = body.split_at_mut_checked(sub_headers_len).ok_or(refused)?;
        Ok(Self { layout, sub_headers, blocks, start: HEADER_LEN + sub_headers_len, length })
    }

    /// Writes the sub-header of the next area and gives the place of its voxels.
    ///
    /// # Errors
    /// [`DataError::SerializationError`] when the struct has no room left for the area;
    /// [`DataError::BadParameters`] for an id without the 6-byte form that the layout asks for.
    pub fn area(&mut self, id: CorticalId, voxels: usize) -> Result<XyzpBlock<'a>, DataError> {
        let refused = || DataError::SerializationError(Cause::SizeChanged(self.length));
        let block_len = voxels.checked_mul(XyzpArrays::BYTES_PER_VOXEL).ok_or_else(refused)?;
        if block_len > self.blocks.len() || self.sub_headers.is_empty() {
            return Err(refused());
        }
        let sub_headers = core::mem::take(&mut self.sub_headers);
        let (sub_header, sub_headers) = sub_headers.split_at_mut(sub_header_len(self.layout));
        self.sub_headers = sub_headers;
        let (block, blocks) = core::mem::take(&mut self.blocks).split_at_mut(block_len);
        self.blocks = blocks;
        // The length of the struct fits into 32 bits.
        let span = [(self.start as u32).to_le_bytes(), (block_len as u32).to_le_bytes()];
        write_sub_header(sub_header, id, span, self.layout)?;
        self.start += block_len;
        let (words, _) = block.as_chunks_mut::<4>();
        let (xy, zp) = words.split_at_mut(2 * voxels);
        let ((x, y), (z, p)) = (xy.split_at_mut(voxels), zp.split_at_mut(voxels));
        Ok(XyzpBlock { x, y, z, p })
    }

    /// Ends the struct.
    ///
    /// # Errors
    /// [`DataError::SerializationError`] when areas or voxels are missing.
    pub fn finish(self) -> Result<(), DataError> {
        if self.sub_headers.is_empty() && self.blocks.is_empty() {
            Ok(())
        } else {
            Err(DataError::SerializationError(Cause::SizeChanged(self.length)))
        }
    }
}

fn write_sub_header(
    sub_header: &mut [u8],
    id: CorticalId,
    span: [[u8; 4]; 2],
    layout: Layout,
) -> Result<(), DataError> {
    let (id_bytes, span_bytes) = sub_header.split_at_mut(layout.cortical_id_len());
    if id_bytes.len() == 6 {
        id_bytes.copy_from_slice(&six_byte_id::narrow(id)?);
    } else {
        id_bytes.copy_from_slice(id.as_bytes());
    }
    debug_assert_eq!(span_bytes.len(), SPAN_LEN);
    span_bytes.copy_from_slice(span.as_flattened());
    Ok(())
}
