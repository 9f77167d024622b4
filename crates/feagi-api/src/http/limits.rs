//! Time limits for reading a body and answering.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::refusal::Refusal;

/// How long a request may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience(pub(crate) Duration);

/// Answers 503 when a request takes longer than its time limit, slow bodies included.
pub(crate) async fn in_time(
    State(Patience(limit)): State<Patience>,
    request: Request,
    next: Next,
) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => {
            let seconds = limit.as_secs_f64();
            Refusal::unavailable(format!("the request took longer than {seconds} s")).into_response()
        }
    }
}
