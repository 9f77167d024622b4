//! The pages for people and programs that look for the interface.

use std::fmt::Write;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{Html, IntoResponse, Redirect, Response};
use utoipa::openapi::OpenApi;

/// Where the list of all endpoints is.
const INDEX: &str = "/api-docs/";

/// The description of the interface, as a document and as a page.
#[derive(Clone)]
pub(crate) struct Document {
    json: Bytes,
    page: Bytes,
}

impl Document {
    pub(crate) fn new(api: &OpenApi) -> Self {
        let json = api.to_json().unwrap_or_default();
        Self { page: page(&serde_json::from_str(&json).unwrap_or_default()).into(), json: json.into() }
    }
}

/// The OpenAPI document.
pub(crate) async fn openapi_json(State(document): State<Document>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], document.json).into_response()
}

/// The list of all endpoints.
pub(crate) async fn index(State(document): State<Document>) -> Html<Bytes> {
    Html(document.page)
}

/// Leads to the list of all endpoints, 308.
pub(crate) async fn to_index() -> Redirect {
    Redirect::permanent(INDEX)
}

fn page(api: &serde_json::Value) -> String {
    let mut page = String::from(concat!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>FEAGI</title>",
        "<style>body{font:15px/1.5 system-ui;margin:2em auto;max-width:60em;padding:0 1em}",
        "td{padding:.1em 1em .1em 0;vertical-align:top}code{white-space:nowrap}</style>",
        "<h1>FEAGI</h1><p>A brain is running here. The interface as a document: ",
        "<a href=\"/api-docs/openapi.json\">openapi.json</a>; measurements: <a href=\"/metrics\">metrics</a>.",
        "<table>",
    ));
    let no_members = serde_json::Map::new();
    for (path, methods) in api["paths"].as_object().unwrap_or(&no_members) {
        for (method, operation) in methods.as_object().unwrap_or(&no_members) {
            let what = operation["summary"].as_str().unwrap_or_default();
            let (method, path, what) = (method.to_uppercase(), escaped(path), escaped(what));
            // Writing into a string cannot fail.
            let _ = write!(page, "<tr><td>{method}<td><code>{path}</code><td>{what}");
        }
    }
    page.push_str("</table>");
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
