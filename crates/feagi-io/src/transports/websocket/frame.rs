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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::task::{Context, Poll};

    use feagi_serialization::FeagiByteContainer;

    use super::*;
    use crate::nonblocking::Runtime;

    const LONG: Duration = Duration::from_secs(20);

    /// A socket that takes `step` bytes at a time while it is open.
    #[derive(Clone, Default)]
    struct Sink {
        step: usize,
        shut: Arc<AtomicBool>,
        turned_away: Arc<AtomicUsize>,
        bytes: Vec<u8>,
        /// Address and length of the second part of every write.
        payloads: Vec<(usize, usize)>,
    }

    impl AsyncWrite for Sink {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
            panic!("header and payload go out in one call");
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            parts: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            if self.shut.load(Ordering::Acquire) {
                self.turned_away.fetch_add(1, Ordering::Release);
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let [_, payload] = parts else { panic!("{} parts", parts.len()) };
            self.payloads.push((payload.as_ptr().addr(), payload.len()));
            let offered = parts.iter().flat_map(|part| part.iter().copied());
            let before = self.bytes.len();
            let step = self.step;
            self.bytes.extend(offered.take(step));
            let taken = self.bytes.len() - before;
            Poll::Ready(Ok(taken))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// A frame of exactly `length` bytes, whatever they mean.
    fn frame(length: usize) -> SharedFBC {
        let mut bytes = vec![0; length];
        bytes[0] = 4;
        let mut container = FeagiByteContainer::new_empty();
        container.try_write_data_by_ownership_to_container_and_verify(bytes).unwrap();
        assert_eq!(container.get_number_of_bytes_used(), length);
        Arc::new(container)
    }

    #[test]
    fn the_socket_gets_the_bytes_of_the_shared_frame_itself() {
        let frame = frame(3_200_000);
        let mut sink = Sink { step: 1_000_000, ..Sink::default() };
        let sent = send_frame(&mut sink, Arc::clone(&frame), LONG);
        Runtime::start().unwrap().block_on(sent).unwrap().unwrap();
        let first = frame.get_byte_ref().as_ptr().addr();
        // The first write takes the header and 999 990 bytes of the frame.
        let expected = [0, 999_990, 1_999_990, 2_999_990].map(|at| (first + at, 3_200_000 - at));
        assert_eq!(sink.payloads, expected);
        assert_eq!(&sink.bytes[..10], [0x82, 127, 0, 0, 0, 0, 0, 0x30, 0xD4, 0]);
        assert_eq!(&sink.bytes[10..], frame.get_byte_ref());
    }

    #[test]
    fn headers_are_as_short_as_they_may_be_and_survive_writes_of_single_bytes() {
        let runtime = Runtime::start().unwrap();
        let cases: [(usize, &[u8]); 6] = [
            (52, &[0x82, 52]),
            (125, &[0x82, 125]),
            (126, &[0x82, 126, 0, 126]),
            (65_535, &[0x82, 126, 0xFF, 0xFF]),
            (65_536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
            (70_000, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]),
        ];
        for (length, header) in cases {
            for step in [1, 3, 11, 1 << 20].into_iter().filter(|step| length / step < 30_000) {
                let frame = frame(length);
                let mut sink = Sink { step, ..Sink::default() };
                runtime.block_on(send_frame(&mut sink, Arc::clone(&frame), LONG)).unwrap().unwrap();
                assert_eq!(sink.bytes, [header, frame.get_byte_ref()].concat(), "{length} by {step}");
            }
        }
    }

    #[test]
    fn a_peer_that_stalls_keeps_no_shared_frame_and_gets_the_rest_later() {
        let runtime = Runtime::start().unwrap();
        let frame = frame(1_000);
        let sink = Sink { step: 400, ..Sink::default() };
        let (shut, turned_away) = (Arc::clone(&sink.shut), Arc::clone(&sink.turned_away));
        shut.store(true, Ordering::Release);
        let task = runtime.handle().spawn({
            let (frame, mut sink) = (Arc::clone(&frame), sink);
            async move { send_frame(&mut sink, frame, LONG).await.map(|()| sink) }
        });
        while turned_away.load(Ordering::Acquire) == 0 || Arc::strong_count(&frame) > 1 {
            std::thread::yield_now();
        }
        shut.store(false, Ordering::Release);
        let sink = runtime.block_on(task).unwrap().unwrap().unwrap();
        assert_eq!(&sink.bytes[4..], frame.get_byte_ref());
        assert_ne!(sink.payloads[0].0, frame.get_byte_ref().as_ptr().addr(), "what is left was copied");
    }

    #[test]
    fn a_peer_that_takes_nothing_for_too_long_is_given_up() {
        let sink = Sink { step: 1, ..Sink::default() };
        sink.shut.store(true, Ordering::Release);
        let mut sink = sink;
        let sent = send_frame(&mut sink, frame(60), Duration::from_millis(20));
        let outcome = Runtime::start().unwrap().block_on(sent).unwrap();
        assert_eq!(outcome.map_err(|error| error.kind()), Err(io::ErrorKind::TimedOut));
    }
}
