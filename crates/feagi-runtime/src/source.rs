//! Input that the program itself makes, on the burst thread: pictures, tests.

use feagi_burst_engine::BurstEngine;
use feagi_types::{BurstCount, CorticalId, CorticalIdx, Voxel};

/// Where input comes from.
pub trait Source {
    /// Stages the input of `burst`, which runs next: 1 for the first that the loop ever ran. Called on the burst thread: it should neither
    /// wait nor allocate.
    fn feed(&mut self, burst: BurstCount, inlet: &mut Inlet<'_>);
}

/// A source that gives nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoInput;

impl Source for NoInput {
    fn feed(&mut self, _burst: BurstCount, _inlet: &mut Inlet<'_>) {}
}

impl<S: Source + ?Sized> Source for Box<S> {
    fn feed(&mut self, burst: BurstCount, inlet: &mut Inlet<'_>) {
        (**self).feed(burst, inlet);
    }
}

/// What a source may do to the engine: add charge, and nothing else.
#[derive(Debug)]
pub struct Inlet<'a> {
    engine: &'a mut BurstEngine,
    staged: u64,
}

impl<'a> Inlet<'a> {
    pub(crate) fn new(engine: &'a mut BurstEngine) -> Self {
        Self { engine, staged: 0 }
    }

    /// Index of the area with this id in the brain that runs now; `None` when it has none. A source
    /// outlives genomes, and indices mean other areas in each.
    #[must_use]
    pub fn area(&self, id: CorticalId) -> Option<CorticalIdx> {
        self.engine.area_idx(id)
    }

    /// Adds a potential to the neuron of each voxel of an area in the next burst. Returns how many
    /// were staged: unknown voxels, zero and non-finite potentials are left out, and everything for
    /// an unknown area.
    pub fn voxels(&mut self, area: CorticalIdx, voxels: impl IntoIterator<Item = (Voxel, f32)>) -> usize {
        let staged = self.engine.inject_voxels(area, voxels);
        self.staged += staged as u64;
        staged
    }

    pub(crate) const fn staged(&self) -> u64 {
        self.staged
    }
}
