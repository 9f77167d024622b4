//! A transport on free ports, and peers.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use feagi_io::SharedFBC;
use feagi_io::blocking::BlockingTransport as _;
use feagi_io::core::{
    Activity, ControlEvent, EndpointId, Inbound, Intake, Limits, LinkId, Opening, SensoryDataEvent,
    StreamType,
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
        Self::with(Limits::default(), Patience::default())
    }

    pub(crate) fn with(limits: Limits, patience: Patience) -> Self {
        Self::at(limits, patience, 4096)
    }

    /// With a channel that holds so many events.
    pub(crate) fn with_room(events: usize) -> Self {
        Self::at(Limits::default(), Patience::default(), events)
    }

    fn at(limits: Limits, patience: Patience, room: usize) -> Self {
        let (mut transport, events) = transport("127.0.0.1", 0, limits, patience, room);
        let url = transport.start().unwrap();
        Self { transport, url, events }
    }

    pub(crate) fn publish(&self, frame: &SharedFBC) {
        self.transport.publish_visualization(Arc::clone(frame)).unwrap();
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
        // Leaves the processor to those who are waited for.
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

/// A frame of `body` + 58 bytes with this low byte of its counter.
pub(crate) fn frame(mark: u8, body: usize) -> SharedFBC {
    let mut bytes = vec![4, mark, 0, 1];
    bytes.resize(52, 0);
    bytes.extend(u32::try_from(body + 2).unwrap().to_le_bytes());
    bytes.extend([11, 1]);
    bytes.extend((0..body).map(|at| (at % 251) as u8));
    container(&bytes)
}

/// Compares frames without printing megabytes.
#[track_caller]
pub(crate) fn assert_same(received: &[u8], sent: &SharedFBC) {
    let sent = sent.get_byte_ref();
    let marks = |bytes: &[u8]| (bytes.get(1).copied(), bytes.len());
    assert!(received == sent, "(mark, length) {:?} instead of {:?}", marks(received), marks(sent));
}

pub(crate) fn container(bytes: &[u8]) -> SharedFBC {
    let mut container = FeagiByteContainer::new_empty();
    container.try_write_data_by_copy_and_verify(bytes).unwrap();
    Arc::new(container)
}

/// A transport that does not run yet, and what it tells.
pub(crate) fn transport(
    host: &str,
    port: u16,
    limits: Limits,
    patience: Patience,
    room: usize,
) -> (Blocked<WebSocketTransport>, Receiver<ControlEvent>) {
    advertised(host, host, port, limits, patience, room)
}

pub(crate) fn advertised(
    host: &str,
    advertised: &str,
    port: u16,
    limits: Limits,
    patience: Patience,
    room: usize,
) -> (Blocked<WebSocketTransport>, Receiver<ControlEvent>) {
    let (sender, events) = crossbeam_channel::bounded(room);
    let transport = WebSocketTransport::new(host, advertised, port, limits, Inbound::new(3, sender));
    (Blocked::new(transport.with_patience(patience), Runtime::start().unwrap()), events)
}

pub(crate) fn dial(url: &str) -> TcpStream {
    let tcp = TcpStream::connect(("127.0.0.1", port(url))).unwrap();
    tcp.set_read_timeout(Some(LONG)).unwrap();
    tcp.set_write_timeout(Some(LONG)).unwrap();
    tcp
}

/// A peer that does what no library would do.
pub(crate) struct Raw {
    pub(crate) tcp: TcpStream,
}

impl Raw {
    pub(crate) fn upgraded(url: &str) -> Self {
        let mut raw = Self::half_upgraded(url);
        raw.write(b"\r\n");
        let head = raw.head();
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        raw
    }

    pub(crate) fn half_upgraded(url: &str) -> Self {
        let mut raw = Self { tcp: dial(url) };
        raw.write(
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
              Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KlUyzjKhp64qV3Gsn3SNNg==\r\n",
        );
        raw
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.tcp.write_all(bytes).unwrap();
    }

    /// The server's answer up to the empty line.
    pub(crate) fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.tcp.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        String::from_utf8(head).unwrap()
    }

    /// A message as clients send it. `first` is the first byte of its header.
    pub(crate) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut message = vec![first];
        match payload.len() {
            short @ 0..126 => message.push(0x80 | short as u8),
            medium @ 126..0x1_0000 => {
                message.push(0x80 | 126);
                message.extend((medium as u16).to_be_bytes());
            }
            long => {
                message.push(0x80 | 127);
                message.extend((long as u64).to_be_bytes());
            }
        }
        let mask = [0x12, 0x34, 0x56, 0x78];
        message.extend(mask);
        message.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        message
    }

    pub(crate) fn send(&mut self, first: u8, payload: &[u8]) {
        self.write(&Self::masked(first, payload));
    }

    /// The next message: the first byte of its header, and what it carries.
    pub(crate) fn receive(&mut self) -> (u8, Vec<u8>) {
        let mut take = |count: usize| {
            let mut bytes = vec![0; count];
            self.tcp.read_exact(&mut bytes).unwrap();
            bytes
        };
        let head = take(2);
        let length = match head[1] {
            126 => u64::from(u16::from_be_bytes(take(2).try_into().unwrap())),
            127 => u64::from_be_bytes(take(8).try_into().unwrap()),
            short => u64::from(short),
        };
        (head[0], take(usize::try_from(length).unwrap()))
    }

    /// Waits until the server has closed the connection; what it says before is passed over.
    pub(crate) fn is_closed(&mut self) -> bool {
        let mut some = vec![0; 1 << 16];
        loop {
            match self.tcp.read(&mut some) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            }
        }
    }

    /// Reads for so long. Returns whether nothing came, not even the end.
    pub(crate) fn hears_nothing_for(&mut self, time: Duration) -> bool {
        self.tcp.set_read_timeout(Some(time)).unwrap();
        let outcome = self.tcp.read(&mut [0]);
        self.tcp.set_read_timeout(Some(LONG)).unwrap();
        outcome.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
    }
}
