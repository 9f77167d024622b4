//! The 6-byte area ids of October 2025 and the 8-byte ids they stand for.
//!
//! The two core areas of that time take their present names, every other id is filled up with `__`.
//! Each 6-byte id has exactly one 8-byte id and back, so a message can be read and written again
//! without loss. What the letters of an input or output id mean is not translated: that is the work
//! of [`feagi_types::cortical_id::legacy`].

use feagi_types::cortical_id::CorticalIdError;
use feagi_types::{CoreArea, CorticalId};

use crate::error::{Cause, DataError};

const POWER: [u8; 6] = *b"_power";
const DEATH: [u8; 6] = *b"_death";

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The 8-byte id of a 6-byte one; `area` is its place in the message, for the error.
///
/// # Errors
/// [`DataError::BadParameters`] for a byte outside `[A-Za-z0-9_]`;
/// [`DataError::DeserializationError`] when the first is none of `_ c m i o`.
pub fn widen(narrow: [u8; 6], area: usize) -> Result<CorticalId, DataError> {
    if let Some(byte) = narrow.into_iter().find(|byte| !is_allowed(*byte)) {
        return Err(DataError::BadParameters(Cause::AreaIdCharacter { area, byte }));
    }
    let unknown_kind = |error| DataError::DeserializationError(Cause::AreaId { area, error });
    match narrow {
        POWER => Ok(CorticalId::core(CoreArea::Power)),
        DEATH => Ok(CorticalId::core(CoreArea::Death)),
        [b'g', ..] => Err(unknown_kind(CorticalIdError::UnknownKind(b'g'))),
        [a, b, c, d, e, f] => CorticalId::from_bytes([a, b, c, d, e, f, b'_', b'_']).map_err(unknown_kind),
    }
}

/// The 6-byte form of an 8-byte id.
///
/// # Errors
/// [`DataError::BadParameters`] for an id that no 6-byte id stands for.
pub fn narrow(id: CorticalId) -> Result<[u8; 6], DataError> {
    let narrow = match id.core_area() {
        Some(CoreArea::Power) => POWER,
        Some(CoreArea::Death) => DEATH,
        _ => {
            let [a, b, c, d, e, f, ..] = *id.as_bytes();
            [a, b, c, d, e, f]
        }
    };
    match widen(narrow, 0) {
        Ok(widened) if widened == id => Ok(narrow),
        _ => Err(DataError::BadParameters(Cause::NoSixByteForm(id))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_six_byte_id_survives_the_way_through_eight_bytes() {
        for bytes in [b"_power", b"_death", b"cust01", b"mem_01", b"iic400", b"___pwr"] {
            assert_eq!(narrow(widen(*bytes, 0).unwrap()), Ok(*bytes));
        }
        assert_eq!(widen(POWER, 0), Ok(CorticalId::core(CoreArea::Power)));
    }

    #[test]
    fn ids_without_a_six_byte_form_are_refused() {
        for bytes in [b"cust0001", b"_power__", b"___fatig", b"isvi\x09\0\0\0", b"g_____a_", b"c-st01__"] {
            let id = CorticalId::from_bytes(*bytes).unwrap();
            assert_eq!(narrow(id), Err(DataError::BadParameters(Cause::NoSixByteForm(id))), "{id:?}");
        }
    }

    #[test]
    fn six_byte_ids_name_no_unknown_kinds() {
        for bytes in [b"gust01", b"xust01", b"Cust01"] {
            assert_eq!(widen(*bytes, 3).map_err(|error| error.class()), Err("DeserializationError"));
        }
    }
}
