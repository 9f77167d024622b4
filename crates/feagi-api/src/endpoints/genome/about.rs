//! What the running genome is called, and since when it runs.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;
use crate::refusal::Refusal;

/// The file that a genome came from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileName {
    /// Always empty: genomes come as bytes, and are known by their titles.
    genome_file_name: &'static str,
}

/// The genome's title.
#[utoipa::path(get, path = "/v1/genome/name", tag = "genome", responses((status = OK, body = String)))]
pub(crate) async fn name(State(state): State<ApiState>) -> Result<Json<String>, Refusal> {
    Ok(Json(state.portrait().await?.genome.title.clone()))
}

/// How many genomes ran since the start of the program, this one included.
#[utoipa::path(get, path = "/v1/genome/genome_number", tag = "genome", responses((status = OK, body = u64)))]
pub(crate) async fn genome_number(State(state): State<ApiState>) -> Result<Json<u64>, Refusal> {
    Ok(Json(state.portrait().await?.version.0 + 1))
}

/// The file that the genome came from.
#[utoipa::path(get, path = "/v1/genome/file_name", tag = "genome", responses((status = OK, body = FileName)))]
pub(crate) async fn file_name() -> Json<FileName> {
    Json(FileName { genome_file_name: "" })
}

/// When the genome began to run, in seconds since 1970.
#[utoipa::path(get, path = "/v1/genome/timestamp", tag = "genome", responses((status = OK, body = u64)))]
pub(crate) async fn timestamp(State(state): State<ApiState>) -> Result<Json<u64>, Refusal> {
    Ok(Json(state.portrait().await?.loaded_ms / 1000))
}
