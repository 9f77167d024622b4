//! The words every FEAGI crate shares: ids, units, coordinates, cortical ids, area parameters,
//! the connectome value that development hands to the engine, and the plasticity-rule trait.
//!
//! This crate knows none of the others, no files, no clocks and no sockets. It is `no_std` with
//! `alloc`; the `std` feature only forwards to its dependencies.
//!
//! Where to go next: [`Connectome`] is what development produces and the burst engine takes;
//! [`CorticalId`] names an area on the wire and in genomes; [`plasticity::PlasticityRule`] is the
//! boundary behind which learning rules live.

#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

pub mod column;
pub mod connectome;
pub mod coordinates;
pub mod cortical_id;
pub mod ids;
pub mod parameters;
pub mod plasticity;
pub mod precision;

pub use column::Column;
pub use connectome::{Area, Connectome, Mapping, SynapseRows};
pub use coordinates::{Dimensions, Position, Voxel};
pub use cortical_id::{CoreArea, CorticalId};
pub use ids::{
    BurstCount, CorticalIdx, MappingId, MembranePotential, NeuronId, SynapseIndex, SynapseKind, SynapticDelay,
};
pub use parameters::{AreaParameters, PlasticityMode, PlasticityParameters};
pub use precision::Precision;
