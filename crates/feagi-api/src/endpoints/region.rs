//! Brain regions.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
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

/// One brain region.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegionProperties {
    region_id: String,
    title: String,
    description: String,
    parent_region_id: Option<String>,
    coordinate_2d: [i32; 2],
    coordinate_3d: [i32; 3],
    /// Areas that belong to it directly.
    areas: Vec<String>,
    /// Regions that belong to it directly.
    regions: Vec<String>,
}

/// Ids of all brain regions.
#[utoipa::path(get, path = "/v1/region/regions", tag = "region",
    responses((status = OK, body = Vec<String>)))]
pub(crate) async fn ids(State(state): State<ApiState>) -> Result<Json<Vec<String>>, Refusal> {
    let portrait = state.portrait().await?;
    Ok(Json(portrait.genome.regions.iter().map(|region| region.id.clone()).collect()))
}

/// Titles of all brain regions by id.
#[utoipa::path(get, path = "/v1/region/region_titles", tag = "region",
    responses((status = OK, body = BTreeMap<String, String>)))]
pub(crate) async fn titles(State(state): State<ApiState>) -> Result<Json<BTreeMap<String, String>>, Refusal> {
    let portrait = state.portrait().await?;
    let titles = portrait.genome.regions.iter().map(|region| (region.id.clone(), region.title.clone()));
    Ok(Json(titles.collect()))
}

/// One brain region.
#[utoipa::path(get, path = "/v1/region/region/{region_id}", tag = "region",
    params(("region_id" = String, Path, description = "Id of the region")),
    responses((status = OK, body = RegionProperties), (status = 404, description = "No such region")))]
pub(crate) async fn properties(
    State(state): State<ApiState>,
    Path(region_id): Path<String>,
) -> Result<Json<RegionProperties>, Refusal> {
    let portrait = state.portrait().await?;
    let region = portrait.genome.regions.iter().find(|region| region.id == region_id);
    let region =
        region.ok_or_else(|| Refusal::missing(format!("Brain region {region_id} does not exist")))?;
    let members = RegionMembers::new(region, &portrait.genome);
    Ok(Json(RegionProperties {
        region_id,
        title: members.title,
        description: members.description,
        parent_region_id: members.parent_region_id,
        coordinate_2d: members.coordinate_2d,
        coordinate_3d: members.coordinate_3d,
        areas: members.areas,
        regions: members.regions,
    }))
}
