//! Joins.
/// PNS
pub struct PNS {}
