//! What an id says about its area: the kind, and for inputs and outputs the unit it belongs to.

use super::{Coding, Configuration, CoreArea, CorticalId, UnitCode};

/// The kind of area that an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One of the areas that every brain has.
    Core(CoreArea),
    /// Made by the genome's author.
    Custom,
    /// Made of memory neurons.
    Memory,
    /// Driven by an agent.
    Input(UnitAddress),
    /// Read by an agent.
    Output(UnitAddress),
    /// Drives a neuromodulator.
    Modulator {
        /// Serial number, counted from 0.
        serial: u32,
    },
}

/// Why an id does not name an area of a known kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KindError {
    /// The id starts with `_` but is none of the core areas (class BadParameters).
    #[error("`{0:?}` starts with `_` but names no core area; see CoreArea::ALL for those that exist")]
    UnknownCore(CorticalId),
    /// Bits 0–3 of the flags hold no coding (class ConstError).
    #[error("coding {0} in bits 0-3 of the flags does not exist; 0 to 11 do")]
    UnknownCoding(u8),
    /// Bit 9 is set for a coding without positions (class ConstError).
    #[error("bit 9 (fractional positioning) of the flags must be 0 for {0:?}")]
    FractionalNotAllowed(Coding),
    /// An option was asked for that the coding does not have (class BadParameters).
    #[error("{coding:?} has no {option}; leave it out")]
    OptionNotOfCoding {
        /// The coding.
        coding: Coding,
        /// The option it lacks.
        option: &'static str,
    },
    /// A sub-unit has four bits (class BadParameters).
    #[error("sub-unit {0} does not fit into 4 bits; use 0 to 15")]
    SubUnitTooLarge(u8),
}

/// Whether an area takes from an agent or gives to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the agent into the brain (`i`).
    Input,
    /// From the brain to the agent (`o`).
    Output,
}

impl Direction {
    /// First byte of the ids of this direction.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Input => b'i',
            Self::Output => b'o',
        }
    }
}

/// The fields of an input or output id in the layout of current releases (`fbc.md` section 4.2).
///
/// ```
/// use feagi_types::cortical_id::{Coding, Configuration, Direction, Kind, UnitAddress, UnitCode};
///
/// let plane = Configuration::new(Coding::CartesianPlane);
/// let centre = UnitAddress::new(UnitCode(*b"svi"), plane, 4, 0)?;
/// let id = centre.to_id(Direction::Input);
/// assert_eq!(id.to_base64(), "aXN2aUkAAAA=");
/// assert_eq!(id.kind()?, Kind::Input(centre));
/// # Ok::<(), feagi_types::cortical_id::KindError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnitAddress {
    code: UnitCode,
    configuration: Configuration,
    sub_unit: u8,
    unit: u16,
}

const SUB_UNIT_SHIFT: u32 = 4;
const SUB_UNIT_MAX: u8 = 0x0f;

impl UnitAddress {
    /// Sub-unit `sub_unit` (0..=15) of the unit with index `unit`.
    ///
    /// # Errors
    /// [`KindError::SubUnitTooLarge`] above 15.
    pub const fn new(
        code: UnitCode,
        configuration: Configuration,
        sub_unit: u8,
        unit: u16,
    ) -> Result<Self, KindError> {
        if sub_unit > SUB_UNIT_MAX {
            return Err(KindError::SubUnitTooLarge(sub_unit));
        }
        Ok(Self { code, configuration, sub_unit, unit })
    }

    /// The unit type, such as `svi`. Any three bytes; see [`super::UnitType::find`] for those known.
    #[must_use]
    pub const fn code(&self) -> UnitCode {
        self.code
    }

    /// What the voxels encode.
    #[must_use]
    pub const fn configuration(&self) -> Configuration {
        self.configuration
    }

    /// The area inside its unit, 0..=15.
    #[must_use]
    pub const fn sub_unit(&self) -> u8 {
        self.sub_unit
    }

    /// The unit among those of the same type.
    #[must_use]
    pub const fn unit(&self) -> u16 {
        self.unit
    }

    /// The id of this area.
    #[must_use]
    pub const fn to_id(&self, direction: Direction) -> CorticalId {
        let flags = self.configuration.to_flags() | (self.sub_unit as u16) << SUB_UNIT_SHIFT;
        let [a, b, c] = self.code.0;
        let [flags_low, flags_high] = flags.to_le_bytes();
        let [unit_low, unit_high] = self.unit.to_le_bytes();
        CorticalId([direction.byte(), a, b, c, flags_low, flags_high, unit_low, unit_high])
    }

    fn from_id_bytes(bytes: [u8; 8]) -> Result<Self, KindError> {
        let [_, a, b, c, flags_low, flags_high, unit_low, unit_high] = bytes;
        let flags = u16::from_le_bytes([flags_low, flags_high]);
        Ok(Self {
            code: UnitCode([a, b, c]),
            configuration: Configuration::from_flags(flags)?,
            sub_unit: (flags >> SUB_UNIT_SHIFT) as u8 & SUB_UNIT_MAX,
            unit: u16::from_le_bytes([unit_low, unit_high]),
        })
    }
}

impl CorticalId {
    /// The kind of area this id names, with all its fields.
    ///
    /// # Errors
    /// [`KindError::UnknownCore`] for a `_` id that is no core area; [`KindError::UnknownCoding`]
    /// and [`KindError::FractionalNotAllowed`] for an input or output id with impossible flags. An
    /// unknown unit type is no error.
    pub fn kind(&self) -> Result<Kind, KindError> {
        let bytes = *self.as_bytes();
        match bytes[0] {
            b'_' => self.core_area().map(Kind::Core).ok_or(KindError::UnknownCore(*self)),
            b'm' => Ok(Kind::Memory),
            b'i' => UnitAddress::from_id_bytes(bytes).map(Kind::Input),
            b'o' => UnitAddress::from_id_bytes(bytes).map(Kind::Output),
            b'g' => {
                Ok(Kind::Modulator { serial: u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) })
            }
            // No id can hold another first byte: every constructor checks it.
            _ => Ok(Kind::Custom),
        }
    }

    /// The id of the modulator driver with this serial number.
    #[must_use]
    pub const fn modulator(serial: u32) -> Self {
        let [a, b, c, d] = serial.to_le_bytes();
        Self([b'g', b'_', b'_', b'_', a, b, c, d])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cortical_id::FrameHandling;

    #[test]
    fn modulators_carry_their_serial_number() {
        let id = CorticalId::modulator(5);
        assert_eq!(id.as_bytes(), b"g___\x05\0\0\0");
        assert_eq!(id.kind(), Ok(Kind::Modulator { serial: 5 }));
    }

    #[test]
    fn unit_addresses_survive_the_way_through_an_id() {
        for coding in Coding::ALL {
            let mut configuration = Configuration::new(coding);
            if coding.has_frame_handling() {
                configuration = configuration.with_frame(FrameHandling::Incremental).unwrap();
            }
            for (sub_unit, unit) in [(0, 0), (15, 1), (7, 259), (1, u16::MAX)] {
                let address = UnitAddress::new(UnitCode(*b"abc"), configuration, sub_unit, unit).unwrap();
                assert_eq!(address.to_id(Direction::Input).kind(), Ok(Kind::Input(address)));
                assert_eq!(address.to_id(Direction::Output).kind(), Ok(Kind::Output(address)));
            }
        }
    }

    #[test]
    fn sub_units_have_four_bits() {
        let configuration = Configuration::new(Coding::Misc);
        let refused = UnitAddress::new(UnitCode(*b"mis"), configuration, 16, 0);
        assert_eq!(refused, Err(KindError::SubUnitTooLarge(16)));
    }
}
