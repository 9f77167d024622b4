//! Questions to the burst thread.

use std::time::Duration;

use feagi_runtime::Running;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::ApiState;
use crate::refusal::Refusal;

/// How long an answer may take. Bursts of any sensible length are over before that.
const PATIENCE: Duration = Duration::from_secs(5);

impl ApiState {
    /// Has `question` answered between two bursts. It should be short: bursts wait.
    ///
    /// # Errors
    /// 503 when the brain has stopped, has too much to do, or does not come to it within five seconds.
    pub(crate) async fn ask<R: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Running) -> R + Send + 'static,
    ) -> Result<R, Refusal> {
        let (answer, answered) = oneshot::channel();
        self.brain().post(move |running| {
            // Nobody waits any more for an answer that came too late.
            if !answer.is_closed() {
                let _ = answer.send(question(running));
            }
        })?;
        match timeout(PATIENCE, answered).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(Refusal::unavailable("the brain has stopped")),
            Err(_) => Err(Refusal::unavailable(format!(
                "the brain did not answer within {} s; it may be busy with a long burst, try again",
                PATIENCE.as_secs()
            ))),
        }
    }
}
