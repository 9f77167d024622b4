//! How long the transport waits for peers.
//!
//! No peer has to say anything: published clients answer no pings on connections that they do not read,
//! so none are sent. Whether a peer's host is still there is the system's business, which asks it
//! without its programs ([`Patience::watch`]).

use std::io;
use std::time::Duration;

use futures_util::SinkExt as _;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// A WebSocket of this transport.
pub(super) type Socket = WebSocketStream<TcpStream>;

/// The system counts keep-alive times in seconds.
const SHORTEST: Duration = Duration::from_secs(1);

/// How long the transport waits for peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the upgrade of a new connection.
    pub handshake: Duration,
    /// For a host that has stopped answering, and for a peer to take a byte of what it is sent. Then
    /// the connection is closed. A peer that is sent nothing may be silent for ever.
    pub silence: Duration,
    /// For a peer to take leave when the transport closes its connection.
    pub parting: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(5),
            silence: Duration::from_secs(30),
            parting: Duration::from_millis(200),
        }
    }
}

/// The peer is gone, or not worth another message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

impl Patience {
    /// Lets the system ask the peer's host from time to time whether the connection still exists. A
    /// host that crashed or was unplugged closes nothing.
    ///
    /// # Errors
    /// When the system does not know such a connection.
    pub(super) fn watch(&self, tcp: &TcpStream) -> io::Result<()> {
        let tcp = SockRef::from(tcp);
        let idle = (self.silence / 3).max(SHORTEST);
        let probes = TcpKeepalive::new().with_time(idle).with_interval((self.silence / 6).max(SHORTEST));
        tcp.set_tcp_keepalive(&probes)?;
        // Also bounds the time for data that nobody confirms, which the system bounds by minutes.
        #[cfg(target_os = "linux")]
        tcp.set_tcp_user_timeout(Some(self.silence))?;
        Ok(())
    }

    /// Sends a small message.
    ///
    /// # Errors
    /// [`Gone`] when the peer does not take it in time.
    pub(super) async fn send(&self, socket: &mut Socket, message: Message) -> Result<(), Gone> {
        match timeout(self.silence, socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }

    /// Takes leave of a peer. It need not listen.
    pub(super) async fn part(&self, socket: &mut Socket, code: CloseCode, reason: &'static str) {
        let farewell = CloseFrame { code, reason: reason.into() };
        let _ = timeout(self.parting, socket.close(Some(farewell))).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;
    use crate::nonblocking::Runtime;

    #[test]
    fn the_system_watches_the_hosts_of_peers() {
        let watched = async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let _peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            let (tcp, _) = listener.accept().await.unwrap();
            Patience::default().watch(&tcp).unwrap();
            tcp
        };
        let tcp = Runtime::start().unwrap().block_on(watched).unwrap();
        let tcp = SockRef::from(&tcp);
        assert!(tcp.keepalive().unwrap());
        #[cfg(target_os = "linux")]
        {
            assert_eq!(tcp.tcp_keepalive_time().unwrap(), Duration::from_secs(10));
            assert_eq!(tcp.tcp_keepalive_interval().unwrap(), Duration::from_secs(5));
            assert_eq!(tcp.tcp_user_timeout().unwrap(), Some(Duration::from_secs(30)));
        }
    }
}
