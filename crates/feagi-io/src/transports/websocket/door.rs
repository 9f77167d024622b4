//! A listener and the connections that came through it. They end together.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::sync::{Semaphore, SemaphorePermit, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::NAME;
use super::patience::{Patience, Socket};
use crate::core::IoError;

/// Connections that have not finished their upgrade; one more ends the oldest of them, so that who
/// holds many shuts out nobody.
const ARRIVING: usize = 64;
/// Connections that the system keeps for the door while it is busy. One more has to try again after a
/// second.
const WAITING: u32 = 1024;
/// Pause after the system refused a connection, which it does when descriptors have run out.
const REFUSED: Duration = Duration::from_millis(50);

/// Bounds on the connections of a door.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Connections at a time.
    pub(super) connections: usize,
    /// Bytes of a message from a peer.
    pub(super) message: usize,
    /// Bytes read from a socket at a time.
    pub(super) reads: usize,
    pub(super) patience: Patience,
}

impl Rules {
    fn socket(&self) -> WebSocketConfig {
        WebSocketConfig::default()
            .read_buffer_size(self.reads)
            // Nothing waits in the library: each message goes out before the next is made.
            .write_buffer_size(0)
            .max_message_size(Some(self.message))
            .max_frame_size(Some(self.message))
    }
}

/// A connection that nobody has answered yet. Dropped when somebody has.
#[derive(Debug)]
pub(super) struct Stranger(oneshot::Receiver<()>);

impl Stranger {
    /// Waits until its place is wanted for another connection.
    pub(super) async fn must_go(&mut self) {
        let _ = (&mut self.0).await;
    }
}

/// Connections that have a place and were not answered yet, oldest first.
#[derive(Debug, Default)]
struct Strangers(Mutex<VecDeque<oneshot::Sender<()>>>);

impl Strangers {
    fn add(&self) -> Stranger {
        let (place, wanted) = oneshot::channel();
        let mut strangers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        strangers.retain(|stranger| !stranger.is_closed());
        strangers.push_back(place);
        Stranger(wanted)
    }

    /// Whether somebody would make room.
    fn any(&self) -> bool {
        let strangers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        strangers.iter().any(|stranger| !stranger.is_closed())
    }

    /// Sends the oldest one away. Returns whether there was one.
    fn make_room(&self) -> bool {
        let mut strangers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(oldest) = strangers.pop_front() {
            if oldest.send(()).is_ok() {
                return true;
            }
        }
        false
    }
}

/// Tells a connection that its door closes.
#[derive(Clone, Debug)]
pub(super) struct Closing(watch::Receiver<bool>);

impl Closing {
    /// Waits until the door closes, or is dropped.
    pub(super) async fn told(&mut self) {
        let _ = self.0.wait_for(|&closing| closing).await;
    }
}

/// An open door.
#[derive(Debug)]
pub(super) struct Door {
    port: u16,
    closing: watch::Sender<bool>,
    attendant: JoinHandle<()>,
}

impl Door {
    /// Listens at an address; `serve` is run for every connection that finished its upgrade. When all
    /// places are taken, the oldest stranger among the connections makes room for a new one.
    ///
    /// # Errors
    /// [`IoError::Bind`].
    pub(super) async fn open<S>(
        host: &str,
        port: u16,
        rules: Rules,
        serve: impl Fn(Socket, Closing, Stranger) -> S + Clone + Send + 'static,
    ) -> Result<Self, IoError>
    where
        S: Future<Output = ()> + Send + 'static,
    {
        let bind_error = |error: &io::Error| IoError::Bind {
            address: format!("ws://{host}:{port}"),
            reason: error.to_string(),
        };
        let host = if host == "*" { "0.0.0.0" } else { host.trim_matches(['[', ']']) };
        let listener = listen(host, port).await.map_err(|error| bind_error(&error))?;
        let port = listener.local_addr().map_err(|error| bind_error(&error))?.port();
        let (closing, told) = watch::channel(false);
        let attendant = tokio::spawn(attend(listener, rules, Closing(told), serve));
        Ok(Self { port, closing, attendant })
    }

    /// The port that is listened at.
    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Tells listener and connections to end.
    pub(super) fn shut(&self) {
        self.closing.send_replace(true);
    }

    /// Shuts the door and waits until its port is free and its connections are gone.
    ///
    /// # Errors
    /// [`IoError::Transport`] when a task had died.
    pub(super) async fn close(self) -> Result<(), IoError> {
        self.shut();
        self.attendant
            .await
            .map_err(|error| IoError::Transport { transport: NAME, reason: error.to_string() })
    }
}

/// Listens at the first address of a host that can be listened at.
async fn listen(host: &str, port: u16) -> io::Result<TcpListener> {
    let mut outcome = Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
    for address in lookup_host((host, port)).await? {
        outcome = listen_at(address);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn listen_at(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Unix this reuses an address that an earlier listener has just left, never one that is
    // listened at. Windows does the first anyway and would then allow the second.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    socket.listen(WAITING)
}

async fn attend<S>(
    listener: TcpListener,
    rules: Rules,
    mut closing: Closing,
    serve: impl Fn(Socket, Closing, Stranger) -> S + Clone + Send + 'static,
) where
    S: Future<Output = ()> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(rules.connections));
    let strangers = Arc::new(Strangers::default());
    let mut connections = JoinSet::new();
    let mut arriving = VecDeque::new();
    let told = closing.clone();
    loop {
        tokio::select! {
            biased;
            () = closing.told() => break,
            Some(_) = connections.join_next() => {}
            arrival = listener.accept() => {
                let Ok((tcp, _)) = arrival else {
                    sleep(REFUSED).await;
                    continue;
                };
                if places.available_permits() == 0 && !strangers.any() {
                    continue;
                }
                let hurry = join_the_queue(&mut arriving);
                let (places, strangers) = (Arc::clone(&places), Arc::clone(&strangers));
                let (told, serve) = (told.clone(), serve.clone());
                connections.spawn(async move {
                    let Some(socket) = upgrade(tcp, rules, hurry).await else { return };
                    let place = find_place(&places, &strangers, rules.patience.handshake);
                    let Some(_place) = place.await else { return };
                    serve(socket, told, strangers.add()).await;
                });
            }
        }
    }
    drop(listener);
    // Ends the upgrades that are under way.
    drop(arriving);
    let all_left = async { while connections.join_next().await.is_some() {} };
    // Twice: one farewell, and the task's own way out.
    let _ = timeout(rules.patience.parting * 2, all_left).await;
    connections.shutdown().await;
}

/// A place, if need be that of the oldest stranger, which takes a moment to go.
async fn find_place<'a>(
    places: &'a Semaphore,
    strangers: &Strangers,
    patience: Duration,
) -> Option<SemaphorePermit<'a>> {
    if let Ok(place) = places.try_acquire() {
        return Some(place);
    }
    if !strangers.make_room() {
        return None;
    }
    timeout(patience, places.acquire()).await.ok()?.ok()
}

/// Makes room for another arrival. What is returned resolves when the newcomer has become the oldest
/// and another one wants its room.
fn join_the_queue(arriving: &mut VecDeque<oneshot::Sender<()>>) -> oneshot::Receiver<()> {
    arriving.retain(|arrival| !arrival.is_closed());
    if arriving.len() >= ARRIVING {
        arriving.pop_front();
    }
    let (place, hurry) = oneshot::channel();
    arriving.push_back(place);
    hurry
}

/// The upgrade, on any path; `None` when the peer does not finish it in time.
async fn upgrade(tcp: TcpStream, rules: Rules, hurry: oneshot::Receiver<()>) -> Option<Socket> {
    // Frames are written as a whole; waiting for more would only delay their ends.
    tcp.set_nodelay(true).ok()?;
    rules.patience.watch(&tcp).ok()?;
    let handshake = accept_async_with_config(tcp, Some(rules.socket()));
    tokio::select! {
        _ = hurry => None,
        outcome = timeout(rules.patience.handshake, handshake) => outcome.ok()?.ok(),
    }
}
