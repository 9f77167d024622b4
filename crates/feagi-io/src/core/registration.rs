//! What becomes of a registration.
