//! Moving bytes on an async runtime: the transport trait, the runtime and compression.

mod transport;

pub use transport::NonBlockingTransport;
