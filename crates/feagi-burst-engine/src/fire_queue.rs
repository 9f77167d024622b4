//! The fired set as callers read it.

use feagi_types::{BurstCount, CorticalId, CorticalIdx};

use crate::brain::Brain;
use crate::cells::Cells;
use crate::population::Place;

/// The fired set of the last burst: ids in rising order, each with the potential it fired with.
#[derive(Clone, Copy, Debug)]
pub struct FireQueue<'a> {
    brain: &'a Brain,
}

/// The part of a fired set that belongs to one area. An area whose neurons were added in several
/// calls can appear several times.
#[derive(Clone, Copy, Debug)]
pub struct FiredArea<'a> {
    /// Index of the area.
    pub idx: CorticalIdx,
    /// Id of the area.
    pub id: CorticalId,
    /// Ids of the neurons, rising.
    pub ids: &'a [u32],
    /// Potential each fired with.
    pub potentials: &'a [f32],
    brain: &'a Brain,
    population: usize,
}

impl<'a> FireQueue<'a> {
    pub(crate) fn new(brain: &'a Brain) -> Self {
        Self { brain }
    }

    /// The burst it belongs to; 0 before the first.
    #[must_use]
    pub fn burst(&self) -> BurstCount {
        BurstCount(self.brain.burst)
    }

    /// Ids of the neurons that fired, rising.
    #[must_use]
    pub fn ids(&self) -> &'a [u32] {
        &self.brain.fired.ids
    }

    /// Potential each fired with, in the order of [`FireQueue::ids`].
    #[must_use]
    pub fn potentials(&self) -> &'a [f32] {
        &self.brain.fired.potentials
    }

    /// Number of spikes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids().len()
    }

    /// Whether nothing fired.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids().is_empty()
    }

    /// The fired set area by area, in id order.
    pub fn areas(&self) -> impl Iterator<Item = FiredArea<'a>> + use<'a> {
        let queue = *self;
        (0..self.area_count()).filter_map(move |index| queue.area(index))
    }

    /// How many entries [`FireQueue::areas`] has.
    #[must_use]
    pub fn area_count(&self) -> usize {
        self.brain.fired.runs.len()
    }

    /// Entry `index` of [`FireQueue::areas`]; `None` from [`FireQueue::area_count`] on.
    #[must_use]
    pub fn area(&self, index: usize) -> Option<FiredArea<'a>> {
        let brain = self.brain;
        let &(population, end) = brain.fired.runs.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| brain.fired.runs[before].1);
        let area = &brain.areas[brain.populations[population].area];
        Some(FiredArea {
            idx: area.idx,
            id: area.id,
            ids: &brain.fired.ids[start..end],
            potentials: &brain.fired.potentials[start..end],
            brain,
            population,
        })
    }
}

impl<'a> FiredArea<'a> {
    /// Voxel and potential of each spike, in id order.
    pub fn voxels(&self) -> impl Iterator<Item = (feagi_types::Voxel, f32)> + use<'a> {
        let population = &self.brain.populations[self.population];
        self.ids
            .iter()
            .zip(self.potentials)
            .map(move |(&id, &potential)| (population.voxel((id - population.first_id) as usize), potential))
    }
    /// Where the neurons are, if they were made as a grid: the fast way through large sets.
    #[must_use]
    pub fn cells(&self) -> Option<Cells> {
        let population = &self.brain.populations[self.population];
        match population.place {
            Place::Grid { dimensions, per_voxel } => {
                Some(Cells::new(population.first_id, dimensions, per_voxel))
            }
            Place::Listed(_) => None,
        }
    }
}
