//! The areas every brain has, for genomes that leave them out (`genome.md` section 7.1).

use feagi_types::{AreaParameters, CoreArea, CorticalId, Dimensions, Position};
use serde_json::{Map, Value};

use crate::model::AreaGenes;

/// Adds the core areas that are missing and keeps the order by id. Returns their ids.
pub(crate) fn add_missing(areas: &mut Vec<AreaGenes>) -> Vec<CorticalId> {
    let mut added = Vec::new();
    for core in CoreArea::ALL {
        let id = CorticalId::core(core);
        if areas.binary_search_by_key(&id, |area| area.id).is_err() {
            added.push(id);
        }
    }
    areas
        .extend(CoreArea::ALL.into_iter().filter(|core| added.contains(&CorticalId::core(*core))).map(genes));
    areas.sort_by_key(|area| area.id);
    added
}

fn genes(core: CoreArea) -> AreaGenes {
    let (name, z, y_2d) = match core {
        CoreArea::Death => ("Death", -20, -20),
        CoreArea::Power => ("Brain_Power", -20, -10),
        CoreArea::Fatigue => ("Fatigue", -30, 0),
        CoreArea::Pain => ("Pain", -40, 10),
        CoreArea::Pleasure => ("Pleasure", -50, 20),
        CoreArea::Fear => ("Fear", -60, 30),
        CoreArea::Hope => ("Hope", -70, 40),
    };
    let maximum = (String::from("postsynaptic_current_max"), Value::from(10_000));
    AreaGenes {
        id: CorticalId::core(core),
        name: name.to_owned(),
        dimensions: Dimensions::ONE,
        neurons_per_voxel: 1,
        position: Position { x: 0, y: 0, z },
        position_2d: [-10, y_2d],
        visible: true,
        parameters: AreaParameters {
            threshold: 0.1,
            postsynaptic_current: 500.0,
            psp_uniform: Some(true),
            mp_driven_psp: Some(false),
            ..AreaParameters::default()
        },
        memory: None,
        mappings: Default::default(),
        extra: Map::from_iter([maximum]),
    }
}
