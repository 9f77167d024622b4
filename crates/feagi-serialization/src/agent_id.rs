//! The 48 bytes that name an agent or its session.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Cause, DataError};

/// Agent id of current releases: 48 bytes that the container carries and does not interpret. All
/// zero means nobody.
///
/// ```
/// use feagi_serialization::AgentId;
///
/// let id = AgentId([7; AgentId::LEN]);
/// assert_eq!(id.to_base64().parse(), Ok(id));
/// assert!(AgentId::BLANK.is_blank());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct AgentId(pub [u8; Self::LEN]);

impl AgentId {
    /// Bytes of an id.
    pub const LEN: usize = 48;

    /// Nobody.
    pub const BLANK: Self = Self([0; Self::LEN]);

    /// Whether the id names nobody.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        *self == Self::BLANK
    }

    /// The text form: standard base64, 64 characters.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// The id written as base64.
    ///
    /// # Errors
    /// [`DataError::BadParameters`] for anything that is not base64 of exactly 48 bytes.
    pub fn from_base64(text: &str) -> Result<Self, DataError> {
        let mut bytes = [0_u8; Self::LEN];
        match STANDARD.decode_slice(text, &mut bytes) {
            Ok(Self::LEN) => Ok(Self(bytes)),
            _ => Err(DataError::BadParameters(Cause::AgentIdText)),
        }
    }
}

impl AsRef<[u8]> for AgentId {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_base64())
    }
}

impl fmt::Debug for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgentId({self})")
    }
}

impl FromStr for AgentId {
    type Err = DataError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_base64(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_another_length_is_refused() {
        let text = AgentId([0xa5; 48]).to_base64();
        assert_eq!(text.len(), 64);
        for bad in ["", &text[..60], &text[..63], &alloc::format!("{text}AAAA"), &text.replace('p', "?")] {
            assert_eq!(AgentId::from_base64(bad), Err(DataError::BadParameters(Cause::AgentIdText)), "{bad}");
        }
    }
}
