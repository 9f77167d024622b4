//! What is known of the genome that runs.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::ApiState;
use crate::changes::Excerpt;
use crate::refusal::Refusal;

/// Which changes.
#[derive(Debug, Deserialize)]
pub(crate) struct Cursor {
    /// Only entries behind this one; 0 for all.
    since: u64,
    /// At most so many.
    limit: Option<usize>,
}

/// What happened to the genome, oldest first.
#[utoipa::path(get, path = "/v1/genome/changes", tag = "genome",
    params(
        ("since" = u64, Query, description = "Only entries behind this one; 0 for all"),
        ("limit" = Option<usize>, Query, description = "At most so many")),
    responses((status = OK, body = Excerpt), (status = 400, description = "No cursor")))]
pub(crate) async fn changes(
    State(state): State<ApiState>,
    Query(Cursor { since, limit }): Query<Cursor>,
) -> Result<Json<Excerpt>, Refusal> {
    // What happened since somebody asked last is written down when somebody looks.
    state.portrait().await?;
    Ok(Json(state.changes().since(since, limit.unwrap_or(usize::MAX))))
}

/// Names of the genomes that can be loaded by name.
#[utoipa::path(get, path = "/v1/genome/defaults/files", tag = "genome",
    responses((status = OK, body = Vec<String>)))]
pub(crate) async fn built_in(State(state): State<ApiState>) -> Json<Vec<String>> {
    Json(state.starters().iter().map(|starter| starter.name.clone()).collect())
}
