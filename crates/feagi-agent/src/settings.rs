//! Who an agent is, what it wants, and how patient it is.

use std::time::Duration;

use feagi_io::core::{AgentDescriptor, Capability};
use feagi_io::wire::current::AuthToken;
use feagi_io::wire::current::client::ClientSettings;

use crate::Address;

/// Waiting times above this count as this; nobody waits longer.
const LONGEST: Duration = Duration::from_secs(3600);

/// Who an agent is, what it wants, and how patient it is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Where the brain listens.
    pub address: Address,
    /// Who the agent is. A brain takes two programs with the same descriptor for one agent that came
    /// back, and ends the session of the first.
    pub descriptor: AgentDescriptor,
    /// What the agent wants to do.
    pub capabilities: Vec<Capability>,
    /// What proves that it may come in; brains that ask for nothing get zeros.
    pub token: AuthToken,
    /// Time within which the first registration has to succeed. Registrations that are under way are
    /// waited for.
    pub connect_within: Duration,
    /// An answer that takes longer will not come any more: the session is lost.
    pub answer_within: Duration,
    /// Time between the last control message and a heartbeat. Brains end silent sessions after 30 s.
    pub beat_every: Duration,
    /// Pause before another registration while the brain still has a session of the agent in use.
    pub retry_after: Duration,
    /// Longest wait of [`Agent::send`](crate::Agent::send) for a brain that does not keep up. Over
    /// WebSocket it is 2 s at least, because a connection with half a frame in it is of no use.
    pub send_within: Duration,
    /// Pauses before the agent registers again.
    pub backoff: Backoff,
    /// Motor frames that wait for the program at most, and the same number of visualization frames;
    /// the oldest makes room. At least one.
    pub queue: usize,
}

/// Pauses between attempts: each twice as long as the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The first. A session that lasts so long sets the pauses back.
    pub first: Duration,
    /// None is longer.
    pub longest: Duration,
}

impl Settings {
    /// An agent that wants nothing yet. `manufacturer` (up to 128 ASCII characters) and `name` (up to
    /// 64) say who it is; give programs that run at the same time different names.
    #[must_use]
    pub fn new(address: Address, manufacturer: &str, name: &str) -> Self {
        Self {
            address,
            descriptor: AgentDescriptor {
                manufacturer: manufacturer.to_owned(),
                agent_name: name.to_owned(),
                agent_version: 1,
            },
            capabilities: Vec::new(),
            token: AuthToken::default(),
            connect_within: Duration::from_secs(5),
            answer_within: Duration::from_secs(5),
            beat_every: Duration::from_secs(5),
            retry_after: Duration::from_millis(2100),
            send_within: Duration::from_millis(100),
            backoff: Backoff::default(),
            queue: 16,
        }
    }

    /// It sends sensory frames.
    #[must_use]
    pub fn sensing(self) -> Self {
        self.asking(Capability::SendSensorData)
    }

    /// It receives motor frames.
    #[must_use]
    pub fn acting(self) -> Self {
        self.asking(Capability::ReceiveMotorData)
    }

    /// It receives all voxels that fire.
    #[must_use]
    pub fn watching(self) -> Self {
        self.asking(Capability::ReceiveNeuronVisualizations)
    }

    fn asking(mut self, capability: Capability) -> Self {
        self.capabilities.push(capability);
        self
    }

    /// The same with every value inside its bounds.
    pub(crate) fn bounded(mut self) -> Self {
        self.capabilities.sort_unstable();
        self.capabilities.dedup();
        self.queue = self.queue.max(1);
        for wait in [
            &mut self.connect_within,
            &mut self.answer_within,
            &mut self.beat_every,
            &mut self.retry_after,
            &mut self.send_within,
            &mut self.backoff.first,
            &mut self.backoff.longest,
        ] {
            *wait = (*wait).min(LONGEST);
        }
        self
    }

    pub(crate) fn client(&self) -> ClientSettings {
        let mut client =
            ClientSettings::new(self.descriptor.clone(), self.capabilities.clone(), self.address.protocol());
        client.token = self.token;
        client.answer_within = self.answer_within;
        client.beat_every = self.beat_every;
        client.retry_after = self.retry_after;
        client
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(60) }
    }
}

impl Backoff {
    /// The pause after `attempts` attempts that failed one after the other.
    pub(crate) fn pause(&self, attempts: u32) -> Duration {
        let factor = 1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let pauses = [1, 2, 3, 4, 5, 6, 7, 8, 40, u32::MAX].map(|n| Backoff::default().pause(n).as_secs());
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    }

    #[test]
    fn a_capability_asked_for_twice_is_asked_for_once() {
        let settings = Settings::new("tcp://brain".parse().unwrap(), "m", "n").acting().sensing().acting();
        let asked = settings.bounded().capabilities;
        assert_eq!(asked, [Capability::SendSensorData, Capability::ReceiveMotorData]);
    }

    #[test]
    fn no_waiting_time_overflows_a_clock() {
        let mut settings = Settings::new("tcp://brain".parse().unwrap(), "m", "n");
        settings.answer_within = Duration::MAX;
        settings.backoff.longest = Duration::MAX;
        settings.queue = 0;
        let settings = settings.bounded();
        assert_eq!((settings.answer_within, settings.backoff.longest, settings.queue), (LONGEST, LONGEST, 1));
    }
}
