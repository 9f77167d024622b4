//! Pictures as sensory frames.

use std::path::Path;

use feagi_agent::AreaRequest;
use feagi_structures::CorticalMappedVoxels;
use feagi_types::CorticalId;

use crate::error::Failure;
use crate::input::{Film, VisionArea};

/// Shows pictures in turn, over and over.
pub(crate) struct Camera {
    film: Film<CorticalId>,
    /// Potential of a voxel of full brightness.
    white: f32,
    turn: u64,
    seen: CorticalMappedVoxels,
}

impl Camera {
    /// A camera for the areas that see among `areas`, with the pictures at `path`, or built-in ones.
    ///
    /// # Errors
    /// [`Failure`] that names the file and the reason.
    pub(crate) fn new(path: Option<&Path>, areas: &[AreaRequest], white: f32) -> Result<Self, Failure> {
        let seeing = |area: &AreaRequest| VisionArea::new(area.id, area.id, area.dimensions);
        let areas = areas.iter().filter_map(seeing).collect();
        let film = match path {
            Some(path) => Film::open(path, areas)?,
            None => Film::shapes(areas),
        };
        Ok(Self { film, white, turn: 0, seen: CorticalMappedVoxels::new() })
    }

    /// Number of pictures.
    pub(crate) fn len(&self) -> usize {
        self.film.len()
    }

    /// The next picture, as its areas see it.
    pub(crate) fn picture(&mut self) -> &CorticalMappedVoxels {
        for (&area, lit) in self.film.show(self.turn, self.white) {
            let voxels = self.seen.ensure_clear_and_borrow_mut(area);
            lit.for_each(|(voxel, potential)| voxels.push_raw(voxel.x, voxel.y, voxel.z, potential));
        }
        self.turn += 1;
        &self.seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_that_sees_gets_its_part_of_every_picture() {
        let eyes: super::super::Eyes = "img:8x8,svi:4x4".parse().unwrap();
        let mut camera = Camera::new(None, &eyes.devices().areas().unwrap(), 100.0).unwrap();
        let (mut brightest, mut lit) = (0.0_f32, 0);
        for _ in 0..camera.len() {
            let seen = camera.picture();
            assert_eq!(seen.len(), 10);
            for (area, voxels) in seen {
                let side = if area.as_bytes().starts_with(b"iimg") { 8 } else { 4 };
                assert!(voxels.iter().all(|voxel| voxel.x < side && voxel.y < side && voxel.z < 3));
                brightest = voxels.iter().map(|voxel| voxel.p).fold(brightest, f32::max);
                lit += voxels.len();
            }
        }
        assert!((brightest - 100.0).abs() < 1e-3 && lit > 1000, "{brightest} {lit}");
        let second_round = camera.picture().total_voxel_count();
        let mut again = Camera::new(None, &eyes.devices().areas().unwrap(), 100.0).unwrap();
        assert_eq!(again.picture().total_voxel_count(), second_round);
    }
}
