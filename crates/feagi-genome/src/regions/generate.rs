//! Regions for a genome that has none.

use std::collections::BTreeSet;

use feagi_types::CorticalId;
use serde_json::Value;

use super::{ROOT_TITLE, new_region, region_id, sort};
use crate::model::{AreaGenes, Region};

/// Title of the generated region when the genome has none.
const UNTITLED: &str = "Autogen Circuit";

/// A root region with the core, input and output areas, and one region below it with the others, if
/// there are any.
pub(crate) fn generate(areas: &[AreaGenes], genome_title: Option<&str>) -> Vec<Region> {
    let (outer, inner): (Vec<&AreaGenes>, Vec<&AreaGenes>) =
        areas.iter().partition(|area| matches!(area.id.as_bytes()[0], b'_' | b'i' | b'o'));
    let mut root = new_region(region_id(ROOT_TITLE), ROOT_TITLE, "", ids(&outer));
    connect(&mut root, areas);
    if inner.is_empty() {
        return vec![root];
    }
    let title = genome_title.filter(|title| !title.is_empty()).unwrap_or(UNTITLED);
    // The generated id must not meet that of the root when the genome is titled like it.
    let mut child = new_region(region_id(&format!("generated/{title}")), title, "", ids(&inner));
    child.parent = Some(root.id.clone());
    child.extra.insert(String::from("coordinate_3d"), Value::from(beside(&outer).to_vec()));
    connect(&mut child, areas);
    let mut regions = vec![root, child];
    sort(&mut regions);
    regions
}

fn ids(areas: &[&AreaGenes]) -> Vec<CorticalId> {
    areas.iter().map(|area| area.id).collect()
}

/// Fills in the areas of the region that mappings enter or leave it by. A target that does not exist
/// lies outside too.
fn connect(region: &mut Region, areas: &[AreaGenes]) {
    let members: BTreeSet<CorticalId> = region.areas.iter().copied().collect();
    let (mut inputs, mut outputs) = (BTreeSet::new(), BTreeSet::new());
    for area in areas {
        let from_inside = members.contains(&area.id);
        for target in area.mappings.keys().filter_map(|target| CorticalId::from_base64(target).ok()) {
            match (from_inside, members.contains(&target)) {
                (true, false) => outputs.insert(area.id),
                (false, true) => inputs.insert(target),
                _ => false,
            };
        }
    }
    region.inputs = inputs.into_iter().collect();
    region.outputs = outputs.into_iter().collect();
}

/// A place beside a group of areas: to the right by half a hundred or a fifth of their width, in the
/// middle of their height and depth.
fn beside(areas: &[&AreaGenes]) -> [i64; 3] {
    let span = |axis: usize| {
        let place = |area: &&AreaGenes| {
            let position = [area.position.x, area.position.y, area.position.z];
            let start = i64::from(position[axis]);
            (start, start + i64::from(area.dimensions.to_array()[axis]))
        };
        let start = areas.iter().map(|area| place(area).0).min().unwrap_or(0);
        (start, areas.iter().map(|area| place(area).1).max().unwrap_or(0))
    };
    let middle = |(start, end): (i64, i64)| (start + end) / 2;
    let (left, right) = span(0);
    [right + ((right - left) / 5).max(50), middle(span(1)), middle(span(2))]
}
