//! From the bytes of a checkpoint to a brain. Every byte may come from anywhere.

use std::collections::{BTreeMap, BTreeSet};

use feagi_burst_engine::{BurstEngine, Capacity, Snapshot, SnapshotLimits};
use feagi_development::{RulePlace, Settings};
use feagi_genome::{Genome, Warning};
use feagi_types::{CoreArea, CorticalId, CorticalIdx, MappingId};

use super::{CHECKSUM, CheckpointError, HEAD, MAGIC, VERSION};
use crate::brain::threads_for;
use crate::edits::BrainMapping;
use crate::{Assembly, Brain, BrainArea, Rate};

/// Memory in bytes that a brain may take whatever the limits of development are: for retired
/// neurons, most of all.
const BASE_MEMORY: u64 = 128 << 20;
/// Generous estimates of what a neuron and a synapse take while a brain runs, in bytes.
const NEURON_MEMORY: u64 = 256;
const SYNAPSE_MEMORY: u64 = 64;
/// History of tracked areas in bytes: nothing here tracks any.
const HISTORY: u64 = 16 << 20;
/// Indices of areas above this could run out while areas are added.
const LAST_IDX: u32 = u32::MAX / 2;

/// What stands before the engine's snapshot.
struct Description<'a> {
    rate: Rate,
    seed: u64,
    genome: &'a [u8],
    areas: Vec<(CorticalIdx, CorticalId, String)>,
    mappings: Vec<BrainMapping>,
    warnings: Vec<Warning>,
}

pub(super) fn brain(bytes: &[u8], assembly: &Assembly) -> Result<(Brain, Rate), CheckpointError> {
    let (description, snapshot) = opened(bytes)?;
    let Description { rate, seed, genome, areas, mappings, warnings } = Description::read(description)?;
    let genome = Genome::read_bytes(genome, &assembly.limits)?.genome;
    let snapshot = Snapshot::from_bytes(snapshot, &limits(&assembly.development))?;
    let mut assembly = assembly.clone();
    assembly.development.seed = seed;
    // Threads cost little to start once it is known that they are needed.
    let mut engine = BurstEngine::import(snapshot, 1);
    let areas = checked_areas(&engine, &genome, areas)?;
    check_mappings(&engine, &genome, &mappings)?;
    let threads = assembly.threads.unwrap_or_else(|| threads_for(engine.neuron_count() as u64));
    if threads != engine.threads() {
        engine = engine.on_threads(threads);
    }
    let Settings { max_neurons: neurons, max_synapses: synapses, .. } = assembly.development;
    engine.set_capacity(Some(Capacity { neurons, synapses }));
    if let Some(power) = assembly.power {
        engine.set_power_amount(power);
    }
    let brain = Brain {
        footprint: genome.footprint(),
        precision: engine.precision(),
        engine,
        areas,
        mappings,
        assembly,
        title: genome.title.clone(),
        timestep_secs: genome.physiology.simulation_timestep,
        genome,
        warnings,
        revision: 0,
    };
    Ok((brain, rate))
}

/// Description and snapshot of bytes whose head and checksum are as they should be.
fn opened(bytes: &[u8]) -> Result<(&[u8], &[u8]), CheckpointError> {
    let Some(rest) = bytes.strip_prefix(&MAGIC) else { return Err(CheckpointError::NotACheckpoint) };
    let mut words = Words { rest, section: "head" };
    let found = words.u32()?;
    if found != VERSION {
        return Err(CheckpointError::Version { found });
    }
    let length = words.u32()? as usize;
    let end = HEAD.checked_add(length).ok_or(CheckpointError::Damaged)?;
    let (described, rest) = bytes.split_at_checked(end).ok_or(CheckpointError::Damaged)?;
    let (checksum, snapshot) = rest.split_at_checked(CHECKSUM).ok_or(CheckpointError::Damaged)?;
    if crc32fast::hash(described).to_le_bytes() != checksum {
        return Err(CheckpointError::Damaged);
    }
    Ok((&described[HEAD..], snapshot))
}

fn limits(settings: &Settings) -> SnapshotLimits {
    let (neurons, synapses) = (settings.max_neurons, settings.max_synapses);
    let memory =
        neurons.saturating_mul(NEURON_MEMORY).saturating_add(synapses.saturating_mul(SYNAPSE_MEMORY));
    SnapshotLimits { neurons, synapses, memory: memory.saturating_add(BASE_MEMORY), history: HISTORY }
}

/// The areas, which are the same in genome, engine and list.
fn checked_areas(
    engine: &BurstEngine,
    genome: &Genome,
    listed: Vec<(CorticalIdx, CorticalId, String)>,
) -> Result<Vec<BrainArea>, CheckpointError> {
    let mut unseen: BTreeMap<CorticalIdx, CorticalId> = engine.areas().collect();
    let mut areas = Vec::with_capacity(listed.len());
    for (idx, id, name) in listed {
        let wrong = |what| CheckpointError::Area { id, what };
        if unseen.remove(&idx) != Some(id) {
            return Err(wrong("is listed and not part of the engine, or listed twice"));
        }
        let fitting = match id.core_area() {
            Some(core) => core.idx() == idx,
            None => (CoreArea::ALL.len() as u32..=LAST_IDX).contains(&idx.get()),
        };
        if !fitting {
            return Err(wrong("has an index that areas of its kind do not have"));
        }
        let genes = genome.area_by_id(id).ok_or_else(|| wrong("is not in the genome"))?;
        if engine.area_grid(idx).ok() != Some((genes.dimensions, genes.neurons_per_voxel)) {
            return Err(wrong("has another size in the engine than in the genome"));
        }
        // The engine has counted it within the range of neuron ids.
        let neurons = genes.dimensions.neuron_count(genes.neurons_per_voxel).unwrap_or(u64::MAX);
        areas.push(BrainArea { idx, id, name, dimensions: genes.dimensions, neurons });
    }
    if let Some((_, &id)) = unseen.first_key_value() {
        return Err(CheckpointError::Area { id, what: "is part of the engine and not listed" });
    }
    let listed: BTreeSet<CorticalId> = areas.iter().map(|area| area.id).collect();
    match genome.areas.iter().find(|genes| !listed.contains(&genes.id)) {
        Some(genes) => Err(CheckpointError::Area { id: genes.id, what: "is in the genome and not listed" }),
        None => Ok(areas),
    }
}

/// Checks that mappings are the same in engine and list, and that the genome has their rules.
fn check_mappings(
    engine: &BurstEngine,
    genome: &Genome,
    listed: &[BrainMapping],
) -> Result<(), CheckpointError> {
    let ids: BTreeMap<CorticalIdx, CorticalId> = engine.areas().collect();
    let mut unseen: BTreeMap<MappingId, (CorticalIdx, CorticalIdx)> =
        engine.mappings().map(|(id, source, target)| (id, (source, target))).collect();
    let mut places = BTreeSet::new();
    for &BrainMapping { id, place } in listed {
        let wrong = |what| CheckpointError::Mapping { id, what };
        let Some((source, target)) = unseen.remove(&id) else {
            return Err(wrong("is listed and not part of the engine, or listed twice"));
        };
        let ends = (ids.get(&source), ids.get(&target));
        if ends != (Some(&place.source), Some(&place.target)) {
            return Err(wrong("joins other areas in the engine than in the list"));
        }
        if !has_rule(genome, &place) {
            return Err(wrong("follows a rule that the genome does not have"));
        }
        if !places.insert(place) {
            return Err(wrong("follows the rule of another mapping"));
        }
    }
    match unseen.first_key_value() {
        Some((&id, _)) => Err(CheckpointError::Mapping { id, what: "is part of the engine and not listed" }),
        None => Ok(()),
    }
}

fn has_rule(genome: &Genome, place: &RulePlace) -> bool {
    let Some(source) = genome.area_by_id(place.source) else { return false };
    let mut lists = source.mappings.iter();
    lists.any(|(target, rules)| {
        rules.len() > place.position && CorticalId::from_base64(target).is_ok_and(|id| id == place.target)
    })
}

impl<'a> Description<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, CheckpointError> {
        let mut words = Words { rest: bytes, section: "rate" };
        let rate = Rate::from_hz(f64::from_le_bytes(words.array()?))?;
        let seed = u64::from_le_bytes(words.array()?);
        words.section = "genome";
        let length = words.u32()? as usize;
        let genome = words.raw(length)?;
        words.section = "areas";
        let areas = words.list(|words| Ok((CorticalIdx(words.u32()?), words.id()?, words.text()?)))?;
        words.section = "mappings";
        let mappings = words.list(|words| {
            let (id, source, target) = (MappingId(words.u32()?), words.id()?, words.id()?);
            Ok(BrainMapping { id, place: RulePlace { source, target, position: words.u32()? as usize } })
        })?;
        words.section = "warnings";
        let warnings = words.list(|words| Ok(Warning { place: words.text()?, message: words.text()? }))?;
        if !words.rest.is_empty() {
            return Err(words.wrong("bytes are left over"));
        }
        Ok(Self { rate, seed, genome, areas, mappings, warnings })
    }
}

/// What is left of a description.
struct Words<'a> {
    rest: &'a [u8],
    section: &'static str,
}

impl<'a> Words<'a> {
    fn wrong(&self, what: &'static str) -> CheckpointError {
        CheckpointError::Invalid { section: self.section, what }
    }

    fn raw(&mut self, length: usize) -> Result<&'a [u8], CheckpointError> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return Err(self.wrong("it ends too early"));
        };
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CheckpointError> {
        let mut array = [0; N];
        array.copy_from_slice(self.raw(N)?);
        Ok(array)
    }

    fn u32(&mut self) -> Result<u32, CheckpointError> {
        self.array().map(u32::from_le_bytes)
    }

    fn id(&mut self) -> Result<CorticalId, CheckpointError> {
        let bytes = self.array()?;
        CorticalId::from_bytes(bytes).map_err(|_| self.wrong("an id names no possible area"))
    }

    fn text(&mut self) -> Result<String, CheckpointError> {
        let length = self.u32()? as usize;
        let bytes = self.raw(length)?;
        let text = std::str::from_utf8(bytes).map_err(|_| self.wrong("a text is not UTF-8"))?;
        Ok(text.to_owned())
    }

    /// As many items as the number before them says. Memory is taken as they come.
    fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, CheckpointError>,
    ) -> Result<Vec<T>, CheckpointError> {
        let count = self.u32()?;
        (0..count).map(|_| item(self)).collect()
    }
}
