//! Section `SYNA`: segments of synapses, the mappings they belong to, and removals that are put off.

use alloc::vec::Vec;

use feagi_types::{MappingId, NeuronId, SynapseKind};

use super::SnapshotError;
use super::wire::{Budget, Reader, Writer};
use crate::brain::Brain;
use crate::segment::Segment;

/// Memory of a segment beyond its rows.
const SEGMENT_BYTES: u64 = 400;
/// Memory of a mapping id.
const MAPPING_BYTES: u64 = 32;
/// Memory of a synapse, its columns not counted, and of a row: offset and cuts.
const SYNAPSE_BYTES: u64 = 8;
const ROW_BYTES: u64 = 16;
/// Removals that are put off cost later edits a search each; only recorded traces know them.
const MOST_LINGERING: usize = 4096;

pub(super) fn write(brain: &Brain, writer: &mut Writer) {
    writer.count(brain.mappings.len());
    writer.count(brain.free_segments.len());
    writer.count(brain.segments.len() - brain.free_segments.len());
    for &position in brain.populations.iter().flat_map(|population| &population.outgoing) {
        writer.count(position);
        write_segment(brain, &brain.segments[position], writer);
    }
    brain.free_segments.iter().for_each(|&position| writer.count(position));
    writer.count(brain.lingering.len());
    for &(source, target) in &brain.lingering {
        writer.varint(source.get().into());
        writer.varint(target.get().into());
    }
}

fn write_segment(brain: &Brain, segment: &Segment, writer: &mut Writer) {
    writer.count(segment.source);
    writer.count(segment.target);
    writer.varint(segment.mapping.map_or(0, |id| u64::from(id.get()) + 1));
    writer.count(if segment.rows() == 0 { 0 } else { segment.first_source });
    writer.count(segment.offsets.len());
    let first_slot = brain.populations[segment.target].first_slot as u32;
    for ends in segment.offsets.windows(2) {
        let row = &segment.targets[ends[0] as usize..ends[1] as usize];
        writer.count(row.len());
        let mut before = first_slot;
        for &target in row {
            writer.varint(u64::from(target - before));
            before = target;
        }
    }
    writer.column(&segment.weight);
    writer.column(&segment.psp);
    writer.coded(&segment.kind, SynapseKind::code);
    writer.column(&segment.delay);
}

pub(super) fn read(
    brain: &mut Brain,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<(), SnapshotError> {
    let mappings = reader.u32()?;
    budget.take(reader, mappings.into(), MAPPING_BYTES)?;
    reader.check(mappings < u32::MAX, "mapping ids have run out")?;
    brain.mappings = alloc::vec![None; mappings as usize];
    let (free, used) = (reader.count()?, reader.count()?);
    let positions = free + used;
    budget.take(reader, positions as u64, SEGMENT_BYTES)?;
    reader.check(positions == 0 || !brain.populations.is_empty(), "synapses join no neurons")?;
    brain.segments = alloc::vec![Segment::unused(); positions];
    let mut last = (0, 0);
    for _ in 0..used {
        let position = reader.position(positions, "a position is out of range")?;
        let segment = read_segment(brain, reader, budget)?;
        reader.check(brain.segments[position].removed, "two segments have one position")?;
        let ends = (segment.source, segment.target);
        reader.check(last <= ends, "segments are not in the order of their ends")?;
        last = ends;
        if let Some(id) = segment.mapping {
            let place = brain.mappings.get_mut(id.get() as usize);
            let place = place.ok_or_else(|| reader.wrong("a mapping id is out of range"))?;
            reader.check(place.replace(position).is_none(), "two segments have one mapping")?;
        }
        brain.populations[ends.0].outgoing.push(position);
        brain.segments[position] = segment;
    }
    read_free(brain, free, reader)?;
    read_lingering(brain, reader)
}

/// Positions of removed segments, in the order in which they will be used again.
fn read_free(brain: &mut Brain, free: usize, reader: &mut Reader<'_>) -> Result<(), SnapshotError> {
    let mut seen = alloc::vec![false; brain.segments.len()];
    for _ in 0..free {
        let position = reader.position(brain.segments.len(), "a position is out of range")?;
        let known = !brain.segments[position].removed || core::mem::replace(&mut seen[position], true);
        reader.check(!known, "a free position is taken")?;
        brain.free_segments.push(position);
    }
    Ok(())
}

fn read_segment(
    brain: &Brain,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<Segment, SnapshotError> {
    let populations = brain.populations.len();
    let source = reader.position(populations, "a segment comes from nowhere")?;
    let target = reader.position(populations, "a segment leads nowhere")?;
    let retired = brain.is_retired(source) || brain.is_retired(target);
    reader.check(!retired, "a segment joins neurons that were retired")?;
    let mapping = match reader.varint()? {
        0 => None,
        id => Some(u32::try_from(id - 1).map_err(|_| reader.wrong("a mapping id is out of range"))?),
    };
    let sources = brain.populations[source].len;
    let first_source = reader.position(sources, "a row belongs to no neuron")?;
    let offsets = reader.count()?;
    let rows = offsets.saturating_sub(1);
    reader.check(rows <= sources - first_source, "a row belongs to no neuron")?;
    budget.take(reader, rows as u64, ROW_BYTES)?;
    let mut segment =
        Segment { mapping: mapping.map(MappingId), first_source, ..Segment::new(None, source, target) };
    if offsets > 0 {
        read_rows(brain, &mut segment, rows, reader, budget)?;
    }
    let synapses = segment.len();
    segment.weight = reader.column(
        synapses,
        budget,
        |weight: f32| weight.is_finite() && weight >= 0.0,
        "a weight is out of range",
    )?;
    segment.psp = reader.column(synapses, budget, f32::is_finite, "a postsynaptic current is not finite")?;
    segment.kind = reader.coded(synapses, budget, 2, SynapseKind::from_code)?;
    segment.delay = reader.column(synapses, budget, |delay: u8| delay > 0, "a delay is 0")?;
    Ok(segment)
}

fn read_rows(
    brain: &Brain,
    segment: &mut Segment,
    rows: usize,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<(), SnapshotError> {
    let (source, target) = (&brain.populations[segment.source], &brain.populations[segment.target]);
    let (first_slot, end) = (target.first_slot as u64, target.slots().end as u64);
    segment.offsets.reserve_exact(rows + 1);
    segment.offsets.push(0);
    for row in 0..rows {
        let length = reader.count()?;
        budget.take_synapses(reader, length as u64)?;
        budget.take(reader, length as u64, SYNAPSE_BYTES)?;
        let from = source.first_slot + segment.first_source + row;
        reader.check(
            length == 0 || brain.slots.is_live(from),
            "a synapse leaves a neuron that does not exist",
        )?;
        let mut slot = first_slot;
        for _ in 0..length {
            // Both are far below half of 64 bits, or the sum is out of range in any case.
            slot = slot.saturating_add(reader.varint()?);
            let reached = slot < end && brain.slots.is_live(slot as usize);
            reader.check(reached, "a synapse reaches a neuron that does not exist")?;
            segment.targets.push(slot as u32);
        }
        let ends = u32::try_from(segment.targets.len());
        segment.offsets.push(ends.map_err(|_| reader.wrong("a segment has too many synapses"))?);
    }
    segment.targets.shrink_to_fit();
    Ok(())
}

/// Removed synapses that still deliver: each stands for one that is there.
fn read_lingering(brain: &mut Brain, reader: &mut Reader<'_>) -> Result<(), SnapshotError> {
    const WHAT: &str = "a removed synapse does not exist";
    let count = reader.count()?;
    let may = brain.compatibility.removed_synapses_linger || count == 0;
    reader.check(may && count <= MOST_LINGERING, "it has removed synapses that still deliver")?;
    let mut removed: Vec<(NeuronId, NeuronId)> = Vec::with_capacity(count);
    for _ in 0..count {
        removed.push((NeuronId(reader.u32()?), NeuronId(reader.u32()?)));
    }
    let mut sorted = removed.clone();
    sorted.sort_unstable();
    for same in sorted.chunk_by(|a, b| a == b) {
        let &[(source, target), ..] = same else { continue };
        reader.check(brain.synapses_between(source, target) >= same.len(), WHAT)?;
    }
    brain.lingering = removed;
    Ok(())
}
