//! The flat form: one key `_____10c-<area>-<scope>-<gene>` for every gene of every area.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::shorten;
use crate::genes::{self, Gene, LOCATION};
use crate::warnings::Warnings;

/// What every key of the flat form starts with.
pub(crate) const PREFIX: &str = "_____10c-";

/// Whether a blueprint is flat: one long key of the flat kind is enough (`genome.md` section 1.1).
pub(crate) fn is_flat(blueprint: &Map<String, Value>) -> bool {
    blueprint.keys().any(|key| key.starts_with("___") && key.contains('-') && key.len() > 20)
}

/// The same blueprint in the hierarchical form. Genes without a known meaning are kept under their
/// own name, with one warning for each.
pub(crate) fn to_hierarchical(blueprint: Map<String, Value>, warnings: &mut Warnings) -> Map<String, Value> {
    let mut areas = Map::new();
    let mut unknown: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (key, value) in blueprint {
        let Some((area, gene)) = split(&key) else {
            let place = format!("blueprint.{}", shorten(&key));
            warnings.add(place, "not a gene: flat keys read `_____10c-<area>-<scope>-<gene>`; ignored");
            continue;
        };
        let Value::Object(members) = areas.entry(area).or_insert_with(|| Value::Object(Map::new())) else {
            continue;
        };
        match genes::by_name(gene) {
            Some(known) => insert(members, known, value, &key, warnings),
            None if !genes::of_property(gene).is_empty() => {
                let place = format!("blueprint.{}", shorten(&key));
                warnings.add(place, "a property of the hierarchical form is no gene; ignored");
            }
            None => {
                let (count, _) = unknown.entry(gene.to_owned()).or_insert_with(|| (0, key.clone()));
                *count += 1;
                members.insert(gene.to_owned(), value);
            }
        }
    }
    for (gene, (count, first)) in unknown {
        let gene = shorten(&gene);
        let message = format!("gene `{gene}` is unknown and has no effect ({count} areas have it)");
        warnings.add(format!("blueprint.{}", shorten(&first)), message);
    }
    areas
}

/// Area and gene of a flat key.
fn split(key: &str) -> Option<(&str, &str)> {
    let (area, rest) = key.strip_prefix(PREFIX)?.split_once('-')?;
    let (_scope, gene) = rest.split_once('-')?;
    Some((area, gene))
}

fn insert(members: &mut Map<String, Value>, gene: &Gene, value: Value, key: &str, warnings: &mut Warnings) {
    let property = gene.property;
    let Some(index) = gene.element else {
        let value = if property == LOCATION { location(&value) } else { value };
        let before = members.get(property);
        if before.is_some_and(|before| *before != value) {
            let place = format!("blueprint.{}", shorten(key));
            warnings.add(place, format!("`{property}` is given by two genes; this one counts"));
        }
        members.insert(property.to_owned(), value);
        return;
    };
    let absent = if property == "block_boundaries" { 1 } else { 0 };
    let length = genes::of_property(property).len();
    let array = members.entry(property).or_insert_with(|| Value::from(vec![absent; length]));
    if let Some(element) = array.get_mut(index) {
        *element = value;
    }
}

fn location(value: &Value) -> Value {
    Value::from(if *value == Value::Bool(true) { "random" } else { "sequential" })
}
