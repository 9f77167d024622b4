//! Areas go, or start again from rest.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use feagi_runtime::{EditError, Running};
use feagi_types::CorticalId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::update::joined;
use crate::ApiState;
use crate::edit::{Request, area_id, called, parse_ids};
use crate::endpoints::Message;
use crate::refusal::Refusal;

/// Areas were deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deleted {
    /// Their ids with commas between.
    cortical_ids: String,
    message: String,
}

/// Which areas shall start again.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Reset {
    area_list: Vec<String>,
}

/// Areas start again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResetDone {
    message: &'static str,
    results: Vec<ResetArea>,
}

/// An area starts again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResetArea {
    cortical_idx: u32,
    neurons_reset: u64,
}

/// Deletes an area with all mappings from and to it.
#[utoipa::path(delete, path = "/v1/cortical_area/cortical_area", tag = "cortical_area",
    request_body = Object,
    responses((status = OK, body = Message), (status = 500, description = "No such area")))]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<Message>, Refusal> {
    remove(&state, BTreeSet::from([area_id(&request, "cortical_id")?])).await?;
    Ok(Json(Message::new("Cortical area deleted")))
}

/// Deletes several areas, all of them or none.
#[utoipa::path(delete, path = "/v1/cortical_area/multi/cortical_area", tag = "cortical_area",
    request_body = Vec<String>,
    responses((status = OK, body = Deleted), (status = 500, description = "No such area")))]
pub(crate) async fn delete_all(
    State(state): State<ApiState>,
    Json(list): Json<Vec<String>>,
) -> Result<Json<Deleted>, Refusal> {
    let ids = parse_ids(list.iter().map(String::as_str))?;
    let deleted =
        Deleted { cortical_ids: joined(&ids), message: format!("Deleted {} cortical areas", ids.len()) };
    remove(&state, ids).await?;
    Ok(Json(deleted))
}

async fn remove(state: &ApiState, ids: BTreeSet<CorticalId>) -> Result<(), Refusal> {
    let removed = state.edit(move |draft| {
        let name = |id: &CorticalId| {
            let genes = draft.genome.area_by_id(*id);
            let missing = || {
                let id = id.to_base64();
                Refusal::failed(format!("Failed to delete: Invalid input: Cortical area {id} does not exist"))
            };
            genes.map(called).ok_or_else(missing)
        };
        let names: Result<Vec<String>, Refusal> = ids.iter().map(name).collect();
        let names = names?;
        draft.revision.areas.extend(ids.into_iter().map(|id| (id, None)));
        let what = if names.len() > 3 { format!("{} areas", names.len()) } else { names.join(", ") };
        Ok((format!("Delete {what}"), ()))
    });
    removed.await.map(|_| ())
}

/// Clears the state of the neurons of areas, as if they had never fired. Parameters and synapses stay;
/// this is no edit of the genome and cannot be taken back.
#[utoipa::path(put, path = "/v1/cortical_area/reset", tag = "cortical_area", request_body = Reset,
    responses((status = OK, body = ResetDone), (status = 500, description = "No such area")))]
pub(crate) async fn reset(
    State(state): State<ApiState>,
    Json(Reset { area_list }): Json<Reset>,
) -> Result<Json<ResetDone>, Refusal> {
    let ids = parse_ids(area_list.iter().map(String::as_str))?;
    let results = state.ask(move |running: &mut Running| reset_areas(running, &ids)).await?;
    Ok(Json(ResetDone { message: "ok", results: results? }))
}

fn reset_areas(running: &mut Running, ids: &BTreeSet<CorticalId>) -> Result<Vec<ResetArea>, EditError> {
    let brain = &mut running.brain;
    let areas: Result<Vec<_>, EditError> =
        ids.iter().map(|&id| brain.area(id).cloned().ok_or(EditError::UnknownArea(id))).collect();
    let mut results = Vec::new();
    for area in areas? {
        if brain.engine.reset_area_state(area.idx).is_ok() {
            results.push(ResetArea { cortical_idx: area.idx.get(), neurons_reset: area.neurons });
        }
    }
    Ok(results)
}
