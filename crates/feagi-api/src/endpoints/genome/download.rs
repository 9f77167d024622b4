//! The genome as it is now.

use axum::extract::{Query, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::ApiState;
use crate::refusal::Refusal;

const GENOME: &str = "application/vnd.feagi.genome+json";

/// How the genome is written.
#[derive(Debug, Deserialize)]
pub(crate) struct Form {
    /// `flat` (one key for each gene, as published tools write it) or `hierarchical` (one object for
    /// each area); flat when not given.
    #[serde(default)]
    layout: Layout,
}

/// The two ways to write areas.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Layout {
    #[default]
    Flat,
    Hierarchical,
}

/// The genome as it is now, changes since it was loaded included.
#[utoipa::path(get, path = "/v1/genome/download", tag = "genome",
    params(("layout" = Option<String>, Query, description = "`flat` (when not given) or `hierarchical`")),
    responses((status = OK, body = Object, content_type = "application/vnd.feagi.genome+json")))]
pub(crate) async fn download(
    State(state): State<ApiState>,
    Query(Form { layout }): Query<Form>,
) -> Result<Response, Refusal> {
    let portrait = state.portrait().await?;
    let write = move || match layout {
        Layout::Flat => portrait.genome.write_flat(),
        Layout::Hierarchical => portrait.genome.write_hierarchical(),
    };
    let text = tokio::task::spawn_blocking(write).await;
    let text = text.map_err(|_| Refusal::failed("the genome cannot be written"))?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(GENOME))], text).into_response())
}
