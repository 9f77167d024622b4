//! Device configurations: which areas an agent's sensors and actuators need, and how large.
//!
//! Agents describe units (`RotaryMotor`, `SegmentedVision`, …) with channels and coding properties;
//! their encoders and decoders derive ids and sizes of areas from that, and so does [`areas`]. This
//! module knows the JSON of current clients and the table of unit types; it must not know what areas
//! a brain has. `properties.rs` knows what one channel looks like.

mod properties;

use std::collections::BTreeMap;

use feagi_types::cortical_id::{
    Coding, Configuration, Direction, FrameHandling, PoseSchema, Positioning, UnitAddress, UnitType,
};
use feagi_types::{CorticalId, Dimensions};
use serde_json::Value;

use crate::core::AreaRequest;
use properties::Channel;

/// Areas that one configuration may ask for; the rest is left out with a problem.
const MOST_AREAS: usize = 4096;

/// Problems that are listed; more are only counted.
const MOST_PROBLEMS: usize = 64;

/// Characters of foreign text that a problem repeats.
const QUOTED: usize = 64;

const SIDES: [(&str, Direction); 2] = [
    ("input_units_and_encoder_properties", Direction::Input),
    ("output_units_and_decoder_properties", Direction::Output),
];

/// The areas that a device configuration (the object below `AgentConfigurationDetails`) needs, in its
/// order and each named once, and what is wrong with it.
///
/// What is malformed or unknown is a problem, written for people, and left out; the rest counts. Sizes
/// are per axis what the largest device with the same area needs. At most 4096 areas are returned.
#[must_use]
pub fn areas(configuration: &Value) -> (Vec<AreaRequest>, Vec<String>) {
    let mut found = Found::default();
    for (key, direction) in SIDES {
        match configuration.get(key) {
            None | Some(Value::Null) => {}
            Some(Value::Object(units)) => {
                for (name, list) in units {
                    found.units(direction, name, list);
                }
            }
            Some(_) => found.problem(format!("{key} has to be an object of unit types")),
        }
    }
    found.into_parts()
}

/// What has been found so far.
#[derive(Default)]
struct Found {
    areas: Vec<AreaRequest>,
    /// Position of each area in `areas`.
    positions: BTreeMap<CorticalId, usize>,
    left_out: u64,
    problems: Vec<String>,
    unlisted: u64,
}

impl Found {
    fn into_parts(mut self) -> (Vec<AreaRequest>, Vec<String>) {
        if self.left_out > 0 {
            self.problem(format!(
                "{} areas are left out: a configuration may ask for {MOST_AREAS}",
                self.left_out
            ));
        }
        if self.unlisted > 0 {
            self.problems.push(format!("{} more problems are not listed", self.unlisted));
        }
        (self.areas, self.problems)
    }

    fn problem(&mut self, text: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(text);
        } else {
            self.unlisted += 1;
        }
    }

    /// All units of one type.
    fn units(&mut self, direction: Direction, name: &str, list: &Value) {
        let Some(unit_type) = UnitType::named(direction, name) else {
            let side = if direction == Direction::Input { "input" } else { "output" };
            return self.problem(format!("no {side} unit type is named {}", quoted(name)));
        };
        let Value::Array(units) = list else {
            return self.problem(format!("{name}: the units have to be a list"));
        };
        for (position, unit) in units.iter().enumerate() {
            if let Err(reason) = self.unit(unit_type, unit) {
                self.problem(format!("{name}[{position}]: {reason}"));
            }
        }
    }

    fn unit(&mut self, unit_type: &UnitType, unit: &Value) -> Result<(), String> {
        let [definition, properties] = unit
            .as_array()
            .and_then(|pair| <&[Value; 2]>::try_from(pair.as_slice()).ok())
            .ok_or("a unit is a list of its definition and its properties")?;
        let index = definition.get("cortical_unit_index").and_then(Value::as_u64);
        let index = index
            .and_then(|index| u16::try_from(index).ok())
            .ok_or("cortical_unit_index has to be an integer from 0 to 65535")?;
        let channels = channel_count(definition.get("device_grouping"))?;
        let flags = Flags::read(definition.get("io_configuration_flags"))?;
        let shapes = properties::shapes(properties, unit_type, &flags)?;
        let mut requests = Vec::with_capacity(shapes.len());
        for (sub_unit, channel) in (0_u8..).zip(&shapes) {
            requests.push(AreaRequest {
                id: flags.id(unit_type, channel, sub_unit, index)?,
                name: unit_type.area_name(sub_unit, index),
                dimensions: side_by_side(channel.size, channels)?,
            });
        }
        requests.into_iter().for_each(|request| self.area(request));
        Ok(())
    }

    /// Takes an area in, growing what was asked for before.
    fn area(&mut self, request: AreaRequest) {
        if let Some(&position) = self.positions.get(&request.id) {
            let known = &mut self.areas[position];
            known.dimensions = known.dimensions.union(request.dimensions);
        } else if self.areas.len() < MOST_AREAS {
            self.positions.insert(request.id, self.areas.len());
            self.areas.push(request);
        } else {
            self.left_out += 1;
        }
    }
}

/// Channels of a unit: one for each device, or as many as the highest that a device names.
fn channel_count(grouping: Option<&Value>) -> Result<u64, String> {
    let Some(Value::Array(devices)) = grouping else {
        return Err("device_grouping has to be a list of devices".to_owned());
    };
    let named = devices.iter().filter_map(|device| device.get("channel_index_override")?.as_u64());
    let most = named.map(|channel| channel.saturating_add(1)).max().unwrap_or(0);
    match (devices.len() as u64).max(most) {
        0 => Err("the unit has no devices".to_owned()),
        channels => Ok(channels),
    }
}

/// The size of an area with `channels` channels along x.
fn side_by_side(channel: Dimensions, channels: u64) -> Result<Dimensions, String> {
    let width = u64::from(channel.width).checked_mul(channels).and_then(|width| u32::try_from(width).ok());
    let width = width.ok_or_else(|| {
        format!("{channels} channels of {channel} voxels are wider than an area can be ({})", u32::MAX)
    })?;
    Ok(Dimensions { width, ..channel })
}

/// How all areas of a unit take values.
struct Flags {
    frame: FrameHandling,
    positioning: Option<Positioning>,
    pose: PoseSchema,
}

impl Flags {
    fn read(flags: Option<&Value>) -> Result<Self, String> {
        let text = |key: &str| flags.and_then(|flags| flags.get(key)).filter(|value| !value.is_null());
        let frame = match text("frame_change_handling") {
            None => FrameHandling::default(),
            Some(value) => match value.as_str() {
                Some("Absolute") => FrameHandling::Absolute,
                Some("Incremental") => FrameHandling::Incremental,
                _ => return Err("frame_change_handling has to be Absolute or Incremental".to_owned()),
            },
        };
        let positioning = text("percentage_neuron_positioning").map(properties::positioning).transpose()?;
        let pose = text("pose_schema").map(pose_schema).transpose()?.unwrap_or_default();
        Ok(Self { frame, positioning, pose })
    }

    fn id(
        &self,
        unit_type: &UnitType,
        channel: &Channel,
        sub_unit: u8,
        unit: u16,
    ) -> Result<CorticalId, String> {
        let shape = unit_type.sub_units.get(usize::from(sub_unit)).ok_or("the unit has no such area")?;
        let mut configuration = Configuration::new(channel.coding);
        let wrong = |error: feagi_types::cortical_id::KindError| error.to_string();
        if channel.coding.has_frame_handling() {
            configuration = configuration.with_frame(shape.frame.unwrap_or(self.frame)).map_err(wrong)?;
        }
        if channel.coding.has_positioning() {
            let positioning = self.positioning.or(channel.positioning).unwrap_or_default();
            configuration = configuration.with_positioning(positioning).map_err(wrong)?;
        }
        if channel.coding == Coding::PoseEstimation {
            configuration = configuration.with_pose(self.pose).map_err(wrong)?;
        }
        let address = UnitAddress::new(unit_type.code, configuration, sub_unit, unit).map_err(wrong)?;
        Ok(address.to_id(unit_type.direction))
    }
}

fn pose_schema(value: &Value) -> Result<PoseSchema, String> {
    match value.as_str() {
        Some("HumanBody") => Ok(PoseSchema::HumanBody),
        Some("HumanHand") => Ok(PoseSchema::HumanHand),
        Some("HumanFace") => Ok(PoseSchema::HumanFace),
        Some("Quadruped") => Ok(PoseSchema::Quadruped),
        Some("Avian") => Ok(PoseSchema::Avian),
        Some("Arthropod") => Ok(PoseSchema::Arthropod),
        Some("Object6DoF") => Ok(PoseSchema::Object6Dof),
        Some("Custom") => Ok(PoseSchema::Custom),
        _ => Err("pose_schema names no known body; see PoseSchema for those that exist".to_owned()),
    }
}

/// Foreign text for a message: the beginning, with control characters escaped.
fn quoted(text: &str) -> String {
    let start: String = text.chars().take(QUOTED).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    format!("{start:?}{more}")
}
