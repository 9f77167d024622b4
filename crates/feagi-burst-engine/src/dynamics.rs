//! The rule of one neuron, applied to every candidate of a burst (`npu.md` sections 1 and 3).
//!
//! Blocks of 64 slots without input and without candidates in the last burst are skipped by one
//! byte, so idle neurons cost next to nothing, and there is one path for few and for many.

use alloc::vec::Vec;
use core::ops::Range;

use feagi_types::Precision;

use crate::brain::Brain;
use crate::fired::Fired;
use crate::pool::{MAX_THREADS, Pool};
use crate::population::{NeuronRules, Population};
use crate::potential::{charge, remaining};
use crate::slots::{BLOCK, HAD_CANDIDATES, NO_INPUT, is_input};

/// Below this many candidates in the last burst one thread is faster than waking others.
const PARALLEL_CANDIDATES: usize = 16 * 1024;

/// Whether a neuron over its threshold fires, for excitability `x`: a draw that depends only on
/// the neuron and the burst (`npu.md` section 3.2).
#[inline]
fn is_excited(x: f32, id: u32, burst: u32) -> bool {
    if x >= 0.999 {
        return true;
    }
    x > 0.0 && draw(id, burst) < x
}

/// A number in 0..=1, fixed by neuron id and burst (a PCG output permutation of a mixed state).
fn draw(id: u32, burst: u32) -> f32 {
    let seed = id.wrapping_mul(2_654_435_761).wrapping_add(burst.wrapping_mul(1_597_334_677));
    let state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    let hash = (word >> 22) ^ word;
    hash as f32 / 4_294_967_296.0
}

/// When the burst is, in the two countings.
#[derive(Clone, Copy)]
struct Moment {
    /// As per-neuron state counts.
    now: u32,
    /// The burst number's low 32 bits, which the excitability draw uses.
    burst: u32,
    precision: Precision,
}

/// What one thread works on: a range of blocks and their hot state.
struct Part<'a> {
    blocks: Range<usize>,
    potential: &'a mut [f32],
    updated: &'a mut [u32],
    blocked_until: &'a mut [u32],
    consecutive: &'a mut [u16],
    input: &'a mut [f32],
    activity: &'a mut [u8],
    candidates: &'a mut [u64],
    fired_bits: &'a mut [u64],
    live: &'a [u64],
    fired: &'a mut Fired,
    candidate_count: usize,
}

/// The hot state of one block.
struct Block<'a> {
    potential: &'a mut [f32; BLOCK],
    updated: &'a mut [u32; BLOCK],
    blocked_until: &'a mut [u32; BLOCK],
    consecutive: &'a mut [u16; BLOCK],
    input: &'a mut [f32; BLOCK],
    /// Local index of the block's first neuron in its population.
    local: usize,
    moment: Moment,
}

/// Applies the dynamics to every candidate and fills the fired set.
pub(crate) fn run(brain: &mut Brain, pool: &mut Pool, partial: &mut [Fired]) {
    let moment = Moment { now: brain.now(), burst: brain.burst as u32, precision: brain.precision };
    let busy = brain.candidate_count.max(brain.inputs.sensory.len()) >= PARALLEL_CANDIDATES;
    let everything = 0..brain.slots.blocks();
    let parts = if busy { brain.parts.as_slice() } else { core::slice::from_ref(&everything) };
    let populations = &brain.populations;
    let mut jobs = [const { None }; MAX_THREADS];
    split(&mut brain.slots, parts, partial, &mut jobs);
    let jobs = &mut jobs[..parts.len()];
    pool.run(jobs, |part: &mut Part<'_>| part.process(populations, moment));
    brain.candidate_count = jobs.iter().flatten().map(|part| part.candidate_count).sum();

    let parts = parts.len();
    if let [first, others @ ..] = &mut partial[..parts] {
        // Both have room for every neuron; the lists of the other parts are shorter and stay theirs.
        core::mem::swap(&mut brain.fired, first);
        others.iter().for_each(|part| append(&mut brain.fired, part));
    }
}

/// Makes room for every neuron of a part to fire.
pub(crate) fn reserve(brain: &Brain, partial: &mut Vec<Fired>) {
    partial.resize_with(brain.parts.len(), Fired::default);
    let populations = brain.populations.len();
    for (part, fired) in brain.parts.iter().zip(&mut *partial) {
        fired.reserve(part.len() * BLOCK, populations);
    }
    // The first list also serves bursts that one thread runs alone.
    partial[0].reserve(brain.next_id as usize, populations);
}

/// Cuts the hot state into one piece per part.
fn split<'a>(
    slots: &'a mut crate::slots::Slots,
    parts: &[Range<usize>],
    partial: &'a mut [Fired],
    jobs: &mut [Option<Part<'a>>],
) {
    let mut potential = slots.potential.as_mut_slice();
    let mut updated = slots.updated.as_mut_slice();
    let mut blocked_until = slots.blocked_until.as_mut_slice();
    let mut consecutive = slots.consecutive.as_mut_slice();
    let mut input = slots.input.as_mut_slice();
    let mut activity = slots.activity.as_mut_slice();
    let mut candidates = slots.candidates.as_mut_slice();
    let mut fired_bits = slots.fired.as_mut_slice();
    for ((blocks, fired), job) in parts.iter().zip(partial).zip(jobs) {
        let (words, count) = (blocks.len(), blocks.len() * BLOCK);
        fired.clear();
        *job = Some(Part {
            blocks: blocks.clone(),
            potential: take(&mut potential, count),
            updated: take(&mut updated, count),
            blocked_until: take(&mut blocked_until, count),
            consecutive: take(&mut consecutive, count),
            input: take(&mut input, count),
            activity: take(&mut activity, words),
            candidates: take(&mut candidates, words),
            fired_bits: take(&mut fired_bits, words),
            live: &slots.live[blocks.clone()],
            fired,
            candidate_count: 0,
        });
    }
}

/// Takes the first `count` elements off a slice.
pub(crate) fn take<'a, T>(rest: &mut &'a mut [T], count: usize) -> &'a mut [T] {
    let (head, tail) = core::mem::take(rest).split_at_mut(count);
    *rest = tail;
    head
}

/// Copies the spikes of one part behind those of the parts before it.
fn append(all: &mut Fired, part: &Fired) {
    let before = all.ids.len();
    all.ids.extend_from_slice(&part.ids);
    all.potentials.extend_from_slice(&part.potentials);
    for &(population, end) in &part.runs {
        match all.runs.last_mut() {
            // A population can lie in two parts.
            Some(last) if last.0 == population => last.1 = before + end,
            _ => all.runs.push((population, before + end)),
        }
    }
}

/// The slots of the block `word` of a part.
#[inline(always)]
fn block_of<T>(slots: &mut [T], word: usize) -> &mut [T; BLOCK] {
    let (blocks, _) = slots.as_chunks_mut();
    &mut blocks[word]
}

impl Part<'_> {
    fn process(&mut self, populations: &[Population], moment: Moment) {
        let mut block = self.blocks.start;
        let mut position = populations.partition_point(|population| population.blocks().end <= block);
        while let Some(population) = populations.get(position) {
            let end = population.blocks().end.min(self.blocks.end);
            if block >= end {
                break;
            }
            self.process_population(population, position, block..end, moment);
            block = end;
            position += 1;
        }
    }

    fn process_population(
        &mut self,
        population: &Population,
        position: usize,
        blocks: Range<usize>,
        moment: Moment,
    ) {
        let before = self.fired.ids.len();
        match population.rules.uniform() {
            Some(rules) => self.process_blocks(&rules, population, blocks, moment),
            None => self.process_blocks(&population.rules, population, blocks, moment),
        }
        if self.fired.ids.len() > before {
            self.fired.runs.push((position, self.fired.ids.len()));
        }
    }

    fn process_blocks<R: NeuronRules>(
        &mut self,
        rules: &R,
        population: &Population,
        blocks: Range<usize>,
        moment: Moment,
    ) {
        let end = blocks.end - self.blocks.start;
        let mut word = blocks.start - self.blocks.start;
        while word < end {
            match self.activity[word..end].iter().position(|&flags| flags != 0) {
                Some(idle) => word += idle,
                None => return,
            }
            self.process_block(rules, population, word, moment);
            word += 1;
        }
    }

    fn process_block<R: NeuronRules>(
        &mut self,
        rules: &R,
        population: &Population,
        word: usize,
        moment: Moment,
    ) {
        let first_slot = (self.blocks.start + word) * BLOCK;
        let local = first_slot - population.first_slot;
        let mut block = Block {
            potential: block_of(self.potential, word),
            updated: block_of(self.updated, word),
            blocked_until: block_of(self.blocked_until, word),
            consecutive: block_of(self.consecutive, word),
            input: block_of(self.input, word),
            local,
            moment,
        };
        let live = self.live[word];
        block.drop_charges(rules, self.candidates[word] & !self.fired_bits[word] & live);
        let candidates = block.candidates();
        let (fired, potentials) = block.update_all(rules, candidates & live, population.first_id);
        self.fired.add_block(population.first_id + local as u32, fired, &potentials);
        block.input.fill(NO_INPUT);
        self.candidates[word] = candidates;
        self.fired_bits[word] = fired;
        self.activity[word] = if candidates == 0 { 0 } else { HAD_CANDIDATES };
        self.candidate_count += candidates.count_ones() as usize;
    }
}

impl Block<'_> {
    /// Which slots have input.
    fn candidates(&self) -> u64 {
        self.input.iter().enumerate().fold(0, |mask, (bit, &input)| mask | u64::from(is_input(input)) << bit)
    }

    /// Neurons that do not accumulate lose the charge of a burst in which they did not fire, unless
    /// they are refractory.
    fn drop_charges<R: NeuronRules>(&mut self, rules: &R, mut silent: u64) {
        while silent != 0 {
            let bit = silent.trailing_zeros() as usize;
            silent &= silent - 1;
            if !rules.accumulates(self.local + bit) && self.blocked_until[bit] < self.moment.now {
                self.potential[bit] = 0.0;
            }
        }
    }

    /// Advances the candidates; returns which of them fired, and the potentials they fired with.
    #[inline(always)]
    fn update_all<R: NeuronRules>(
        &mut self,
        rules: &R,
        candidates: u64,
        first_id: u32,
    ) -> (u64, [f32; BLOCK]) {
        let mut potentials = [0.0; BLOCK];
        let mut fired = 0;
        let mut left = candidates;
        while left != 0 {
            let bit = left.trailing_zeros() as usize;
            left &= left - 1;
            let id = first_id + (self.local + bit) as u32;
            if let Some(potential) = self.update(rules, bit, id) {
                fired |= 1 << bit;
                potentials[bit] = potential;
            }
        }
        (fired, potentials)
    }

    /// Advances one candidate; returns the potential it fires with, if it does.
    #[inline(always)]
    fn update<R: NeuronRules>(&mut self, rules: &R, bit: usize, id: u32) -> Option<f32> {
        let local = self.local + bit;
        let now = self.moment.now;
        let limit = rules.consecutive_fire_limit(local);
        let limited = limit != u16::MAX;
        let mut consecutive = self.consecutive[bit];
        if self.blocked_until[bit] != 0 {
            if self.blocked_until[bit] >= now {
                return None;
            }
            // The countdown ended in a burst in which nobody looked.
            self.blocked_until[bit] = 0;
            if limited && consecutive >= limit {
                consecutive = 0;
            }
        }
        let potential = self.charged(rules, bit, local);
        self.updated[bit] = now;
        let in_window = rules.threshold(local) <= potential && potential <= rules.threshold_limit(local);
        if in_window && limited && consecutive >= limit {
            self.consecutive[bit] = 0;
            self.potential[bit] = potential;
            return None;
        }
        if in_window && is_excited(rules.excitability(local), id, self.moment.burst) {
            self.fire(rules, bit, local, consecutive);
            return Some(potential);
        }
        self.consecutive[bit] = if limited { 0 } else { consecutive };
        self.potential[bit] = potential;
        None
    }

    /// The potential after the idle leak and this burst's input.
    #[inline(always)]
    fn charged<R: NeuronRules>(&self, rules: &R, bit: usize, local: usize) -> f32 {
        let mut potential = self.potential[bit];
        let leak = rules.leak(local);
        if potential != 0.0 && leak != 0.0 {
            let idle = self.moment.now - self.updated[bit];
            potential = charge(potential * remaining(leak, idle), self.moment.precision);
        }
        let mut input = self.input[bit];
        if input < 0.0 && rules.accumulates(local) {
            // Inhibition cancels excitation of the same burst but never draws on stored charge.
            input = 0.0;
        }
        charge(potential + input, self.moment.precision)
    }

    #[inline(always)]
    fn fire<R: NeuronRules>(&mut self, rules: &R, bit: usize, local: usize, consecutive: u16) {
        let consecutive = consecutive.saturating_add(1);
        let limit = rules.consecutive_fire_limit(local);
        let mut silent = u32::from(rules.refractory_period(local));
        if limit != u16::MAX && consecutive >= limit {
            silent += u32::from(rules.snooze_length(local));
        }
        self.potential[bit] = 0.0;
        self.consecutive[bit] = consecutive;
        self.blocked_until[bit] = if silent == 0 { 0 } else { self.moment.now + silent };
    }
}

/// Adds the pending force-fires of neurons that did not fire on their own. Their state is left
/// alone, but a running refractory countdown does not advance in this burst.
pub(crate) fn merge_force_fires(brain: &mut Brain) {
    if brain.inputs.force_fires.is_empty() {
        return;
    }
    let now = brain.now();
    let mut forced = core::mem::take(&mut brain.inputs.force_fires);
    let slots = &mut brain.slots;
    // Of several for one neuron the first counts.
    forced.retain(|&(slot, _)| {
        let slot = slot as usize;
        let (word, bit) = (slot / BLOCK, 1_u64 << (slot % BLOCK));
        if slots.live[word] & bit == 0 || slots.fired[word] & bit != 0 {
            return false;
        }
        slots.fired[word] |= bit;
        // The block has to be visited in the next burst, if only to clear the bit.
        slots.activity[word] |= HAD_CANDIDATES;
        if slots.blocked_until[slot] >= now {
            slots.blocked_until[slot] += 1;
        }
        true
    });
    forced.sort_unstable_by_key(|&(slot, _)| slot);
    // Slots rise with ids.
    for (slot, _) in &mut forced {
        *slot = brain.id_of_slot(*slot as usize).get();
    }
    brain.fired.merge(&forced);
    forced.clear();
    brain.inputs.force_fires = forced;
    rebuild_runs(brain);
}

/// Finds the runs of the fired set again.
pub(crate) fn rebuild_runs(brain: &mut Brain) {
    let fired = &mut brain.fired;
    fired.runs.clear();
    let mut start = 0;
    while let Some(&id) = fired.ids.get(start) {
        let population = brain.populations.partition_point(|population| population.first_id <= id) - 1;
        let end_id = brain.populations[population].first_id + brain.populations[population].len as u32;
        start += fired.ids[start..].partition_point(|&id| id < end_id);
        fired.runs.push((population, start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_fixed_by_id_and_burst() {
        assert_eq!(draw(3, 7), draw(3, 7));
        assert_ne!(draw(3, 7), draw(3, 8));
        assert!((0..1000).all(|id| (0.0..=1.0).contains(&draw(id, 1))));
        assert!(is_excited(0.999, 0, 0) && !is_excited(0.0, 0, 0));
    }
}
