//! When a session counts as dead.
