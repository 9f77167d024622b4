//! Everything an engine knows: areas, populations, segments, hot state, what is under way.
//!
//! `Brain` is plain data without threads, so a copy of it is a snapshot. The phases of a burst
//! (`dynamics`, `propagation`) and the edits between bursts (`structure`, `synapses`,
//! `parameters`) are written against it.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Range;

use feagi_types::{CorticalId, CorticalIdx, Dimensions, MappingId, NeuronId, Precision, Voxel};

use crate::area::AreaRecord;
use crate::config::{Compatibility, EngineConfig};
use crate::error::EngineError;
use crate::fatigue::Fatigue;
use crate::fired::Fired;
use crate::inputs::Inputs;
use crate::ledger::FireLedger;
use crate::pending::Ring;
use crate::population::{Place, Population};
use crate::segment::Segment;
use crate::slots::{BLOCK, Slots};

/// Ids below this belong to ordinary neurons.
pub(crate) const NEURON_IDS: u32 = NeuronId::FIRST_MEMORY.get();

/// Burst numbers in per-neuron state are 32 bits and count from `Brain::epoch`; when they come this
/// close to their end the state is settled and the epoch moves.
pub(crate) const EPOCH_RESERVE: u32 = 1 << 20;

#[derive(Clone, Debug)]
pub(crate) struct Brain {
    pub(crate) precision: Precision,
    pub(crate) power_amount: f32,
    pub(crate) fatigue: Fatigue,
    pub(crate) compatibility: Compatibility,
    /// Number of the last burst.
    pub(crate) burst: u64,
    /// Burst number that the 32-bit burst numbers of `slots` count from.
    pub(crate) epoch: u64,
    pub(crate) areas: Vec<AreaRecord>,
    /// Position in `areas` of every area that was not removed.
    pub(crate) positions: BTreeMap<CorticalIdx, usize>,
    /// Index of every area that was not removed, by its id.
    pub(crate) ids: BTreeMap<CorticalId, CorticalIdx>,
    /// In id order, which is slot order.
    pub(crate) populations: Vec<Population>,
    pub(crate) segments: Vec<Segment>,
    /// Positions in `segments` that removed ones have left.
    pub(crate) free_segments: Vec<usize>,
    /// Segment of each mapping by mapping id; `None` once removed.
    pub(crate) mappings: Vec<Option<usize>>,
    /// Removed synapses that still deliver (see [`Compatibility::removed_synapses_linger`]).
    pub(crate) lingering: Vec<(NeuronId, NeuronId)>,
    pub(crate) slots: Slots,
    pub(crate) next_id: u32,
    pub(crate) inputs: Inputs,
    /// One ring per part of `parts`.
    pub(crate) rings: Vec<Ring>,
    /// Blocks of slots that one thread owns, in order.
    pub(crate) parts: Vec<Range<usize>>,
    pub(crate) fired: Fired,
    pub(crate) ledger: FireLedger,
    /// Whether any area has a psp flag configured.
    pub(crate) any_psp_flag: bool,
    /// Synapses a neuron has on average, rounded down.
    pub(crate) mean_out_degree: usize,
    /// Whether something derived from the structure has to be brought up to date before a burst.
    pub(crate) stale: bool,
    /// Candidates of the last burst, counted.
    pub(crate) candidate_count: usize,
    pub(crate) records_candidates: bool,
    pub(crate) recorded_candidates: Vec<(NeuronId, f32)>,
}

impl Brain {
    pub(crate) fn new(config: &EngineConfig) -> Self {
        Self {
            precision: config.precision,
            power_amount: stored_power_amount(config.power_amount),
            fatigue: Fatigue::new(config.capacity),
            compatibility: config.compatibility,
            burst: 0,
            epoch: 0,
            areas: Vec::new(),
            positions: BTreeMap::new(),
            ids: BTreeMap::new(),
            populations: Vec::new(),
            segments: Vec::new(),
            free_segments: Vec::new(),
            mappings: Vec::new(),
            lingering: Vec::new(),
            slots: Slots::default(),
            next_id: 0,
            inputs: Inputs::default(),
            rings: Vec::new(),
            parts: Vec::new(),
            fired: Fired::default(),
            ledger: FireLedger::default(),
            any_psp_flag: false,
            mean_out_degree: 0,
            stale: true,
            candidate_count: 0,
            records_candidates: false,
            recorded_candidates: Vec::new(),
        }
    }

    /// Number of neurons that are not deleted.
    pub(crate) fn neuron_count(&self) -> usize {
        self.slots.live.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Number of synapses that are not removed.
    pub(crate) fn synapse_count(&self) -> usize {
        self.segments.iter().map(Segment::len).sum::<usize>() - self.lingering.len()
    }

    /// The last burst as the 32-bit number that per-neuron state uses.
    pub(crate) fn now(&self) -> u32 {
        (self.burst - self.epoch) as u32
    }

    /// Position of the area with this index.
    pub(crate) fn area_position(&self, idx: CorticalIdx) -> Result<usize, EngineError> {
        self.positions.get(&idx).copied().ok_or(EngineError::UnknownArea(idx))
    }

    /// Population and local index of a live neuron.
    pub(crate) fn locate(&self, id: NeuronId) -> Option<(usize, usize)> {
        let (population, local) = self.locate_any(id)?;
        let slot = self.populations[population].first_slot + local;
        self.slots.is_live(slot).then_some((population, local))
    }

    /// Population and local index of a neuron, deleted or not.
    pub(crate) fn locate_any(&self, id: NeuronId) -> Option<(usize, usize)> {
        let after = self.populations.partition_point(|population| population.first_id <= id.get());
        let position = after.checked_sub(1)?;
        let population = &self.populations[position];
        let local = (id.get() - population.first_id) as usize;
        (local < population.len).then_some((position, local))
    }

    /// Position of the population whose blocks contain `slot`.
    pub(crate) fn population_of_slot(&self, slot: usize) -> usize {
        self.populations.partition_point(|population| population.first_slot <= slot) - 1
    }

    /// Whether a population's neurons went with their area or with its former size.
    pub(crate) fn is_retired(&self, population: usize) -> bool {
        let area = &self.areas[self.populations[population].area];
        area.populations.binary_search(&population).is_err()
    }

    /// Whether `slot` is that of a neuron, deleted or not.
    pub(crate) fn is_neuron(&self, slot: u32) -> bool {
        let slot = slot as usize;
        let after = self.populations.partition_point(|population| population.first_slot <= slot);
        after.checked_sub(1).is_some_and(|position| self.populations[position].slots().contains(&slot))
    }

    /// Id of the neuron in `slot`.
    pub(crate) fn id_of_slot(&self, slot: usize) -> NeuronId {
        let population = &self.populations[self.population_of_slot(slot)];
        NeuronId(population.first_id + (slot - population.first_slot) as u32)
    }

    /// The grid that is all of an area, if that is so.
    pub(crate) fn sole_grid(&self, area: usize) -> Option<GridSlots<'_>> {
        let area = &self.areas[area];
        let ([population], true) = (&area.populations[..], area.listed.is_empty()) else { return None };
        let population = &self.populations[*population];
        let Place::Grid { dimensions, per_voxel } = population.place else { return None };
        let (first, copies) = (population.first_slot, per_voxel as usize);
        Some(GridSlots { slots: &self.slots, dimensions, first, copies })
    }

    /// Slot of the live neuron in `voxel` of an area; of several the one with the highest id.
    pub(crate) fn slot_at(&self, area: usize, voxel: Voxel) -> Option<usize> {
        let area = &self.areas[area];
        let listed = area
            .listed
            .range((voxel, 0)..=(voxel, u32::MAX))
            .rev()
            .find_map(|&(_, id)| self.locate(NeuronId(id)))
            .map(|(population, local)| self.populations[population].first_slot + local);
        let grid = area.populations.iter().rev().find_map(|&position| self.grid_slot(position, voxel));
        // Ids and slots rise together, so the highest slot has the highest id.
        listed.max(grid)
    }

    fn grid_slot(&self, population: usize, voxel: Voxel) -> Option<usize> {
        let population = &self.populations[population];
        let Place::Grid { dimensions, per_voxel } = population.place else { return None };
        let (first, copies) = (population.first_slot, per_voxel as usize);
        GridSlots { slots: &self.slots, dimensions, first, copies }.at(voxel)
    }

    /// Starts the next burst: counts it and keeps 32-bit burst numbers in range.
    pub(crate) fn begin_burst(&mut self) {
        if self.now() >= u32::MAX - EPOCH_RESERVE {
            self.move_epoch();
        }
        self.burst += 1;
    }

    /// Settles all per-neuron state and restarts its 32-bit burst numbers at 1.
    fn move_epoch(&mut self) {
        let now = self.now();
        for population in 0..self.populations.len() {
            self.settle_leak(population);
        }
        let left = |blocked_until: u32| blocked_until.checked_sub(now).filter(|&left| left > 0);
        for (slot, blocked_until) in self.slots.blocked_until.iter_mut().enumerate() {
            // A countdown that is over but not accounted for stays that way: 1 is never in the future.
            *blocked_until = match (*blocked_until, left(*blocked_until)) {
                (0, _) => 0,
                (_, left) => 1 + left.unwrap_or(0),
            };
            self.slots.updated[slot] = 1;
        }
        self.epoch = self.burst - 1;
    }

    /// Applies the idle leak so far to every potential of a population.
    pub(crate) fn settle_leak(&mut self, population: usize) {
        for local in 0..self.populations[population].len {
            self.settle_neuron_leak(population, local);
        }
    }

    /// Applies the idle leak so far to one potential.
    pub(crate) fn settle_neuron_leak(&mut self, population: usize, local: usize) {
        let slot = self.populations[population].first_slot + local;
        self.slots.potential[slot] = self.potential_now(population, local);
        self.slots.updated[slot] = self.now();
    }

    /// Membrane potential at the end of the last burst.
    pub(crate) fn potential_now(&self, population: usize, local: usize) -> f32 {
        let population = &self.populations[population];
        let slot = population.first_slot + local;
        let idle = self.now() - self.slots.updated[slot];
        let share = crate::potential::remaining(population.rules.leak.get(local), idle);
        crate::potential::charge(self.slots.potential[slot] * share, self.precision)
    }

    /// Accounts for countdowns that are over: a spike count at its limit starts again.
    pub(crate) fn settle_countdown(&mut self, population: usize, local: usize) {
        let now = self.now();
        let population = &self.populations[population];
        let slot = population.first_slot + local;
        let blocked_until = self.slots.blocked_until[slot];
        if blocked_until != 0 && blocked_until <= now {
            self.slots.blocked_until[slot] = 0;
            let limit = population.rules.consecutive_fire_limit.get(local);
            if limit != u16::MAX && self.slots.consecutive[slot] >= limit {
                self.slots.consecutive[slot] = 0;
            }
        }
    }

    /// Drops what synapses have sent to a population and has not arrived. Staged input stays.
    pub(crate) fn forget_arrivals(&mut self, population: usize) {
        let slots = self.populations[population].slots();
        let elsewhere = |slot: u32| !slots.contains(&(slot as usize));
        for ring in &mut self.rings {
            ring.retain(elsewhere);
        }
        self.slots.input[slots.clone()].fill(crate::slots::NO_INPUT);
    }

    /// Brings everything that is derived from the structure up to date; allocates if it must.
    pub(crate) fn settle_structure(&mut self, threads: usize) {
        let (neurons, synapses) = (self.neuron_count(), self.synapse_count());
        self.fatigue.follow(neurons, synapses);
        self.mean_out_degree = synapses / neurons.max(1);
        self.any_psp_flag = self.areas.iter().any(AreaRecord::has_psp_flag);
        if self.any_psp_flag {
            self.drop_lingering();
        }
        self.settle_parts(threads);
        self.settle_cuts();
        self.settle_degrees();
        self.expand_degenerating();
        self.fired.reserve(self.next_id as usize, self.populations.len());
        let neurons = self.slots.len();
        self.inputs.sensory.reserve(neurons.saturating_sub(self.inputs.sensory.len()).min(1 << 16));
        self.stale = false;
    }

    fn settle_parts(&mut self, threads: usize) {
        let longest = self.segments.iter().map(Segment::longest_delay).max().unwrap_or(1);
        let needed =
            Ring::new(longest).horizon().max(self.rings.iter().map(Ring::horizon).max().unwrap_or(0));
        let moved = self.share_blocks(threads);
        if !moved && self.rings.iter().all(|ring| ring.horizon() == needed) {
            return;
        }
        let mut rings = alloc::vec![Ring::new(needed as u8); threads];
        for old in &mut self.rings {
            for ahead in 1..=old.horizon() {
                let due = self.burst + ahead;
                old.drain(due, |record| {
                    rings[part_of(&self.parts, record.slot as usize / BLOCK)].push(due, record);
                });
            }
        }
        let delayed: usize =
            self.segments.iter().filter(|segment| segment.longest_delay() > 1).map(Segment::len).sum();
        for ring in &mut rings {
            // Room for ordinary traffic from the start; more is taken as bursts need it.
            ring.reserve(delayed.min((1 << 18) / (needed as usize + 1)) / threads);
        }
        self.rings = rings;
    }

    /// Shares the blocks out over `threads` parts; returns whether borders moved. New blocks go to
    /// the last part until it is a quarter larger than its share, so that borders rarely move.
    fn share_blocks(&mut self, threads: usize) -> bool {
        let blocks = self.slots.blocks();
        let same = self.parts.len() == threads;
        if let Some(last) = self.parts.last_mut().filter(|_| same) {
            last.end = blocks;
            if last.len() * threads * 4 <= blocks * 5 {
                return false;
            }
        }
        self.parts =
            (0..threads).map(|part| blocks * part / threads..blocks * (part + 1) / threads).collect();
        self.segments.iter_mut().for_each(|segment| segment.cuts = None);
        true
    }

    /// Cuts the rows of new and edited segments at the borders of parts.
    fn settle_cuts(&mut self) {
        let borders: Vec<usize> = self.parts.iter().skip(1).map(|part| part.start * BLOCK).collect();
        for segment in self.segments.iter_mut().filter(|segment| segment.cuts.is_none()) {
            segment.cut(&borders, self.populations[segment.target].slots());
        }
    }

    fn settle_degrees(&mut self) {
        for position in 0..self.populations.len() {
            let population = &self.populations[position];
            if !population.degrees_stale || !self.areas[population.area].divides(self.any_psp_flag) {
                continue;
            }
            let mut degrees = alloc::vec![0_u32; population.len];
            for &segment in &population.outgoing {
                let segment = &self.segments[segment];
                for row in 0..segment.rows() {
                    degrees[segment.first_source + row] += segment.offsets[row + 1] - segment.offsets[row];
                }
            }
            let population = &mut self.populations[position];
            population.out_degree = degrees;
            population.degrees_stale = false;
        }
    }

    /// Gives synapses of degenerating areas a psp each, so that no burst has to.
    fn expand_degenerating(&mut self) {
        for segment in &mut self.segments {
            if self.areas[self.populations[segment.source].area].degeneration() > 0.0 {
                let synapses = segment.len();
                segment.psp.expand(synapses);
            }
        }
    }

    /// Position of the mapping's segment.
    pub(crate) fn mapping(&self, id: MappingId) -> Result<usize, EngineError> {
        self.mappings.get(id.get() as usize).copied().flatten().ok_or(EngineError::UnknownMapping(id))
    }
}

/// Where the neurons of one grid are.
pub(crate) struct GridSlots<'a> {
    slots: &'a Slots,
    dimensions: Dimensions,
    first: usize,
    /// Neurons in each voxel.
    copies: usize,
}

impl GridSlots<'_> {
    /// Slot of the live neuron in `voxel`; of several the one with the highest id.
    #[inline]
    pub(crate) fn at(&self, voxel: Voxel) -> Option<usize> {
        if !self.dimensions.contains(voxel) {
            return None;
        }
        // The grid has its neurons in memory, so their numbers fit.
        let Dimensions { height, depth, .. } = self.dimensions;
        let row = voxel.x as usize * height as usize + voxel.y as usize;
        let first = self.first + (row * depth as usize + voxel.z as usize) * self.copies;
        if self.copies == 1 {
            return self.slots.is_live(first).then_some(first);
        }
        (first..first + self.copies).rev().find(|&slot| self.slots.is_live(slot))
    }
}

/// A power amount as it is stored: non-finite amounts count as 0.
pub(crate) fn stored_power_amount(amount: f32) -> f32 {
    if amount.is_finite() { amount } else { 0.0 }
}

/// The part that owns `block`.
pub(crate) fn part_of(parts: &[Range<usize>], block: usize) -> usize {
    parts.partition_point(|part| part.end <= block)
}
