//! Values that flow between the parts of FEAGI: voxels of firing neurons, and the signal that
//! hands events to subscribers.
//!
//! This crate knows ids from `feagi-types`; it knows no bytes, no sockets and no engine. It is
//! `no_std` with `alloc`; [`FeagiSignal`] needs the `std` feature.
//!
//! Where to go next: [`XyzpArrays`] holds the voxels of one area, [`CorticalMappedVoxels`] those of
//! many; `feagi-serialization` turns the latter into bytes.

#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

pub mod mapped;
#[cfg(feature = "std")]
pub mod signal;
pub mod xyzp;

pub use mapped::CorticalMappedVoxels;
#[cfg(feature = "std")]
pub use signal::{FeagiSignal, FeagiSignalIndex};
pub use xyzp::{XyzpArrays, XyzpVoxel};
