//! The ways to bring a genome.

use axum::Json;
use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::IgnoredAny;
use utoipa::ToSchema;

use super::load::{Loaded, Origin, Place};
use crate::ApiState;
use crate::refusal::Refusal;

const UPLOADED: &str = "Genome uploaded successfully";

/// Loads the genome in the body.
#[utoipa::path(post, path = "/v1/genome/upload", tag = "genome", request_body = Object,
    responses((status = OK, body = Loaded), (status = 400, description = "No JSON"),
        (status = 500, description = "No genome")))]
pub(crate) async fn upload(
    State(state): State<ApiState>,
    place: Place,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Loaded>, Refusal> {
    // Large bodies take time, and other answers would wait for it.
    let text = body.clone();
    let checked = tokio::task::spawn_blocking(move || check_json(&headers, &text)).await;
    checked.unwrap_or_else(|_| Err(Refusal::failed("Failed to load genome: reading it broke off")))?;
    state.load(body, Origin::Genome, place, UPLOADED.to_owned()).await.map(Json)
}

/// The answers of other endpoints to bodies that are no JSON, without making a tree of the body.
fn check_json(headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind != "application/json" && !(kind.starts_with("application/") && kind.ends_with("+json")) {
        let message = "Expected request with `Content-Type: application/json`";
        return Err(Refusal::unreadable(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    serde_json::from_slice::<IgnoredAny>(body).map(|_| ()).map_err(|error| {
        let message = format!("Failed to parse the request body as JSON: {error}");
        Refusal::unreadable(StatusCode::BAD_REQUEST, message)
    })
}

/// A genome file as browsers send it: the description of a form that is read field by field.
#[derive(Debug, ToSchema)]
pub(crate) struct GenomeForm {
    /// The file.
    #[schema(rename = "file", value_type = String, format = Binary)]
    _file: Vec<u8>,
}

/// Loads the genome in the file of a form.
#[utoipa::path(post, path = "/v1/genome/upload/file", tag = "genome",
    request_body(content = GenomeForm, content_type = "multipart/form-data"),
    responses((status = OK, body = Loaded), (status = 400, description = "No file"),
        (status = 500, description = "No genome")))]
pub(crate) async fn upload_file(
    State(state): State<ApiState>,
    place: Place,
    mut form: Multipart,
) -> Result<Json<Loaded>, Refusal> {
    let bytes = file_of(&mut form, "a genome").await?;
    state.load(bytes, Origin::Genome, place, UPLOADED.to_owned()).await.map(Json)
}

/// The bytes of the field `file` of a form.
///
/// # Errors
/// 400 when there is no such field, and what reading the form met with.
pub(crate) async fn file_of(form: &mut Multipart, what: &str) -> Result<Bytes, Refusal> {
    let refused = |error: MultipartError| Refusal::unreadable(error.status(), error.body_text());
    while let Some(field) = form.next_field().await.map_err(refused)? {
        if field.name() == Some("file") {
            return field.bytes().await.map_err(refused);
        }
    }
    Err(Refusal::invalid(format!("the form has no field `file` with {what}")))
}

/// Loads the genome in the text of the body.
#[utoipa::path(post, path = "/v1/genome/upload/string", tag = "genome",
    request_body(content = String, content_type = "text/plain"),
    responses((status = OK, body = Loaded), (status = 500, description = "No genome")))]
pub(crate) async fn upload_string(
    State(state): State<ApiState>,
    place: Place,
    body: Bytes,
) -> Result<Json<Loaded>, Refusal> {
    state.load(body, Origin::Genome, place, UPLOADED.to_owned()).await.map(Json)
}

/// Loads the built-in genome named `barebones`: little, to start from.
#[utoipa::path(post, path = "/v1/genome/upload/barebones", tag = "genome",
    responses((status = OK, body = Loaded), (status = 404, description = "Not built in")))]
pub(crate) async fn upload_barebones(
    State(state): State<ApiState>,
    place: Place,
) -> Result<Json<Loaded>, Refusal> {
    load_starter(&state, place, "barebones").await
}

/// Loads the built-in genome named `essential`: a camera's and a robot's areas, and what joins them.
#[utoipa::path(post, path = "/v1/genome/upload/essential", tag = "genome",
    responses((status = OK, body = Loaded), (status = 404, description = "Not built in")))]
pub(crate) async fn upload_essential(
    State(state): State<ApiState>,
    place: Place,
) -> Result<Json<Loaded>, Refusal> {
    load_starter(&state, place, "essential").await
}

async fn load_starter(state: &ApiState, place: Place, name: &str) -> Result<Json<Loaded>, Refusal> {
    let starter = state.starters().iter().find(|starter| starter.name == name);
    let starter = starter.ok_or_else(|| Refusal::missing(format!("no genome named {name} is built in")))?;
    let bytes = Bytes::copy_from_slice(&starter.bytes);
    state.load(bytes, Origin::Genome, place, format!("{name} genome loaded successfully")).await.map(Json)
}
