//! Writing a frame as one binary message, straight from the shared container.
//!
//! The WebSocket library would copy every message into a buffer of its own, for each viewer again.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::time::timeout;

use crate::core::SharedFBC;

/// How long a slow peer may keep a frame from being used again. Then what is left is copied.
const HOLD: Duration = Duration::from_millis(100);
const FINAL_BINARY: u8 = 0x82;
const LONGEST_HEADER: usize = 10;

/// Sends a frame as one unmasked binary message, as a server does (RFC 6455, section 5.2).
///
/// # Errors
/// When the connection breaks, or takes no byte for `silence`.
pub(super) async fn send_frame(
    wire: &mut (impl AsyncWrite + Unpin),
    frame: SharedFBC,
    silence: Duration,
) -> io::Result<()> {
    let payload = frame.get_byte_ref();
    let (header, length) = header(payload.len());
    let mut left = Left { header: &header[..length], payload };
    if let Ok(outcome) = timeout(HOLD, left.write(wire, silence)).await {
        return outcome;
    }
    let header = left.header.to_vec();
    let payload = left.payload.to_vec();
    drop(frame);
    Left { header: &header, payload: &payload }.write(wire, silence).await
}

/// The header of a message of `length` bytes, and how many bytes of it count.
fn header(length: usize) -> ([u8; LONGEST_HEADER], usize) {
    let mut header = [0; LONGEST_HEADER];
    header[0] = FINAL_BINARY;
    let used = match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short <= 125 => {
            header[1] = short;
            2
        }
        (_, Ok(medium)) => {
            header[1] = 126;
            header[2..4].copy_from_slice(&medium.to_be_bytes());
            4
        }
        _ => {
            header[1] = 127;
            header[2..].copy_from_slice(&(length as u64).to_be_bytes());
            LONGEST_HEADER
        }
    };
    (header, used)
}

/// What has not gone out yet.
struct Left<'a> {
    header: &'a [u8],
    payload: &'a [u8],
}

impl Left<'_> {
    /// Writes until nothing is left. May be dropped at any time; what is left stays known.
    async fn write(&mut self, wire: &mut (impl AsyncWrite + Unpin), silence: Duration) -> io::Result<()> {
        while !self.header.is_empty() || !self.payload.is_empty() {
            let parts = [IoSlice::new(self.header), IoSlice::new(self.payload)];
            let write = poll_fn(|context| Pin::new(&mut *wire).poll_write_vectored(context, &parts));
            let written = timeout(silence, write).await??;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            let of_header = written.min(self.header.len());
            self.header = &self.header[of_header..];
            self.payload = &self.payload[written - of_header..];
        }
        Ok(())
    }
}
