//! Pictures as input: from files or drawn by [`shapes`], resized into the vision areas of a brain.
//! [`Pictures`] injects them burst by burst; an agent sends the same [`Film`].
//!
//! Everything is decoded and resized before the first picture is shown, so that the burst thread only
//! copies. Knows nothing of genomes' text, terminals or settings files. Where to go next: `images.rs`
//! finds and decodes files, `vision.rs` decides which area sees which part of a picture.

mod film;
mod images;
mod shapes;
mod vision;

use std::path::Path;

use feagi_runtime::{BrainArea, Inlet, Rate, Source};
use feagi_types::{BurstCount, CorticalId};

use crate::error::Failure;

pub(crate) use film::Film;
pub(crate) use images::EXTENSIONS;
pub(crate) use vision::VisionArea;

/// Pictures that are shown to a brain in turn, over and over.
pub(crate) struct Pictures {
    film: Film<CorticalId>,
    /// Pictures for each burst.
    per_burst: f64,
    /// Potential of a voxel of full brightness.
    white: f32,
    /// Whether somebody else shows the brain something now.
    yields: Box<dyn Fn() -> bool + Send>,
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
        Ok(Self::new(Film::open(path, areas)?))
    }

    /// Moving shapes for the vision areas among `areas`; `None` when no area sees.
    pub(crate) fn shapes(areas: &[BrainArea]) -> Option<Self> {
        let areas = vision::areas(areas);
        (!areas.is_empty()).then(|| Self::new(Film::shapes(areas)))
    }

    fn new(film: Film<CorticalId>) -> Self {
        Self { film, per_burst: 1.0, white: f32::from(u8::MAX), yields: Box::new(|| false) }
    }

    /// Shows nothing in bursts for which `yields` says yes. It is asked on the burst thread.
    pub(crate) fn yielding_to(self, yields: impl Fn() -> bool + Send + 'static) -> Self {
        Self { yields: Box::new(yields), ..self }
    }

    /// Shows `pictures` a second to a brain that runs at `bursts`, with `white` as the potential of
    /// full brightness.
    pub(crate) fn paced(self, pictures: Rate, bursts: Rate, white: f32) -> Self {
        Self { per_burst: pictures.hz() / bursts.hz(), white, ..self }
    }

    /// Number of pictures.
    pub(crate) fn len(&self) -> usize {
        self.film.len()
    }

    /// The turn of the picture that `burst` sees. It depends on the burst alone, not on the time.
    fn turn(&self, burst: BurstCount) -> u64 {
        (burst.get().saturating_sub(1) as f64 * self.per_burst) as u64
    }
}

impl Source for Pictures {
    fn feed(&mut self, burst: BurstCount, inlet: &mut Inlet<'_>) {
        if (self.yields)() {
            return;
        }
        for (&id, voxels) in self.film.show(self.turn(burst), self.white) {
            // Another genome may have been loaded, which does not have it.
            if let Some(area) = inlet.area(id) {
                inlet.voxels(area, voxels);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use feagi_runtime::{Assembly, Brain, BurstLoop, ManualClock, Running, StopFlag};

    fn brain(genome: &[u8]) -> Brain {
        Brain::assemble(genome, &Assembly::default(), &mut |_| {}).expect("a sound genome")
    }

    /// As many areas as the built-in brain has and more, none of which sees.
    fn blind() -> String {
        let area = |id: u32| {
            let id = CorticalId::from_bytes(*format!("c{id:07}").as_bytes().first_chunk().expect("8 bytes"));
            let id = id.expect("a custom id").to_base64();
            format!(r#""{id}": {{"cortical_name": "blind", "block_boundaries": [64, 64, 3]}}"#)
        };
        let areas: Vec<String> = (0..30).map(area).collect();
        format!(r#"{{"version": "3.0", "blueprint": {{{}}}}}"#, areas.join(", "))
    }

    #[test]
    fn pictures_are_shown_to_areas_that_see_also_after_another_genome_was_loaded() {
        let seeing = || brain(crate::assemble::BUILT_IN);
        let rate = Rate::from_hz(10.0).expect("a possible rate");
        let mut running = Running::new(seeing(), rate);
        let mut pictures = Pictures::shapes(&running.brain.areas).expect("the built-in brain sees");
        let (_handle, commands) = feagi_runtime::commands();
        let mut inputs_of_a_burst = |running: &mut Running| {
            let before = running.report.inputs;
            let (clock, stop) = (ManualClock::default(), StopFlag::default());
            BurstLoop::new(&clock, &stop, &commands).limit(Some(1)).source(&mut pictures).run(running);
            running.report.inputs - before
        };
        assert!(inputs_of_a_burst(&mut running) > 0);
        drop(running.replace_brain(brain(blind().as_bytes())));
        assert_eq!(inputs_of_a_burst(&mut running), 0);
        drop(running.replace_brain(seeing()));
        assert!(inputs_of_a_burst(&mut running) > 0);
    }
}
