//! Answers to requests that cannot be served.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use feagi_runtime::CallError;
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request is not served: a status, and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    /// Whether the body is the message alone, as for request bodies that cannot be read.
    plain: bool,
}

/// The body of an error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// The status again.
    code: u16,
    /// What is wrong.
    message: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), plain: false }
    }

    /// The request's body cannot be read.
    pub(crate) fn unreadable(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), plain: true }
    }

    /// The request asks for something impossible.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
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
        let body = ErrorBody { code: self.status.as_u16(), message: self.message };
        (self.status, Json(body)).into_response()
    }
}
