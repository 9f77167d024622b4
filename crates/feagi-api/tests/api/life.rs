//! What these tests do with a running brain besides asking.

use axum::body::Body;
use axum::http::Request;
use crossbeam_channel::unbounded;
use feagi_api::Limits;
use feagi_io::core::Directory;
use serde_json::Value;

use crate::support::{Answer, Life, SMALL};

impl Life {
    /// Runs the small genome without agents.
    pub(crate) fn small() -> Self {
        Self::of(SMALL.as_bytes())
    }

    /// Runs `genome` without agents.
    pub(crate) fn of(genome: &[u8]) -> Self {
        let (events, _) = unbounded();
        Self::with(genome, Directory::new(events), Limits::default())
    }

    /// Sends JSON with a method.
    pub(crate) async fn tell(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// Ends the brain; the interface stays.
    pub(crate) fn end_brain(&mut self) {
        self.stop.stop();
        self.thread.take().unwrap().join().unwrap();
    }
}
