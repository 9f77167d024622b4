//! The input and output unit types of current releases.

use alloc::format;
use alloc::string::String;
use core::fmt;

use super::{Coding, Configuration, CorticalId, Direction, FrameHandling, Kind, UNIT_TYPES, UnitAddress};
use crate::{Dimensions, Position};

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
    /// The name in device configurations, such as `RotaryMotor`; inputs and outputs have separate
    /// name spaces.
    pub device_name: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// The areas of a unit, by sub-unit.
    pub sub_units: &'static [SubUnit],
}

/// One area of every unit of a type. Channels lie side by side along x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubUnit {
    /// What its voxels encode, unless a device configuration says otherwise.
    pub coding: Coding,
    /// Which part of the unit it is; empty when the unit has one area.
    pub label: &'static str,
    /// How it takes values, where that does not follow the unit's configuration.
    pub frame: Option<FrameHandling>,
    /// Where its corner lies, relative to the unit.
    pub position: Position,
    /// Usual size of a channel, in voxels.
    pub channel: Dimensions,
    /// Smallest size of a channel, in voxels.
    pub channel_min: Dimensions,
    /// Largest size of a channel, in voxels.
    pub channel_max: Dimensions,
}

impl SubUnit {
    /// Usual size of an area with `channels` channels; `None` when its width exceeds 32 bits.
    #[must_use]
    pub fn size(&self, channels: u32) -> Option<Dimensions> {
        let Dimensions { width, height, depth } = self.channel;
        Some(Dimensions { width: width.checked_mul(channels)?, height, depth })
    }
}

impl UnitType {
    /// The type with this code, or `None` when no current release knows it.
    #[must_use]
    pub fn find(direction: Direction, code: UnitCode) -> Option<&'static Self> {
        UNIT_TYPES.iter().find(|unit| unit.direction == direction && unit.code == code)
    }

    /// The type with this name in device configurations, or `None` when no current release knows it.
    #[must_use]
    pub fn named(direction: Direction, device_name: &str) -> Option<&'static Self> {
        UNIT_TYPES.iter().find(|unit| unit.direction == direction && unit.device_name == device_name)
    }

    /// The sub-unit that an id names, with its type; `None` when the id is neither input nor output or
    /// no current release knows its type.
    #[must_use]
    pub fn of(id: CorticalId) -> Option<(&'static Self, &'static SubUnit)> {
        let (direction, address) = match id.kind() {
            Ok(Kind::Input(address)) => (Direction::Input, address),
            Ok(Kind::Output(address)) => (Direction::Output, address),
            _ => return None,
        };
        let unit = Self::find(direction, address.code())?;
        Some((unit, unit.sub_units.get(usize::from(address.sub_unit()))?))
    }

    /// Id of an area of unit `unit`, linear, and absolute unless the sub-unit is always incremental;
    /// `None` when the type has no such sub-unit.
    #[must_use]
    pub fn area(&self, sub_unit: u8, unit: u16) -> Option<CorticalId> {
        let shape = self.sub_units.get(usize::from(sub_unit))?;
        let mut configuration = Configuration::new(shape.coding);
        if let Some(frame) = shape.frame {
            configuration = configuration.with_frame(frame).ok()?;
        }
        let address = UnitAddress::new(self.code, configuration, sub_unit, unit).ok()?;
        Some(address.to_id(self.direction))
    }

    /// Name for people of an area of unit `unit`, such as `Segmented Vision Unit 0 centre`.
    #[must_use]
    pub fn area_name(&self, sub_unit: u8, unit: u16) -> String {
        let label = self.sub_units.get(usize::from(sub_unit)).map_or("", |shape| shape.label);
        let gap = if label.is_empty() { "" } else { " " };
        format!("{} Unit {unit}{gap}{label}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_of_every_type_has_an_id_that_names_it() {
        for unit in &UNIT_TYPES {
            for (sub_unit, shape) in (0..).zip(unit.sub_units) {
                let id = unit.area(sub_unit, 300).unwrap();
                let (Kind::Input(address) | Kind::Output(address)) = id.kind().unwrap() else {
                    panic!("{id:?} is neither input nor output");
                };
                assert_eq!(UnitType::find(unit.direction, address.code()), Some(unit));
                assert_eq!(address.configuration().coding(), shape.coding);
                assert_eq!(UnitType::of(id), Some((unit, shape)));
                assert_eq!((address.sub_unit(), address.unit()), (sub_unit, 300));
            }
        }
    }

    #[test]
    fn inputs_and_outputs_have_separate_names() {
        assert!(UnitType::find(Direction::Input, UnitCode(*b"mot")).is_none());
        assert!(UnitType::find(Direction::Output, UnitCode(*b"mot")).is_some());
    }

    #[test]
    fn names_in_configurations_are_unique_in_their_direction() {
        for unit in &UNIT_TYPES {
            assert_eq!(UnitType::named(unit.direction, unit.device_name), Some(unit));
        }
        assert!(UnitType::named(Direction::Input, "RotaryMotor").is_none());
    }

    #[test]
    fn usual_channels_lie_between_the_smallest_and_the_largest() {
        for shape in UNIT_TYPES.iter().flat_map(|unit| unit.sub_units) {
            let [least, usual, most] =
                [shape.channel_min, shape.channel, shape.channel_max].map(|size| size.to_array());
            let rises =
                |((least, usual), most): ((u32, u32), u32)| 1 <= least && least <= usual && usual <= most;
            assert!(least.into_iter().zip(usual).zip(most).all(rises), "{shape:?}");
        }
    }

    #[test]
    fn channels_lie_side_by_side_along_x() {
        let motor = UnitType::named(Direction::Output, "RotaryMotor").unwrap();
        assert_eq!(motor.sub_units[0].size(2), Some(Dimensions::new(2, 1, 9)));
        let imu = UnitType::named(Direction::Input, "RawIMU").unwrap();
        assert_eq!(imu.sub_units[1].size(u32::MAX), None);
    }

    #[test]
    fn areas_are_named_after_their_unit_and_their_part_of_it() {
        let infrared = UnitType::named(Direction::Input, "Infrared").unwrap();
        assert_eq!(infrared.area_name(0, 0), "Infrared Sensor Unit 0");
        let vision = UnitType::named(Direction::Input, "SegmentedVision").unwrap();
        assert_eq!(vision.area_name(4, 2), "Segmented Vision Unit 2 centre");
    }
}
