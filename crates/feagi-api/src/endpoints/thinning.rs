//! What viewers are spared when bursts are many or large.

use axum::Json;
use axum::extract::State;
use feagi_runtime::Thinning;
use utoipa::ToSchema;

use super::Message;
use crate::ApiState;
use crate::refusal::{Refusal, shown};

/// A whole number as the body of a request.
#[derive(Debug, ToSchema)]
#[schema(value_type = u32)]
pub(crate) struct Number(u32);

/// Reads a body that is a whole number, whatever content type it was sent with.
fn number(body: &str, least: u32) -> Result<Number, Refusal> {
    let number = body.trim().parse().ok().filter(|&number| number >= least);
    number.map(Number).ok_or_else(|| {
        Refusal::invalid(format!(
            "the body is a whole number from {least} to {}, not {}",
            u32::MAX,
            shown(&body.into())
        ))
    })
}

async fn set(state: &ApiState, change: impl FnOnce(&mut Thinning) + Send + 'static) -> Result<(), Refusal> {
    state.ask(move |running| change(&mut running.outgoing.thinning)).await
}

/// Of how many bursts one is shown to viewers: 1, every burst.
#[utoipa::path(get, path = "/v1/system/cortical_area_visualization_skip_rate", tag = "system",
    responses((status = OK, body = u32)))]
pub(crate) async fn skip_rate(State(state): State<ApiState>) -> Result<Json<u32>, Refusal> {
    Ok(Json(state.ask(|running| running.outgoing.thinning.every).await?))
}

/// Sets of how many bursts one is shown to viewers.
#[utoipa::path(put, path = "/v1/system/cortical_area_visualization_skip_rate", tag = "system",
    request_body(content = Number, content_type = "text/plain"),
    responses((status = OK, body = Message), (status = 400, description = "No number of at least 1")))]
pub(crate) async fn set_skip_rate(
    State(state): State<ApiState>,
    body: String,
) -> Result<Json<Message>, Refusal> {
    let Number(every) = number(&body, 1)?;
    set(&state, move |thinning| thinning.every = every).await?;
    Ok(Json(Message::new(format!("Skip rate set to {every}"))))
}

/// Spikes of an area above which viewers are not shown it: 0, never.
#[utoipa::path(get, path = "/v1/system/cortical_area_visualization_suppression_threshold", tag = "system",
    responses((status = OK, body = u32)))]
pub(crate) async fn suppression_threshold(State(state): State<ApiState>) -> Result<Json<u32>, Refusal> {
    Ok(Json(state.ask(|running| running.outgoing.thinning.most_spikes).await?))
}

/// Sets the spikes of an area above which viewers are not shown it.
#[utoipa::path(put, path = "/v1/system/cortical_area_visualization_suppression_threshold", tag = "system",
    request_body(content = Number, content_type = "text/plain"),
    responses((status = OK, body = Message), (status = 400, description = "No number")))]
pub(crate) async fn set_suppression_threshold(
    State(state): State<ApiState>,
    body: String,
) -> Result<Json<Message>, Refusal> {
    let Number(most_spikes) = number(&body, 0)?;
    set(&state, move |thinning| thinning.most_spikes = most_spikes).await?;
    Ok(Json(Message::new(format!("Suppression threshold set to {most_spikes}"))))
}
