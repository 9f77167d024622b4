//! Mappings: which areas lead to which, by what rules, with how many synapses.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use feagi_genome::Genome;
use feagi_types::{CorticalId, CorticalIdx};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::ApiState;
use crate::edit::{Request, area_id};
use crate::refusal::Refusal;

/// Synapses from one area to another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SynapseCount {
    /// Base64 of the 8 bytes of an area's id.
    src_cortical_area: String,
    /// The same.
    dst_cortical_area: String,
    synapse_count: u64,
}

/// How many synapses lead from each area to each other one, for those between which there are some.
#[utoipa::path(get, path = "/v1/cortical_mapping/synapse_counts", tag = "cortical_mapping",
    responses((status = OK, body = Vec<SynapseCount>)))]
pub(crate) async fn synapse_counts(
    State(state): State<ApiState>,
) -> Result<Json<Vec<SynapseCount>>, Refusal> {
    let (ids, counts) = state
        .ask(|running| {
            let engine = &running.brain.engine;
            let ids: BTreeMap<CorticalIdx, CorticalId> = engine.areas().collect();
            let mut counts: BTreeMap<(CorticalIdx, CorticalIdx), u64> = BTreeMap::new();
            for (source, target, count) in engine.synapse_counts() {
                *counts.entry((source, target)).or_default() += count as u64;
            }
            (ids, counts)
        })
        .await?;
    let count = |((source, target), synapse_count)| {
        let id = |idx| ids.get(&idx).map(CorticalId::to_base64);
        Some(SynapseCount { src_cortical_area: id(source)?, dst_cortical_area: id(target)?, synapse_count })
    };
    Ok(Json(counts.into_iter().filter_map(count).collect()))
}

/// Pairs of areas, source first, of whose mapping this holds for some rule.
pub(super) fn pairs(genome: &Genome, holds: impl Fn(&feagi_genome::MappingRule) -> bool) -> Vec<[String; 2]> {
    let mappings =
        genome.areas.iter().flat_map(|area| area.mappings.iter().map(move |mapping| (area, mapping)));
    let chosen = mappings.filter(|(_, (_, rules))| rules.iter().any(&holds));
    chosen.map(|(area, (target, _))| [area.id.to_base64(), target.clone()]).collect()
}

/// Every pair of areas that has a mapping, source first.
#[utoipa::path(get, path = "/v1/cortical_mapping/mapping_list", tag = "cortical_mapping",
    responses((status = OK, body = Vec<Vec<String>>)))]
pub(crate) async fn mapping_list(State(state): State<ApiState>) -> Result<Json<Vec<[String; 2]>>, Refusal> {
    let portrait = state.portrait().await?;
    Ok(Json(pairs(&portrait.genome, |_| true)))
}

/// The rules of the mapping from `src_cortical_area` to `dst_cortical_area`; none when there is none.
#[utoipa::path(post, path = "/v1/cortical_mapping/mapping_properties", tag = "cortical_mapping",
    request_body = BTreeMap<String, String>, responses((status = OK, body = Vec<Object>)))]
pub(crate) async fn mapping_properties(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<Vec<Value>>, Refusal> {
    let (source, target) = (area_id(&request, "src_cortical_area")?, area_id(&request, "dst_cortical_area")?);
    let portrait = state.portrait().await?;
    let rules = portrait.area(source).and_then(|(genes, _)| genes.mappings.get(&target.to_base64()));
    let rules = rules.into_iter().flatten().map(|rule| Value::Object(rule.raw.clone()));
    Ok(Json(rules.collect()))
}
