//! The listening side: connections come and go within bounds, whatever their peers do.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use crate::patient::Patient;
use crate::{ApiState, Limits, router};

/// How long answers that are being given may take after the wish to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// Bytes of a request's headers, and of what is read ahead.
const HEAD: usize = 64 << 10;

/// Answers requests from `listener` until `shutdown` is over, then lets open answers finish.
///
/// A connection that does not bring a whole request in time is closed, and there is a bound on the
/// number of connections (see [`Limits`]), so that half-open ones keep nobody else waiting.
///
/// # Errors
/// None that a running server can meet: a connection that cannot be accepted is left out.
pub async fn serve(
    listener: TcpListener,
    state: ApiState,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let (stop, stopping) = watch::channel(());
    let house = House::new(*state.limits(), router(state), stopping);
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            let room = house.room().await;
            (listener.accept().await, room)
        };
        let (accepted, room) = tokio::select! {
            () = &mut shutdown => break,
            next = next => next,
        };
        match accepted {
            Ok((stream, _)) => house.admit(stream, room),
            // The process is out of descriptors or the peer is gone already: others may come.
            Err(error) => {
                tracing::debug!("a connection was not accepted: {error}");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    house.close_silent();
    let _ = stop.send(());
    if timeout(FAREWELL, house.empty()).await.is_err() {
        tracing::warn!("connections that did not end in time were closed");
    }
    Ok(())
}

/// What a connection may still do when it has become something else than a conversation in requests:
/// it keeps its room, and hears of the wish to stop. Every request brings one.
#[derive(Clone)]
pub(crate) struct Guest {
    stopping: watch::Receiver<()>,
    _room: Arc<Option<OwnedSemaphorePermit>>,
}

impl Guest {
    /// Waits until the server wants to stop.
    pub(crate) async fn asked_to_leave(&mut self) {
        // An error means that it has stopped.
        let _ = self.stopping.changed().await;
    }
}

/// Who is connected.
struct House {
    limits: Limits,
    router: Router,
    rooms: Arc<Semaphore>,
    silent: Arc<Silent>,
    stopping: watch::Receiver<()>,
}

/// Connections that have not brought a request yet, oldest first.
#[derive(Default)]
struct Silent {
    connections: Mutex<(u64, BTreeMap<u64, AbortHandle>)>,
}

impl House {
    fn new(limits: Limits, router: Router, stopping: watch::Receiver<()>) -> Self {
        let rooms = Arc::new(Semaphore::new(rooms(&limits) as usize));
        Self { limits, router, rooms, silent: Arc::default(), stopping }
    }

    /// Waits until nobody is connected.
    async fn empty(&self) {
        let _ = self.rooms.acquire_many(rooms(&self.limits)).await;
    }

    /// A room for one more connection. When all are taken, the one that has been silent longest has
    /// to go; when none is silent, this waits until one is free.
    async fn room(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(room) = Arc::clone(&self.rooms).try_acquire_owned() {
            return Some(room);
        }
        self.silent.close_oldest();
        Arc::clone(&self.rooms).acquire_owned().await.ok()
    }

    fn admit(&self, stream: TcpStream, room: Option<OwnedSemaphorePermit>) {
        // Answers are small and wanted at once.
        let _ = stream.set_nodelay(true);
        let (router, limits, silent) = (self.router.clone(), self.limits, Arc::clone(&self.silent));
        let number = silent.number();
        let guest = Guest { stopping: self.stopping.clone(), _room: Arc::new(room) };
        let talk = converse(stream, router, limits, Newcomer { silent, number }, guest);
        let mut connections = self.silent.lock();
        let handle = tokio::spawn(talk).abort_handle();
        connections.1.insert(number, handle);
    }

    fn close_silent(&self) {
        while self.silent.close_oldest() {}
    }
}

fn rooms(limits: &Limits) -> u32 {
    u32::try_from(limits.connections).unwrap_or(u32::MAX).clamp(1, 1 << 20)
}

impl Silent {
    fn lock(&self) -> std::sync::MutexGuard<'_, (u64, BTreeMap<u64, AbortHandle>)> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn number(&self) -> u64 {
        let mut connections = self.lock();
        connections.0 += 1;
        connections.0
    }

    fn close_oldest(&self) -> bool {
        let oldest = self.lock().1.pop_first();
        oldest.map(|(_, connection)| connection.abort()).is_some()
    }
}

/// A connection's place among the silent ones, until it speaks or ends.
struct Newcomer {
    silent: Arc<Silent>,
    number: u64,
}

impl Newcomer {
    fn speaks(&self) {
        self.silent.lock().1.remove(&self.number);
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        self.speaks();
    }
}

/// Serves one connection to its end.
async fn converse(stream: TcpStream, router: Router, limits: Limits, newcomer: Newcomer, mut guest: Guest) {
    let spoken = Arc::new(AtomicBool::new(false));
    let speaks = Arc::clone(&spoken);
    let host = guest.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        if !speaks.swap(true, Ordering::Relaxed) {
            newcomer.speaks();
        }
        request.extensions_mut().insert(host.clone());
        let router = router.clone();
        async move {
            let answer: Result<_, Infallible> = router.oneshot(request.map(Body::new)).await;
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(Patient::new(stream, limits.answer)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut first_request = pin!(sleep(limits.first_request));
    let (mut patient, mut leaving) = (false, false);
    loop {
        tokio::select! {
            // How a connection ends is the peer's business.
            _ = &mut connection => return,
            () = &mut first_request, if !patient => {
                if !spoken.load(Ordering::Relaxed) {
                    return;
                }
                patient = true;
            }
            () = guest.asked_to_leave(), if !leaving => {
                leaving = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
