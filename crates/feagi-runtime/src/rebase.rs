//! From one state of some parts of a genome to another, where others may have changed them since: what
//! they changed stays as it is.

use std::collections::BTreeMap;

use feagi_genome::{AreaGenes, Genome, Region};
use feagi_types::{AreaParameters, CorticalId};

use crate::{EditError, Revision};

/// The revision that leads from `from` to `to`, two states of the same parts, in `genome`.
///
/// # Errors
/// [`EditError::Overtaken`] where somebody else has made or removed a part since, or changed it
/// beyond telling apart.
pub(crate) fn rebase(genome: &Genome, from: &Revision, to: &Revision) -> Result<Revision, EditError> {
    let mut revision = Revision { timestep: to.timestep, ..Revision::default() };
    for (&id, wanted) in &to.areas {
        let left = from.areas.get(&id).and_then(Option::as_ref);
        let genes = match (genome.area_by_id(id), left, wanted) {
            (now, left, _) if now == left => wanted.clone(),
            (Some(now), Some(left), Some(wanted)) => Some(merged(now, left, wanted)),
            // It grew, and goes all the same.
            (Some(_), Some(_), None) => None,
            (now, ..) => {
                let name = now.or(left).or(wanted.as_ref()).map_or("", |genes| &genes.name);
                return Err(EditError::Overtaken { what: format!("area {name:?} ({id})") });
            }
        };
        revision.areas.insert(id, genes);
    }
    if let (Some(left), Some(wanted)) = (&from.regions, &to.regions) {
        let areas = |id| match revision.areas.get(&id) {
            Some(genes) => genes.is_some(),
            None => genome.area_by_id(id).is_some(),
        };
        revision.regions = Some(regions(&genome.regions, left, wanted, areas));
    }
    for (name, wanted) in &to.morphologies {
        if genome.morphologies.get(name) != from.morphologies.get(name).and_then(Option::as_ref) {
            return Err(EditError::Overtaken { what: format!("morphology {name:?}") });
        }
        revision.morphologies.insert(name.clone(), wanted.clone());
    }
    Ok(revision)
}

/// `wanted`, with what somebody else has changed since `left` as it is `now`.
fn merged(now: &AreaGenes, left: &AreaGenes, wanted: &AreaGenes) -> AreaGenes {
    AreaGenes {
        id: now.id,
        name: pick(&now.name, &left.name, &wanted.name),
        dimensions: pick(&now.dimensions, &left.dimensions, &wanted.dimensions),
        neurons_per_voxel: pick(&now.neurons_per_voxel, &left.neurons_per_voxel, &wanted.neurons_per_voxel),
        position: pick(&now.position, &left.position, &wanted.position),
        position_2d: pick(&now.position_2d, &left.position_2d, &wanted.position_2d),
        visible: pick(&now.visible, &left.visible, &wanted.visible),
        parameters: parameters(&now.parameters, &left.parameters, &wanted.parameters),
        memory: pick(&now.memory, &left.memory, &wanted.memory),
        mappings: entries(&now.mappings, &left.mappings, &wanted.mappings),
        extra: pick(&now.extra, &left.extra, &wanted.extra),
    }
}

fn pick<T: Clone + PartialEq>(now: &T, left: &T, wanted: &T) -> T {
    if now == left { wanted.clone() } else { now.clone() }
}

fn parameters(now: &AreaParameters, left: &AreaParameters, wanted: &AreaParameters) -> AreaParameters {
    AreaParameters {
        threshold: pick(&now.threshold, &left.threshold, &wanted.threshold),
        threshold_increment: pick(
            &now.threshold_increment,
            &left.threshold_increment,
            &wanted.threshold_increment,
        ),
        threshold_limit: pick(&now.threshold_limit, &left.threshold_limit, &wanted.threshold_limit),
        leak: pick(&now.leak, &left.leak, &wanted.leak),
        resting_potential: pick(&now.resting_potential, &left.resting_potential, &wanted.resting_potential),
        refractory_period: pick(&now.refractory_period, &left.refractory_period, &wanted.refractory_period),
        excitability: pick(&now.excitability, &left.excitability, &wanted.excitability),
        consecutive_fire_limit: pick(
            &now.consecutive_fire_limit,
            &left.consecutive_fire_limit,
            &wanted.consecutive_fire_limit,
        ),
        snooze_length: pick(&now.snooze_length, &left.snooze_length, &wanted.snooze_length),
        accumulates: pick(&now.accumulates, &left.accumulates, &wanted.accumulates),
        postsynaptic_current: pick(
            &now.postsynaptic_current,
            &left.postsynaptic_current,
            &wanted.postsynaptic_current,
        ),
        psp_uniform: pick(&now.psp_uniform, &left.psp_uniform, &wanted.psp_uniform),
        mp_driven_psp: pick(&now.mp_driven_psp, &left.mp_driven_psp, &wanted.mp_driven_psp),
        degeneration: pick(&now.degeneration, &left.degeneration, &wanted.degeneration),
    }
}

/// Entries by key, each as a value of its own.
fn entries<K: Clone + Ord, V: Clone + PartialEq>(
    now: &BTreeMap<K, V>,
    left: &BTreeMap<K, V>,
    wanted: &BTreeMap<K, V>,
) -> BTreeMap<K, V> {
    let mut entries = now.clone();
    for key in left.keys().chain(wanted.keys()) {
        let (was, shall) = (left.get(key), wanted.get(key));
        match shall {
            _ if was == shall => {}
            Some(value) => drop(entries.insert(key.clone(), value.clone())),
            None => drop(entries.remove(key)),
        }
    }
    entries
}

/// The regions `wanted`, with areas that came since where they are now, or in the root region.
fn regions(
    now: &[Region],
    left: &[Region],
    wanted: &[Region],
    exists: impl Fn(CorticalId) -> bool,
) -> Vec<Region> {
    let mut regions = wanted.to_vec();
    if now == left {
        return regions;
    }
    for region in &mut regions {
        region.areas.retain(|&id| exists(id));
    }
    let known = |regions: &[Region], id| regions.iter().any(|region| region.areas.contains(&id));
    for home in now {
        for &id in home.areas.iter().filter(|&&id| exists(id)) {
            if !known(&regions, id) {
                let there = regions.iter().position(|region| region.id == home.id);
                let root = || regions.iter().position(|region| region.parent.is_none());
                if let Some(at) = there.or_else(root) {
                    regions[at].areas.push(id);
                }
            }
        }
    }
    regions
}
