//! ZeroMQ over TCP.
