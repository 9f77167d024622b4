//! The bytes that FEAGI components exchange: [`FeagiByteContainer`] and the structs inside it.
//!
//! A container carries a counter, an agent id and up to 255 structs: JSON ([`JsonStruct`]) and the
//! voxels of cortical areas ([`feagi_structures::CorticalMappedVoxels`]). Several layouts of it are
//! in use; [`Layout`] names them, and the default is that of current releases. The format is
//! described in `fbc.md`.
//!
//! This crate knows bytes and the values they stand for; it knows no sockets, no compression and no
//! engine. It is `no_std` with `alloc`. Every byte from outside is taken for hostile: whatever it
//! says, reading gives a value or a [`DataError`], and sizes are checked in 64 bits before memory is
//! taken.
//!
//! Where to go next: [`FeagiByteContainer`] for reading and writing, [`Serializable`] for structs of
//! your own that write themselves straight into a container (with [`XyzpWriter`], if they are voxels),
//! [`XyzpView`] for reading voxels where they lie.
//!
//! ```
//! use feagi_serialization::{FeagiByteContainer, Struct};
//! use feagi_structures::CorticalMappedVoxels;
//! use feagi_types::{CoreArea, CorticalId};
//!
//! let mut voxels = CorticalMappedVoxels::new();
//! voxels.ensure_clear_and_borrow_mut(CorticalId::core(CoreArea::Power)).push_raw(0, 0, 0, 1.0);
//! let mut sent = FeagiByteContainer::new_empty();
//! sent.overwrite_byte_data_with_single_struct_data(&voxels, 7)?;
//!
//! let mut received = FeagiByteContainer::new_empty();
//! received.try_write_data_by_copy_and_verify(sent.get_byte_ref())?;
//! assert_eq!(received.get_increment_counter()?, 7);
//! assert_eq!(received.try_create_new_struct_from_index(0)?, Struct::Xyzp(voxels));
//! # Ok::<(), feagi_serialization::DataError>(())
//! ```

#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

pub mod agent_id;
pub mod container;
pub mod error;
pub mod json;
pub mod layout;
pub mod six_byte_id;
pub mod structs;
pub mod xyzp;

pub use agent_id::AgentId;
pub use container::FeagiByteContainer;
pub use error::{Cause, DataError};
pub use json::JsonStruct;
pub use layout::Layout;
pub use structs::{Serializable, Struct, StructType};
pub use xyzp::{XyzpArea, XyzpBlock, XyzpView, XyzpWriter};

/// A container that several readers share without copying its bytes.
pub type SharedFBC = alloc::sync::Arc<FeagiByteContainer>;
