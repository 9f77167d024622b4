//! What an engine consists of, for those who keep books of it.

use feagi_types::{CorticalId, CorticalIdx, MappingId, Precision};

use crate::config::Compatibility;
use crate::engine::BurstEngine;
use crate::fatigue::Capacity;

impl BurstEngine {
    /// Index and id of every area, by rising index.
    pub fn areas(&self) -> impl Iterator<Item = (CorticalIdx, CorticalId)> + '_ {
        let brain = &self.brain;
        brain.positions.iter().map(|(&idx, &position)| (idx, brain.areas[position].id))
    }

    /// Every mapping with its source and its target area, by rising id.
    pub fn mappings(&self) -> impl Iterator<Item = (MappingId, CorticalIdx, CorticalIdx)> + '_ {
        let brain = &self.brain;
        let area = |population: usize| brain.areas[brain.populations[population].area].idx;
        let segments = (0..).map(MappingId).zip(&brain.mappings);
        segments.filter_map(move |(id, segment)| {
            let segment = &brain.segments[(*segment)?];
            Some((id, area(segment.source), area(segment.target)))
        })
    }

    /// Arithmetic of membrane potentials.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.brain.precision
    }

    /// The published quirks that it reproduces.
    #[must_use]
    pub fn compatibility(&self) -> Compatibility {
        self.brain.compatibility
    }

    /// Charge that the power area gets every burst.
    #[must_use]
    pub fn power_amount(&self) -> f32 {
        self.brain.power_amount
    }

    /// Sets the room for neurons and synapses that fatigue goes by, from the next burst on.
    pub fn set_capacity(&mut self, capacity: Option<Capacity>) {
        self.brain.fatigue.capacity = capacity;
        self.brain.stale = true;
    }
}
