//! A slow, readable burst engine to hold the real one against.
//!
//! It is written from `npu.md` with plain structs and ordered maps: one function per phase of a
//! burst, in the order of section 1, one neuron at a time. It knows nothing of the real engine and
//! takes no short cuts, so that where the two differ this one is easy to check by eye.
//!
//! [`network`] is what both engines are built from, [`edits`] what is done to them between bursts,
//! [`state`] what the reference keeps, [`burst`] how it advances, [`arithmetic`] the number rules.

pub(crate) mod arithmetic;
pub(crate) mod burst;
pub(crate) mod edits;
pub(crate) mod network;
pub(crate) mod state;

pub(crate) use edits::Edit;
pub(crate) use network::Network;
pub(crate) use state::Reference;
