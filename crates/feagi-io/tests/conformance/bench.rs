//! A running transport with everything around it that a case needs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender};
use feagi_io::SharedFBC;
use feagi_io::blocking::BlockingTransport;
use feagi_io::core::{
    Activity, ControlEvent, EndpointId, Inbound, Intake, IoError, Limits, LinkId, Opening, StreamType,
};
use feagi_serialization::FeagiByteContainer;
use feagi_structures::FeagiSignal;

use crate::row::{Peer, Role, Row};

/// Nothing in the suite takes so long unless it is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Bytes of a container without structs.
pub(crate) const HEADER: usize = 52;

pub(crate) const LIMITS: Limits = Limits {
    control_message: 64 << 10,
    first_message: 1024,
    frame: 4 << 20,
    sessions: 64,
    links: 64,
    remembered: 16,
};

/// Control events that wait at most.
pub(crate) const CONTROL_ROOM: usize = 256;

/// The position of the transport among those of the process.
pub(crate) const POSITION: u8 = 3;

pub(crate) struct Bench {
    pub(crate) transport: Box<dyn BlockingTransport>,
    /// Address for control connections.
    pub(crate) control: String,
    pub(crate) inbound: Inbound,
    pub(crate) events: Receiver<ControlEvent>,
}

/// An open data endpoint.
pub(crate) struct Endpoint {
    pub(crate) id: EndpointId,
    pub(crate) url: String,
    pub(crate) activity: Arc<Activity>,
    /// What came in, when it is a sensory one.
    pub(crate) frames: Receiver<SharedFBC>,
}

impl Bench {
    pub(crate) fn start<R: Row>() -> Self {
        let (sender, events) = crossbeam_channel::bounded(CONTROL_ROOM);
        let inbound = Inbound::new(POSITION, sender);
        let mut transport = R::transport(LIMITS, inbound.clone());
        let control = transport.start().unwrap();
        Self { transport, control, inbound, events }
    }

    /// Opens an endpoint of `agent` at a port that the system chooses.
    pub(crate) fn open(&self, stream: StreamType, agent: &str) -> Endpoint {
        self.open_at(stream, agent, 0).unwrap()
    }

    pub(crate) fn open_at(&self, stream: StreamType, agent: &str, port: u16) -> Result<Endpoint, IoError> {
        self.open_into(stream, agent, port, crossbeam_channel::unbounded())
    }

    /// A sensory endpoint whose frames are taken one by one: the brain behind it lags.
    pub(crate) fn open_lagging(&self, agent: &str) -> Endpoint {
        self.open_into(StreamType::Sensory, agent, 0, crossbeam_channel::bounded(0)).unwrap()
    }

    fn open_into(
        &self,
        stream: StreamType,
        agent: &str,
        port: u16,
        (sender, frames): (Sender<SharedFBC>, Receiver<SharedFBC>),
    ) -> Result<Endpoint, IoError> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = EndpointId(NEXT.fetch_add(1, Ordering::Relaxed));
        let activity = Arc::new(Activity::default());
        let mut signal = FeagiSignal::default();
        let _ = signal.connect(move |event: &feagi_io::core::SensoryDataEvent| {
            // A case that does not look at its frames has dropped the receiver.
            let _ = sender.send(Arc::clone(&event.fbc));
        });
        let signal = Arc::new(Mutex::new(signal));
        let intake = (stream == StreamType::Sensory)
            .then(|| Arc::new(Intake::new(agent.into(), Arc::clone(&activity), signal)));
        let opening = Opening {
            endpoint: id,
            stream,
            host: "127.0.0.1".to_owned(),
            port,
            agent_id: agent.into(),
            activity: Arc::clone(&activity),
            intake,
        };
        let url = self.transport.open(opening)?;
        Ok(Endpoint { id, url, activity, frames })
    }

    /// The next control message and the link it came by.
    pub(crate) fn message(&self) -> (LinkId, Vec<u8>) {
        loop {
            match self.events.recv_timeout(PATIENCE).expect("no control message came") {
                ControlEvent::Message { link, bytes } => return (link, bytes),
                ControlEvent::Closed { .. } => {}
                other => panic!("a transport does not send {other:?}"),
            }
        }
    }

    /// Whether the peer gets an answer to a message.
    pub(crate) fn answers(&self, peer: &mut dyn Peer, message: &[u8]) -> bool {
        assert!(peer.send(message, PATIENCE));
        let (link, bytes) = self.message();
        assert_eq!(bytes, message);
        self.transport.reply(link, bytes).unwrap();
        peer.receive(PATIENCE).as_deref() == Some(message)
    }

    pub(crate) fn publish(&self, stream: StreamType, agent: &str, fbc: SharedFBC) {
        match stream {
            StreamType::Motor => self.transport.publish_motor(agent, fbc).unwrap(),
            StreamType::Visualization => self.transport.publish_visualization(fbc).unwrap(),
            StreamType::Control | StreamType::Sensory => panic!("nothing is published there"),
        }
    }

    /// A subscriber that receives: its connection and subscription are known to the transport.
    pub(crate) fn subscribe<R: Row>(&self, stream: StreamType, agent: &str, url: &str) -> Box<dyn Peer> {
        let mut peer = R::connect(Role::Subscriber, url);
        let mut reached = false;
        eventually("a subscriber is reached", || {
            self.publish(stream, agent, frame(PROBE, 0));
            reached = peer.receive(Duration::from_millis(20)).is_some();
            reached
        });
        peer
    }

    /// A pusher that is connected.
    pub(crate) fn pusher<R: Row>(&self, endpoint: &Endpoint) -> Box<dyn Peer> {
        let before = endpoint.activity.peers();
        let peer = R::connect(Role::Pusher, &endpoint.url);
        eventually("a pusher is connected", || endpoint.activity.peers() > before);
        peer
    }
}

/// The number of frames that [`Bench::subscribe`] publishes.
const PROBE: u16 = u16::MAX;

/// A container with a number, and `padding` bytes behind it.
pub(crate) fn frame(number: u16, padding: usize) -> SharedFBC {
    let mut container = FeagiByteContainer::new_empty();
    container.try_write_data_by_ownership_to_container_and_verify(bytes(number, padding)).unwrap();
    Arc::new(container)
}

/// The bytes of [`frame`].
pub(crate) fn bytes(number: u16, padding: usize) -> Vec<u8> {
    let mut bytes = vec![0; HEADER + padding];
    bytes[0] = 4;
    bytes[1..3].copy_from_slice(&number.to_le_bytes());
    bytes
}

/// The number of a frame that came in.
pub(crate) fn number(bytes: &[u8]) -> u16 {
    u16::from_le_bytes([bytes[1], bytes[2]])
}

/// The next numbered frame that a subscriber gets, without those that [`Bench::subscribe`] published.
pub(crate) fn next_frame(peer: &mut dyn Peer, patience: Duration) -> Option<Vec<u8>> {
    loop {
        let bytes = peer.receive(patience)?;
        if number(&bytes) != PROBE {
            return Some(bytes);
        }
    }
}

/// The number of the next sensory frame.
pub(crate) fn next_number(endpoint: &Endpoint) -> u16 {
    number(endpoint.frames.recv_timeout(PATIENCE).expect("no sensory frame came").get_byte_ref())
}

/// Waits until something is so.
pub(crate) fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !so() {
        assert!(Instant::now() < deadline, "in vain waited until {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The `HOST:PORT` of an address that the transport gave.
pub(crate) fn socket_address(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    behind.split('/').next().unwrap_or_default()
}

/// The port of an address that the transport gave.
pub(crate) fn port(url: &str) -> u16 {
    socket_address(url).rsplit_once(':').unwrap().1.parse().unwrap()
}
