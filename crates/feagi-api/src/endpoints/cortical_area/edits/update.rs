//! Properties of areas change.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use feagi_types::CorticalId;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::check_home;
use super::fields::Reader;
use crate::ApiState;
use crate::edit::{Draft, Request, area_id, called, parse_ids};
use crate::refusal::{Refusal, shown};

/// An area was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Updated {
    cortical_id: String,
    /// The same: ids stay.
    previous_cortical_id: String,
    message: &'static str,
    /// Fields of the request that mean nothing here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored: Vec<String>,
}

/// Areas were changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UpdatedAll {
    /// Their ids with commas between.
    cortical_ids: String,
    message: String,
    /// Fields of the request that mean nothing here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored: Vec<String>,
}

/// Changes properties of an area from the next burst on: those that the request has. Another size makes
/// new neurons, and new synapses to and from them.
#[utoipa::path(put, path = "/v1/cortical_area/cortical_area", tag = "cortical_area", request_body = Object,
    responses((status = OK, body = Updated), (status = 400, description = "A value that cannot be"),
        (status = 500, description = "No such area")))]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<Updated>, Refusal> {
    let id = area_id(&request, "cortical_id")?;
    let ignored = change(&state, BTreeSet::from([id]), request).await?;
    let id = id.to_base64();
    let previous_cortical_id = id.clone();
    Ok(Json(Updated { cortical_id: id, previous_cortical_id, message: "Cortical area updated", ignored }))
}

/// Changes the same properties of several areas, all of them or none.
#[utoipa::path(put, path = "/v1/cortical_area/multi/cortical_area", tag = "cortical_area",
    request_body = Object,
    responses((status = OK, body = UpdatedAll), (status = 400, description = "A value that cannot be"),
        (status = 500, description = "No such area")))]
pub(crate) async fn update_all(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<UpdatedAll>, Refusal> {
    let list = request.get("cortical_id_list").and_then(Value::as_array);
    let list = list.ok_or_else(|| Refusal::invalid("cortical_id_list required"))?;
    let ids = parse_ids(list.iter().map(|id| id.as_str().unwrap_or_default()))?;
    let cortical_ids = joined(&ids);
    let message = format!("Updated {} cortical areas", ids.len());
    let ignored = change(&state, ids, request).await?;
    Ok(Json(UpdatedAll { cortical_ids, message, ignored }))
}

/// Ids with commas between.
pub(super) fn joined<'a>(ids: impl IntoIterator<Item = &'a CorticalId>) -> String {
    ids.into_iter().map(CorticalId::to_base64).collect::<Vec<_>>().join(", ")
}

async fn change(
    state: &ApiState,
    ids: BTreeSet<CorticalId>,
    request: Request,
) -> Result<Vec<String>, Refusal> {
    let edit = state.edit(move |draft| {
        let mut ignored = Vec::new();
        for &id in &ids {
            ignored = set(draft, id, &request)?;
        }
        Ok((label(draft, &ids, &request), ignored))
    });
    Ok(edit.await?.0)
}

/// Sets what the request asks for; the fields that it ignores.
fn set(draft: &mut Draft<'_>, id: CorticalId, request: &Request) -> Result<Vec<String>, Refusal> {
    let mut reader = Reader::new(request);
    reader.apply(draft.area(id)?);
    if let Some((name, region)) = reader.value(&["parent_region_id", "brain_region_id"]) {
        match region.as_str() {
            Some(region) => {
                let here =
                    draft.genome.regions.iter().any(|home| home.id == region && home.areas.contains(&id));
                if !here {
                    check_home(draft.genome, id, region)?;
                    draft.revision.put_into_region(draft.genome, id, region)?;
                }
            }
            None => reader.refuse(name, format!("the id of a region, not {}", shown(region))),
        }
    }
    let ignored = reader.ignored();
    reader.finish()?;
    Ok(ignored)
}

fn label(draft: &Draft<'_>, ids: &BTreeSet<CorticalId>, request: &Request) -> String {
    const MOST: usize = 4;
    let fields: Vec<String> = request
        .keys()
        .filter(|name| !matches!(name.as_str(), "cortical_id" | "cortical_id_list"))
        .map(|name| name.trim_start_matches("neuron_").trim_start_matches("cortical_").replace('_', " "))
        .take(MOST + 1)
        .collect();
    let fields = match fields.len() {
        0..=MOST => fields.join(", "),
        _ => format!("{} properties", request.len() - 1),
    };
    let mut genes = ids.iter().filter_map(|&id| draft.genome.area_by_id(id));
    let what = match (genes.next(), ids.len()) {
        (Some(genes), 1) => called(genes),
        (_, count) => format!("{count} areas"),
    };
    format!("Change {fields} of {what}")
}
