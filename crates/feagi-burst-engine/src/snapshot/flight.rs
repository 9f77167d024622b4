//! Sections `FIRE`, `WAIT` and `HIST`: what the last bursts did, and what waits for the next.

use alloc::vec::Vec;

use feagi_types::{CorticalIdx, NeuronId};

use super::SnapshotError;
use super::neurons::{mark_fired, spare};
use super::wire::{Budget, Reader, Writer};
use crate::brain::Brain;
use crate::dynamics::rebuild_runs;
use crate::ledger::MAX_HISTORY_WORDS;
use crate::pending::{Record, Ring};

/// Bursts ahead for which contributions can wait: those of the next burst are input already.
const AHEAD: core::ops::RangeInclusive<u8> = 2..=u8::MAX;
/// Memory of an entry of the lists here, in the making and in the end.
const ENTRY_BYTES: u64 = 24;
/// Memory of a word of history: edits copy it.
const WORD_BYTES: u64 = 16;

pub(super) fn write_fired(brain: &Brain, writer: &mut Writer) {
    writer.count(brain.fired.ids.len());
    writer.rising(brain.fired.ids.iter().copied());
    writer.list(&brain.fired.potentials);
    let recorded = &brain.recorded_candidates;
    writer.count(recorded.len());
    writer.rising(recorded.iter().map(|(id, _)| id.get()));
    let sums: Vec<f32> = recorded.iter().map(|&(_, sum)| sum).collect();
    writer.list(&sums);
}

pub(super) fn read_fired(
    brain: &mut Brain,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<(), SnapshotError> {
    (brain.fired.ids, brain.fired.potentials) = read_spikes(brain, reader, budget)?;
    let (ids, sums) = read_spikes(brain, reader, budget)?;
    brain.recorded_candidates = ids.into_iter().map(NeuronId).zip(sums).collect();
    rebuild_runs(brain);
    mark_fired(brain);
    Ok(())
}

fn read_spikes(
    brain: &Brain,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<(Vec<u32>, Vec<f32>), SnapshotError> {
    let count = reader.count()?;
    budget.take(reader, count as u64, ENTRY_BYTES)?;
    let ids = reader.rising(count, brain.next_id, "a spike is no neuron's")?;
    Ok((ids, reader.list(count)?))
}

pub(super) fn write_waiting(brain: &Brain, writer: &mut Writer) {
    for staged in [&brain.inputs.sensory, &brain.inputs.force_fires] {
        writer.count(staged.len());
        for &(slot, potential) in staged {
            writer.varint(slot.into());
            writer.word(potential);
        }
    }
    for ahead in AHEAD {
        let due = brain.burst + u64::from(ahead);
        let mut records: Vec<Record> =
            brain.rings.iter().flat_map(|ring| ring.due(due, brain.burst)).copied().collect();
        if records.is_empty() {
            continue;
        }
        // Stable: contributions to one target stay in the order in which they will be added.
        records.sort_by_key(|record| record.slot);
        writer.word(ahead);
        writer.count(records.len());
        let mut before = 0;
        for &Record { slot, value } in &records {
            writer.varint(u64::from(slot - before));
            writer.word(value);
            before = slot;
        }
    }
    writer.word(0_u8);
}

pub(super) fn read_waiting(
    brain: &mut Brain,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<(), SnapshotError> {
    brain.inputs.sensory = read_staged(brain, reader, budget)?;
    brain.inputs.force_fires = read_staged(brain, reader, budget)?;
    let mut waiting: Vec<(u8, Vec<Record>)> = Vec::new();
    loop {
        let ahead = reader.word()?;
        if ahead == 0 {
            break;
        }
        let later = waiting.last().is_none_or(|(before, _)| *before < ahead) && AHEAD.contains(&ahead);
        reader.check(later, "contributions are not in the order of their bursts")?;
        waiting.push((ahead, read_records(brain, reader, budget)?));
    }
    let longest = waiting.last().map_or(1, |(ahead, _)| *ahead);
    let mut ring = Ring::new(longest);
    for (ahead, records) in waiting {
        let due = brain.burst + u64::from(ahead);
        records.into_iter().for_each(|record| ring.push(due, record));
    }
    // One ring and no parts: the first burst shares both out over its threads.
    brain.rings = alloc::vec![ring];
    Ok(())
}

fn read_staged(
    brain: &Brain,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<Vec<(u32, f32)>, SnapshotError> {
    let count = reader.count()?;
    budget.take(reader, count as u64, ENTRY_BYTES)?;
    let mut staged = Vec::with_capacity(count);
    for _ in 0..count {
        let (slot, potential): (u32, f32) = (reader.u32()?, reader.word()?);
        reader.check(potential.is_finite(), "a staged input is not finite")?;
        reader.check(brain.is_neuron(slot), "a staged input is for no neuron")?;
        staged.push((slot, potential));
    }
    Ok(staged)
}

fn read_records(
    brain: &Brain,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<Vec<Record>, SnapshotError> {
    let count = reader.count()?;
    budget.take(reader, count as u64, ENTRY_BYTES)?;
    let mut records = Vec::with_capacity(count);
    let mut slot = 0_u32;
    for _ in 0..count {
        let next = slot.checked_add(reader.u32()?).filter(|&slot| brain.is_neuron(slot));
        slot = next.ok_or_else(|| reader.wrong("a contribution is for no neuron"))?;
        records.push(Record { slot, value: reader.word()? });
    }
    Ok(records)
}

pub(super) fn write_history(brain: &Brain, writer: &mut Writer) {
    writer.count(brain.ledger.histories().count());
    for (area, window, frames) in brain.ledger.histories() {
        writer.word(area.get());
        writer.count(window);
        writer.list(frames);
    }
}

pub(super) fn read_history(
    brain: &mut Brain,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<(), SnapshotError> {
    for _ in 0..reader.count()? {
        let area = CorticalIdx(reader.word()?);
        let position =
            brain.area_position(area).map_err(|_| reader.wrong("it is of an area that is not there"))?;
        reader.check(brain.ledger.window(area).is_none(), "it has an area twice")?;
        let window = reader.varint()?;
        let populations = || brain.areas[position].populations.iter().map(|&at| &brain.populations[at]);
        let words: usize = populations().map(|population| population.blocks().len()).sum();
        let total = window.saturating_mul(words.max(1) as u64);
        reader.check((1..=MAX_HISTORY_WORDS).contains(&total), "its window is 0 or takes more than 1 GiB")?;
        budget.take_history(reader, total)?;
        budget.take(reader, total, WORD_BYTES)?;
        let window = window as usize;
        let frames: Vec<u64> = reader.list(words * window)?;
        let mut at = 0;
        for population in populations() {
            at += population.blocks().len();
            let spare = spare(population);
            let last = frames.chunks_exact(words).map(|frame| frame[at - 1]);
            reader.check(last.fold(0, |all, word| all | word) & spare == 0, "a spike is no neuron's")?;
        }
        brain.ledger.resume(area, window, populations(), frames);
    }
    brain.ledger.set_burst(brain.burst);
    Ok(())
}
