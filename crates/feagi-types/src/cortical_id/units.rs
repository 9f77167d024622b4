//! The input and output unit types of current releases.

use core::fmt;

use super::{Coding, Configuration, CorticalId, Direction, UnitAddress};

/// Three bytes that name a unit type inside an input or output id, such as `svi`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct UnitCode(pub [u8; 3]);

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitCode({self})")
    }
}

/// A type of sensor or actuator: how many areas one unit has and what they encode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitType {
    /// Whether units of this type feed the brain or are driven by it.
    pub direction: Direction,
    /// The code in ids; inputs and outputs have separate name spaces.
    pub code: UnitCode,
    /// The name for people.
    pub name: &'static str,
    /// Coding of each area of a unit, by sub-unit. Empty for the two pointer types, whose coding no
    /// published release settles.
    pub sub_units: &'static [Coding],
}

impl UnitType {
    /// The type with this code, or `None` when no current release knows it.
    #[must_use]
    pub fn find(direction: Direction, code: UnitCode) -> Option<&'static Self> {
        UNIT_TYPES.iter().find(|unit| unit.direction == direction && unit.code == code)
    }

    /// Id of an area of unit `unit`, absolute and linear; `None` when the type has no such sub-unit.
    #[must_use]
    pub fn area(&self, sub_unit: u8, unit: u16) -> Option<CorticalId> {
        let coding = *self.sub_units.get(usize::from(sub_unit))?;
        let address = UnitAddress::new(self.code, Configuration::new(coding), sub_unit, unit).ok()?;
        Some(address.to_id(self.direction))
    }
}

const fn input(code: &[u8; 3], name: &'static str, sub_units: &'static [Coding]) -> UnitType {
    UnitType { direction: Direction::Input, code: UnitCode(*code), name, sub_units }
}

const fn output(code: &[u8; 3], name: &'static str, sub_units: &'static [Coding]) -> UnitType {
    UnitType { direction: Direction::Output, code: UnitCode(*code), name, sub_units }
}

/// All unit types of current releases, inputs first (`fbc.md` section 4.2).
pub static UNIT_TYPES: [UnitType; 31] = [
    input(b"inf", "infrared", &[Coding::Percentage]),
    input(b"pro", "proximity", &[Coding::Percentage]),
    input(b"shk", "shock", &[Coding::Percentage]),
    input(b"bat", "battery", &[Coding::Percentage]),
    input(b"svm", "servo encoder", &[Coding::Percentage]),
    input(b"agp", "analog GPIO", &[Coding::Percentage]),
    input(b"dgp", "digital GPIO", &[Coding::Boolean]),
    input(b"mis", "miscellaneous", &[Coding::Misc]),
    input(b"ten", "English text", &[Coding::Misc]),
    input(b"cnt", "count", &[Coding::Percentage]),
    input(b"img", "vision", &[Coding::CartesianPlane]),
    input(b"dpt", "depth map", &[Coding::Misc]),
    input(b"seg", "object segmentation", &[Coding::Misc]),
    input(b"svi", "segmented vision", &[Coding::CartesianPlane; 9]),
    input(b"rim", "raw IMU", &[Coding::SignedPercentage3D; 3]),
    input(b"sim", "smart IMU", &[Coding::SignedPercentage4D]),
    input(b"cpo", "cartesian position", &[Coding::Percentage3D]),
    input(b"aud", "audio", &[Coding::Misc]),
    output(b"mot", "rotary motor", &[Coding::SignedPercentage]),
    output(b"pse", "positional servo", &[Coding::Percentage; 3]),
    output(b"gaz", "gaze", &[Coding::Percentage2D, Coding::Percentage]),
    output(b"mis", "miscellaneous", &[Coding::Misc]),
    output(b"ten", "English text", &[Coding::Misc]),
    output(b"cnt", "count", &[Coding::Percentage]),
    output(b"seg", "object segmentation", &[Coding::Misc]),
    output(b"img", "simple vision", &[Coding::CartesianPlane]),
    output(b"pos", "pose estimation", &[Coding::PoseEstimation]),
    output(b"ifs", "dynamic image processing", &[Coding::Percentage]),
    output(b"ptr", "spatial pointer", &[]),
    output(b"ang", "angular pointer", &[]),
    output(b"aud", "audio", &[Coding::Misc]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cortical_id::Kind;

    #[test]
    fn every_area_of_every_type_has_an_id_that_names_it() {
        for unit in &UNIT_TYPES {
            for (sub_unit, coding) in (0..).zip(unit.sub_units) {
                let id = unit.area(sub_unit, 300).unwrap();
                let (Kind::Input(address) | Kind::Output(address)) = id.kind().unwrap() else {
                    panic!("{id:?} is neither input nor output");
                };
                assert_eq!(UnitType::find(unit.direction, address.code()), Some(unit));
                assert_eq!(address.configuration().coding(), *coding);
                assert_eq!((address.sub_unit(), address.unit()), (sub_unit, 300));
            }
        }
    }

    #[test]
    fn inputs_and_outputs_have_separate_names() {
        assert!(UnitType::find(Direction::Input, UnitCode(*b"mot")).is_none());
        assert!(UnitType::find(Direction::Output, UnitCode(*b"mot")).is_some());
    }
}
