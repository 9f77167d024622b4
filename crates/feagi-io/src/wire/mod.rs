//! Wire profiles: what messages look like. A profile is one module of encoders, decoders and message
//! types; sessions, registry and liveness are shared.

pub mod current;
