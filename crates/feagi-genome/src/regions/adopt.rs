//! Regions that a genome gives.

use std::collections::{BTreeMap, BTreeSet};

use feagi_types::{CoreArea, CorticalId};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{ROOT_TITLE, new_region, region_id, sort};
use crate::error::{GenomeError, describe, shorten};
use crate::limits::Limits;
use crate::model::{AreaGenes, Region};
use crate::warnings::Warnings;

/// Reads `brain_regions`. Areas that are listed but do not exist are left out with a warning; core
/// areas that no region lists are put into the root.
///
/// # Errors
/// [`GenomeError::Region`] when a region is titled as the root and another names a parent that does
/// not exist, or when regions are their own ancestors; [`GenomeError::Value`] for wrong types;
/// [`GenomeError::TooMany`].
pub(crate) fn adopt(
    given: Map<String, Value>,
    areas: &[AreaGenes],
    limits: &Limits,
    warnings: &mut Warnings,
) -> Result<Vec<Region>, GenomeError> {
    if given.len() > limits.max_regions {
        let (place, what) = (String::from("brain_regions"), "regions");
        return Err(GenomeError::TooMany { place, what, limit: limits.max_regions });
    }
    let mut regions = Vec::with_capacity(given.len() + 1);
    let mut keys = BTreeMap::new();
    for (key, value) in given {
        let place = format!("brain_regions.{}", shorten(&key));
        let id = match Uuid::try_parse(&key) {
            Ok(uuid) => uuid.to_string(),
            Err(_) => region_id(&key),
        };
        if keys.insert(id.clone(), key).is_some() {
            warnings.add(&place, "the same region as another key; this one is left out");
            continue;
        }
        let Value::Object(members) = value else {
            return Err(GenomeError::value(place, &value, "an object that describes the region"));
        };
        regions.push(Reader { place: &place, members, areas, warnings }.region(id)?);
    }
    match regions.iter().position(|region| region.title == ROOT_TITLE) {
        Some(root) => hang_strictly(&mut regions, root, &keys, warnings)?,
        None => hang_below_new_root(&mut regions, &keys, warnings),
    }
    check_acyclic(&regions, &keys)?;
    sort(&mut regions);
    add_core_areas(&mut regions, areas);
    Ok(regions)
}

/// With a root in the file every parent has to exist.
fn hang_strictly(
    regions: &mut [Region],
    root: usize,
    keys: &BTreeMap<String, String>,
    warnings: &mut Warnings,
) -> Result<(), GenomeError> {
    let root_id = regions[root].id.clone();
    for region in regions.iter_mut() {
        let place = || format!("brain_regions.{}.parent_region_id", shorten(&keys[&region.id]));
        if region.id == root_id {
            if region.parent.take().is_some() {
                warnings.add(place(), "the root region has no parent; ignored");
            }
            continue;
        }
        match &region.parent {
            Some(parent) if keys.contains_key(parent) => {}
            Some(parent) => {
                let reason = format!(
                    "parent region `{}` does not exist; regions are known by UUID, and a key that is \
                     none gets a new one, so write UUIDs as keys and parents, or rename the region \
                     titled `{ROOT_TITLE}`",
                    shorten(parent)
                );
                return Err(GenomeError::Region { place: place(), reason });
            }
            None => {
                warnings.add(place(), "no parent; the region is put under the root");
                region.parent = Some(root_id.clone());
            }
        }
    }
    Ok(())
}

/// Without a root in the file one is added, and regions whose parent does not exist hang below it.
fn hang_below_new_root(regions: &mut Vec<Region>, keys: &BTreeMap<String, String>, warnings: &mut Warnings) {
    let areas = CoreArea::ALL.into_iter().map(CorticalId::core).collect();
    let mut root = new_region(region_id(ROOT_TITLE), ROOT_TITLE, "", areas);
    while keys.contains_key(&root.id) {
        root.id = region_id(&root.id);
    }
    for region in regions.iter_mut() {
        if let Some(parent) = region.parent.take_if(|parent| !keys.contains_key(parent)) {
            let place = format!("brain_regions.{}.parent_region_id", shorten(&keys[&region.id]));
            let message = format!(
                "parent region `{}` does not exist (regions are known by UUID); the region is put under the root",
                shorten(&parent)
            );
            warnings.add(place, message);
        }
        region.parent.get_or_insert_with(|| root.id.clone());
    }
    regions.push(root);
}

/// Every region has to reach the root. Walks each chain only as far as regions not yet known to.
fn check_acyclic(regions: &[Region], keys: &BTreeMap<String, String>) -> Result<(), GenomeError> {
    let parents: BTreeMap<&str, Option<&str>> =
        regions.iter().map(|region| (region.id.as_str(), region.parent.as_deref())).collect();
    let mut rooted = BTreeSet::new();
    for region in regions {
        let mut chain = BTreeSet::new();
        let mut next = Some(region.id.as_str());
        while let Some(id) = next.filter(|id| !rooted.contains(id)) {
            if !chain.insert(id) {
                let name = keys.get(id).map_or(id, String::as_str);
                let place = format!("brain_regions.{}.parent_region_id", shorten(name));
                let reason = String::from("the region is its own ancestor; give one of them another parent");
                return Err(GenomeError::Region { place, reason });
            }
            next = parents.get(id).copied().flatten();
        }
        rooted.extend(chain);
    }
    Ok(())
}

fn add_core_areas(regions: &mut [Region], areas: &[AreaGenes]) {
    let listed: BTreeSet<CorticalId> =
        regions.iter().flat_map(|region| region.areas.iter().copied()).collect();
    let Some(root) = regions.iter_mut().find(|region| region.parent.is_none()) else { return };
    let core = areas.iter().map(|area| area.id).filter(|id| id.core_area().is_some());
    root.areas.extend(core.filter(|id| !listed.contains(id)));
}

/// The members of one region.
struct Reader<'a> {
    place: &'a str,
    members: Map<String, Value>,
    areas: &'a [AreaGenes],
    warnings: &'a mut Warnings,
}

impl Reader<'_> {
    fn region(mut self, id: String) -> Result<Region, GenomeError> {
        let title = match self.text("title")? {
            Some(title) => title,
            None => self.text("name")?.unwrap_or_default(),
        };
        let parent = self.text("parent_region_id")?.map(|parent| canonical(&parent));
        let mut areas = self.ids("cortical_areas")?;
        for id in self.ids("areas")? {
            if !areas.contains(&id) {
                areas.push(id);
            }
        }
        let (inputs, outputs) = (self.ids("inputs")?, self.ids("outputs")?);
        // The list of children repeats what the parents say and would still hold the old keys.
        for children in ["regions", "child_regions"] {
            self.members.remove(children);
        }
        Ok(Region { id, title, parent, areas, inputs, outputs, extra: self.members })
    }

    fn text(&mut self, member: &str) -> Result<Option<String>, GenomeError> {
        match self.members.remove(member) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(GenomeError::value(format!("{}.{member}", self.place), &other, "a text")),
        }
    }

    fn ids(&mut self, member: &str) -> Result<Vec<CorticalId>, GenomeError> {
        let entries = match self.members.remove(member) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(entries)) => entries,
            Some(other) => {
                self.warnings
                    .add(format!("{}.{member}", self.place), format!("no list: {}", describe(&other)));
                return Ok(Vec::new());
            }
        };
        let mut ids = Vec::with_capacity(entries.len());
        for entry in entries {
            let id = entry.as_str().and_then(|text| CorticalId::from_base64(text).ok());
            match id.filter(|id| self.areas.binary_search_by_key(id, |area| area.id).is_ok()) {
                Some(id) => ids.push(id),
                None => {
                    let message = format!("{} is no area of this genome; left out", describe(&entry));
                    self.warnings.add(format!("{}.{member}", self.place), message);
                }
            }
        }
        Ok(ids)
    }
}

/// UUIDs in their usual spelling, other texts as they are.
fn canonical(text: &str) -> String {
    Uuid::try_parse(text).map_or_else(|_| text.to_owned(), |uuid| uuid.to_string())
}
