//! Schema 5 → 6: the areas of a region are listed under one name.

use serde_json::Value;

use super::object;
use crate::document::Document;
use crate::error::shorten;

pub(super) fn migrate(document: &mut Document) {
    let Some(regions) = object(document.root.get_mut("brain_regions")) else { return };
    for (key, region) in regions.iter_mut() {
        let Value::Object(region) = region else { continue };
        for list in ["areas", "cortical_areas"] {
            if region.get(list).is_some_and(|value| !value.is_array()) {
                region.remove(list);
                let place = format!("brain_regions.{}.{list}", shorten(key));
                document.warnings.add(place, "not an array of area ids; ignored");
            }
        }
        let Some(Value::Array(old)) = region.remove("areas") else { continue };
        match region.get_mut("cortical_areas") {
            Some(Value::Array(areas)) => {
                let known: std::collections::BTreeSet<String> =
                    areas.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                areas.extend(old.into_iter().filter(|id| id.as_str().is_none_or(|id| !known.contains(id))));
            }
            _ => {
                region.insert(String::from("cortical_areas"), Value::Array(old));
            }
        }
    }
}
