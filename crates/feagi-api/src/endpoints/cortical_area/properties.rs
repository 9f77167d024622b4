//! All properties of single areas.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use feagi_genome::AreaGenes;
use feagi_runtime::Running;
use feagi_types::{CorticalId, CorticalIdx};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::coding::CodingProperties;
use super::{group, kind_name};
use crate::ApiState;
use crate::portrait::{Place, Portrait};
use crate::refusal::Refusal;

/// Everything about an area.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AreaProperties {
    /// Base64 of the 8 bytes of its id.
    cortical_id: String,
    /// The same.
    cortical_id_s: String,
    /// Index inside the engine.
    cortical_idx: u32,
    /// Name for people.
    cortical_name: String,
    /// `IPU`, `OPU`, `CORE`, `CUSTOM`, `MEMORY` or `MODULATOR`.
    cortical_group: &'static str,
    /// The same.
    area_type: &'static str,
    /// The same in other words.
    cortical_type: &'static str,
    /// Place of its corner.
    coordinates_3d: [i32; 3],
    /// Size in voxels.
    cortical_dimensions: [u32; 3],
    /// The region it belongs to.
    parent_region_id: Option<String>,
    /// Neurons.
    neuron_count: u64,
    neurons_per_voxel: u32,
    /// Synapses from it.
    synapse_count: u64,
    outgoing_synapse_count: u64,
    /// Synapses to it.
    incoming_synapse_count: u64,
    neuron_fire_threshold: f64,
    neuron_fire_threshold_increment: [f64; 3],
    neuron_firing_threshold_limit: f64,
    neuron_leak_coefficient: f64,
    neuron_leak_variability: f64,
    neuron_refractory_period: u16,
    neuron_consecutive_fire_count: u16,
    neuron_snooze_period: u16,
    /// In percent.
    neuron_excitability: f64,
    neuron_post_synaptic_potential: f64,
    neuron_post_synaptic_potential_max: f64,
    neuron_psp_uniform_distribution: bool,
    neuron_mp_charge_accumulation: bool,
    neuron_mp_driven_psp: bool,
    neuron_degeneracy_coefficient: f64,
    neuron_plasticity_constant: f64,
    neuron_burst_engine_active: bool,
    neuron_init_lifespan: u32,
    neuron_lifespan_growth_rate: f64,
    neuron_longterm_mem_threshold: u32,
    /// Whether viewers show it.
    visible: bool,
    visualization_voxel_granularity: [u32; 3],
    /// Whether input stays until other input comes; only for input areas.
    #[serde(skip_serializing_if = "Option::is_none")]
    sensory_hold_last_frame: Option<bool>,
    /// Bursts that a pattern spans; only for memory areas.
    #[serde(skip_serializing_if = "Option::is_none")]
    temporal_depth: Option<u32>,
    /// Only for input and output areas.
    #[serde(flatten)]
    coding: Option<CodingProperties>,
    /// What has no field of its own.
    #[schema(value_type = Object)]
    properties: Map<String, Value>,
}

/// Synapses of an area.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Degrees {
    incoming: u64,
    outgoing: u64,
}

/// Synapses of all areas that have some.
pub(crate) fn degrees(running: &Running) -> BTreeMap<CorticalIdx, Degrees> {
    let mut degrees: BTreeMap<CorticalIdx, Degrees> = BTreeMap::new();
    for (source, target, count) in running.brain.engine.synapse_counts() {
        degrees.entry(source).or_default().outgoing += count as u64;
        degrees.entry(target).or_default().incoming += count as u64;
    }
    degrees
}

impl AreaProperties {
    fn new(genes: &AreaGenes, place: &Place, degrees: Degrees) -> Self {
        let parameters = &genes.parameters;
        let id = genes.id.to_base64();
        let memory = genes.memory.as_ref();
        Self {
            cortical_id_s: id.clone(),
            cortical_id: id,
            cortical_idx: place.idx.get(),
            cortical_name: genes.name.clone(),
            cortical_group: group(genes.id),
            area_type: group(genes.id),
            cortical_type: kind_name(genes.id),
            coordinates_3d: [genes.position.x, genes.position.y, genes.position.z],
            cortical_dimensions: genes.dimensions.to_array(),
            parent_region_id: place.region.clone(),
            neuron_count: place.neurons,
            neurons_per_voxel: genes.neurons_per_voxel,
            synapse_count: degrees.outgoing,
            outgoing_synapse_count: degrees.outgoing,
            incoming_synapse_count: degrees.incoming,
            neuron_fire_threshold: parameters.threshold.into(),
            neuron_fire_threshold_increment: parameters.threshold_increment.map(f64::from),
            neuron_firing_threshold_limit: parameters.threshold_limit.into(),
            neuron_leak_coefficient: parameters.leak.into(),
            neuron_leak_variability: number(genes, "leak_variability", 0.0),
            neuron_refractory_period: parameters.refractory_period,
            neuron_consecutive_fire_count: parameters.consecutive_fire_limit,
            neuron_snooze_period: parameters.snooze_length,
            neuron_excitability: f64::from(parameters.excitability) * 100.0,
            neuron_post_synaptic_potential: parameters.postsynaptic_current.into(),
            neuron_post_synaptic_potential_max: number(genes, "postsynaptic_current_max", 35.0),
            neuron_psp_uniform_distribution: parameters.psp_uniform.unwrap_or(false),
            neuron_mp_charge_accumulation: parameters.accumulates,
            neuron_mp_driven_psp: parameters.mp_driven_psp.unwrap_or(false),
            neuron_degeneracy_coefficient: parameters.degeneration.into(),
            neuron_plasticity_constant: number(genes, "plasticity_constant", 0.0),
            neuron_burst_engine_active: flag(genes, "burst_engine_active"),
            neuron_init_lifespan: memory.map_or(9, |memory| memory.init_lifespan),
            neuron_lifespan_growth_rate: memory.map_or(1.0, |memory| memory.lifespan_growth_rate.into()),
            neuron_longterm_mem_threshold: memory.map_or(100, |memory| memory.longterm_threshold),
            visible: genes.visible,
            visualization_voxel_granularity: granularity(genes),
            sensory_hold_last_frame: holds_last_frame(genes),
            temporal_depth: memory.map(|memory| memory.temporal_depth),
            coding: CodingProperties::of(genes.id),
            properties: properties(genes, place),
        }
    }
}

fn properties(genes: &AreaGenes, place: &Place) -> Map<String, Value> {
    let limit = genes.parameters.consecutive_fire_limit;
    let mut properties = genes.extra.clone();
    for (name, value) in [
        ("2d_coordinate", json!(genes.position_2d)),
        ("consecutive_fire_cnt_max", json!(limit)),
        ("consecutive_fire_limit", json!(limit)),
        ("cortical_mapping_dst", mappings(genes)),
        ("is_mem_type", json!(genes.memory.is_some())),
        ("location_generation_type", json!(text(genes, "location_generation_type", "sequential"))),
        ("synapse_attractivity", json!(number(genes, "synapse_attractivity", 100.0))),
        ("upstream_cortical_areas", json!(place.upstream)),
        ("visualization", json!(genes.visible)),
    ] {
        properties.insert(name.to_owned(), value);
    }
    properties
}

/// Mapping rules of an area by target.
pub(crate) fn mappings(genes: &AreaGenes) -> Value {
    let rules = |rules: &Vec<feagi_genome::MappingRule>| {
        Value::Array(rules.iter().map(|rule| Value::Object(rule.raw.clone())).collect())
    };
    Value::Object(genes.mappings.iter().map(|(target, list)| (target.clone(), rules(list))).collect())
}

/// A property without a field in the genome.
pub(crate) fn number(genes: &AreaGenes, name: &str, default: f64) -> f64 {
    genes.extra.get(name).and_then(Value::as_f64).unwrap_or(default)
}

fn flag(genes: &AreaGenes, name: &str) -> bool {
    genes.extra.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn text<'a>(genes: &'a AreaGenes, name: &str, default: &'a str) -> &'a str {
    genes.extra.get(name).and_then(Value::as_str).unwrap_or(default)
}

/// Whether input stays until other input comes; `None` for areas that take no input.
pub(crate) fn holds_last_frame(genes: &AreaGenes) -> Option<bool> {
    (genes.id.as_bytes()[0] == b'i').then(|| flag(genes, "sensory_hold_last_frame"))
}

/// How many voxels a viewer may show as one along each axis.
pub(crate) fn granularity(genes: &AreaGenes) -> [u32; 3] {
    let given = genes.extra.get("visualization_voxel_granularity");
    given.and_then(|given| serde_json::from_value(given.clone()).ok()).unwrap_or([1; 3])
}

pub(crate) fn properties_of(
    portrait: &Portrait,
    degrees: &BTreeMap<CorticalIdx, Degrees>,
    id: &str,
) -> Option<AreaProperties> {
    let (genes, place) = portrait.area(CorticalId::from_base64(id).ok()?)?;
    Some(AreaProperties::new(genes, place, degrees.get(&place.idx).copied().unwrap_or_default()))
}

/// Everything about one area.
#[utoipa::path(post, path = "/v1/cortical_area/cortical_area_properties", tag = "cortical_area",
    request_body = BTreeMap<String, String>,
    responses((status = OK, body = AreaProperties), (status = 500, description = "No such area")))]
pub(crate) async fn cortical_area_properties(
    State(state): State<ApiState>,
    Json(request): Json<BTreeMap<String, String>>,
) -> Result<Json<AreaProperties>, Refusal> {
    let id = request.get("cortical_id").ok_or_else(|| Refusal::invalid("cortical_id required"))?;
    let (portrait, degrees) = state.portrait_and(degrees).await?;
    let properties = properties_of(&portrait, &degrees, id);
    properties.map(Json).ok_or_else(|| {
        Refusal::failed(format!("Failed to get properties: Not found: CorticalArea with id '{id}'"))
    })
}

/// Which areas to tell about: a list of ids, or an object with the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Areas {
    /// Ids in base64.
    List(Vec<String>),
    /// The same inside an object.
    Object {
        /// Ids in base64.
        cortical_id_list: Vec<String>,
    },
}

/// Everything about several areas; unknown ids are left out.
#[utoipa::path(post, path = "/v1/cortical_area/multi/cortical_area_properties", tag = "cortical_area",
    request_body = Areas, responses((status = OK, body = BTreeMap<String, AreaProperties>)))]
pub(crate) async fn multi_cortical_area_properties(
    State(state): State<ApiState>,
    Json(request): Json<Areas>,
) -> Result<Json<BTreeMap<String, AreaProperties>>, Refusal> {
    let (Areas::List(ids) | Areas::Object { cortical_id_list: ids }) = request;
    let (portrait, degrees) = state.portrait_and(degrees).await?;
    let known = ids.into_iter().filter_map(|id| {
        let properties = properties_of(&portrait, &degrees, &id)?;
        Some((id, properties))
    });
    Ok(Json(known.collect()))
}
