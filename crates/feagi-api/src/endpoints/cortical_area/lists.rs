//! Which areas there are.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;
use crate::refusal::Refusal;

/// Ids of all areas.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdList {
    /// In the order of creation.
    cortical_ids: Vec<String>,
}

/// Names of all areas.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NameList {
    /// In the order of creation.
    cortical_area_name_list: Vec<String>,
}

async fn ids_of(state: &ApiState, first_byte: u8) -> Result<Json<Vec<String>>, Refusal> {
    let portrait = state.portrait().await?;
    let ids = portrait.areas.iter().map(|area| area.id).filter(|id| id.as_bytes()[0] == first_byte);
    Ok(Json(ids.map(|id| id.to_base64()).collect()))
}

/// Input areas.
#[utoipa::path(get, path = "/v1/cortical_area/ipu", tag = "cortical_area",
    responses((status = OK, body = Vec<String>)))]
pub(crate) async fn ipu(State(state): State<ApiState>) -> Result<Json<Vec<String>>, Refusal> {
    ids_of(&state, b'i').await
}

/// Input areas.
#[utoipa::path(get, path = "/v1/cortical_area/ipu/list", tag = "cortical_area",
    responses((status = OK, body = Vec<String>)))]
pub(crate) async fn ipu_list(State(state): State<ApiState>) -> Result<Json<Vec<String>>, Refusal> {
    ids_of(&state, b'i').await
}

/// Output areas.
#[utoipa::path(get, path = "/v1/cortical_area/opu", tag = "cortical_area",
    responses((status = OK, body = Vec<String>)))]
pub(crate) async fn opu(State(state): State<ApiState>) -> Result<Json<Vec<String>>, Refusal> {
    ids_of(&state, b'o').await
}

/// Output areas.
#[utoipa::path(get, path = "/v1/cortical_area/opu/list", tag = "cortical_area",
    responses((status = OK, body = Vec<String>)))]
pub(crate) async fn opu_list(State(state): State<ApiState>) -> Result<Json<Vec<String>>, Refusal> {
    ids_of(&state, b'o').await
}

/// Ids of all areas.
#[utoipa::path(get, path = "/v1/cortical_area/cortical_area_id_list", tag = "cortical_area",
    responses((status = OK, body = IdList)))]
pub(crate) async fn id_list(State(state): State<ApiState>) -> Result<Json<IdList>, Refusal> {
    let portrait = state.portrait().await?;
    let cortical_ids = portrait.areas.iter().map(|area| area.id.to_base64()).collect();
    Ok(Json(IdList { cortical_ids }))
}

/// Names of all areas.
#[utoipa::path(get, path = "/v1/cortical_area/cortical_area_name_list", tag = "cortical_area",
    responses((status = OK, body = NameList)))]
pub(crate) async fn name_list(State(state): State<ApiState>) -> Result<Json<NameList>, Refusal> {
    let portrait = state.portrait().await?;
    let cortical_area_name_list = portrait.areas.iter().map(|area| area.name.clone()).collect();
    Ok(Json(NameList { cortical_area_name_list }))
}

/// Names of all areas by id.
#[utoipa::path(get, path = "/v1/cortical_area/cortical_id_name_mapping", tag = "cortical_area",
    responses((status = OK, body = BTreeMap<String, String>)))]
pub(crate) async fn id_name_mapping(
    State(state): State<ApiState>,
) -> Result<Json<BTreeMap<String, String>>, Refusal> {
    let portrait = state.portrait().await?;
    Ok(Json(portrait.areas.iter().map(|area| (area.id.to_base64(), area.name.clone())).collect()))
}
