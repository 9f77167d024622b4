//! Where areas are and how they are connected: what viewers draw.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use feagi_genome::AreaGenes;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::properties::{granularity, holds_last_frame, mappings, number};
use super::{group, kind_name};
use crate::ApiState;
use crate::portrait::Place;
use crate::refusal::Refusal;

/// What a viewer needs to draw an area.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Geometry {
    cortical_id: String,
    cortical_name: String,
    /// `IPU`, `OPU`, `CORE`, `CUSTOM`, `MEMORY` or `MODULATOR`.
    cortical_group: &'static str,
    /// The same in other words.
    cortical_type: &'static str,
    cortical_sub_group: String,
    parent_region_id: Option<String>,
    coordinates_2d: [i32; 2],
    coordinates_3d: [i32; 3],
    position: Axes<i32>,
    cortical_dimensions: [u32; 3],
    dimensions: Axes<u32>,
    cortical_neuron_per_vox_count: u32,
    visible: bool,
    /// The same.
    visualization: bool,
    visualization_voxel_granularity: [u32; 3],
    neuron_fire_threshold: f64,
    neuron_firing_threshold_limit: f64,
    neuron_post_synaptic_potential: f64,
    leak_coefficient: f64,
    plasticity_constant: f64,
    degeneration: f64,
    refractory_period: u16,
    snooze_period: u16,
    /// Whether input stays until other input comes; `null` for areas that take no input.
    sensory_hold_last_frame: Option<bool>,
    /// Bursts that a pattern spans; `null` unless it is a memory area.
    temporal_depth: Option<u32>,
    /// Whether it is the twin of a memory area.
    scan_twin: bool,
    /// Its part in a classifier.
    classifier_role: Option<String>,
}

/// One number for each axis.
#[derive(Debug, Serialize, ToSchema)]
struct Axes<T> {
    x: T,
    y: T,
    z: T,
}

impl<T> From<[T; 3]> for Axes<T> {
    fn from([x, y, z]: [T; 3]) -> Self {
        Self { x, y, z }
    }
}

impl Geometry {
    fn new(genes: &AreaGenes, place: &Place) -> Self {
        let parameters = &genes.parameters;
        let position = [genes.position.x, genes.position.y, genes.position.z];
        let text = |name: &str| genes.extra.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            cortical_id: genes.id.to_base64(),
            cortical_name: genes.name.clone(),
            cortical_group: group(genes.id),
            cortical_type: kind_name(genes.id),
            cortical_sub_group: text("sub_group_id").unwrap_or_default(),
            parent_region_id: place.region.clone(),
            coordinates_2d: genes.position_2d,
            coordinates_3d: position,
            position: position.into(),
            cortical_dimensions: genes.dimensions.to_array(),
            dimensions: genes.dimensions.to_array().into(),
            cortical_neuron_per_vox_count: genes.neurons_per_voxel,
            visible: genes.visible,
            visualization: genes.visible,
            visualization_voxel_granularity: granularity(genes),
            neuron_fire_threshold: parameters.threshold.into(),
            neuron_firing_threshold_limit: parameters.threshold_limit.into(),
            neuron_post_synaptic_potential: parameters.postsynaptic_current.into(),
            leak_coefficient: parameters.leak.into(),
            plasticity_constant: number(genes, "plasticity_constant", 0.0),
            degeneration: parameters.degeneration.into(),
            refractory_period: parameters.refractory_period,
            snooze_period: parameters.snooze_length,
            sensory_hold_last_frame: holds_last_frame(genes),
            temporal_depth: genes.memory.as_ref().map(|memory| memory.temporal_depth),
            scan_twin: text("memory_twin_of").is_some(),
            classifier_role: text("classifier_role"),
        }
    }
}

/// What a viewer needs to draw all areas, by id.
#[utoipa::path(get, path = "/v1/cortical_area/cortical_area/geometry", tag = "cortical_area",
    responses((status = OK, body = BTreeMap<String, Geometry>)))]
pub(crate) async fn geometry(
    State(state): State<ApiState>,
) -> Result<Json<BTreeMap<String, Geometry>>, Refusal> {
    let portrait = state.portrait().await?;
    Ok(Json(
        portrait.all().map(|(genes, place)| (genes.id.to_base64(), Geometry::new(genes, place))).collect(),
    ))
}

/// Mapping rules by source and target; areas without are left out.
#[utoipa::path(get, path = "/v1/cortical_area/cortical_map_detailed", tag = "cortical_area",
    responses((status = OK, body = Object)))]
pub(crate) async fn map_detailed(State(state): State<ApiState>) -> Result<Json<Map<String, Value>>, Refusal> {
    let portrait = state.portrait().await?;
    let sources = portrait.genome.areas.iter().filter(|genes| !genes.mappings.is_empty());
    Ok(Json(sources.map(|genes| (genes.id.to_base64(), mappings(genes))).collect()))
}

/// Classifiers of the genome, as it describes them.
#[utoipa::path(get, path = "/v1/cortical_area/classifiers", tag = "cortical_area",
    responses((status = OK, body = Vec<Object>)))]
pub(crate) async fn classifiers(State(state): State<ApiState>) -> Result<Json<Vec<Value>>, Refusal> {
    let portrait = state.portrait().await?;
    let classifiers = portrait.genome.extra.get("classifiers").and_then(Value::as_object);
    Ok(Json(classifiers.map(|by_id| by_id.values().cloned().collect()).unwrap_or_default()))
}
