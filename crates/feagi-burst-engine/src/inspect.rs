//! Looking at single neurons and their synapses between bursts.
//!
//! Rows of synapses lie with their sources, so what leaves a neuron is found at once, and what arrives at
//! one is found by looking at all rows that lead to its population: in steps, between which bursts run.

use core::ops::Range;

use feagi_types::{CorticalIdx, NeuronId, SynapticDelay, Voxel};

use crate::brain::Brain;
use crate::engine::BurstEngine;
use crate::neuron::Neuron;
use crate::population::Place;
use crate::segment::Edge;
use crate::synapses::Synapse;

/// How far a search for synapses has come. It starts with `Default` and is of no use after an edit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncomingScan {
    segment: usize,
    row: usize,
}

impl BurstEngine {
    /// Neurons in `voxel` of an area, by rising id; none when there is no such area or voxel.
    pub fn neurons_at(&self, area: CorticalIdx, voxel: Voxel) -> impl Iterator<Item = NeuronId> + '_ {
        let brain = &self.brain;
        let area = brain.area_position(area).ok().map(|position| &brain.areas[position]);
        let populations = area.into_iter().flat_map(|area| &area.populations);
        let in_grids = populations.flat_map(move |&population| brain.grid_ids(population, voxel));
        let listed = area.into_iter().flat_map(move |area| area.listed.range((voxel, 0)..=(voxel, u32::MAX)));
        let ids = in_grids.chain(listed.map(|&(_, id)| id)).map(NeuronId);
        ids.filter(|&id| brain.locate(id).is_some())
    }

    /// The parameters of a neuron, with 0 for no limit; `None` when it does not exist.
    #[must_use]
    pub fn parameters_of(&self, id: NeuronId) -> Option<Neuron> {
        let (population, local) = self.brain.locate(id)?;
        let population = &self.brain.populations[population];
        let rules = &population.rules;
        let limit = rules.threshold_limit.get(local);
        let fires = rules.consecutive_fire_limit.get(local);
        Some(Neuron {
            voxel: population.voxel(local),
            threshold: rules.threshold.get(local),
            threshold_limit: if limit.is_finite() { limit } else { 0.0 },
            leak: rules.leak.get(local),
            refractory_period: rules.refractory_period.get(local),
            excitability: rules.excitability.get(local),
            consecutive_fire_limit: if fires == u16::MAX { 0 } else { fires },
            snooze_length: rules.snooze_length.get(local),
            accumulates: rules.accumulates.get(local),
        })
    }

    /// Number of synapses that leave a neuron.
    #[must_use]
    pub fn outgoing_count(&self, id: NeuronId) -> usize {
        let Some((population, local)) = self.brain.locate(id) else { return 0 };
        let outgoing = &self.brain.populations[population].outgoing;
        outgoing.iter().map(|&segment| self.brain.segments[segment].row(local).len()).sum()
    }

    /// Synapses that leave a neuron; one that was removed since the last burst may still be there.
    pub fn outgoing(&self, id: NeuronId) -> impl Iterator<Item = Synapse> + '_ {
        let brain = &self.brain;
        let place = brain.locate(id);
        let segments = place.into_iter().flat_map(|(population, _)| &brain.populations[population].outgoing);
        segments.flat_map(move |&position| {
            let segment = &brain.segments[position];
            let row = place.map_or(0..0, |(_, local)| segment.row(local));
            row.map(move |at| {
                let row = place.map_or(0, |(_, local)| local) - segment.first_source;
                brain.synapse(position, segment.edge(row, at))
            })
        })
    }

    /// Shows `found` synapses that arrive at the neurons with ids `targets`, all of which were made
    /// together, such as those of one voxel. Looks at most at `rows` rows, each of which takes a few
    /// dozen nanoseconds, and returns whether that was all; if not, the next call goes on from there.
    pub fn scan_incoming(
        &self,
        targets: Range<u32>,
        scan: &mut IncomingScan,
        rows: usize,
        mut found: impl FnMut(Synapse),
    ) -> bool {
        let brain = &self.brain;
        let Some((population, local)) = brain.locate_any(NeuronId(targets.start)) else { return true };
        let first = brain.populations[population].first_slot + local;
        let slots = first as u32..(first + targets.len()) as u32;
        let mut left = rows;
        while let Some(segment) = brain.segments.get(scan.segment) {
            if !segment.removed && segment.target == population {
                while scan.row < segment.rows() {
                    if left == 0 {
                        return false;
                    }
                    left -= 1;
                    for at in segment.positions_of(scan.row, slots.clone()) {
                        found(brain.synapse(scan.segment, segment.edge(scan.row, at)));
                    }
                    scan.row += 1;
                }
            }
            *scan = IncomingScan { segment: scan.segment + 1, row: 0 };
        }
        true
    }
}

impl Brain {
    /// Ids of the neurons in a voxel of a population that is a grid, deleted ones included.
    fn grid_ids(&self, population: usize, voxel: Voxel) -> Range<u32> {
        let population = &self.populations[population];
        match population.place {
            Place::Grid { dimensions, per_voxel } if dimensions.contains(voxel) => {
                // The grid has its neurons in memory, so their numbers fit.
                let row = voxel.x * dimensions.height + voxel.y;
                let first = population.first_id + (row * dimensions.depth + voxel.z) * per_voxel;
                first..first + per_voxel
            }
            _ => 0..0,
        }
    }

    /// A synapse of a segment, by the ids of its ends.
    pub(crate) fn synapse(&self, segment: usize, edge: Edge) -> Synapse {
        let segment = &self.segments[segment];
        let (source, target) = (&self.populations[segment.source], &self.populations[segment.target]);
        Synapse {
            source: NeuronId(source.first_id + edge.source as u32),
            target: NeuronId(target.first_id + (edge.target as usize - target.first_slot) as u32),
            weight: edge.weight,
            psp: edge.psp,
            kind: edge.kind,
            delay: SynapticDelay::new(edge.delay).unwrap_or_default(),
        }
    }
}
