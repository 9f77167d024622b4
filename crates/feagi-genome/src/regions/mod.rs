//! Brain regions: those a genome gives ([`adopt`]) and those made for a genome that gives none
//! ([`generate`]); `genome.md` sections 2.2, 7.2 and 7.3.

mod adopt;
mod generate;

pub(crate) use adopt::adopt;
pub(crate) use generate::generate;

use feagi_types::CorticalId;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::model::Region;

/// Title by which the root region is known.
pub const ROOT_TITLE: &str = "Root Brain Region";

/// Names in this space become region ids, so that reading a file twice gives the same ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f8d_2c1e_9b47_4e0a_a3d5_71c0_5be2_9f64);

/// The id of a region that the file knows by `name`.
fn region_id(name: &str) -> String {
    Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string()
}

/// Regions in the order of the model: those without a parent first, then by id.
fn sort(regions: &mut [Region]) {
    regions.sort_by(|a, b| (a.parent.is_some(), &a.id).cmp(&(b.parent.is_some(), &b.id)));
}

/// A region that no file has described.
fn new_region(id: String, title: &str, description: &str, areas: Vec<CorticalId>) -> Region {
    let extra = Map::from_iter([
        (String::from("description"), Value::from(description)),
        (String::from("coordinate_2d"), Value::from(vec![0, 0])),
        (String::from("coordinate_3d"), Value::from(vec![0, 0, 0])),
    ]);
    let (inputs, outputs) = (Vec::new(), Vec::new());
    Region { id, title: title.to_owned(), parent: None, areas, inputs, outputs, extra }
}
