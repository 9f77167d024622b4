//! LZ4 for tasks: the same bytes as [`compress_lz4`] makes for threads, without holding up other
//! tasks while a large frame is worked on.

use crate::blocking::{compress_lz4, decompress_lz4};
use crate::core::{IoError, SharedFBC};

/// Work on at most so many bytes is done at once: it takes less time than moving it to another thread
/// and back.
const AT_ONCE: usize = 32 << 10;

/// Compresses the bytes of a frame: u32 little endian size, then an LZ4 block.
///
/// # Errors
/// [`IoError::Compression`] for a frame of 4 GiB and more.
pub async fn compress_lz4_async(frame: SharedFBC) -> Result<Vec<u8>, IoError> {
    let size = frame.get_number_of_bytes_used();
    aside(size, move || {
        let mut out = Vec::new();
        compress_lz4(frame.get_byte_ref(), &mut out).map(|()| out)
    })
    .await
}

/// Decompresses what came from a peer. The size that it claims is checked before memory is taken.
///
/// # Errors
/// [`IoError::Compression`] when it claims more than `limit` bytes or more than the block can give,
/// and when the block is damaged or gives another number of bytes.
pub async fn decompress_lz4_async(
    data: impl AsRef<[u8]> + Send + 'static,
    limit: usize,
) -> Result<Vec<u8>, IoError> {
    // The cost lies in what comes out; what cannot be right is refused without much work.
    let claimed = data.as_ref().first_chunk().map_or(0, |prefix| u32::from_le_bytes(*prefix));
    let size = usize::try_from(claimed).map_or(limit, |claimed| claimed.min(limit)).max(data.as_ref().len());
    aside(size, move || {
        let mut out = Vec::new();
        decompress_lz4(data.as_ref(), limit, &mut out).map(|()| out)
    })
    .await
}

/// Does work on so many bytes: here when it is little, on a thread that may wait when it is much.
async fn aside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> Result<T, IoError> + Send + 'static,
) -> Result<T, IoError> {
    if bytes <= AT_ONCE {
        return work();
    }
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(IoError::Compression(error.to_string())))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use feagi_serialization::FeagiByteContainer;

    use super::super::Runtime;
    use super::*;

    /// A container with a struct of `body` bytes that look like nothing in particular.
    fn frame(body: u32) -> SharedFBC {
        let mut bytes = vec![4, 0, 0, 1];
        bytes.resize(52, 0);
        bytes.extend((body + 2).to_le_bytes());
        bytes.extend([11, 1]);
        bytes.extend((0..body).map(|at| (at / 7 * 31) as u8));
        let mut container = FeagiByteContainer::new_empty();
        container.try_write_data_by_ownership_to_container_and_verify(bytes).unwrap();
        Arc::new(container)
    }

    #[test]
    fn threads_read_what_tasks_wrote_and_the_other_way_round() {
        let runtime = Runtime::start().unwrap();
        for body in [0, 1, 1_000, 40_000, 3_200_000] {
            let frame = frame(body);
            let packed = runtime.block_on(compress_lz4_async(Arc::clone(&frame))).unwrap().unwrap();
            let mut out = Vec::new();
            decompress_lz4(&packed, 4 << 20, &mut out).unwrap();
            assert_eq!(out, frame.get_byte_ref(), "{body} bytes, read by a thread");
            compress_lz4(frame.get_byte_ref(), &mut out).unwrap();
            let unpacked = runtime.block_on(decompress_lz4_async(out, 4 << 20)).unwrap().unwrap();
            assert_eq!(unpacked, frame.get_byte_ref(), "{body} bytes, read by a task");
        }
    }

    #[test]
    fn a_size_above_the_limit_and_a_damaged_block_are_refused() {
        let runtime = Runtime::start().unwrap();
        let bomb = [u32::MAX.to_le_bytes().as_slice(), &[0; 64]].concat();
        for damaged in [bomb, vec![1, 0], vec![200, 0, 0, 0, 0xF0, 0xFF, 0xFF], Vec::new()] {
            let outcome = runtime.block_on(decompress_lz4_async(damaged, 1 << 20)).unwrap();
            assert!(matches!(outcome, Err(IoError::Compression(_))), "{outcome:?}");
        }
    }

    #[test]
    fn large_frames_leave_the_async_threads_free() {
        let runtime = Runtime::start().unwrap();
        for (size, elsewhere) in [(AT_ONCE, false), (AT_ONCE + 1, true)] {
            let worked_on = runtime.block_on(aside(size, || Ok(std::thread::current().id())));
            let id = worked_on.unwrap().unwrap();
            assert_eq!(id != std::thread::current().id(), elsewhere, "{size} bytes");
        }
    }
}
