//! Brain regions.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use feagi_genome::{Genome, Region};
use feagi_types::CorticalId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use crate::ApiState;
use crate::refusal::Refusal;

/// A brain region and what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegionMembers {
    title: String,
    description: String,
    parent_region_id: Option<String>,
    coordinate_2d: [i32; 2],
    coordinate_3d: [i32; 3],
    /// Areas that belong to it directly.
    areas: Vec<String>,
    /// Regions that belong to it directly.
    regions: Vec<String>,
    /// Its areas that are reached from outside.
    inputs: Vec<String>,
    /// Its areas that reach outside.
    outputs: Vec<String>,
    /// The genome's author's choice of inputs.
    designated_inputs: Vec<String>,
    /// The genome's author's choice of outputs.
    designated_outputs: Vec<String>,
    /// Whether it is the inside of a classifier.
    classifier_circuit: bool,
}

impl RegionMembers {
    fn new(region: &Region, genome: &Genome) -> Self {
        let ids = |ids: &[CorticalId]| ids.iter().map(CorticalId::to_base64).collect();
        let children = genome.regions.iter().filter(|other| other.parent.as_ref() == Some(&region.id));
        Self {
            title: region.title.clone(),
            description: given(region, "description"),
            parent_region_id: region.parent.clone(),
            coordinate_2d: given(region, "coordinate_2d"),
            coordinate_3d: given(region, "coordinate_3d"),
            areas: ids(&region.areas),
            regions: children.map(|child| child.id.clone()).collect(),
            inputs: ids(&region.inputs),
            outputs: ids(&region.outputs),
            designated_inputs: given(region, "designated_inputs"),
            designated_outputs: given(region, "designated_outputs"),
            classifier_circuit: given(region, "classifier_circuit"),
        }
    }
}

/// A member that has no field in the genome; the default when it is missing or of another kind.
fn given<T: DeserializeOwned + Default>(region: &Region, name: &str) -> T {
    let value = region.extra.get(name).cloned();
    value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

/// All brain regions and what belongs to them.
#[utoipa::path(get, path = "/v1/region/regions_members", tag = "region",
    responses((status = OK, body = BTreeMap<String, RegionMembers>)))]
pub(crate) async fn members(
    State(state): State<ApiState>,
) -> Result<Json<BTreeMap<String, RegionMembers>>, Refusal> {
    let portrait = state.portrait().await?;
    let genome = &portrait.genome;
    let members = genome.regions.iter().map(|region| (region.id.clone(), RegionMembers::new(region, genome)));
    Ok(Json(members.collect()))
}
