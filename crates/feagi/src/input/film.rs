//! Pictures as vision areas see them, decoded and resized before the first is shown.

use std::path::Path;

use feagi_types::Voxel;

use super::vision::{self, VisionArea};
use super::{images, shapes};
use crate::assemble::bar;
use crate::error::Failure;

/// Bytes of resized pictures that are kept in memory.
const MAX_BYTES: u64 = 512 << 20;

/// Pictures that are shown to vision areas in turn, over and over. `K` is what their owner calls the
/// areas.
pub(crate) struct Film<K> {
    areas: Vec<VisionArea<K>>,
    /// Brightness of every vision voxel, area by area, for each picture.
    frames: Vec<Vec<u8>>,
}

impl<K> Film<K> {
    /// The picture at `path`, or the pictures of that folder in order of their names.
    ///
    /// # Errors
    /// [`Failure`] that names the file and the reason.
    pub(crate) fn open(path: &Path, areas: Vec<VisionArea<K>>) -> Result<Self, Failure> {
        let files = images::list(path)?;
        let (pictures, limit) = (files.len(), MAX_BYTES);
        let voxels = vision::voxels(&areas);
        let bytes = voxels.saturating_mul(pictures as u64);
        if bytes > limit {
            return Err(Failure::TooManyPictures { path: path.to_owned(), pictures, voxels, bytes, limit });
        }
        let bar = bar("Pictures", pictures as u64);
        let mut frames = Vec::with_capacity(pictures);
        for file in &files {
            frames.push(vision::resize(&images::decode(file)?, &areas));
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(Self { areas, frames })
    }

    /// The built-in moving shapes, or as many of them as fit into memory.
    pub(crate) fn shapes(areas: Vec<VisionArea<K>>) -> Self {
        let room = MAX_BYTES / vision::voxels(&areas).max(1);
        let drawn = shapes::draw().into_iter().take(usize::try_from(room).unwrap_or(usize::MAX).max(1));
        let frames = drawn.map(|picture| vision::resize(&picture, &areas)).collect();
        Self { areas, frames }
    }

    /// Number of pictures; at least one.
    pub(crate) fn len(&self) -> usize {
        self.frames.len()
    }

    /// What each area sees of picture `turn`, counted over and over: the voxels that are not dark, with
    /// `white` as the potential of full brightness.
    pub(crate) fn show(
        &self,
        turn: u64,
        white: f32,
    ) -> impl Iterator<Item = (&K, impl Iterator<Item = (Voxel, f32)> + '_)> {
        let scale = white / f32::from(u8::MAX);
        let mut rest = self.frames[(turn % self.frames.len() as u64) as usize].as_slice();
        self.areas.iter().map(move |area| {
            let (pixels, others) = rest.split_at(area.voxel_count());
            rest = others;
            let lit = area.voxels().zip(pixels).filter(|&(_, &brightness)| brightness > 0);
            (area.key(), lit.map(move |(voxel, &brightness)| (voxel, f32::from(brightness) * scale)))
        })
    }
}
