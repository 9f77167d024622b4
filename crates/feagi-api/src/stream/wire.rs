//! Writing a message straight from shared memory.
//!
//! The WebSocket library would copy every message into a buffer of its own, for each viewer again.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;

use tokio::io::AsyncWrite;

const FINAL_BINARY: u8 = 0x82;
const LONGEST_HEADER: usize = 10;

/// Sends `head` and `body` as one unmasked binary message, as a server does (RFC 6455, section 5.2).
/// When this is dropped halfway, nothing else can be sent.
///
/// # Errors
/// When the connection breaks.
pub(super) async fn send(wire: &mut (impl AsyncWrite + Unpin), head: &[u8], body: &[u8]) -> io::Result<()> {
    let (frame, length) = frame_header(head.len() + body.len());
    let mut parts = [IoSlice::new(&frame[..length]), IoSlice::new(head), IoSlice::new(body)];
    let mut left = &mut parts[..];
    // Also leaves out empty parts at the front.
    IoSlice::advance_slices(&mut left, 0);
    while !left.is_empty() {
        let written = poll_fn(|context| Pin::new(&mut *wire).poll_write_vectored(context, left)).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        IoSlice::advance_slices(&mut left, written);
    }
    poll_fn(|context| Pin::new(&mut *wire).poll_flush(context)).await
}

/// The header of a message of `length` bytes, and how many bytes of it count.
fn frame_header(length: usize) -> ([u8; LONGEST_HEADER], usize) {
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, duplex};
    use tokio_tungstenite::WebSocketStream;
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::protocol::Role;

    use super::*;
    use futures_util::StreamExt as _;

    #[tokio::test]
    async fn messages_of_all_lengths_arrive_whole() {
        // A pipe that takes a few bytes at a time.
        let (mut ours, theirs) = duplex(100);
        let lengths = [0, 1, 92, 93, 94, 125, 126, 65_503, 65_504, 65_535, 65_536, 200_000];
        let sending = async {
            for length in lengths {
                let body: Vec<u8> = (0..length).map(|at| at as u8).collect();
                send(&mut ours, &[7; 32], &body).await.unwrap();
                send(&mut ours, &[], &body).await.unwrap();
            }
            ours
        };
        let receiving = async {
            let mut client = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
            for length in lengths {
                let body: Vec<u8> = (0..length).map(|at| at as u8).collect();
                for head in [&[7; 32][..], &[]] {
                    let Some(Ok(Message::Binary(message))) = client.next().await else { panic!("{length}") };
                    assert!(message.starts_with(head) && message[head.len()..] == body, "{length}");
                }
            }
        };
        tokio::join!(sending, receiving);
    }

    #[tokio::test]
    async fn a_connection_that_breaks_is_reported() {
        let (mut ours, mut theirs) = duplex(16);
        let breaking = async {
            theirs.read_exact(&mut [0; 20]).await.unwrap();
            drop(theirs);
        };
        let (sent, ()) = tokio::join!(send(&mut ours, &[], &[0; 1000]), breaking);
        assert!(sent.is_err());
    }
}
