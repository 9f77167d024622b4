//! The pace of bursts and what fires in them.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use feagi_runtime::{Rate, Running};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Message;
use crate::ApiState;
use crate::refusal::Refusal;

/// How bursts run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Status {
    /// Whether bursts run.
    active: bool,
    /// Whether they wait for being resumed.
    paused: bool,
    /// Bursts since the start of the program.
    burst_count: u64,
    /// Bursts a second.
    frequency_hz: f64,
}

/// The pace of bursts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Config {
    burst_frequency_hz: f64,
    burst_interval_seconds: f64,
    target_frequency_hz: f64,
    is_running: bool,
    is_paused: bool,
}

/// How many neurons of each area fired in the last burst.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FireQueue {
    /// By id of the area; those where nothing fired are left out.
    cortical_areas: BTreeMap<String, u64>,
    /// The burst.
    timestep: u64,
    total_fired: u64,
}

/// The same by index.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FireCounts {
    areas: Vec<FireCount>,
    /// The burst.
    timestep: u64,
    total_fired: u64,
}

/// How many neurons of an area fired.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FireCount {
    /// Index of the area inside the engine.
    idx: u32,
    fired: u64,
}

fn status_of(running: &mut Running) -> Status {
    let (burst_count, frequency_hz) = (running.report.bursts, running.rate.hz());
    Status { active: true, paused: running.hold.is_held(), burst_count, frequency_hz }
}

/// How bursts run.
#[utoipa::path(get, path = "/v1/burst_engine/status", tag = "burst_engine",
    responses((status = OK, body = Status)))]
pub(crate) async fn status(State(state): State<ApiState>) -> Result<Json<Status>, Refusal> {
    Ok(Json(state.ask(status_of).await?))
}

/// How bursts run.
#[utoipa::path(get, path = "/v1/burst_engine/stats", tag = "burst_engine",
    responses((status = OK, body = Status)))]
pub(crate) async fn stats(State(state): State<ApiState>) -> Result<Json<Status>, Refusal> {
    Ok(Json(state.ask(status_of).await?))
}

/// Bursts since the start of the program.
#[utoipa::path(get, path = "/v1/burst_engine/burst_counter", tag = "burst_engine",
    responses((status = OK, body = u64)))]
pub(crate) async fn burst_counter(State(state): State<ApiState>) -> Result<Json<u64>, Refusal> {
    Ok(Json(state.ask(|running| running.report.bursts).await?))
}

/// The pace of bursts.
#[utoipa::path(get, path = "/v1/burst_engine/config", tag = "burst_engine",
    responses((status = OK, body = Config)))]
pub(crate) async fn config(State(state): State<ApiState>) -> Result<Json<Config>, Refusal> {
    let (hz, is_paused) = state.ask(|running| (running.rate.hz(), running.hold.is_held())).await?;
    Ok(Json(Config {
        burst_frequency_hz: hz,
        burst_interval_seconds: 1.0 / hz,
        target_frequency_hz: hz,
        is_running: !is_paused,
        is_paused,
    }))
}

/// Spikes of the last burst by area: index, id and number.
fn fired(running: &mut Running) -> (u64, Vec<(u32, feagi_types::CorticalId, u64)>) {
    let fired = running.brain.engine.fire_queue();
    let mut counts: Vec<(u32, feagi_types::CorticalId, u64)> = Vec::new();
    for area in fired.areas() {
        counts.push((area.idx.get(), area.id, area.ids.len() as u64));
    }
    (running.report.bursts, counts)
}

/// How many neurons of each area fired in the last burst.
#[utoipa::path(get, path = "/v1/burst_engine/fire_queue", tag = "burst_engine",
    responses((status = OK, body = FireQueue)))]
pub(crate) async fn fire_queue(State(state): State<ApiState>) -> Result<Json<FireQueue>, Refusal> {
    let (timestep, counts) = state.ask(fired).await?;
    let mut cortical_areas = BTreeMap::new();
    for (_, id, fired) in &counts {
        *cortical_areas.entry(id.to_base64()).or_default() += fired;
    }
    let total_fired = counts.iter().map(|(.., fired)| fired).sum();
    Ok(Json(FireQueue { cortical_areas, timestep, total_fired }))
}

/// How many neurons of each area fired in the last burst, by index of the area.
#[utoipa::path(get, path = "/v1/burst_engine/fire_queue/counts", tag = "burst_engine",
    responses((status = OK, body = FireCounts)))]
pub(crate) async fn fire_queue_counts(State(state): State<ApiState>) -> Result<Json<FireCounts>, Refusal> {
    let (timestep, counts) = state.ask(fired).await?;
    let mut by_idx: BTreeMap<u32, u64> = BTreeMap::new();
    for (idx, _, fired) in &counts {
        *by_idx.entry(*idx).or_default() += fired;
    }
    let total_fired = by_idx.values().sum();
    let areas = by_idx.into_iter().map(|(idx, fired)| FireCount { idx, fired }).collect();
    Ok(Json(FireCounts { areas, timestep, total_fired }))
}

/// Seconds between two bursts.
#[utoipa::path(get, path = "/v1/burst_engine/simulation_timestep", tag = "burst_engine",
    responses((status = OK, body = f64)))]
pub(crate) async fn simulation_timestep(State(state): State<ApiState>) -> Result<Json<f64>, Refusal> {
    Ok(Json(1.0 / state.ask(|running| running.rate.hz()).await?))
}

/// Sets the seconds between two bursts, from the next burst on and in the genome.
#[utoipa::path(post, path = "/v1/burst_engine/simulation_timestep", tag = "burst_engine",
    request_body = BTreeMap<String, f64>,
    responses((status = OK, body = Message), (status = 400, description = "No such pace")))]
pub(crate) async fn set_simulation_timestep(
    State(state): State<ApiState>,
    Json(request): Json<BTreeMap<String, Value>>,
) -> Result<Json<Message>, Refusal> {
    let given = request.get("simulation_timestep");
    let seconds = given.and_then(Value::as_f64).ok_or_else(|| {
        Refusal::invalid("simulation_timestep required: the number of seconds between two bursts")
    })?;
    if !(seconds.is_finite() && seconds > 0.0) {
        let message = format!("simulation_timestep must be finite and > 0 seconds, got {seconds}");
        return Err(Refusal::invalid(message));
    }
    Rate::from_period_secs(seconds)
        .map_err(|error| Refusal::invalid(format!("simulation_timestep {seconds}: {error}")))?;
    let edit = state.edit(move |draft| {
        draft.revision.timestep = Some(seconds);
        Ok((format!("Set the time between bursts to {seconds} s"), ()))
    });
    edit.await?;
    Ok(Json(Message::new(format!("Timestep set to {seconds}"))))
}
