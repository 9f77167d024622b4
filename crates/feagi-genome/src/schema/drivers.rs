//! What steps 3 → 4 and 6 → 7 share: a rule that names the area whose activity modulates it becomes
//! a subscription to a modulator, and the named area is wired to that modulator's driver.

use std::ops::RangeInclusive;

use feagi_types::CorticalId;
use serde_json::{Map, Value, json};

use super::{for_each_rule, object};
use crate::document::Document;
use crate::error::shorten;

/// Bound for the driver areas that one step adds, so that a small file cannot grow into a large tree.
const MOST_DRIVERS: usize = 4096;

/// A member of a rule and what it becomes.
pub(super) struct Modulation {
    /// Member of the rule that names the source area.
    pub(super) member: &'static str,
    /// Type of the modulator.
    pub(super) kind: &'static str,
    /// Percent of the full effect; negative punishes.
    pub(super) magnitude: i32,
}

/// Replaces `modulation.member` in every rule. One modulator serves all rules with the same source.
pub(super) fn replace(document: &mut Document, modulation: &Modulation) {
    let mut sources: Vec<String> = Vec::new();
    let Document { root, blueprint, origin, warnings } = document;
    for_each_rule(blueprint, |id, target, index, rule| match rule.remove(modulation.member) {
        None | Some(Value::Null) => {}
        Some(Value::String(source)) => {
            subscribe(rule, name(modulation, &source));
            sources.push(source);
        }
        Some(_) => {
            let place = format!("{}.{}", origin.rule(id, target, index), modulation.member);
            warnings.add(place, "not an area id; the rule is not modulated");
        }
    });
    sources.sort();
    sources.dedup();
    if sources.len() > MOST_DRIVERS {
        let message = format!("only the first {MOST_DRIVERS} of {} get a driver area", sources.len());
        warnings.add(modulation.member, message);
        sources.truncate(MOST_DRIVERS);
    }
    let mut serials = 0..=u32::MAX;
    for source in sources {
        let driver = add_driver(blueprint, &source, modulation, &mut serials);
        if !wire(blueprint, &source, &driver) {
            let message = format!("`{}` is not an area of this genome; nothing drives it", shorten(&source));
            warnings.add(format!("modulators.{}", shorten(&name(modulation, &source))), message);
        }
        let instance =
            json!({ "type": modulation.kind, "magnitude": modulation.magnitude, "driver_area": driver });
        if let Some(modulators) = modulators(root) {
            modulators.insert(name(modulation, &source), instance);
        }
    }
}

/// The modulators of the genome; `None` when the member has another type, which typed reading keeps.
pub(super) fn modulators(root: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    object(Some(root.entry("modulators").or_insert_with(|| Value::Object(Map::new()))))
}

fn name(modulation: &Modulation, source: &str) -> String {
    let sign = if modulation.magnitude < 0 { "-" } else { "+" };
    format!("{}{sign}{source}", modulation.kind)
}

fn subscribe(rule: &mut Map<String, Value>, modulator: String) {
    let list = rule.entry("modulators").or_insert_with(|| Value::Array(Vec::new()));
    if !list.is_array() {
        *list = Value::Array(Vec::new());
    }
    if let Value::Array(list) = list {
        list.push(Value::String(modulator));
    }
}

/// Adds a driver area under the first serial number that is free.
fn add_driver(
    blueprint: &mut Map<String, Value>,
    source: &str,
    modulation: &Modulation,
    serials: &mut RangeInclusive<u32>,
) -> String {
    let free = serials
        .map(|serial| CorticalId::modulator(serial).to_base64())
        .find(|id| !blueprint.contains_key(id))
        .unwrap_or_default();
    let driver = json!({
        "cortical_name": format!("{} driver of {source}", modulation.kind),
        "cortical_group": "MODULATOR",
        "block_boundaries": [1, 1, 1],
        "per_voxel_neuron_cnt": 1,
        "relative_coordinate": [0, 0, 0],
        "2d_coordinate": [0, 0],
    });
    blueprint.insert(free.clone(), driver);
    free
}

/// Maps `source` to `driver`; false when there is no such source.
fn wire(blueprint: &mut Map<String, Value>, source: &str, driver: &str) -> bool {
    let Some(area) = object(blueprint.get_mut(source)) else { return false };
    let mappings = area.entry("cortical_mapping_dst").or_insert_with(|| Value::Object(Map::new()));
    let Some(mappings) = object(Some(mappings)) else { return false };
    let rule = json!({
        "morphology_id": "projector",
        "morphology_scalar": [1, 1, 1],
        "postSynapticCurrent_multiplier": 1,
        "plasticity_flag": false,
        "synaptic_delay_bursts": 1,
    });
    mappings.insert(driver.to_owned(), Value::Array(vec![rule]));
    true
}
