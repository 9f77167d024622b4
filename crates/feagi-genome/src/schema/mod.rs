//! The chain of schemas: which one a file has, and the steps that bring it to the newest
//! (`genome.md` section 1.2). Each step works on the tree of the hierarchical form and knows only
//! the schema before and after it; typed values come later.

mod drivers;
mod v2_to_v3;
mod v3_to_v4;
mod v4_to_v5;
mod v5_to_v6;
mod v6_to_v7;

use serde_json::{Map, Value};

use crate::document::Document;
use crate::error::{GenomeError, describe};

/// Oldest schema that is read.
pub const OLDEST_SCHEMA: u32 = 2;
/// Newest schema: what every genome is migrated to and written as.
pub const NEWEST_SCHEMA: u32 = 7;

type Step = fn(&mut Document);

/// The steps in order; the first leads from [`OLDEST_SCHEMA`].
const STEPS: [Step; (NEWEST_SCHEMA - OLDEST_SCHEMA) as usize] =
    [v2_to_v3::migrate, v3_to_v4::migrate, v4_to_v5::migrate, v5_to_v6::migrate, v6_to_v7::migrate];

/// Brings a document from `schema` to [`NEWEST_SCHEMA`].
pub(crate) fn migrate(document: &mut Document, schema: u32) {
    for step in STEPS.iter().skip(schema.saturating_sub(OLDEST_SCHEMA) as usize) {
        step(document);
    }
}

/// The schema of a file. `genome_schema_version` counts when it is an integer, `version` otherwise.
///
/// # Errors
/// [`GenomeError::Version`] without a version that a release has written,
/// [`GenomeError::Schema`] outside [`OLDEST_SCHEMA`]..=[`NEWEST_SCHEMA`].
pub(crate) fn of_file(root: &Map<String, Value>) -> Result<u32, GenomeError> {
    let schema = root.get("genome_schema_version").filter(|value| value.is_i64() || value.is_u64());
    let version = match root.get("version") {
        Some(Value::String(text)) => text.as_str(),
        Some(other) => return Err(version_error(describe(other))),
        None if schema.is_none() => {
            return Err(version_error(String::from("there is no version and no genome_schema_version")));
        }
        None => return Err(version_error(String::from("there is no version beside genome_schema_version"))),
    };
    let Some(schema) = schema else {
        return match version {
            "2.0" | "2.1" => Ok(2),
            "3.0" => Ok(3),
            _ => Err(version_error(describe(&Value::from(version)))),
        };
    };
    if !(version.starts_with("2.") || version.starts_with("3.") || version == "3") {
        return Err(version_error(describe(&Value::from(version))));
    }
    match schema.as_u64().and_then(|number| u32::try_from(number).ok()) {
        Some(number @ OLDEST_SCHEMA..=NEWEST_SCHEMA) => Ok(number),
        _ => {
            let newer = schema.as_u64().is_some_and(|number| number > u64::from(NEWEST_SCHEMA));
            let fix = if newer { "read it with a newer release" } else { "leave the member out" };
            let (oldest, newest) = (OLDEST_SCHEMA, NEWEST_SCHEMA);
            Err(GenomeError::Schema { found: schema.to_string(), oldest, newest, fix })
        }
    }
}

fn version_error(found: String) -> GenomeError {
    GenomeError::Version { place: "version", found }
}

/// The value as an object, for walks over trees whose types nobody has checked yet.
fn object(value: Option<&mut Value>) -> Option<&mut Map<String, Value>> {
    value.and_then(Value::as_object_mut)
}

/// Calls `visit` with area id, target id, position and members of every rule written as an object.
fn for_each_rule(
    blueprint: &mut Map<String, Value>,
    mut visit: impl FnMut(&str, &str, usize, &mut Map<String, Value>),
) {
    for (id, area) in blueprint.iter_mut() {
        let Some(mappings) = object(area.get_mut("cortical_mapping_dst")) else { continue };
        for (target, rules) in mappings.iter_mut() {
            let Value::Array(rules) = rules else { continue };
            for (index, rule) in rules.iter_mut().enumerate() {
                if let Value::Object(rule) = rule {
                    visit(id, target, index, rule);
                }
            }
        }
    }
}
