//! A viewer as a browser page would be one, which reads the stream by its specification.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Only a guard against tests that hang.
const LONG: Duration = Duration::from_secs(20);

/// A voxel: coordinates, and the potential as a number.
pub(crate) type Voxel = ([u32; 3], f32);

/// What fired in a burst.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Frame {
    pub(crate) burst: u64,
    pub(crate) left_out: u32,
    pub(crate) compressed: bool,
    /// Entries in their order.
    pub(crate) entries: Vec<([u8; 8], Vec<Voxel>)>,
}

/// What the server said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Text(Value),
    Frame(Frame),
    /// The words of each record.
    Records(Vec<[u32; 8]>),
    /// A binary message that is none of the two.
    Other(Vec<u8>),
    /// Why it closes the connection.
    Closed(u16, String),
    /// The connection is gone.
    Gone,
}

pub(crate) struct Page {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The subprotocol that the server chose.
    pub(crate) protocol: Option<String>,
}

impl Page {
    /// Connects, with a list of subprotocols.
    pub(crate) async fn open(server: SocketAddr, protocols: &str) -> Result<Self, Error> {
        let mut request = format!("ws://{server}/v1/visualization/stream").into_client_request()?;
        if !protocols.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", protocols.parse().unwrap());
        }
        request.headers_mut().insert("user-agent", "a page".parse().unwrap());
        let (socket, answer) = connect_async(request).await?;
        let protocol = answer.headers().get("sec-websocket-protocol");
        let protocol = protocol.map(|protocol| protocol.to_str().unwrap().to_owned());
        Ok(Self { socket, protocol })
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next message.
    pub(crate) async fn hear(&mut self) -> Said {
        loop {
            let message = timeout(LONG, self.socket.next()).await.expect("the server says something");
            return match message {
                Some(Ok(Message::Text(text))) => Said::Text(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Binary(bytes))) => read(&bytes),
                Some(Ok(Message::Close(Some(frame)))) => {
                    Said::Closed(frame.code.into(), frame.reason.to_string())
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => Said::Gone,
                Some(Ok(_)) => continue,
            };
        }
    }

    /// The next frame, whatever else comes before it.
    pub(crate) async fn frame(&mut self) -> Frame {
        loop {
            match self.hear().await {
                Said::Frame(frame) => return frame,
                Said::Closed(..) | Said::Gone => panic!("no frame came"),
                _ => {}
            }
        }
    }

    /// Why the server closes the connection, whatever comes before.
    pub(crate) async fn end(&mut self) -> (u16, String) {
        loop {
            match self.hear().await {
                Said::Closed(code, reason) => return (code, reason),
                Said::Gone => panic!("the connection broke"),
                _ => {}
            }
        }
    }

    /// Bursts that ran until `at` were told, and the records so far.
    pub(crate) async fn records_until(&mut self, at: u64) -> Vec<u64> {
        let mut bursts = Vec::new();
        while bursts.last().is_none_or(|&last| last < at) {
            if let Said::Records(records) = self.hear().await {
                bursts.extend(records.iter().map(|words| u64::from(words[0]) | u64::from(words[1]) << 32));
            }
        }
        bursts
    }
}

fn read(message: &[u8]) -> Said {
    match message[0] {
        1 => Said::Frame(frame(message)),
        2 => {
            assert_eq!((message.len() - 8) / 32, word(message, 4) as usize);
            let (records, rest) = message[8..].as_chunks::<32>();
            assert!(rest.is_empty());
            let words = |record: &[u8; 32]| std::array::from_fn(|at| word(record, 4 * at));
            Said::Records(records.iter().map(words).collect())
        }
        _ => Said::Other(message.to_vec()),
    }
}

/// Reads a frame by the specification.
pub(crate) fn frame(message: &[u8]) -> Frame {
    let [areas, voxels, low, high, left_out, length] = std::array::from_fn(|at| word(message, 4 + 4 * at));
    assert_eq!((message[0], &message[2..4], word(message, 28)), (1, &[0, 0][..], 0));
    let compressed = match message[1] {
        0 => false,
        1 => true,
        flags => panic!("flags {flags}"),
    };
    let body = if compressed {
        assert!(message.len() - 32 < length as usize, "compressed only where that is smaller");
        lz4_flex::block::decompress(&message[32..], length as usize).expect("an LZ4 block")
    } else {
        message[32..].to_vec()
    };
    let (areas, voxels) = (areas as usize, voxels as usize);
    assert_eq!((body.len(), body.len()), (length as usize, 20 * areas + 8 * voxels));
    let (table, arrays) = body.split_at(20 * areas);
    let half_word = |bytes: &[u8], at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let mut next = 0;
    let entries = table.chunks(20).map(|entry| {
        let count = word(entry, 8) as usize;
        let highs = [12, 14, 16].map(|at| u32::from(half_word(entry, at)) << 16);
        assert_eq!(half_word(entry, 18), 0);
        let value = |array: usize, voxel: usize| half_word(arrays, 2 * (array * voxels + voxel));
        let voxel = |at: usize| {
            let place = std::array::from_fn(|axis| highs[axis] + u32::from(value(axis, at)));
            (place, half::f16::from_bits(value(3, at)).to_f32())
        };
        next += count;
        (entry[..8].try_into().unwrap(), (next - count..next).map(voxel).collect())
    });
    let entries = entries.collect();
    assert_eq!(next, voxels);
    Frame { burst: u64::from(low) | u64::from(high) << 32, left_out, compressed, entries }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}
