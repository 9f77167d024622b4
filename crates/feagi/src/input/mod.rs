//! Pictures as input: from files or drawn by [`shapes`], resized into the vision areas of a brain,
//! injected burst by burst.
//!
//! Everything is decoded and resized before the first burst, so that the burst thread only copies.
//! Knows nothing of genomes' text, terminals or settings files. Where to go next: `images.rs` finds
//! and decodes files, `vision.rs` decides which area sees which part of a picture.

mod images;
mod shapes;
mod vision;

use std::path::Path;

use feagi_runtime::{BrainArea, Inlet, Rate, Source};
use feagi_types::BurstCount;
use image::RgbImage;

use crate::assemble::bar;
use crate::error::Failure;
use vision::VisionArea;

pub(crate) use images::EXTENSIONS;

/// Bytes of resized pictures that are kept in memory.
const MAX_BYTES: u64 = 512 << 20;

/// Pictures that are shown to a brain in turn, over and over.
pub(crate) struct Pictures {
    areas: Vec<VisionArea>,
    /// Brightness of every vision voxel, area by area, for each picture.
    frames: Vec<Vec<u8>>,
    /// Pictures for each burst.
    per_burst: f64,
    /// Potential of a voxel of full brightness.
    white: f32,
}

impl Pictures {
    /// The picture at `path`, or the pictures of that folder in order of their names, for the vision
    /// areas among `areas`.
    ///
    /// # Errors
    /// [`Failure`] that names the file and the reason; [`Failure::NoVision`] when no area sees.
    pub(crate) fn open(path: &Path, genome: &str, areas: &[BrainArea]) -> Result<Self, Failure> {
        let areas = vision::areas(areas);
        if areas.is_empty() {
            return Err(Failure::NoVision { source_name: genome.to_owned() });
        }
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
        Ok(Self::new(areas, frames))
    }

    /// Moving shapes for the vision areas among `areas`; `None` when no area sees.
    pub(crate) fn shapes(areas: &[BrainArea]) -> Option<Self> {
        let areas = vision::areas(areas);
        if areas.is_empty() {
            return None;
        }
        let room = MAX_BYTES / vision::voxels(&areas).max(1);
        let drawn = shapes::draw().into_iter().take(usize::try_from(room).unwrap_or(usize::MAX).max(1));
        let frames = drawn.map(|picture: RgbImage| vision::resize(&picture, &areas)).collect();
        Some(Self::new(areas, frames))
    }

    fn new(areas: Vec<VisionArea>, frames: Vec<Vec<u8>>) -> Self {
        Self { areas, frames, per_burst: 1.0, white: f32::from(u8::MAX) }
    }

    /// Shows `pictures` a second to a brain that runs at `bursts`, with `white` as the potential of
    /// full brightness.
    pub(crate) fn paced(self, pictures: Rate, bursts: Rate, white: f32) -> Self {
        Self { per_burst: pictures.hz() / bursts.hz(), white, ..self }
    }

    /// Number of pictures.
    pub(crate) fn len(&self) -> usize {
        self.frames.len()
    }

    /// The picture that `burst` sees. It depends on the burst alone, not on the time.
    fn picture(&self, burst: BurstCount) -> &[u8] {
        let turn = (burst.get().saturating_sub(1) as f64 * self.per_burst) as u64;
        &self.frames[(turn % self.frames.len() as u64) as usize]
    }
}

impl Source for Pictures {
    fn feed(&mut self, burst: BurstCount, inlet: &mut Inlet<'_>) {
        let scale = self.white / f32::from(u8::MAX);
        let mut rest = self.picture(burst);
        for area in &self.areas {
            let (pixels, others) = rest.split_at(area.voxel_count());
            rest = others;
            let lit = area.voxels().zip(pixels).filter(|&(_, &brightness)| brightness > 0);
            inlet.voxels(area.idx(), lit.map(|(voxel, &brightness)| (voxel, f32::from(brightness) * scale)));
        }
    }
}
