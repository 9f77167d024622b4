//! Socket options, as far as they are choices.

use std::time::Duration;

/// Options of ZeroMQ sockets. The first four are the ones that the published server reads from its
/// environment: `FEAGI_ZMQ_LINGER_MS`, `FEAGI_ZMQ_IMMEDIATE`, `FEAGI_ZMQ_SNDHWM`, `FEAGI_ZMQ_RCVHWM`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ZmqSettings {
    /// How long a closed socket goes on sending what it has queued.
    pub linger: Duration,
    /// Queue only for connections that are complete. Means something where we connect, not where we
    /// listen.
    pub immediate: bool,
    /// Frames queued for each subscriber of a motor or visualization endpoint; more are dropped.
    /// `None`: 16 and 2. A subscriber that never reads holds that many frames, one more that is being
    /// sent, and what the system buffers for the connection.
    pub sndhwm: Option<u16>,
    /// Frames queued for each peer of a sensory endpoint; a peer that sends more waits. A flood holds
    /// that many frames, one more that is coming in, and what the system buffers for the connection.
    pub rcvhwm: u16,
    /// A silent connection is closed when its host has not answered probes for so long. While data is
    /// on its way the system's own patience counts, which on Linux is `net.ipv4.tcp_retries2`.
    pub host_timeout: Duration,
}

impl Default for ZmqSettings {
    fn default() -> Self {
        Self {
            linger: Duration::ZERO,
            immediate: false,
            sndhwm: None,
            rcvhwm: 4,
            host_timeout: Duration::from_secs(20),
        }
    }
}
