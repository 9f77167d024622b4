//! Schema 2 → 3: cortical ids get their 8-byte form everywhere they are mentioned, and two
//! connection rules their new names (`genome.md` sections 1.2 and 3.1).

use std::collections::{BTreeMap, BTreeSet};

use feagi_types::CorticalId;
use feagi_types::cortical_id::legacy;
use serde_json::{Map, Value};

use super::{for_each_rule, object};
use crate::document::{Document, Origin};
use crate::error::shorten;
use crate::warnings::Warnings;

const RENAMED_MORPHOLOGIES: [(&str, &str); 2] =
    [("memory", "episodic_memory"), ("bi_directional_stdp", "associative_memory")];

/// Lists of area ids in a region.
const REGION_LISTS: [&str; 6] =
    ["areas", "cortical_areas", "inputs", "outputs", "designated_inputs", "designated_outputs"];

/// Members of a rule that name an area.
const RULE_AREAS: [&str; 3] = ["reward_source_area", "punishment_source_area", "gate_source_area"];

pub(super) fn migrate(document: &mut Document) {
    let ids = rename_areas(document);
    let Document { root, blueprint, origin, warnings } = document;
    for (id, area) in blueprint.iter_mut() {
        if let Some(mappings) = object(area.get_mut("cortical_mapping_dst")) {
            rename_targets(id, mappings, &ids, origin, warnings);
        }
        if let Some(Value::String(twin)) = area.get_mut("memory_twin_of") {
            rename_text(twin, &ids);
        }
    }
    for_each_rule(blueprint, |_, _, _, rule| {
        for member in RULE_AREAS {
            if let Some(Value::String(area)) = rule.get_mut(member) {
                rename_text(area, &ids);
            }
        }
    });
    rename_in_regions(root, &ids, warnings);
    if let Some(overrides) = object(root.get_mut("visualization_voxel_granularity_overrides")) {
        for (mut id, granularity) in std::mem::take(overrides) {
            rename_text(&mut id, &ids);
            overrides.insert(id, granularity);
        }
    }
    rename_morphologies(root, blueprint);
}

/// The new ids of the areas of the file, and a way to get those of ids that name no area in it.
struct NewIds {
    by_old: BTreeMap<String, String>,
    taken: BTreeSet<CorticalId>,
}

impl NewIds {
    fn get(&self, old: &str) -> Option<String> {
        self.by_old.get(old).cloned().or_else(|| convert(old, &self.taken).ok().map(|id| id.to_base64()))
    }
}

/// The new id of an old one, when `taken` are the ids that areas already have.
fn convert(old: &str, taken: &BTreeSet<CorticalId>) -> Result<CorticalId, legacy::LegacyIdError> {
    match legacy::migrate(old) {
        Some(migration) => Ok(match migration.if_taken {
            Some(other) if taken.contains(&migration.id) => other,
            _ => migration.id,
        }),
        None => legacy::from_text(old),
    }
}

fn rename_areas(document: &mut Document) -> NewIds {
    let mut ids = NewIds { by_old: BTreeMap::new(), taken: BTreeSet::new() };
    let Document { blueprint, origin, warnings, .. } = document;
    for (old, area) in std::mem::take(blueprint) {
        let id = match convert(&old, &ids.taken) {
            Ok(id) => id,
            Err(reason) => {
                warnings.add(origin.area(&old), format!("{reason}; the area and its mappings are left out"));
                continue;
            }
        };
        let new = id.to_base64();
        if !ids.taken.insert(id) {
            let before = origin.old_ids.get(&new).unwrap_or(&new);
            let message = format!("the same area as `{}`; this one replaces it", shorten(before));
            warnings.add(origin.area(&old), message);
        }
        blueprint.insert(new.clone(), area);
        if old != new {
            origin.old_ids.insert(new.clone(), old.clone());
        } else {
            origin.old_ids.remove(&new);
        }
        ids.by_old.insert(old, new);
    }
    ids
}

fn rename_targets(
    id: &str,
    mappings: &mut Map<String, Value>,
    ids: &NewIds,
    origin: &Origin,
    warnings: &mut Warnings,
) {
    for (old, rules) in std::mem::take(mappings) {
        let Some(new) = ids.get(&old) else {
            let place = origin.property(id, "cortical_mapping_dst", None);
            let message = "the target is no area id, old or new; the mapping is left out";
            warnings.add(format!("{place}.{}", shorten(&old)), message);
            continue;
        };
        if mappings.insert(new, rules).is_some() {
            let place = origin.property(id, "cortical_mapping_dst", None);
            let message = "the target is given in two spellings; this one replaces the other";
            warnings.add(format!("{place}.{}", shorten(&old)), message);
        }
    }
}

fn rename_text(text: &mut String, ids: &NewIds) {
    if let Some(new) = ids.get(text) {
        *text = new;
    }
}

fn rename_in_regions(root: &mut Map<String, Value>, ids: &NewIds, warnings: &mut Warnings) {
    let Some(regions) = object(root.get_mut("brain_regions")) else { return };
    for (key, region) in regions.iter_mut() {
        for list in REGION_LISTS {
            let Some(Value::Array(entries)) = region.get_mut(list) else { continue };
            let mut seen = BTreeSet::new();
            entries.retain_mut(|entry| {
                let Value::String(text) = entry else { return true };
                let Some(new) = ids.get(text) else {
                    let place = format!("brain_regions.{}.{list}", shorten(key));
                    warnings.add(place, format!("`{}` is no area id; left out", shorten(text)));
                    return false;
                };
                *text = new;
                seen.insert(text.clone())
            });
        }
    }
}

fn rename_morphologies(root: &mut Map<String, Value>, blueprint: &mut Map<String, Value>) {
    if let Some(catalogue) = object(root.get_mut("neuron_morphologies")) {
        for (old, new) in RENAMED_MORPHOLOGIES {
            if let Some(entry) = catalogue.remove(old) {
                catalogue.entry(new).or_insert(entry);
            }
        }
    }
    for area in blueprint.values_mut() {
        let Some(mappings) = object(area.get_mut("cortical_mapping_dst")) else { continue };
        for rule in mappings.values_mut().filter_map(Value::as_array_mut).flatten() {
            let name = match rule {
                Value::Object(members) => members.get_mut("morphology_id"),
                Value::Array(elements) => elements.first_mut(),
                _ => None,
            };
            if let Some(Value::String(name)) = name
                && let Some((_, new)) = RENAMED_MORPHOLOGIES.iter().find(|(old, _)| old == name)
            {
                (*new).clone_into(name);
            }
        }
    }
}
