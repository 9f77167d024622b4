//! Holding a brain, letting it take steps, and letting it go on.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use feagi_runtime::{Running, StepError};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use utoipa::ToSchema;

use super::Message;
use crate::ApiState;
use crate::refusal::Refusal;

/// How long bursts of a step may take.
const PATIENCE: Duration = Duration::from_secs(25);

/// How many bursts shall run.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Step {
    /// 1 when not given.
    #[serde(default = "one")]
    bursts: u64,
}

const fn one() -> u64 {
    1
}

/// What came of a step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stepped {
    message: String,
    /// Bursts since the start of the program.
    burst_count: u64,
}

async fn set(state: &ApiState, held: bool, message: &'static str) -> Result<Json<Message>, Refusal> {
    let set = move |running: &mut Running| if held { running.hold.hold() } else { running.hold.resume() };
    state.ask(set).await?;
    Ok(Json(Message::new(message)))
}

/// Holds the brain: no burst runs until it is resumed. Agents stay connected.
#[utoipa::path(post, path = "/v1/burst_engine/hold", tag = "burst_engine",
    responses((status = OK, body = Message)))]
pub(crate) async fn hold(State(state): State<ApiState>) -> Result<Json<Message>, Refusal> {
    set(&state, true, "Burst engine paused successfully").await
}

/// Lets a held brain go on.
#[utoipa::path(post, path = "/v1/burst_engine/resume", tag = "burst_engine",
    responses((status = OK, body = Message)))]
pub(crate) async fn resume(State(state): State<ApiState>) -> Result<Json<Message>, Refusal> {
    set(&state, false, "Burst engine resumed successfully").await
}

/// The same as resuming.
#[utoipa::path(post, path = "/v1/burst_engine/start", tag = "burst_engine",
    responses((status = OK, body = Message)))]
pub(crate) async fn start(State(state): State<ApiState>) -> Result<Json<Message>, Refusal> {
    set(&state, false, "Burst engine started successfully").await
}

/// The same as holding.
#[utoipa::path(post, path = "/v1/burst_engine/stop", tag = "burst_engine",
    responses((status = OK, body = Message)))]
pub(crate) async fn stop(State(state): State<ApiState>) -> Result<Json<Message>, Refusal> {
    set(&state, true, "Burst engine stopped successfully").await
}

/// Lets a held brain run some bursts without regard to their rate, and answers when they have run. A step
/// that somebody breaks off by holding or resuming answers with the burst that was reached.
#[utoipa::path(post, path = "/v1/burst_engine/step", tag = "burst_engine", request_body = Step,
    responses((status = OK, body = Stepped), (status = 400, description = "Not held, or no such step"),
        (status = 503, description = "The bursts take too long; they go on")))]
pub(crate) async fn step(
    State(state): State<ApiState>,
    Json(Step { bursts }): Json<Step>,
) -> Result<Json<Stepped>, Refusal> {
    let (tell, told) = oneshot::channel();
    let take = move |running: &mut Running| {
        running.hold.step(running.report.bursts, bursts, move |burst| {
            // Whoever asked may have gone.
            let _ = tell.send(burst);
        })
    };
    state.ask(take).await?.map_err(|error| match error {
        StepError::Length(_) => Refusal::field("bursts", error.to_string()),
        _ => Refusal::invalid(error.to_string()),
    })?;
    match tokio::time::timeout(PATIENCE, told).await {
        Ok(Ok(burst_count)) => {
            Ok(Json(Stepped { message: format!("Ran to burst {burst_count}"), burst_count }))
        }
        Ok(Err(_)) => Err(Refusal::unavailable("the brain has stopped")),
        Err(_) => {
            let message = format!("{bursts} bursts take more than {} s; they go on", PATIENCE.as_secs());
            Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message))
        }
    }
}
