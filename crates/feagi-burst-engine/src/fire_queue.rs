//! The fired set of a burst.

use alloc::vec::Vec;

use feagi_types::{BurstCount, CorticalId, CorticalIdx};

use crate::brain::Brain;
use crate::slots::BLOCK;

/// What fired, in rising id order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fired {
    pub(crate) ids: Vec<u32>,
    pub(crate) potentials: Vec<f32>,
    /// Runs of one population each: its position and the end of its entries.
    pub(crate) runs: Vec<(usize, usize)>,
}

impl Fired {
    pub(crate) fn clear(&mut self) {
        self.ids.clear();
        self.potentials.clear();
        self.runs.clear();
    }

    pub(crate) fn reserve(&mut self, neurons: usize, populations: usize) {
        let more = |len: usize, wanted: usize| wanted.saturating_sub(len);
        self.ids.reserve(more(self.ids.len(), neurons));
        self.potentials.reserve(more(self.potentials.len(), neurons));
        self.runs.reserve(more(self.runs.len(), populations));
    }

    /// Adds the spikes of a block whose first neuron is `first_id`.
    #[inline]
    pub(crate) fn add_block(&mut self, first_id: u32, mut fired: u64, potentials: &[f32; BLOCK]) {
        if fired == u64::MAX {
            self.ids.extend(first_id..first_id + BLOCK as u32);
            self.potentials.extend_from_slice(potentials);
            return;
        }
        while fired != 0 {
            let bit = fired.trailing_zeros();
            fired &= fired - 1;
            self.ids.push(first_id + bit);
            self.potentials.push(potentials[bit as usize]);
        }
    }

    /// Adds spikes of neurons that are not there yet, by rising id. Leaves `runs` as they were.
    pub(crate) fn merge(&mut self, more: &[(u32, f32)]) {
        let mut left = self.ids.len();
        self.ids.resize(left + more.len(), 0);
        self.potentials.resize(left + more.len(), 0.0);
        // From the back, where there is room: each spike moves once.
        for (before, &(id, potential)) in more.iter().enumerate().rev() {
            let later = self.ids[..left].partition_point(|&other| other < id);
            self.ids.copy_within(later..left, later + before + 1);
            self.potentials.copy_within(later..left, later + before + 1);
            (self.ids[later + before], self.potentials[later + before]) = (id, potential);
            left = later;
        }
    }

    /// Each run as (population, entries).
    pub(crate) fn runs(&self) -> impl Iterator<Item = (usize, core::ops::Range<usize>)> + '_ {
        let starts = core::iter::once(0).chain(self.runs.iter().map(|&(_, end)| end));
        starts.zip(&self.runs).map(|(start, &(population, end))| (population, start..end))
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn merged_spikes_lie_between_the_others_by_id(
            spikes in prop::collection::btree_map(0_u32..60, any::<bool>(), 0..40)
        ) {
            let part = |wanted: bool| spikes.iter().filter(move |&(_, &late)| late == wanted).map(|(&id, _)| id);
            let potential = |id: u32| id as f32 + 0.5;
            let mut fired = Fired {
                ids: part(false).collect(),
                potentials: part(false).map(potential).collect(),
                runs: Vec::new(),
            };
            let more: Vec<(u32, f32)> = part(true).map(|id| (id, potential(id))).collect();
            fired.merge(&more);
            let expected: BTreeMap<u32, f32> = spikes.keys().map(|&id| (id, potential(id))).collect();
            prop_assert!(fired.ids.iter().copied().eq(expected.keys().copied()));
            prop_assert!(fired.potentials.iter().copied().eq(expected.values().copied()));
        }
    }
}
