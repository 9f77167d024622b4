//! A transport on free ports, and peers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use feagi_io::SharedFBC;
use feagi_io::blocking::BlockingTransport as _;
use feagi_io::core::{
    Activity, ControlEvent, EndpointId, Inbound, Intake, Limits, LinkId, Opening, PNSConfig,
    SensoryDataEvent, StreamType,
};
use feagi_io::nonblocking::{Blocked, Runtime};
use feagi_io::transports::websocket::{Patience, WebSocketClient, WebSocketTransport};
use feagi_serialization::FeagiByteContainer;
use feagi_structures::FeagiSignal;

/// Long enough for a machine that does much else.
pub(crate) const LONG: Duration = Duration::from_secs(20);
pub(crate) const LIMIT: usize = 64 << 20;

/// A transport, and what it tells.
pub(crate) struct Station {
    pub(crate) transport: Blocked<WebSocketTransport>,
    pub(crate) url: String,
    pub(crate) events: Receiver<ControlEvent>,
}

/// A data endpoint.
pub(crate) struct Opened {
    pub(crate) id: EndpointId,
    pub(crate) url: String,
    pub(crate) activity: Arc<Activity>,
    /// What came in, for a sensory endpoint.
    pub(crate) frames: Receiver<SensoryDataEvent>,
}

impl Station {
    pub(crate) fn start() -> Self {
        Self::with(PNSConfig::default().limits, Patience::default())
    }

    pub(crate) fn with(limits: Limits, patience: Patience) -> Self {
        let (events, heard) = crossbeam_channel::bounded(4096);
        let inbound = Inbound::new(3, events);
        let transport = WebSocketTransport::new("127.0.0.1", "127.0.0.1", 0, limits, inbound);
        let mut transport = Blocked::new(transport.with_patience(patience), Runtime::start().unwrap());
        let url = transport.start().unwrap();
        Self { transport, url, events: heard }
    }

    pub(crate) fn connect(&self) -> WebSocketClient {
        connect(&self.url)
    }

    pub(crate) fn event(&self) -> ControlEvent {
        self.events.recv_timeout(LONG).expect("an event")
    }

    /// The next message of a peer.
    pub(crate) fn message(&self) -> (LinkId, Vec<u8>) {
        match self.event() {
            ControlEvent::Message { link, bytes } => (link, bytes),
            other => panic!("{other:?} instead of a message"),
        }
    }

    pub(crate) fn open(&self, stream: StreamType, agent_id: &str) -> Opened {
        self.open_at(stream, agent_id, 0).unwrap()
    }

    pub(crate) fn open_at(
        &self,
        stream: StreamType,
        agent_id: &str,
        port: u16,
    ) -> Result<Opened, feagi_io::core::IoError> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let id = EndpointId(LAST.fetch_add(1, Ordering::Relaxed));
        let agent_id: Arc<str> = Arc::from(agent_id);
        let activity = Arc::<Activity>::default();
        let (sender, frames) = crossbeam_channel::unbounded();
        let mut signal = FeagiSignal::new();
        signal.connect(move |event: &SensoryDataEvent| drop(sender.send(event.clone())));
        let intake = (stream == StreamType::Sensory).then(|| {
            let signal = Arc::new(Mutex::new(signal));
            Arc::new(Intake::new(Arc::clone(&agent_id), Arc::clone(&activity), signal))
        });
        let opening = Opening {
            endpoint: id,
            stream,
            host: "127.0.0.1".to_owned(),
            port,
            agent_id,
            activity: Arc::clone(&activity),
            intake,
        };
        let url = self.transport.open(opening)?;
        Ok(Opened { id, url, activity, frames })
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        self.transport.stop().unwrap();
    }
}

impl Opened {
    pub(crate) fn port(&self) -> u16 {
        port(&self.url)
    }

    /// A peer that the endpoint knows of.
    pub(crate) fn join(&self) -> WebSocketClient {
        let before = self.activity.connections();
        let client = connect(&self.url);
        wait(|| self.activity.connections() > before, "the peer is known");
        client
    }
}

pub(crate) fn port(url: &str) -> u16 {
    url.rsplit(':').next().unwrap().parse().unwrap()
}

pub(crate) fn connect(url: &str) -> WebSocketClient {
    WebSocketClient::connect(url, LONG, LIMIT).unwrap()
}

/// Waits for something to become true.
pub(crate) fn wait(mut done: impl FnMut() -> bool, what: &str) {
    let deadline = Instant::now() + LONG;
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::yield_now();
    }
}

/// A frame of `body` + 58 bytes that starts with `mark`.
pub(crate) fn frame(mark: u8, body: usize) -> SharedFBC {
    let mut bytes = vec![4, mark, 0, 1];
    bytes.resize(52, 0);
    bytes.extend(u32::try_from(body + 2).unwrap().to_le_bytes());
    bytes.extend([11, 1]);
    bytes.extend((0..body).map(|at| (at % 251) as u8));
    let mut container = FeagiByteContainer::new_empty();
    container.try_write_data_by_ownership_to_container_and_verify(bytes).unwrap();
    Arc::new(container)
}
