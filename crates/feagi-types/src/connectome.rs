//! The connectome value: what development produces and the burst engine takes.
//!
//! It is plain data. Neurons are not listed one by one: an area of `w × h × d` voxels with `n`
//! neurons per voxel has `w·h·d·n` neurons whose local index is
//! `((x·h + y)·d + z)·n + copy` (x outermost). Synapses name neurons by these local indices, so a
//! connectome holds no engine ids and two areas can be developed independently.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::{
    AreaParameters, Column, CorticalId, CorticalIdx, Dimensions, PlasticityParameters, Position, Precision,
    SynapseKind, SynapticDelay,
};

/// A developed brain.
#[derive(Clone, Debug, PartialEq)]
pub struct Connectome {
    /// Arithmetic the brain was made for.
    pub precision: Precision,
    /// Charge that the power area gets every burst.
    pub power_amount: f32,
    /// Areas in the order in which their neurons get ids. Core areas come first.
    pub areas: Vec<Area>,
    /// Mappings in the order in which their synapses are made.
    pub mappings: Vec<Mapping>,
}

/// A cortical area with its neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Index inside the engine; unique in a connectome.
    pub idx: CorticalIdx,
    /// Name on the wire and in the genome; unique in a connectome.
    pub id: CorticalId,
    /// Name for people.
    pub name: String,
    /// Place in the brain.
    pub position: Position,
    /// Size in voxels, every axis at least 1.
    pub dimensions: Dimensions,
    /// Neurons in each voxel, at least 1.
    pub neurons_per_voxel: u32,
    /// What its neurons have in common.
    pub parameters: AreaParameters,
}

/// The synapses that one rule makes from one area to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Area of the source neurons.
    pub source: CorticalIdx,
    /// Area of the target neurons.
    pub target: CorticalIdx,
    /// Name of the connection rule (the genome's morphology) that made it.
    pub rule: String,
    /// Who connects to whom.
    pub rows: SynapseRows,
    /// Weight of each synapse, not negative; the sign is in `kind`.
    pub weight: Column<f32>,
    /// Postsynaptic current of each synapse.
    pub psp: Column<f32>,
    /// Excitatory or inhibitory.
    pub kind: Column<SynapseKind>,
    /// Bursts from spike to arrival.
    pub delay: Column<SynapticDelay>,
    /// How the mapping learns, if it does.
    pub plasticity: Option<PlasticityParameters>,
}

/// Synapses as rows by source neuron (compressed sparse rows).
///
/// Row `r` belongs to the source neuron with local index `first_source + r` and holds
/// `targets[offsets[r]..offsets[r + 1]]`, local indices in the target area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SynapseRows {
    /// Local index of the neuron of row 0.
    pub first_source: u32,
    /// Start of each row in `targets`, and the end of the last; one more than there are rows, or empty.
    pub offsets: Vec<u32>,
    /// Local index of each synapse's target.
    pub targets: Vec<u32>,
}

/// Why a connectome does not hold together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectomeError {
    /// Two areas share an index or an id.
    #[error("two areas have the id {id} or the cortical index {idx}")]
    DuplicateArea {
        /// Id of the second one.
        id: CorticalId,
        /// Index of the second one.
        idx: CorticalIdx,
    },
    /// An area is empty or has more neurons than ids exist for.
    #[error("area {id} has {dimensions} voxels with {per_voxel} neurons each; ids exist for 1..=50000000")]
    AreaSize {
        /// The area.
        id: CorticalId,
        /// Its size.
        dimensions: Dimensions,
        /// Its neurons per voxel.
        per_voxel: u32,
    },
    /// A mapping names an area that the connectome does not have.
    #[error("a mapping names cortical index {0}, which no area has")]
    UnknownArea(CorticalIdx),
    /// Rows of a mapping are inconsistent, name neurons outside their areas or hold impossible values.
    #[error("mapping {mapping}: {what}")]
    Rows {
        /// Position of the mapping in [`Connectome::mappings`].
        mapping: usize,
        /// What is wrong.
        what: &'static str,
    },
}

impl SynapseRows {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of synapses.
    #[must_use]
    pub fn synapse_count(&self) -> usize {
        self.targets.len()
    }

    /// Rows from `(source, target)` pairs that are sorted by source; targets keep their order
    /// within a source.
    ///
    /// Returns `None` when there are more than `u32::MAX` pairs or a source comes after a larger one.
    #[must_use]
    pub fn from_sorted_pairs(pairs: &[(u32, u32)]) -> Option<Self> {
        u32::try_from(pairs.len()).ok()?;
        let (Some(&(first, _)), Some(&(last, _))) = (pairs.first(), pairs.last()) else {
            return Some(Self::default());
        };
        let rows = last.checked_sub(first)? as usize + 1;
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        let mut targets = Vec::with_capacity(pairs.len());
        for &(source, target) in pairs {
            let row = source.checked_sub(first)? as usize;
            if row + 1 < offsets.len() {
                return None;
            }
            while offsets.len() <= row {
                offsets.push(targets.len() as u32);
            }
            targets.push(target);
        }
        offsets.push(targets.len() as u32);
        Some(Self { first_source: first, offsets, targets })
    }

    /// Every synapse as `(source, target)`, in order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.offsets.windows(2).enumerate().flat_map(move |(row, ends)| {
            let source = self.first_source + row as u32;
            self.targets[ends[0] as usize..ends[1] as usize].iter().map(move |&target| (source, target))
        })
    }

    fn check(&self, sources: u64, targets: u64) -> Result<(), &'static str> {
        if self.offsets.is_empty() {
            return if self.targets.is_empty() { Ok(()) } else { Err("synapses without rows") };
        }
        if self.offsets[0] != 0 || self.offsets.windows(2).any(|ends| ends[0] > ends[1]) {
            return Err("row offsets do not rise from 0");
        }
        if self.offsets.last().is_some_and(|&end| end as usize != self.targets.len()) {
            return Err("the last row does not end at the last synapse");
        }
        if u64::from(self.first_source) + self.len() as u64 > sources {
            return Err("a source neuron lies outside its area");
        }
        if self.targets.iter().any(|&target| u64::from(target) >= targets) {
            return Err("a target neuron lies outside its area");
        }
        Ok(())
    }
}

impl Mapping {
    /// Checks that rows and columns fit each other, name only neurons of areas with `sources` and
    /// `targets` neurons, and hold finite values and no negative weight.
    ///
    /// # Errors
    /// What does not fit, as text for [`ConnectomeError::Rows`].
    pub fn check(&self, sources: u64, targets: u64) -> Result<(), &'static str> {
        let count = self.rows.synapse_count();
        let fits = |length: Option<usize>| length.is_none_or(|length| length == count);
        let columns = fits(self.weight.per_row().map(<[_]>::len))
            && fits(self.psp.per_row().map(<[_]>::len))
            && fits(self.kind.per_row().map(<[_]>::len))
            && fits(self.delay.per_row().map(<[_]>::len));
        if !columns {
            return Err("a column has another length than there are synapses");
        }
        if !self.weight.all(|weight| weight.is_finite() && weight >= 0.0) {
            return Err("a weight is negative or not finite; the sign of a synapse is its kind");
        }
        if !self.psp.all(f32::is_finite) {
            return Err("a postsynaptic current is not finite");
        }
        self.rows.check(sources, targets)
    }
}

impl Area {
    /// Number of neurons, in 64 bits; `None` when even that overflows.
    #[must_use]
    pub const fn neuron_count(&self) -> Option<u64> {
        self.dimensions.neuron_count(self.neurons_per_voxel)
    }
}

impl Connectome {
    /// Number of neurons of all areas; saturates.
    #[must_use]
    pub fn neuron_count(&self) -> u64 {
        self.areas.iter().fold(0, |sum, area| sum.saturating_add(area.neuron_count().unwrap_or(u64::MAX)))
    }

    /// Number of synapses of all mappings.
    #[must_use]
    pub fn synapse_count(&self) -> u64 {
        self.mappings.iter().map(|mapping| mapping.rows.synapse_count() as u64).sum()
    }

    /// The area with this index.
    #[must_use]
    pub fn area(&self, idx: CorticalIdx) -> Option<&Area> {
        self.areas.iter().find(|area| area.idx == idx)
    }

    /// Checks that indices and ids are unique and every synapse joins neurons that exist.
    ///
    /// # Errors
    /// [`ConnectomeError`] with the first thing that does not fit.
    pub fn validate(&self) -> Result<(), ConnectomeError> {
        let (mut neurons, mut ids) = (BTreeMap::new(), BTreeSet::new());
        for area in &self.areas {
            let count = area.neuron_count().unwrap_or(u64::MAX);
            if neurons.insert(area.idx, count).is_some() || !ids.insert(area.id) {
                return Err(ConnectomeError::DuplicateArea { id: area.id, idx: area.idx });
            }
            if !(1..=50_000_000).contains(&count) {
                return Err(ConnectomeError::AreaSize {
                    id: area.id,
                    dimensions: area.dimensions,
                    per_voxel: area.neurons_per_voxel,
                });
            }
        }
        for (position, mapping) in self.mappings.iter().enumerate() {
            let neurons =
                |idx: CorticalIdx| neurons.get(&idx).copied().ok_or(ConnectomeError::UnknownArea(idx));
            let (sources, targets) = (neurons(mapping.source)?, neurons(mapping.target)?);
            mapping
                .check(sources, targets)
                .map_err(|what| ConnectomeError::Rows { mapping: position, what })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_keep_every_pair(mut pairs in prop::collection::vec((0u32..50, 0u32..50), 0..200)) {
            pairs.sort_by_key(|&(source, _)| source);
            let rows = SynapseRows::from_sorted_pairs(&pairs).unwrap();
            prop_assert_eq!(rows.check(50, 50), Ok(()));
            prop_assert_eq!(rows.iter().collect::<Vec<_>>(), pairs);
        }
    }

    #[test]
    fn unsorted_pairs_are_refused() {
        assert_eq!(SynapseRows::from_sorted_pairs(&[(3, 0), (1, 0), (4, 0)]), None);
        assert_eq!(SynapseRows::from_sorted_pairs(&[(0, 0), (2, 0), (1, 0), (4, 0)]), None);
    }

    #[test]
    fn weights_that_are_negative_or_no_number_are_found() {
        let mut mapping = Mapping {
            source: CorticalIdx(7),
            target: CorticalIdx(7),
            rule: String::new(),
            rows: SynapseRows::from_sorted_pairs(&[(0, 0)]).unwrap(),
            weight: Column::Uniform(1.0),
            psp: Column::Uniform(1.0),
            kind: Column::Uniform(SynapseKind::Excitatory),
            delay: Column::Uniform(SynapticDelay::ONE),
            plasticity: None,
        };
        assert!(mapping.check(1, 1).is_ok());
        mapping.weight = Column::PerRow(alloc::vec![-1.0]);
        assert!(mapping.check(1, 1).is_err());
        mapping.weight = Column::Uniform(f32::NAN);
        assert!(mapping.check(1, 1).is_err());
        (mapping.weight, mapping.psp) = (Column::Uniform(1.0), Column::Uniform(f32::INFINITY));
        assert!(mapping.check(1, 1).is_err());
    }

    #[test]
    fn targets_outside_their_area_are_found() {
        let rows = SynapseRows::from_sorted_pairs(&[(0, 9)]).unwrap();
        assert!(rows.check(1, 10).is_ok());
        assert!(rows.check(1, 9).is_err());
    }
}
