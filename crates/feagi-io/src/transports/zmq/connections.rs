//! Who is connected to a data endpoint, as its socket monitor tells.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use zmq::SocketEvent;

use crate::core::{Activity, EndpointId, IoError};

use super::sockets::{failed, inner};

/// The receiving end of a socket's monitor. libzmq's threads wait for it when it is gone: it has to
/// live, and to be read, until [`News::Stopped`].
pub(super) struct Monitor(zmq::Socket);

/// What a monitor told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Something about a connection.
    Connection(u16, u32),
    /// The port is free.
    ListenerClosed,
    /// The socket and its connections are closed; nothing more will come.
    Stopped,
}

const EVENTS: [SocketEvent; 8] = [
    SocketEvent::ACCEPTED,
    SocketEvent::CLOSED,
    SocketEvent::DISCONNECTED,
    SocketEvent::MONITOR_STOPPED,
    SocketEvent::HANDSHAKE_SUCCEEDED,
    SocketEvent::HANDSHAKE_FAILED_NO_DETAIL,
    SocketEvent::HANDSHAKE_FAILED_PROTOCOL,
    SocketEvent::HANDSHAKE_FAILED_AUTH,
];

impl Monitor {
    /// Watches a socket that is not bound yet.
    pub(super) fn watch(
        context: &zmq::Context,
        endpoint: EndpointId,
        socket: &zmq::Socket,
    ) -> Result<Self, IoError> {
        let address = format!("inproc://monitor-{}", endpoint.0);
        let receiver = inner(context, zmq::PAIR)?;
        // The thread that tells does the networking of all sockets: it must never wait for us.
        receiver.set_rcvhwm(0).map_err(failed)?;
        receiver.connect(&address).map_err(failed)?;
        let events = EVENTS.into_iter().fold(0, |all, event| all | i32::from(event.to_raw()));
        socket.monitor(&address, events).map_err(failed)?;
        Ok(Self(receiver))
    }

    pub(super) fn poll_item(&self) -> zmq::PollItem<'_> {
        self.0.as_poll_item(zmq::POLLIN)
    }

    /// The next news, if there is any.
    pub(super) fn next(&self) -> Option<News> {
        let mut part = zmq::Message::new();
        self.0.recv(&mut part, zmq::DONTWAIT).ok()?;
        let news = parse(&part);
        while part.get_more() && self.0.recv(&mut part, zmq::DONTWAIT).is_ok() {}
        news
    }

    /// Waits until the socket, which the caller has closed, is gone. Gives up at the time limit; then
    /// the monitor stays for ever.
    pub(super) fn outlive(self, milliseconds: i64) {
        while self.0.poll(zmq::POLLIN, milliseconds).is_ok_and(|ready| ready > 0) {
            while let Some(news) = self.next() {
                if news == News::Stopped {
                    return;
                }
            }
        }
        self.keep();
    }

    /// Stays for ever: a leak, but dropping it too early would stop all networking.
    pub(super) fn keep(self) {
        tracing::warn!("a closed socket is still in use");
        std::mem::forget(self.0);
    }
}

fn parse(part: &[u8]) -> Option<News> {
    let (event, value) = part.split_first_chunk::<2>()?;
    let event = u16::from_ne_bytes(*event);
    let value = u32::from_ne_bytes(*value.first_chunk::<4>()?);
    Some(if event == SocketEvent::CLOSED.to_raw() {
        News::ListenerClosed
    } else if event == SocketEvent::MONITOR_STOPPED.to_raw() {
        News::Stopped
    } else {
        News::Connection(event, value)
    })
}

/// The connections of an endpoint. A connection counts as a peer once its handshake is done, so that a
/// port scan keeps no session alive.
///
/// Connections are known by their file descriptor, but a done handshake does not say whose it was: while
/// several are under way, it is settled as soon as the others are done or gone. libzmq tells of one
/// endpoint in the order in which things happened.
pub(super) struct Connections {
    activity: Arc<Activity>,
    open: Arc<AtomicU32>,
    /// Connections whose handshake is under way, or done by `unsettled` of them.
    pending: Vec<u32>,
    unsettled: usize,
    live: Vec<u32>,
    /// A handshake failed; the next thing told is that this connection is gone.
    failed: bool,
}

impl Connections {
    /// None. `open` follows the number of connections, with and without a handshake.
    pub(super) fn new(activity: Arc<Activity>, open: Arc<AtomicU32>) -> Self {
        Self { activity, open, pending: Vec::new(), unsettled: 0, live: Vec::new(), failed: false }
    }

    /// Takes what the monitor told.
    pub(super) fn take(&mut self, event: u16, value: u32) {
        if event == SocketEvent::ACCEPTED.to_raw() {
            self.pending.push(value);
        } else if event == SocketEvent::HANDSHAKE_SUCCEEDED.to_raw() {
            self.unsettled += 1;
            self.activity.connected();
        } else if event == SocketEvent::DISCONNECTED.to_raw() {
            self.gone(value);
        } else {
            self.failed = true;
        }
        self.settle();
    }

    /// All connections are gone.
    pub(super) fn clear(&mut self) {
        for _ in 0..self.live.len() + self.unsettled {
            self.activity.disconnected();
        }
        self.live.clear();
        self.pending.clear();
        self.unsettled = 0;
        self.settle();
    }

    fn gone(&mut self, descriptor: u32) {
        let failed = std::mem::take(&mut self.failed);
        if let Some(at) = self.live.iter().position(|live| *live == descriptor) {
            self.live.swap_remove(at);
            self.activity.disconnected();
        } else if let Some(at) = self.pending.iter().position(|pending| *pending == descriptor) {
            self.pending.swap_remove(at);
            if !failed && self.unsettled > 0 {
                self.unsettled -= 1;
                self.activity.disconnected();
            }
        }
    }

    fn settle(&mut self) {
        if self.unsettled >= self.pending.len() {
            self.unsettled = 0;
            self.live.append(&mut self.pending);
        }
        let open = self.pending.len() + self.live.len();
        self.open.store(u32::try_from(open).unwrap_or(u32::MAX), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        activity: Arc<Activity>,
        open: Arc<AtomicU32>,
        connections: Connections,
    }

    impl Case {
        fn new() -> Self {
            let (activity, open) = (Arc::new(Activity::default()), Arc::new(AtomicU32::new(0)));
            let connections = Connections::new(Arc::clone(&activity), Arc::clone(&open));
            Self { activity, open, connections }
        }

        /// Takes an event and returns peers and open connections.
        fn take(&mut self, event: SocketEvent, descriptor: u32) -> (u32, u32) {
            self.connections.take(event.to_raw(), descriptor);
            (self.activity.peers(), self.open.load(Ordering::Relaxed))
        }
    }

    use SocketEvent::{ACCEPTED, DISCONNECTED, HANDSHAKE_FAILED_NO_DETAIL, HANDSHAKE_SUCCEEDED};

    #[test]
    fn a_connection_is_a_peer_from_its_handshake_to_its_end() {
        let mut case = Case::new();
        assert_eq!(case.take(ACCEPTED, 9), (0, 1));
        assert_eq!(case.take(HANDSHAKE_SUCCEEDED, 0), (1, 1));
        assert_eq!(case.take(DISCONNECTED, 9), (0, 0));
        assert_eq!(case.activity.connections(), 1);
    }

    #[test]
    fn a_connection_without_a_handshake_is_no_peer() {
        let mut case = Case::new();
        case.take(ACCEPTED, 9);
        assert_eq!(case.take(HANDSHAKE_FAILED_NO_DETAIL, 0), (0, 1));
        assert_eq!(case.take(DISCONNECTED, 9), (0, 0));
        assert_eq!(case.activity.connections(), 0);
    }

    #[test]
    fn handshakes_that_overlap_are_settled_when_the_others_are_done_or_gone() {
        let mut case = Case::new();
        for descriptor in [5, 6, 7] {
            case.take(ACCEPTED, descriptor);
        }
        assert_eq!(case.take(HANDSHAKE_SUCCEEDED, 0), (1, 3));
        case.take(HANDSHAKE_FAILED_NO_DETAIL, 0);
        assert_eq!(case.take(DISCONNECTED, 6), (1, 2));
        assert_eq!(case.take(HANDSHAKE_SUCCEEDED, 0), (2, 2));
        assert_eq!(case.take(DISCONNECTED, 5), (1, 1));
        assert_eq!(case.take(DISCONNECTED, 7), (0, 0));
    }

    #[test]
    fn a_peer_that_goes_while_another_handshake_hangs_is_counted_as_gone() {
        let mut case = Case::new();
        case.take(ACCEPTED, 5);
        case.take(ACCEPTED, 6);
        assert_eq!(case.take(HANDSHAKE_SUCCEEDED, 0), (1, 2));
        assert_eq!(case.take(DISCONNECTED, 6), (0, 1));
        case.take(HANDSHAKE_FAILED_NO_DETAIL, 0);
        assert_eq!(case.take(DISCONNECTED, 5), (0, 0));
    }

    #[test]
    fn clearing_takes_every_peer_away_once() {
        let mut case = Case::new();
        for descriptor in [5, 6, 7] {
            case.take(ACCEPTED, descriptor);
        }
        case.take(HANDSHAKE_SUCCEEDED, 0);
        case.connections.clear();
        assert_eq!(case.take(DISCONNECTED, 5), (0, 0));
    }
}
