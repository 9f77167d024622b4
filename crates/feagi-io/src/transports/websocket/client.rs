//! The agent's end of a WebSocket, for programs without an async runtime.

use std::io::{self, ErrorKind};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use tokio_tungstenite::tungstenite::client::{IntoClientRequest as _, client_with_config};
use tokio_tungstenite::tungstenite::handshake::HandshakeError;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket};

use super::NAME;
use crate::core::IoError;

/// Shortest wait that the system knows; zero would mean for ever.
const SHORTEST: Duration = Duration::from_millis(1);

/// One connection to a control or data endpoint. Binary messages only.
///
/// Nothing has to be done to keep it. That it is gone is noticed whenever anything is sent or received,
/// and by [`WebSocketClient::tend`].
#[derive(Debug)]
pub struct WebSocketClient {
    socket: WebSocket<TcpStream>,
}

impl WebSocketClient {
    /// Connects to an address such as `ws://127.0.0.1:9053`. Messages above `limit` bytes end the
    /// connection.
    ///
    /// # Errors
    /// [`IoError::Connect`] when nobody answers as a WebSocket server within `timeout`.
    pub fn connect(url: &str, timeout: Duration, limit: usize) -> Result<Self, IoError> {
        let deadline = Instant::now() + timeout;
        let failed = |reason: String| IoError::Connect { address: url.to_owned(), reason };
        let request = url.into_client_request().map_err(|error| failed(error.to_string()))?;
        let authority = request.uri().authority().ok_or_else(|| failed("no host in the address".into()))?;
        let host = authority.host().trim_matches(['[', ']']);
        let tcp = dial(host, authority.port_u16().unwrap_or(80), deadline)
            .map_err(|error| failed(error.to_string()))?;
        let config = WebSocketConfig::default()
            .write_buffer_size(0)
            .max_message_size(Some(limit))
            .max_frame_size(Some(limit));
        let mut handshake = client_with_config(request, tcp, Some(config));
        loop {
            match handshake {
                Ok((socket, _)) => return Ok(Self { socket }),
                Err(HandshakeError::Failure(error)) => return Err(failed(error.to_string())),
                Err(HandshakeError::Interrupted(_)) if Instant::now() >= deadline => {
                    return Err(failed("no answer in time".into()));
                }
                Err(HandshakeError::Interrupted(halfway)) => handshake = halfway.handshake(),
            }
        }
    }

    /// Sends a binary message; the bytes are copied once, because clients mask what they send.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the connection is gone or does not take it all within `timeout`;
    /// the connection is of no use then.
    pub fn send(&mut self, message: impl Into<Vec<u8>>, timeout: Duration) -> Result<(), IoError> {
        let deadline = Instant::now() + timeout;
        self.wait_at_most(deadline)?;
        let mut outcome = self.socket.send(Message::binary(message.into()));
        while let Err(Error::Io(error)) = &outcome {
            if !is_timeout(error) || Instant::now() >= deadline {
                break;
            }
            self.wait_at_most(deadline)?;
            outcome = self.socket.flush();
        }
        outcome.map_err(|error| broken(&error))
    }

    /// The next binary message; `None` when there is none within `timeout`.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the connection is gone.
    pub fn receive(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, IoError> {
        let deadline = Instant::now() + timeout;
        loop {
            self.wait_at_most(deadline)?;
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => return Ok(Some(bytes.into())),
                Ok(_) => {}
                Err(Error::Io(error)) if is_timeout(&error) => {}
                Err(error) => return Err(broken(&error)),
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
        }
    }

    /// The newest of the binary messages that have come in; waits up to `timeout` for the first.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the connection is gone.
    pub fn newest(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, IoError> {
        let mut newest = self.receive(timeout)?;
        if newest.is_some() {
            // What came before the connection broke is still news; the next call tells of the break.
            let _ = self.drain(|message| newest = Some(message));
        }
        Ok(newest)
    }

    /// Answers pings and lets messages that came in go: for connections that are only sent on, to
    /// notice that they are gone.
    ///
    /// # Errors
    /// [`IoError::Transport`] when the connection is gone.
    pub fn tend(&mut self) -> Result<(), IoError> {
        self.drain(drop)
    }

    /// Takes leave and closes the connection.
    pub fn close(mut self) {
        let _ = self.socket.get_ref().set_write_timeout(Some(SHORTEST));
        let _ = self.socket.close(None);
        let _ = self.socket.flush();
    }

    /// Takes the messages that have come in, without waiting for more.
    fn drain(&mut self, mut each: impl FnMut(Vec<u8>)) -> Result<(), IoError> {
        self.socket.get_ref().set_nonblocking(true).map_err(|error| broken(&error))?;
        let end = loop {
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => each(bytes.into()),
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        self.socket.get_ref().set_nonblocking(false).map_err(|error| broken(&error))?;
        match end {
            Error::Io(error) if is_timeout(&error) => Ok(()),
            error => Err(broken(&error)),
        }
    }

    fn wait_at_most(&self, deadline: Instant) -> Result<(), IoError> {
        set_timeouts(self.socket.get_ref(), deadline).map_err(|error| broken(&error))
    }
}

fn dial(host: &str, port: u16, deadline: Instant) -> io::Result<TcpStream> {
    let mut outcome = Err(io::Error::new(ErrorKind::NotFound, "the name has no address"));
    for address in (host, port).to_socket_addrs()? {
        let wait = deadline.saturating_duration_since(Instant::now()).max(SHORTEST);
        outcome = TcpStream::connect_timeout(&address, wait);
        if outcome.is_ok() {
            break;
        }
    }
    let tcp = outcome?;
    tcp.set_nodelay(true)?;
    set_timeouts(&tcp, deadline)?;
    Ok(tcp)
}

fn set_timeouts(tcp: &TcpStream, deadline: Instant) -> io::Result<()> {
    let wait = deadline.saturating_duration_since(Instant::now()).max(SHORTEST);
    tcp.set_read_timeout(Some(wait))?;
    tcp.set_write_timeout(Some(wait))
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn broken(error: &impl ToString) -> IoError {
    IoError::Transport { transport: NAME, reason: error.to_string() }
}
