//! Moving bytes on threads: the transport trait, worker threads, channels and compression.

pub mod channels;
mod compression;
mod publish;
mod transport;
mod worker;

pub use compression::{compress_lz4, decompress_lz4};
pub use publish::{outlet, publish_from};
pub use transport::BlockingTransport;
pub use worker::{StopSignal, Worker, WorkerThread};
