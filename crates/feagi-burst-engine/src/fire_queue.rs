//! The fired set as callers read it.

use feagi_types::{BurstCount, CorticalId, CorticalIdx};

use crate::brain::Brain;

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
        let brain = self.brain;
        brain.fired.runs().map(move |(population, entries)| {
            let area = &brain.areas[brain.populations[population].area];
            FiredArea {
                idx: area.idx,
                id: area.id,
                ids: &brain.fired.ids[entries.clone()],
                potentials: &brain.fired.potentials[entries],
                brain,
                population,
            }
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
}
