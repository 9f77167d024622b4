//! The fired set as the phases of a burst write and read it.

use alloc::vec::Vec;

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
