//! When a connection is asked for a sign of life, and when it counts as gone.

use std::time::Duration;

use futures_util::SinkExt as _;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::wire::Wire;

/// A WebSocket of this transport.
pub(super) type Socket = WebSocketStream<Wire>;

/// How long the transport waits for peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the upgrade of a new connection.
    pub handshake: Duration,
    /// Between two pings. WebSocket peers answer them by themselves.
    pub ping: Duration,
    /// For any sign of life; then the connection is closed.
    pub silence: Duration,
    /// For a peer to take leave when the transport closes its connection.
    pub parting: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(5),
            ping: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            parting: Duration::from_millis(200),
        }
    }
}

/// The peer is gone, or not worth another message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

/// Keeps one connection's appointments.
#[derive(Debug)]
pub(super) struct Pulse {
    patience: Patience,
    ping_at: Instant,
}

impl Pulse {
    pub(super) fn new(patience: Patience) -> Self {
        Self { patience, ping_at: Instant::now() + patience.ping }
    }

    /// Waits until [`Pulse::beat`] is due.
    pub(super) fn due(&self, socket: &Socket) -> impl Future<Output = ()> + use<> {
        let patience_ends = Instant::now() + self.patience.silence.saturating_sub(socket.get_ref().silence());
        sleep_until(self.ping_at.min(patience_ends))
    }

    /// Pings when it is time to.
    ///
    /// # Errors
    /// [`Gone`] when there was no sign of life for too long.
    pub(super) async fn beat(&mut self, socket: &mut Socket) -> Result<(), Gone> {
        if socket.get_ref().silence() >= self.patience.silence {
            return Err(Gone);
        }
        if Instant::now() < self.ping_at {
            return Ok(());
        }
        self.ping_at = Instant::now() + self.patience.ping;
        self.send(socket, Message::Ping(Bytes::new())).await
    }

    /// Sends a small message.
    ///
    /// # Errors
    /// [`Gone`] when the peer does not take it in time.
    pub(super) async fn send(&self, socket: &mut Socket, message: Message) -> Result<(), Gone> {
        match timeout(self.patience.silence, socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }

    /// How long a peer may take to part.
    pub(super) const fn parting(&self) -> Duration {
        self.patience.parting
    }

    /// Takes leave of a peer. It need not listen.
    pub(super) async fn part(&self, socket: &mut Socket, code: CloseCode, reason: &'static str) {
        let farewell = CloseFrame { code, reason: reason.into() };
        let _ = timeout(self.patience.parting, socket.close(Some(farewell))).await;
    }
}
