//! Sections `AREA` and `POPU`: areas, and the groups of neurons that they have or had.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use feagi_types::{AreaParameters, CorticalId, CorticalIdx, Dimensions, Precision, Voxel};

use super::SnapshotError;
use super::wire::{Budget, Reader, Writer};
use crate::area::AreaRecord;
use crate::brain::{Brain, NEURON_IDS};
use crate::population::{Place, Population, Rules};
use crate::slots::BLOCK;

/// Memory of an area beyond what is counted elsewhere: its record and its places in two maps.
const AREA_BYTES: u64 = 400;
/// Memory of a population beyond its neurons.
const POPULATION_BYTES: u64 = 600;
/// Memory of one slot: hot state, room in fired sets, degree.
const SLOT_BYTES: u64 = 48;
/// Memory of the voxel of a neuron that is not part of a grid, and of its place in the area's set.
const LISTED_BYTES: u64 = 64;

pub(super) fn write_areas(brain: &Brain, writer: &mut Writer) {
    writer.count(brain.areas.len());
    for area in &brain.areas {
        writer.word(area.idx.get());
        writer.raw(area.id.as_bytes());
        writer.flag(area.psp_configured);
        writer.flag(area.removed);
        write_parameters(&area.parameters, writer);
    }
}

fn write_parameters(parameters: &AreaParameters, writer: &mut Writer) {
    let [x, y, z] = parameters.threshold_increment;
    let floats = [
        parameters.threshold,
        x,
        y,
        z,
        parameters.threshold_limit,
        parameters.leak,
        parameters.resting_potential,
        parameters.excitability,
        parameters.postsynaptic_current,
        parameters.degeneration,
    ];
    floats.into_iter().for_each(|value| writer.word(value));
    for value in [parameters.refractory_period, parameters.consecutive_fire_limit, parameters.snooze_length] {
        writer.word(value);
    }
    writer.flag(parameters.accumulates);
    for choice in [parameters.psp_uniform, parameters.mp_driven_psp] {
        writer.word(choice.map_or(0_u8, |yes| 1 + u8::from(yes)));
    }
}

pub(super) fn read_areas(
    brain: &mut Brain,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<(), SnapshotError> {
    let areas = reader.count()?;
    for position in 0..areas {
        budget.take(reader, 1, AREA_BYTES)?;
        let idx = CorticalIdx(reader.word()?);
        let mut id = [0; 8];
        id.copy_from_slice(reader.raw(8)?);
        let id = CorticalId::from_bytes(id).map_err(|_| reader.wrong("an id names no possible area"))?;
        let (psp_configured, removed) = (reader.flag()?, reader.flag()?);
        let parameters = read_parameters(reader)?;
        parameters.validate().map_err(|source| SnapshotError::Parameter { area: idx, source })?;
        if !removed {
            let fresh =
                brain.positions.insert(idx, position).is_none() && brain.ids.insert(id, idx).is_none();
            reader.check(fresh, "two areas have the same index or id")?;
        }
        let (populations, listed) = (Vec::new(), BTreeSet::new());
        brain.areas.push(AreaRecord { idx, id, parameters, psp_configured, populations, listed, removed });
    }
    Ok(())
}

fn read_parameters(reader: &mut Reader<'_>) -> Result<AreaParameters, SnapshotError> {
    Ok(AreaParameters {
        threshold: reader.word()?,
        threshold_increment: [reader.word()?, reader.word()?, reader.word()?],
        threshold_limit: reader.word()?,
        leak: reader.word()?,
        resting_potential: reader.word()?,
        excitability: reader.word()?,
        postsynaptic_current: reader.word()?,
        degeneration: reader.word()?,
        refractory_period: reader.word()?,
        consecutive_fire_limit: reader.word()?,
        snooze_length: reader.word()?,
        accumulates: reader.flag()?,
        psp_uniform: reader.choice()?,
        mp_driven_psp: reader.choice()?,
    })
}

pub(super) fn write(brain: &Brain, writer: &mut Writer) {
    writer.count(brain.populations.len());
    for (position, population) in brain.populations.iter().enumerate() {
        let retired = brain.is_retired(position);
        writer.count(population.area);
        writer.flag(retired);
        match &population.place {
            Place::Grid { dimensions, per_voxel } => {
                writer.flag(false);
                dimensions
                    .to_array()
                    .into_iter()
                    .chain([*per_voxel])
                    .for_each(|size| writer.varint(size.into()));
            }
            Place::Listed(voxels) => {
                writer.flag(true);
                writer.count(voxels.len());
                for axis in voxels.iter().flat_map(Voxel::to_array) {
                    writer.varint(axis.into());
                }
            }
        }
        if !retired {
            write_rules(&population.rules, writer);
        }
    }
}

fn write_rules(rules: &Rules, writer: &mut Writer) {
    writer.column(&rules.threshold);
    writer.column(&rules.threshold_limit);
    writer.column(&rules.leak);
    writer.column(&rules.excitability);
    writer.column(&rules.refractory_period);
    writer.column(&rules.consecutive_fire_limit);
    writer.column(&rules.snooze_length);
    writer.coded(&rules.accumulates, u8::from);
}

pub(super) fn read(
    brain: &mut Brain,
    reader: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<(), SnapshotError> {
    let populations = reader.count()?;
    let mut first_slot = 0;
    for position in 0..populations {
        budget.take(reader, 1, POPULATION_BYTES)?;
        let area = reader.position(brain.areas.len(), "a population belongs to no area")?;
        let retired = reader.flag()?;
        reader.check(retired || !brain.areas[area].removed, "a removed area has neurons")?;
        let (place, len) = read_place(reader, NEURON_IDS - brain.next_id, budget)?;
        if !retired {
            budget.take_neurons(reader, len as u64)?;
        }
        let blocks = len.div_ceil(BLOCK);
        budget.take(reader, (blocks * BLOCK) as u64, SLOT_BYTES)?;
        let rules = match retired {
            true => Rules::from_area(&AreaParameters::default(), brain.precision),
            false => read_rules(reader, len, brain.precision, budget)?,
        };
        let first_id = brain.next_id;
        brain.next_id += len as u32;
        if !retired {
            brain.areas[area].populations.push(position);
            if let Place::Listed(voxels) = &place {
                brain.areas[area].listed.extend(voxels.iter().copied().zip(first_id..));
            }
        }
        brain.populations.push(Population {
            area,
            first_id,
            first_slot,
            len,
            place,
            rules,
            outgoing: Vec::new(),
            out_degree: Vec::new(),
            degrees_stale: !retired,
        });
        first_slot += blocks * BLOCK;
    }
    Ok(())
}

/// Where the neurons of a population are, and how many there are: at least one, at most `ids`.
fn read_place(
    reader: &mut Reader<'_>,
    ids: u32,
    budget: &mut Budget,
) -> Result<(Place, usize), SnapshotError> {
    const SIZE: &str = "a population is empty or has more neurons than there are ids";
    let in_range = |count: u64| (1..=u64::from(ids)).contains(&count);
    if reader.flag()? {
        let count = reader.count()?;
        reader.check(in_range(count as u64), SIZE)?;
        budget.take(reader, count as u64, LISTED_BYTES)?;
        let mut voxels = Vec::with_capacity(count.min(reader.left() / 3));
        for _ in 0..count {
            voxels.push(Voxel::new(reader.u32()?, reader.u32()?, reader.u32()?));
        }
        return Ok((Place::Listed(voxels), count));
    }
    let dimensions = Dimensions::new(reader.u32()?, reader.u32()?, reader.u32()?);
    let per_voxel = reader.u32()?;
    match dimensions.neuron_count(per_voxel).filter(|&count| in_range(count)) {
        Some(count) => Ok((Place::Grid { dimensions, per_voxel }, count as usize)),
        None => Err(reader.wrong(SIZE)),
    }
}

fn read_rules(
    reader: &mut Reader<'_>,
    len: usize,
    precision: Precision,
    budget: &mut Budget,
) -> Result<Rules, SnapshotError> {
    // Thresholds that rise along the axes may leave the finite numbers; eight bits hold 0..=255.
    let threshold =
        |value: f32| precision == Precision::Fp32 || value.is_nan() || (0.0..=255.0).contains(&value);
    let share = |value: f32| (0.0..=1.0).contains(&value);
    Ok(Rules {
        threshold: reader.column(len, budget, threshold, "a threshold is out of range")?,
        threshold_limit: reader.column(
            len,
            budget,
            |value: f32| !value.is_nan(),
            "a threshold limit is no number",
        )?,
        leak: reader.column(len, budget, share, "a leak is outside 0..=1")?,
        excitability: reader.column(len, budget, share, "an excitability is outside 0..=1")?,
        refractory_period: reader.column(len, budget, |_| true, "")?,
        consecutive_fire_limit: reader.column(len, budget, |limit| limit != 0, "a fire limit is 0")?,
        snooze_length: reader.column(len, budget, |_| true, "")?,
        accumulates: reader.coded(len, budget, 2, |code| code == 1)?,
    })
}
