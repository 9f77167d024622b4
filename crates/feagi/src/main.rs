//! The FEAGI binary.
fn main() {}
