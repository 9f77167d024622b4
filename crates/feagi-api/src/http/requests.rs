//! How many requests there were, by status.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::ApiState;

const FIRST: u16 = 100;
const STATUSES: usize = 500;

/// Answers by status, 100..=599.
#[derive(Debug)]
pub(crate) struct Requests {
    by_status: Box<[AtomicU64]>,
}

impl Default for Requests {
    fn default() -> Self {
        Self { by_status: (0..STATUSES).map(|_| AtomicU64::new(0)).collect() }
    }
}

impl Requests {
    fn answered(&self, status: u16) {
        let at = usize::from(status.saturating_sub(FIRST));
        if let Some(count) = self.by_status.get(at) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Statuses that were answered, with how often.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        let counts = (FIRST..).zip(&self.by_status);
        counts.map(|(status, count)| (status, count.load(Ordering::Relaxed))).filter(|&(_, count)| count > 0)
    }
}

/// Counts the answer to a request.
pub(crate) async fn count(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    state.requests().answered(answer.status().as_u16());
    answer
}
