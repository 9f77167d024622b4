//! Answers to requests that cannot be served.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use feagi_runtime::CallError;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Why a request is not served: a status, and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    /// What is wrong with single fields of the request, by their names.
    fields: Fields,
    /// Whether the body is the message alone, as for request bodies that cannot be read.
    plain: bool,
}

/// Sentences about fields of a request, by the names of the fields.
pub(crate) type Fields = BTreeMap<String, String>;

/// The body of an error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// The status again.
    code: u16,
    /// What is wrong.
    message: String,
    /// The same for single fields of the request.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: Fields,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), fields: Fields::new(), plain: false }
    }

    /// The request's body cannot be read.
    pub(crate) fn unreadable(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), fields: Fields::new(), plain: true }
    }

    /// The request asks for something impossible.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// Fields of the request have values that cannot be.
    pub(crate) fn fields(fields: Fields) -> Self {
        let sentences: Vec<String> = fields.iter().map(|(name, wrong)| format!("{name}: {wrong}")).collect();
        Self { fields, ..Self::invalid(sentences.join("; ")) }
    }

    /// A field of the request has a value that cannot be.
    pub(crate) fn field(name: &str, wrong: impl Into<String>) -> Self {
        Self::fields(Fields::from([(name.to_owned(), wrong.into())]))
    }

    /// The same, shown beside a field.
    pub(crate) fn with_field(mut self, name: &str) -> Self {
        self.fields.insert(name.to_owned(), self.message.clone());
        self
    }

    /// The same with words before it.
    pub(crate) fn with_prefix(mut self, prefix: &str) -> Self {
        self.message.insert_str(0, prefix);
        self
    }

    /// A refusal of the whole, shown beside a field; others stay as they are.
    pub(crate) fn about(self, name: &str) -> Self {
        let whole = self.status == StatusCode::BAD_REQUEST && self.fields.is_empty();
        if whole { self.with_field(name) } else { self }
    }

    /// The same with another name for a field, where the request calls it so.
    pub(crate) fn renamed(mut self, from: &str, to: &str) -> Self {
        if let Some(wrong) = self.fields.remove(from) {
            self.fields.insert(to.to_owned(), wrong);
        }
        self
    }

    /// What the request names does not exist.
    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// The published server answers 500 to many mistakes of callers, and clients know it.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// Nobody can answer now.
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }
}

/// A value of a request in a message, shortened.
pub(crate) fn shown(value: &Value) -> String {
    const LONGEST: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text,
    }
}

impl From<CallError> for Refusal {
    fn from(error: CallError) -> Self {
        Self::unavailable(error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if self.plain {
            return (self.status, self.message).into_response();
        }
        let body = ErrorBody { code: self.status.as_u16(), message: self.message, fields: self.fields };
        (self.status, Json(body)).into_response()
    }
}
