//! Stand-alone synaptic propagation, the first piece of the Python engine that was replaced.
//!
//! Weight and conductance are bytes, each divided by 255, so a contribution lies in -1..=1. This
//! is another formula than the engine's (`npu.md` section 2.1, revision P0); nothing is summed:
//! each live synapse of each fired neuron gives one entry.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use feagi_types::SynapseKind;

/// Maps fired neurons to the contributions of their synapses, grouped by target area.
///
/// ```
/// use feagi_burst_engine::SynapticPropagationEngine;
/// let mut engine = SynapticPropagationEngine::new();
/// engine.build_index(&[1], &[10], &[128], &[255], &[1], &[true])?;
/// engine.set_neuron_mapping([(10, 7)]);
/// let (area, entries) = engine.propagate(&[1]).iter().next().expect("one area");
/// assert_eq!((area, entries[0].0), (7, 10));
/// assert!((entries[0].1 + 0.50196).abs() < 1e-5); // inhibitory
/// # Ok::<(), feagi_burst_engine::IndexError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct SynapticPropagationEngine {
    /// Distinct source ids, rising.
    sources: Vec<u32>,
    /// Start in `sources` of each run of ids that agree above the lowest `bucket_bits` bits, and the
    /// end of the last. There are about as many runs as sources, so a look-up is a step or two.
    buckets: Vec<u32>,
    bucket_bits: u32,
    /// Start of each source's synapses in the arrays below, and the end of the last.
    offsets: Vec<u32>,
    targets: Vec<u32>,
    contributions: Vec<f32>,
    /// Position of each synapse's target area in the result, or [`UNMAPPED`].
    places: Vec<u32>,
    areas_of_neurons: BTreeMap<u32, u32>,
    result: Propagation,
    calls: u64,
    visited: u64,
}

/// Marks synapses whose target has no area.
const UNMAPPED: u32 = u32::MAX;

/// Contributions by area; see [`SynapticPropagationEngine::propagate`].
#[derive(Clone, Debug, Default)]
pub struct Propagation {
    areas: Vec<(u32, Vec<(u32, f32)>)>,
}

/// Why synapse arrays cannot be indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The arrays differ in length.
    #[error("`{array}` has {length} elements where `source` has {expected}")]
    Length {
        /// Which array.
        array: &'static str,
        /// Its length.
        length: usize,
        /// Length of the source array.
        expected: usize,
    },
    /// More synapses than 32 bits count.
    #[error("{0} synapses are more than 4294967295")]
    TooMany(usize),
}

impl Propagation {
    /// Each area that was reached with its `(target neuron, contribution)` entries, by rising area.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[(u32, f32)])> {
        self.areas
            .iter()
            .filter(|(_, entries)| !entries.is_empty())
            .map(|(area, entries)| (*area, &entries[..]))
    }

    /// Whether nothing was reached.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl SynapticPropagationEngine {
    /// An engine without synapses.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces all synapses. One element of each array describes one synapse: source id, target
    /// id, weight and conductance (0..=255), type (0 excitatory, else inhibitory), and whether it
    /// is live.
    ///
    /// # Errors
    /// [`IndexError`] when the arrays differ in length; the old synapses stay.
    pub fn build_index(
        &mut self,
        sources: &[u32],
        targets: &[u32],
        weights: &[u8],
        conductances: &[u8],
        types: &[u8],
        valid: &[bool],
    ) -> Result<(), IndexError> {
        let expected = sources.len();
        let lengths = [
            ("target", targets.len()),
            ("weight", weights.len()),
            ("conductance", conductances.len()),
            ("type", types.len()),
            ("valid", valid.len()),
        ];
        for (array, length) in lengths {
            if length != expected {
                return Err(IndexError::Length { array, length, expected });
            }
        }
        let count = u32::try_from(expected).map_err(|_| IndexError::TooMany(expected))?;
        let mut order: Vec<u32> = (0..count).filter(|&synapse| valid[synapse as usize]).collect();
        // Stable: the synapses of one source keep the order in which they were given.
        order.sort_by_key(|&synapse| sources[synapse as usize]);
        self.sources.clear();
        self.offsets.clear();
        for (position, &synapse) in order.iter().enumerate() {
            let source = sources[synapse as usize];
            if self.sources.last() != Some(&source) {
                self.sources.push(source);
                self.offsets.push(position as u32);
            }
        }
        self.offsets.push(order.len() as u32);
        self.fill_buckets();
        let each = order.iter().map(|&synapse| synapse as usize);
        self.targets = each.clone().map(|synapse| targets[synapse]).collect();
        self.contributions = each
            .map(|synapse| contribution(weights[synapse], conductances[synapse], types[synapse]))
            .collect();
        self.place_targets();
        Ok(())
    }

    /// Replaces the areas of neurons: `(neuron, area)` pairs, the last of a neuron counts. Targets
    /// without an area are left out of results.
    pub fn set_neuron_mapping(&mut self, mapping: impl IntoIterator<Item = (u32, u32)>) {
        self.areas_of_neurons = mapping.into_iter().collect();
        self.place_targets();
    }

    /// The entries of all live synapses of the fired neurons, in fired order and then in the order
    /// of the synapses. A neuron that is listed twice gives its entries twice. The result stays
    /// until the next call and its memory is used again.
    pub fn propagate(&mut self, fired: &[u32]) -> &Propagation {
        for (_, entries) in &mut self.result.areas {
            entries.clear();
        }
        for neuron in fired {
            let Some(row) = self.row_of(*neuron) else { continue };
            let synapses = self.offsets[row] as usize..self.offsets[row + 1] as usize;
            self.visited += synapses.len() as u64;
            for synapse in synapses {
                let place = self.places[synapse];
                if place != UNMAPPED {
                    let entry = (self.targets[synapse], self.contributions[synapse]);
                    self.result.areas[place as usize].1.push(entry);
                }
            }
        }
        self.calls += 1;
        &self.result
    }

    /// Calls of [`SynapticPropagationEngine::propagate`] so far and live synapses they visited,
    /// unmapped ones included.
    #[must_use]
    pub fn statistics(&self) -> (u64, u64) {
        (self.calls, self.visited)
    }

    fn fill_buckets(&mut self) {
        let last = self.sources.last().copied().unwrap_or(0);
        self.bucket_bits = 0;
        while (last >> self.bucket_bits) as usize > self.sources.len() * 2 {
            self.bucket_bits += 1;
        }
        self.buckets.clear();
        for (position, source) in self.sources.iter().enumerate() {
            while self.buckets.len() <= (source >> self.bucket_bits) as usize {
                self.buckets.push(position as u32);
            }
        }
        self.buckets.push(self.sources.len() as u32);
    }

    /// Position of a source; `None` when it has no live synapses.
    fn row_of(&self, source: u32) -> Option<usize> {
        let bucket = (source >> self.bucket_bits) as usize;
        let (start, end) = (*self.buckets.get(bucket)?, *self.buckets.get(bucket + 1)?);
        let found = self.sources[start as usize..end as usize].binary_search(&source).ok()?;
        Some(start as usize + found)
    }

    /// Looks up the result list of every synapse once, so that no call has to.
    fn place_targets(&mut self) {
        let mut areas: Vec<u32> = self.areas_of_neurons.values().copied().collect();
        areas.sort_unstable();
        areas.dedup();
        let place = |target: &u32| {
            let area = self.areas_of_neurons.get(target)?;
            areas.binary_search(area).ok()
        };
        self.places =
            self.targets.iter().map(|target| place(target).map_or(UNMAPPED, |at| at as u32)).collect();
        self.result.areas = areas.into_iter().map(|area| (area, Vec::new())).collect();
        for &place in self.places.iter().filter(|&&place| place != UNMAPPED) {
            // Room for one spike of every source: repeated calls allocate nothing.
            self.result.areas[place as usize].1.reserve(1);
        }
    }
}

fn contribution(weight: u8, conductance: u8, kind: u8) -> f32 {
    let sign = SynapseKind::from_code(kind).sign();
    f32::from(weight) / 255.0 * (f32::from(conductance) / 255.0) * sign
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_source_is_found_however_its_ids_are_spread(
            mut sources in prop::collection::btree_set(prop_oneof![0..300_u32, any::<u32>()], 0..60),
            stranger in any::<u32>(),
        ) {
            let ids: Vec<u32> = sources.iter().copied().collect();
            let (bytes, live) = (vec![255; ids.len()], vec![true; ids.len()]);
            let mut engine = SynapticPropagationEngine::new();
            engine.build_index(&ids, &ids, &bytes, &bytes, &bytes, &live).unwrap();
            for (row, &id) in ids.iter().enumerate() {
                prop_assert_eq!(engine.row_of(id), Some(row));
            }
            if sources.insert(stranger) {
                prop_assert_eq!(engine.row_of(stranger), None);
            }
        }
    }
}
