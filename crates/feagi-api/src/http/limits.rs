//! Limits on time and memory for reading a body and answering.

use std::sync::Arc;
use std::time::Duration;

use axum::body::HttpBody as _;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

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

/// Bytes of a body that need no turn.
const SMALL: u64 = 64 << 10;
/// Large bodies in memory at a time. JSON takes up to ten times its length once it is read.
const LARGE_BODIES: usize = 16;

/// Turns for requests with large bodies.
#[derive(Clone, Debug)]
pub(crate) struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_BODIES)))
    }
}

/// Lets requests with a large body, or with one of unknown length, take turns, so that many of them at
/// once do not fill the memory. Others pass.
pub(crate) async fn in_turn(State(Turns(turns)): State<Turns>, request: Request, next: Next) -> Response {
    let small = request.body().size_hint().upper().is_some_and(|length| length <= SMALL);
    // The turns are never closed.
    let _turn = if small { None } else { turns.acquire().await.ok() };
    next.run(request).await
}
