//! Cortical ids: eight bytes that name an area on the wire, in genomes and in requests.
//!
//! This module knows the bytes and what they mean; it knows no areas. [`CorticalId::kind`] decodes
//! an id, [`UnitAddress`] and [`Configuration`] are the fields of inputs and outputs,
//! [`UNIT_TYPES`] lists the known sensors and actuators, and [`legacy`] reads the older spellings.

mod configuration;
mod kind;
pub mod legacy;
mod topologies;
mod units;

pub use configuration::{Coding, Configuration, FrameHandling, PoseSchema, Positioning};
pub use kind::{Direction, Kind, KindError, UnitAddress};
pub use topologies::UNIT_TYPES;
pub use units::{SubUnit, UnitCode, UnitType};

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Name of a cortical area: 8 bytes, the first of which tells the kind of area.
///
/// The text form everywhere is standard base64 with padding (12 characters).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct CorticalId([u8; 8]);

/// The areas every brain has. Their cortical indices are fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum CoreArea {
    /// `___death`, index 0.
    Death = 0,
    /// `___power`, index 1: its lowest neuron gets the power amount every burst.
    Power = 1,
    /// `___fatig`, index 2: driven while storage runs full.
    Fatigue = 2,
    /// `___pain_`, index 3.
    Pain = 3,
    /// `___pleas`, index 4.
    Pleasure = 4,
    /// `___fear_`, index 5.
    Fear = 5,
    /// `___hope_`, index 6.
    Hope = 6,
}

impl CoreArea {
    /// All core areas in index order.
    pub const ALL: [Self; 7] =
        [Self::Death, Self::Power, Self::Fatigue, Self::Pain, Self::Pleasure, Self::Fear, Self::Hope];

    /// The fixed 8 bytes.
    #[must_use]
    pub const fn bytes(self) -> [u8; 8] {
        match self {
            Self::Death => *b"___death",
            Self::Power => *b"___power",
            Self::Fatigue => *b"___fatig",
            Self::Pain => *b"___pain_",
            Self::Pleasure => *b"___pleas",
            Self::Fear => *b"___fear_",
            Self::Hope => *b"___hope_",
        }
    }

    /// The fixed cortical index.
    #[must_use]
    pub const fn idx(self) -> crate::CorticalIdx {
        crate::CorticalIdx(self as u32)
    }
}

/// Why bytes or text are not a cortical id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CorticalIdError {
    /// The first byte is none of `_`, `c`, `m`, `i`, `o`, `g`.
    #[error("a cortical id starts with one of `_ c m i o g`, not with byte {0:#04x}")]
    UnknownKind(u8),
    /// The text is not base64 of 8 bytes.
    #[error("a cortical id is written as base64 of 8 bytes (12 characters)")]
    NotBase64,
}

impl CorticalId {
    /// The id with these bytes.
    ///
    /// # Errors
    /// [`CorticalIdError::UnknownKind`] when the first byte stands for no kind of area. The other
    /// bytes are not looked at.
    pub const fn from_bytes(bytes: [u8; 8]) -> Result<Self, CorticalIdError> {
        match bytes[0] {
            b'_' | b'c' | b'm' | b'i' | b'o' | b'g' => Ok(Self(bytes)),
            other => Err(CorticalIdError::UnknownKind(other)),
        }
    }

    /// The id of a core area.
    #[must_use]
    pub const fn core(area: CoreArea) -> Self {
        Self(area.bytes())
    }

    /// The 8 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// The id written as base64.
    ///
    /// # Errors
    /// [`CorticalIdError::NotBase64`] for anything that is not padded standard base64 of exactly 8
    /// bytes; [`CorticalIdError::UnknownKind`] as in [`CorticalId::from_bytes`].
    pub fn from_base64(text: &str) -> Result<Self, CorticalIdError> {
        let mut bytes = [0_u8; 9];
        match STANDARD.decode_slice(text, &mut bytes) {
            Ok(8) => {
                let mut id = [0_u8; 8];
                id.copy_from_slice(&bytes[..8]);
                Self::from_bytes(id)
            }
            _ => Err(CorticalIdError::NotBase64),
        }
    }

    /// The text form: standard base64 with padding, 12 characters.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// The number form: the 8 bytes as a big-endian number, so that numbers sort like bytes.
    #[must_use]
    pub const fn to_u64(&self) -> u64 {
        u64::from_be_bytes(self.0)
    }

    /// The id with this number form.
    ///
    /// # Errors
    /// [`CorticalIdError::UnknownKind`] as in [`CorticalId::from_bytes`].
    pub const fn from_u64(number: u64) -> Result<Self, CorticalIdError> {
        Self::from_bytes(number.to_be_bytes())
    }

    /// The core area this id names, if it does.
    #[must_use]
    pub fn core_area(&self) -> Option<CoreArea> {
        CoreArea::ALL.into_iter().find(|area| area.bytes() == self.0)
    }
}

impl fmt::Display for CorticalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_base64())
    }
}

impl fmt::Debug for CorticalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CorticalId({})", self.0.escape_ascii())
    }
}

impl FromStr for CorticalId {
    type Err = CorticalIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_base64(text)
    }
}
