//! Section `NEUR`: the state of every neuron.

use feagi_types::Precision;

use super::SnapshotError;
use super::wire::{Budget, Reader, Writer};
use crate::brain::Brain;
use crate::population::Population;
use crate::slots::{BLOCK, HAD_CANDIDATES, HAS_INPUT, Slots, is_input};

/// Longest silence after a spike: refractory period and snooze.
const LONGEST_SILENCE: u32 = 2 * u16::MAX as u32;

pub(super) fn write(brain: &Brain, writer: &mut Writer) {
    let slots = &brain.slots;
    writer.list(&slots.live);
    writer.list(&slots.candidates);
    writer.list(&slots.potential);
    writer.list(&slots.updated);
    writer.list(&slots.blocked_until);
    writer.list(&slots.consecutive);
    writer.list(&slots.input);
}

/// The memory was taken with the populations.
pub(super) fn read(
    brain: &mut Brain,
    reader: &mut Reader<'_>,
    _budget: &mut Budget,
) -> Result<(), SnapshotError> {
    let blocks = brain.populations.last().map_or(0, |last| last.blocks().end);
    let count = blocks * BLOCK;
    let slots = Slots {
        live: reader.list(blocks)?,
        candidates: reader.list(blocks)?,
        potential: reader.list(count)?,
        updated: reader.list(count)?,
        blocked_until: reader.list(count)?,
        consecutive: reader.list(count)?,
        input: reader.list(count)?,
        // Both follow once the fired set is known.
        activity: alloc::vec![0; blocks],
        fired: alloc::vec![0; blocks],
    };
    let now = brain.now();
    reader.check(slots.updated.iter().all(|&burst| burst <= now), "a neuron was updated in the future")?;
    let silent = |&burst: &u32| burst <= now.saturating_add(LONGEST_SILENCE);
    reader.check(slots.blocked_until.iter().all(silent), "a refractory period is too long")?;
    if brain.precision == Precision::Int8 {
        let held = slots.potential.iter().all(|potential| (0.0..=255.0).contains(potential));
        reader.check(held, "a potential is outside 0..=255")?;
    }
    for (position, population) in brain.populations.iter().enumerate() {
        check_spare(population, &slots, reader)?;
        let alive = slots.live[population.blocks()].iter().any(|&word| word != 0);
        reader.check(!alive || !brain.is_retired(position), "a retired neuron is alive")?;
    }
    brain.candidate_count = slots.candidates.iter().map(|word| word.count_ones() as usize).sum();
    brain.slots = slots;
    Ok(())
}

/// Checks that the slots behind a population's last neuron are empty.
fn check_spare(population: &Population, slots: &Slots, reader: &Reader<'_>) -> Result<(), SnapshotError> {
    let (end, blocks) = (population.slots().end, population.blocks());
    let spare = spare(population);
    let last = blocks.end - 1;
    let empty = slots.live[last] & spare == 0
        && slots.candidates[last] & spare == 0
        && !slots.input[end..blocks.end * BLOCK].iter().any(|&input| is_input(input));
    reader.check(empty, "there is something behind the last neuron of a population")
}

/// The bits of a population's last block that stand for no neuron.
pub(super) fn spare(population: &Population) -> u64 {
    match population.slots().end % BLOCK {
        0 => 0,
        used => u64::MAX << used,
    }
}

/// Marks the neurons of the last fired set, except those that were retired since, and the blocks
/// that the next burst has to visit.
pub(super) fn mark_fired(brain: &mut Brain) {
    let Brain { fired, populations, slots, .. } = &mut *brain;
    for (position, entries) in fired.runs() {
        let population = &populations[position];
        for &id in &fired.ids[entries] {
            let slot = population.first_slot + (id - population.first_id) as usize;
            slots.fired[slot / BLOCK] |= 1 << (slot % BLOCK);
        }
    }
    for position in 0..brain.populations.len() {
        if brain.is_retired(position) {
            let blocks = brain.populations[position].blocks();
            brain.slots.fired[blocks].fill(0);
        }
    }
    let slots = &mut brain.slots;
    for (block, inputs) in slots.input.chunks_exact(BLOCK).enumerate() {
        let had = slots.candidates[block] | slots.fired[block] != 0;
        let has = inputs.iter().any(|&input| is_input(input));
        slots.activity[block] = if had { HAD_CANDIDATES } else { 0 } | if has { HAS_INPUT } else { 0 };
    }
}
