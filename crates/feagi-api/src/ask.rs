//! Questions to the burst thread.

use std::sync::Arc;
use std::time::Duration;

use feagi_runtime::Running;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::ApiState;
use crate::refusal::Refusal;

/// Questions that may wait for the burst thread: half of the commands that may, so that however many
/// people ask, what agents say of their devices finds room. More wait for a place.
pub(crate) const MOST_QUESTIONS: usize = 128;

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
        self.ask_within(PATIENCE, question).await
    }

    /// The same with another time for the answer.
    ///
    /// # Errors
    /// As for [`ApiState::ask`].
    pub(crate) async fn ask_within<R: Send + 'static>(
        &self,
        patience: Duration,
        question: impl FnOnce(&mut Running) -> R + Send + 'static,
    ) -> Result<R, Refusal> {
        let answered = async {
            let place = Arc::clone(self.questions()).acquire_owned().await;
            let (answer, answered) = oneshot::channel();
            self.brain().post(move |running| {
                // It takes a place until its turn, also when nobody waits for the answer any more.
                let _place = place;
                if !answer.is_closed() {
                    let _ = answer.send(question(running));
                }
            })?;
            answered.await.map_err(|_| Refusal::unavailable("the brain has stopped"))
        };
        timeout(patience, answered).await.unwrap_or_else(|_| {
            Err(Refusal::unavailable(format!(
                "the brain did not answer within {} s; it may be busy with a long burst, try again",
                patience.as_secs()
            )))
        })
    }
}

#[cfg(test)]
mod tests {
    use feagi_io::PNSConfig;
    use feagi_io::core::Directory;
    use feagi_runtime::Assembly;
    use tokio::task::JoinSet;

    use super::*;
    use crate::{Addresses, Limits, Setup, Viewers};

    #[tokio::test]
    async fn however_many_ask_there_is_room_for_what_agents_tell() {
        let (brain, commands) = feagi_runtime::commands();
        let state = ApiState::new(Setup {
            brain: brain.clone(),
            agents: Directory::new(crossbeam_channel::unbounded().0),
            addresses: Addresses { host: String::new(), port: 0, agents: PNSConfig::default() },
            assembly: Assembly::default(),
            starters: Vec::new(),
            viewers: Viewers::new(1).unwrap(),
            limits: Limits::default(),
        });
        let mut questions = JoinSet::new();
        for _ in 0..1000 {
            let state = state.clone();
            questions.spawn(async move { state.ask(|_| ()).await });
        }
        while commands.len() < MOST_QUESTIONS {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
        assert_eq!(commands.len(), MOST_QUESTIONS);
        assert!(brain.post(|_| ()).is_ok());
        drop(commands);
        while let Some(answer) = questions.join_next().await {
            let refusal = answer.unwrap().unwrap_err();
            assert_eq!(refusal.message, "the brain has stopped");
        }
    }
}
