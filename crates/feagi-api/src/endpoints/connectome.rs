//! Saving a running brain with its state, and restoring it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Multipart, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use feagi_runtime::{Checkpoint, Running};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use super::genome::{LargePlace, Loaded, Origin, file_of};
use crate::ApiState;
use crate::refusal::Refusal;

const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Longest name that a browser is told, in bytes, without its ending.
const LONGEST_NAME: usize = 64;

/// The brain with all of its state, spikes in flight included. Bursts wait while its memory is copied.
#[utoipa::path(get, path = "/v1/connectome/download-bytes", tag = "connectome",
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn save(State(state): State<ApiState>) -> Result<Response, Refusal> {
    // A copy is as large as the brain, and lies in memory until its reader has it.
    let turn = Arc::clone(state.saves()).try_acquire_owned();
    let turn =
        turn.map_err(|_| Refusal::unavailable("the brain is being saved by others; try again later"))?;
    let capture = state.ask(|running: &mut Running| Checkpoint::capture(running)).await?;
    let name = file_name(capture.title());
    let write = move || Bytes::from_owner(Held { bytes: capture.into_bytes(), _turn: turn });
    let bytes = tokio::task::spawn_blocking(write).await;
    let bytes = bytes.map_err(|_| Refusal::failed("the brain cannot be written"))?;
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}.connectome\""))
        .map_err(|_| Refusal::failed("the brain cannot be named"))?;
    Ok(([(CONTENT_TYPE, BYTES), (CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// A saved brain, and the turn that ends when nobody holds it any more.
struct Held {
    bytes: Vec<u8>,
    _turn: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A title as the name of a file: letters, digits and dashes.
fn file_name(title: &str) -> String {
    let sign = |sign: char| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '-' };
    let name: String = title.chars().map(sign).take(LONGEST_NAME).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "brain".to_owned() } else { name.to_owned() }
}

/// A saved brain as browsers send it: the description of a form that is read field by field.
#[derive(Debug, ToSchema)]
pub(crate) struct ConnectomeForm {
    /// The file.
    #[schema(rename = "file", value_type = String, format = Binary)]
    _file: Vec<u8>,
}

/// Restores a saved brain, which goes on bit for bit from where it was saved.
#[utoipa::path(post, path = "/v1/connectome/upload", tag = "connectome",
    request_body(content = ConnectomeForm, content_type = "multipart/form-data"),
    responses((status = OK, body = Loaded), (status = 400, description = "No file"),
        (status = 500, description = "No saved brain")))]
pub(crate) async fn restore(
    State(state): State<ApiState>,
    LargePlace(place): LargePlace,
    mut form: Multipart,
) -> Result<Json<Loaded>, Refusal> {
    let bytes = file_of(&mut form, "a saved brain").await?;
    let message = "Brain restored successfully".to_owned();
    state.load(bytes, Origin::Checkpoint, place, message).await.map(Json)
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn titles_become_names_of_files() {
        assert_eq!(file_name("Visual reflex"), "visual-reflex");
        assert_eq!(file_name("../\"\u{e4}\r\n"), "brain");
        assert_eq!(file_name(&"x".repeat(500)).len(), 64);
    }
}
