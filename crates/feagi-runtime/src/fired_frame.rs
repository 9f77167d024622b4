//! A fired set as the voxels of a frame, written straight from the engine's own memory.

use feagi_burst_engine::{FireQueue, FiredArea};
use feagi_serialization::error::Cause;
use feagi_serialization::{DataError, Layout, Serializable, StructType, XyzpBlock, XyzpWriter};
use feagi_types::{CoreArea, CorticalId, Voxel};

/// Which areas of a fired set belong into a frame, in the order in which they are written.
///
/// An area whose neurons were added in several calls has several entries in a fired set; they become
/// one area of the frame. Only entries are listed here, never voxels, and the memory is kept.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Entries of the fired set: sorted by area, then by neuron id.
    entries: Vec<(CorticalId, usize)>,
}

/// A selection of a fired set as a struct of a container: one voxel for each spike, with the
/// potential that the neuron fired with. Areas come in the order of their ids.
pub(crate) struct FiredFrame<'a> {
    fired: FireQueue<'a>,
    selection: &'a Selection,
}

/// Whether motor agents get an area: every output area and the death area.
pub(crate) fn is_motor(id: CorticalId) -> bool {
    id.as_bytes()[0] == b'o' || id == CorticalId::core(CoreArea::Death)
}

impl Selection {
    /// Selects the areas that `wanted` admits.
    pub(crate) fn of<'a>(
        &'a mut self,
        fired: FireQueue<'a>,
        wanted: impl Fn(CorticalId) -> bool,
    ) -> FiredFrame<'a> {
        self.entries.clear();
        let areas = fired.areas().enumerate().filter(|(_, area)| !area.ids.is_empty() && wanted(area.id));
        self.entries.extend(areas.map(|(entry, area)| (area.id, entry)));
        self.entries.sort_unstable();
        FiredFrame { fired, selection: self }
    }

    /// Selects the areas of which at most `most` neurons fired.
    pub(crate) fn up_to<'a>(&'a mut self, most: usize, fired: FireQueue<'a>) -> FiredFrame<'a> {
        if most == usize::MAX {
            return self.of(fired, |_| true);
        }
        self.of(fired, |_| true);
        let spikes = |&(_, entry): &(CorticalId, usize)| fired.area(entry).map_or(0, |area| area.ids.len());
        // Entries of an area lie together; those that stay move to the front.
        let (mut kept, mut next) = (0, 0);
        while next < self.entries.len() {
            let area = self.entries[next].0;
            let end = next + self.entries[next..].partition_point(|&(other, _)| other == area);
            if self.entries[next..end].iter().map(spikes).sum::<usize>() <= most {
                self.entries.copy_within(next..end, kept);
                kept += end - next;
            }
            next = end;
        }
        self.entries.truncate(kept);
        FiredFrame { fired, selection: self }
    }
}

impl FiredFrame<'_> {
    /// Whether it has no area.
    pub(crate) fn is_empty(&self) -> bool {
        self.selection.entries.is_empty()
    }

    /// Each area with its entries in the fired set.
    fn areas(&self) -> impl Iterator<Item = (CorticalId, &[(CorticalId, usize)])> {
        let areas = self.selection.entries.chunk_by(|(area, _), (other, _)| area == other);
        areas.map(|entries| (entries[0].0, entries))
    }

    /// Number of voxels in these entries.
    fn voxels(&self, entries: &[(CorticalId, usize)]) -> usize {
        entries.iter().filter_map(|&(_, entry)| self.fired.area(entry)).map(|area| area.ids.len()).sum()
    }

    fn write_area(&self, block: XyzpBlock<'_>, entries: &[(CorticalId, usize)]) {
        let mut rest = block;
        for area in entries.iter().filter_map(|&(_, entry)| self.fired.area(entry)) {
            let XyzpBlock { x, y, z, p } = rest;
            let spikes = area.ids.len();
            let (x, next_x) = x.split_at_mut(spikes);
            let (y, next_y) = y.split_at_mut(spikes);
            let (z, next_z) = z.split_at_mut(spikes);
            let (p, next_p) = p.split_at_mut(spikes);
            rest = XyzpBlock { x: next_x, y: next_y, z: next_z, p: next_p };
            write_spikes(XyzpBlock { x, y, z, p }, &area);
        }
    }
}

/// Writes the spikes of one entry.
fn write_spikes(block: XyzpBlock<'_>, area: &FiredArea<'_>) {
    for (word, potential) in block.p.iter_mut().zip(area.potentials) {
        *word = potential.to_le_bytes();
    }
    let coordinates = [block.x, block.y, block.z];
    match area.cells() {
        Some(cells) => write_voxels(coordinates, area.ids.iter().map(|&id| cells.voxel_of(id))),
        None => write_voxels(coordinates, area.voxels().map(|(voxel, _)| voxel)),
    }
}

// Arrays of one length, and no branch inside: for grids this compiles to wide instructions.
fn write_voxels([x, y, z]: [&mut [[u8; 4]]; 3], voxels: impl Iterator<Item = Voxel>) {
    for (((x, y), z), voxel) in x.iter_mut().zip(y).zip(z).zip(voxels) {
        *x = voxel.x.to_le_bytes();
        *y = voxel.y.to_le_bytes();
        *z = voxel.z.to_le_bytes();
    }
}

impl Serializable for FiredFrame<'_> {
    fn struct_type(&self) -> StructType {
        StructType::Xyzp
    }

    fn bytes_needed(&self, layout: Layout) -> Result<u64, DataError> {
        XyzpWriter::bytes_needed(layout, self.areas().map(|(area, entries)| (area, self.voxels(entries))))
    }

    fn serialize_into(&self, bytes: &mut [u8], layout: Layout) -> Result<(), DataError> {
        let mut writer = XyzpWriter::new(bytes, layout, self.areas().count())?;
        for (area, entries) in self.areas() {
            self.write_area(writer.area(area, self.voxels(entries))?, entries);
        }
        writer.finish()
    }

    /// A fired set is written only.
    fn update_from(&mut self, _bytes: &[u8], _layout: Layout) -> Result<(), DataError> {
        Err(DataError::InternalError(Cause::WriteOnly))
    }
}
