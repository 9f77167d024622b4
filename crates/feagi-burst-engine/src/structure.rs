//! Live edits of the structure: areas, neurons and mappings come and go between bursts.
//!
//! Ids are stable: nothing that stays is renumbered, and nothing that stays is rebuilt. A resized
//! or removed area retires its neurons, with every synapse that touches them.

use alloc::vec::Vec;
use core::ops::Range;

use feagi_types::connectome::ConnectomeError;
use feagi_types::{
    Area, AreaParameters, Column, CoreArea, CorticalId, CorticalIdx, Dimensions, Mapping, MappingId, NeuronId,
};

use crate::area::AreaRecord;
use crate::brain::{Brain, NEURON_IDS};
use crate::engine::BurstEngine;
use crate::error::EngineError;
use crate::neuron::Neuron;
use crate::population::{Place, Population, Rules};
use crate::segment::Segment;

/// What took the place of an area's neurons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Ids of the new neurons.
    pub ids: Range<u32>,
    /// Mappings that went with the old ones, rising.
    pub dropped: Vec<MappingId>,
}

impl BurstEngine {
    /// Registers an area as a connectome describes it and fills it with its neurons. Returns their ids,
    /// in the order of [`BurstEngine::add_grid`].
    ///
    /// # Errors
    /// As [`BurstEngine::add_area`] and [`BurstEngine::add_grid`]; nothing is changed then.
    pub fn place_area(&mut self, area: &Area) -> Result<Range<u32>, EngineError> {
        let Area { idx, id, dimensions, neurons_per_voxel, .. } = *area;
        self.brain.checked_grid(id, dimensions, neurons_per_voxel)?;
        self.add_area(idx, id, &area.parameters)?;
        if let Some(record) = self.brain.areas.last_mut() {
            record.psp_configured = true;
        }
        self.add_grid(idx, dimensions, neurons_per_voxel)
    }

    /// Size of an area and its neurons per voxel.
    ///
    /// # Errors
    /// [`EngineError::UnknownArea`], or [`EngineError::NotAGrid`] when its neurons are not one grid.
    pub fn area_grid(&self, area: CorticalIdx) -> Result<(Dimensions, u32), EngineError> {
        match self.brain.populations[self.brain.grid(area)?].place {
            Place::Grid { dimensions, per_voxel } => Ok((dimensions, per_voxel)),
            Place::Listed(_) => Err(EngineError::NotAGrid(area)),
        }
    }

    /// Neuron ids that were never handed out. Retired neurons keep theirs.
    #[must_use]
    pub fn neuron_ids_left(&self) -> u32 {
        NEURON_IDS - self.brain.next_id
    }

    /// Number of synapses of a mapping.
    ///
    /// # Errors
    /// [`EngineError::UnknownMapping`].
    pub fn mapping_len(&self, mapping: MappingId) -> Result<usize, EngineError> {
        Ok(self.brain.segments[self.brain.mapping(mapping)?].len())
    }

    /// Registers an area; it has no neurons yet.
    ///
    /// # Errors
    /// [`EngineError::AreaExists`] or [`EngineError::IdTaken`] when the index or the id is taken, [`EngineError::Parameter`] when a
    /// parameter is out of range.
    pub fn add_area(
        &mut self,
        idx: CorticalIdx,
        id: CorticalId,
        parameters: &AreaParameters,
    ) -> Result<(), EngineError> {
        parameters.validate()?;
        if self.brain.area_position(idx).is_ok() {
            return Err(EngineError::AreaExists(idx));
        }
        if self.brain.ids.contains_key(&id) {
            return Err(EngineError::IdTaken(id));
        }
        self.brain.ids.insert(id, idx);
        self.brain.positions.insert(idx, self.brain.areas.len());
        self.brain.areas.push(AreaRecord {
            idx,
            id,
            parameters: parameters.clone(),
            psp_configured: false,
            populations: Vec::new(),
            listed: alloc::collections::BTreeSet::new(),
            removed: false,
        });
        self.brain.stale = true;
        Ok(())
    }

    /// Registers a core area with its single neuron, as networks built by hand do.
    ///
    /// # Errors
    /// As [`BurstEngine::add_area`] and [`BurstEngine::add_neurons`].
    pub fn add_core_area(&mut self, area: CoreArea) -> Result<NeuronId, EngineError> {
        self.add_area(area.idx(), CorticalId::core(area), &AreaParameters::default())?;
        let ids = self.add_neurons(area.idx(), &[Neuron::core()])?;
        Ok(NeuronId(ids.start))
    }

    /// Fills an area without neurons with `per_voxel` neurons in each voxel, by its parameters.
    /// Returns their ids, which rise with x, then y, then z, then the copy.
    ///
    /// # Errors
    /// [`EngineError`] when the area is unknown, has neurons already, would be empty, or ids run
    /// out; counted in 64 bits before memory is taken.
    pub fn add_grid(
        &mut self,
        area: CorticalIdx,
        dimensions: Dimensions,
        per_voxel: u32,
    ) -> Result<Range<u32>, EngineError> {
        let position = self.brain.area_position(area)?;
        if !self.brain.areas[position].populations.is_empty() {
            return Err(EngineError::NotAGrid(area));
        }
        let count = self.brain.checked_grid(self.brain.areas[position].id, dimensions, per_voxel)?;
        let parameters = self.brain.areas[position].parameters.clone();
        let place = Place::Grid { dimensions, per_voxel };
        let mut rules = Rules::from_area(&parameters, self.brain.precision);
        rules.set_thresholds(&parameters, &place, count, self.brain.precision);
        Ok(self.brain.add_population(position, count, place, rules))
    }

    /// Adds neurons one by one. Returns their ids, in the order given. Each call takes whole blocks
    /// of 64 places, so many neurons belong into one call.
    ///
    /// # Errors
    /// [`EngineError`] when the area is unknown, a parameter is out of range or ids run out.
    pub fn add_neurons(&mut self, area: CorticalIdx, neurons: &[Neuron]) -> Result<Range<u32>, EngineError> {
        let position = self.brain.area_position(area)?;
        let count = self.brain.checked_ids(neurons.len() as u64)?;
        if count == 0 {
            return Ok(self.brain.next_id..self.brain.next_id);
        }
        neurons.iter().try_for_each(Neuron::validate)?;
        let place = Place::Listed(neurons.iter().map(|neuron| neuron.voxel).collect());
        let rules = Rules::from_neurons(neurons, self.brain.precision);
        let ids = self.brain.add_population(position, count, place, rules);
        let listed = neurons.iter().zip(ids.clone()).map(|(neuron, id)| (neuron.voxel, id));
        self.brain.areas[position].listed.extend(listed);
        Ok(ids)
    }

    /// Gives an area another size. Its neurons are retired with all synapses that touch them and
    /// its mappings go; the new neurons get new ids.
    ///
    /// # Errors
    /// As [`BurstEngine::add_grid`]; the area is unchanged then.
    pub fn resize_area(
        &mut self,
        area: CorticalIdx,
        dimensions: Dimensions,
        per_voxel: u32,
    ) -> Result<Replaced, EngineError> {
        let position = self.brain.area_position(area)?;
        self.brain.checked_grid(self.brain.areas[position].id, dimensions, per_voxel)?;
        let dropped = self.brain.retire_neurons(position);
        Ok(Replaced { ids: self.add_grid(area, dimensions, per_voxel)?, dropped })
    }

    /// Removes an area with its neurons, its mappings and every synapse that touches it. Returns the
    /// mappings that went, rising.
    ///
    /// # Errors
    /// [`EngineError::UnknownArea`].
    pub fn remove_area(&mut self, area: CorticalIdx) -> Result<Vec<MappingId>, EngineError> {
        let position = self.brain.area_position(area)?;
        let dropped = self.brain.retire_neurons(position);
        self.brain.areas[position].removed = true;
        self.brain.positions.remove(&area);
        self.brain.ids.remove(&self.brain.areas[position].id);
        self.brain.ledger.set_window(area, 0, core::iter::empty());
        Ok(dropped)
    }

    /// Adds the synapses of a mapping. Both areas must be grids.
    ///
    /// # Errors
    /// [`EngineError`] when an area is unknown or no grid, or a synapse lies outside its area.
    pub fn add_mapping(&mut self, mapping: &Mapping) -> Result<MappingId, EngineError> {
        let source = self.brain.grid(mapping.source)?;
        let target = self.brain.grid(mapping.target)?;
        let id = MappingId(self.brain.mappings.len() as u32);
        self.brain.check_mapping(mapping, source, target)?;
        let first_slot = self.brain.populations[target].first_slot as u32;
        let mut segment = Segment {
            mapping: Some(id),
            source,
            target,
            first_source: mapping.rows.first_source as usize,
            offsets: mapping.rows.offsets.clone(),
            targets: mapping.rows.targets.iter().map(|&local| first_slot + local).collect(),
            weight: mapping.weight.clone(),
            kind: mapping.kind.clone(),
            psp: mapping.psp.clone(),
            delay: match &mapping.delay {
                Column::Uniform(delay) => Column::Uniform(delay.get()),
                Column::PerRow(delays) => Column::PerRow(delays.iter().map(|delay| delay.get()).collect()),
            },
            cuts: None,
            removed: false,
        };
        segment.sort_rows();
        self.brain.keep_live(&mut segment);
        let position = self.brain.add_segment(segment);
        self.brain.mappings.push(Some(position));
        self.brain.drop_lingering();
        Ok(id)
    }

    /// Removes a mapping with its synapses. Contributions under way still arrive.
    ///
    /// # Errors
    /// [`EngineError::UnknownMapping`].
    pub fn remove_mapping(&mut self, mapping: MappingId) -> Result<(), EngineError> {
        let segment = self.brain.mapping(mapping)?;
        self.brain.drop_lingering();
        self.brain.remove_segment(segment);
        self.brain.mappings[mapping.get() as usize] = None;
        Ok(())
    }

    /// Deletes neurons with every synapse that touches them, in one pass. Returns how many existed.
    /// Their ids are never used again.
    pub fn delete_neurons(&mut self, ids: &[NeuronId]) -> usize {
        let brain = &mut self.brain;
        let mut touched = alloc::vec![false; brain.populations.len()];
        let mut deleted = 0;
        for &id in ids {
            if let Some((position, local)) = brain.locate(id) {
                brain.slots.kill(brain.populations[position].first_slot + local);
                touched[position] = true;
                deleted += 1;
            }
        }
        for position in 0..brain.segments.len() {
            if touched[brain.segments[position].source] || touched[brain.segments[position].target] {
                let empty = Segment::new(None, 0, 0);
                let mut segment = core::mem::replace(&mut brain.segments[position], empty);
                brain.populations[segment.source].degrees_stale |= brain.keep_live(&mut segment) > 0;
                brain.segments[position] = segment;
            }
        }
        brain.forget_lingering();
        brain.stale |= deleted > 0;
        deleted
    }

    /// Deletes a neuron as [`BurstEngine::delete_neurons`] does. Returns whether it existed.
    pub fn delete_neuron(&mut self, id: NeuronId) -> bool {
        self.delete_neurons(&[id]) == 1
    }
}

impl Brain {
    /// Checks that `count` more ids exist.
    fn checked_ids(&self, count: u64) -> Result<usize, EngineError> {
        let used = u64::from(self.next_id);
        match used.checked_add(count) {
            Some(end) if end <= u64::from(NEURON_IDS) => Ok(count as usize),
            _ => Err(EngineError::TooManyNeurons { requested: count, used }),
        }
    }

    fn checked_grid(
        &self,
        id: CorticalId,
        dimensions: Dimensions,
        per_voxel: u32,
    ) -> Result<usize, EngineError> {
        match dimensions.neuron_count(per_voxel) {
            None | Some(0) => Err(ConnectomeError::AreaSize { id, dimensions, per_voxel }.into()),
            Some(count) => self.checked_ids(count),
        }
    }

    fn add_population(&mut self, area: usize, count: usize, place: Place, rules: Rules) -> Range<u32> {
        let first_id = self.next_id;
        self.next_id += count as u32;
        self.areas[area].populations.push(self.populations.len());
        self.populations.push(Population {
            area,
            first_id,
            first_slot: self.slots.append(count, self.now()),
            len: count,
            place,
            rules,
            outgoing: Vec::new(),
            out_degree: Vec::new(),
            degrees_stale: true,
        });
        self.stale = true;
        self.follow_area(area);
        first_id..self.next_id
    }

    /// Tells the ledger that an area's populations changed.
    fn follow_area(&mut self, area: usize) {
        let record = &self.areas[area];
        let populations = record.populations.iter().map(|&at| &self.populations[at]);
        self.ledger.follow(record.idx, populations);
    }

    /// Retires all neurons of an area with their synapses and everything under way to them. Returns the
    /// mappings that went.
    fn retire_neurons(&mut self, area: usize) -> Vec<MappingId> {
        let mut dropped = Vec::new();
        let gone = core::mem::take(&mut self.areas[area].populations);
        self.areas[area].listed.clear();
        for segment in 0..self.segments.len() {
            let Segment { source, target, removed, mapping, .. } = self.segments[segment];
            if !removed && (gone.contains(&source) || gone.contains(&target)) {
                self.remove_segment(segment);
                if let Some(mapping) = mapping {
                    self.mappings[mapping.get() as usize] = None;
                    dropped.push(mapping);
                }
            }
        }
        dropped.sort_unstable();
        for &position in &gone {
            self.forget_arrivals(position);
            let blocks = self.populations[position].blocks();
            self.slots.live[blocks.clone()].fill(0);
            self.slots.candidates[blocks.clone()].fill(0);
            self.slots.activity[blocks.clone()].fill(0);
            // The last fired set stays readable; the bitmap is what the next bursts go by.
            self.slots.fired[blocks].fill(0);
            let slots = self.populations[position].slots();
            self.inputs.retain(|slot| !slots.contains(&(slot as usize)));
            let population = &mut self.populations[position];
            population.out_degree = Vec::new();
            population.rules = Rules::from_area(&AreaParameters::default(), self.precision);
            population.degrees_stale = false;
        }
        self.forget_lingering();
        self.stale = true;
        self.follow_area(area);
        dropped
    }

    /// Drops the synapses of a segment that touch deleted neurons; returns how many.
    fn keep_live(&self, segment: &mut Segment) -> usize {
        let first = self.populations[segment.source].first_slot;
        let live = |slot: usize| self.slots.is_live(slot);
        segment.retain(|edge| live(first + edge.source) && live(edge.target as usize))
    }

    /// The one grid of an area.
    fn grid(&self, idx: CorticalIdx) -> Result<usize, EngineError> {
        match self.areas[self.area_position(idx)?].populations[..] {
            [position] if matches!(self.populations[position].place, Place::Grid { .. }) => Ok(position),
            _ => Err(EngineError::NotAGrid(idx)),
        }
    }

    fn check_mapping(&self, mapping: &Mapping, source: usize, target: usize) -> Result<(), EngineError> {
        let sizes = (self.populations[source].len as u64, self.populations[target].len as u64);
        let position = self.mappings.len();
        mapping
            .check(sizes.0, sizes.1)
            .map_err(|what| ConnectomeError::Rows { mapping: position, what }.into())
    }

    /// Puts a segment where a removed one was, or at the end, and into its source's list behind
    /// those to the same target.
    pub(crate) fn add_segment(&mut self, segment: Segment) -> usize {
        let (source, target) = (segment.source, segment.target);
        let position = match self.free_segments.pop() {
            Some(position) => {
                self.segments[position] = segment;
                position
            }
            None => {
                self.segments.push(segment);
                self.segments.len() - 1
            }
        };
        let outgoing = &self.populations[source].outgoing;
        let place = outgoing.partition_point(|&other| self.segments[other].target <= target);
        let population = &mut self.populations[source];
        population.outgoing.insert(place, position);
        population.degrees_stale = true;
        self.stale = true;
        position
    }

    pub(crate) fn remove_segment(&mut self, position: usize) {
        let source = self.segments[position].source;
        self.segments[position].remove();
        self.free_segments.push(position);
        let population = &mut self.populations[source];
        population.outgoing.retain(|&segment| segment != position);
        population.degrees_stale = true;
        self.stale = true;
    }
}
