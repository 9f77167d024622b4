//! Values that are put right instead of refused (`genome.md` section 8.2), each with a warning.

use serde_json::{Map, Value};

use crate::document::{Document, Origin};
use crate::genes::LOCATION;
use crate::warnings::Warnings;

/// Puts right what may be put right in areas. Types are not checked here.
pub(crate) fn areas(document: &mut Document) {
    let Document { blueprint, origin, warnings, .. } = document;
    for (id, area) in blueprint {
        let Value::Object(members) = area else { continue };
        dimensions(id, members, origin, warnings);
        coordinates(id, members);
        if members.get("per_voxel_neuron_cnt").is_some_and(is_zero) {
            let place = origin.property(id, "per_voxel_neuron_cnt", None);
            warnings.add(place, "0 neurons in a voxel become 1");
            members.insert(String::from("per_voxel_neuron_cnt"), Value::from(1));
        }
        if members.get(LOCATION).is_some_and(|value| *value != "random") {
            members.remove(LOCATION);
        }
        if let Some(group) = members.remove("group_id") {
            members.entry("cortical_group").or_insert(group);
        }
    }
}

fn dimensions(id: &str, members: &mut Map<String, Value>, origin: &Origin, warnings: &mut Warnings) {
    let Some(sizes) = members.get_mut("block_boundaries").filter(|sizes| !sizes.is_null()) else {
        if !origin.flat {
            warnings.add(origin.area(id), "no block_boundaries: the area gets 1×1×1 voxels");
        }
        return;
    };
    let Value::Array(sizes) = sizes else { return };
    for (index, size) in sizes.iter_mut().enumerate() {
        if size.is_null() || is_zero(size) {
            let place = origin.property(id, "block_boundaries", Some(index));
            let found = if size.is_null() { "null" } else { "0" };
            warnings.add(place, format!("{found} is no size; it becomes 1"));
            *size = Value::from(1);
        }
    }
}

fn coordinates(id: &str, members: &mut Map<String, Value>) {
    for (property, scattered) in [("relative_coordinate", false), ("2d_coordinate", true)] {
        let Some(Value::Array(coordinates)) = members.get_mut(property) else { continue };
        for (axis, coordinate) in coordinates.iter_mut().enumerate() {
            if coordinate.is_null() {
                *coordinate = Value::from(if scattered { scatter(id, axis) } else { 0 });
            }
        }
    }
}

fn is_zero(value: &Value) -> bool {
    value.as_f64() == Some(0.0)
}

/// A place on the map for an area that has none: −30..=30, from a hash of the id (64-bit FNV-1a),
/// so that areas without a place do not lie on one another.
fn scatter(id: &str, axis: usize) -> i64 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let spread = (hash >> (16 * axis)) % 61;
    i64::try_from(spread).unwrap_or(0) - 30
}
