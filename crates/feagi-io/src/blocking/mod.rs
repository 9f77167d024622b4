//! Moving bytes on threads: the transport trait, worker threads and compression.

mod transport;

pub use transport::BlockingTransport;
