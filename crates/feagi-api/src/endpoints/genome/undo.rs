//! Taking edits back and doing them again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use feagi_runtime::{History, Running};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;
use crate::edit::PATIENCE;
use crate::refusal::Refusal;

/// What can be taken back and done again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Undoable {
    /// Edits that can be taken back, newest first.
    undo: Vec<String>,
    /// Edits that can be done again, next first.
    redo: Vec<String>,
}

/// An edit was taken back or done again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Retraced {
    message: String,
    /// The edit.
    label: String,
    #[serde(flatten)]
    left: Undoable,
}

impl Undoable {
    fn of(history: &History) -> Self {
        Self {
            undo: history.undoable().map(str::to_owned).collect(),
            redo: history.redoable().map(str::to_owned).collect(),
        }
    }
}

/// What can be taken back and done again. Another genome forgets both.
#[utoipa::path(get, path = "/v1/genome/changes/undoable", tag = "genome",
    responses((status = OK, body = Undoable)))]
pub(crate) async fn undoable(State(state): State<ApiState>) -> Result<Json<Undoable>, Refusal> {
    Ok(Json(state.ask(|running| Undoable::of(&running.history)).await?))
}

/// Takes the newest edit back. What agents changed since stays.
#[utoipa::path(post, path = "/v1/genome/changes/undo", tag = "genome",
    responses((status = OK, body = Retraced), (status = 409, description = "Nothing to take back, or overtaken")))]
pub(crate) async fn undo(State(state): State<ApiState>) -> Result<Json<Retraced>, Refusal> {
    retrace(&state, "Undone", "there is nothing to take back", Running::undo).await
}

/// Does the edit again that was taken back last.
#[utoipa::path(post, path = "/v1/genome/changes/redo", tag = "genome",
    responses((status = OK, body = Retraced), (status = 409, description = "Nothing to do again, or overtaken")))]
pub(crate) async fn redo(State(state): State<ApiState>) -> Result<Json<Retraced>, Refusal> {
    retrace(&state, "Done again", "there is nothing to do again", Running::redo).await
}

type Way = fn(&mut Running) -> Result<Option<feagi_runtime::Retraced>, feagi_runtime::EditError>;

async fn retrace(
    state: &ApiState,
    done: &'static str,
    nothing: &'static str,
    way: Way,
) -> Result<Json<Retraced>, Refusal> {
    let retraced = state
        .ask_within(PATIENCE, move |running| way(running).map(|step| (step, Undoable::of(&running.history))))
        .await?;
    match retraced? {
        (Some(step), left) => {
            let message = format!("{done}: {}", step.label);
            Ok(Json(Retraced { message, label: step.label, left }))
        }
        (None, _) => Err(Refusal::new(StatusCode::CONFLICT, nothing)),
    }
}
