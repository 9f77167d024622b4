//! Moving bytes on an async runtime: the transport trait, the runtime, channels and compression.
//!
//! A transport on tasks implements [`NonBlockingTransport`]; [`Blocked`] lets threads use it as a
//! [`BlockingTransport`](crate::blocking::BlockingTransport), so that everything above sees one kind.

pub mod channels;
pub mod compression;
pub mod runtime;
mod transport;

pub use runtime::{Blocked, Runtime, RuntimeHandle};
pub use transport::NonBlockingTransport;
