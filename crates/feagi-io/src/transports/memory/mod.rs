//! Peers in the same process: for tests and embedding.
