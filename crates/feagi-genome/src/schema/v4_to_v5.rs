//! Schema 4 → 5: classifiers name their sample memory and have an error area.

use serde_json::{Map, Value};

use super::object;
use crate::document::Document;

pub(super) fn migrate(document: &mut Document) {
    let classifiers = document.root.entry("classifiers").or_insert_with(|| Value::Object(Map::new()));
    let Some(classifiers) = object(Some(classifiers)) else { return };
    for record in classifiers.values_mut().filter_map(Value::as_object_mut) {
        if let Some(memory) = record.remove("kernel_memory_id") {
            record.entry("sample_memory_id").or_insert(memory);
        }
        record.entry("error_area_id").or_insert(Value::Null);
    }
}
