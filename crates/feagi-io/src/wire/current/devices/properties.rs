//! What one channel of a unit looks like, by the properties of its encoder or decoder.

use feagi_types::Dimensions;
use feagi_types::cortical_id::{Coding, Direction, FrameHandling, Positioning, UnitType};
use serde_json::Value;

use super::{Flags, quoted};

/// One channel's part of an area.
#[derive(Clone, Copy)]
pub(super) struct Channel {
    pub(super) coding: Coding,
    pub(super) positioning: Option<Positioning>,
    pub(super) size: Dimensions,
}

/// Segments of a segmented image by sub-unit.
const SEGMENTS: [&str; 9] = [
    "lower_left",
    "lower_middle",
    "lower_right",
    "middle_left",
    "center",
    "middle_right",
    "upper_left",
    "upper_middle",
    "upper_right",
];

/// The sub-unit that looks at the centre.
const CENTRE: usize = 4;

/// The channels of a unit's areas, by sub-unit.
///
/// # Errors
/// What is wrong with the properties, for people.
pub(super) fn shapes(
    properties: &Value,
    unit_type: &UnitType,
    flags: &Flags,
) -> Result<Vec<Channel>, String> {
    let (kind, body) = tagged(properties)?;
    let whole = |channel: Channel| vec![channel; unit_type.sub_units.len()];
    let incremental = flags.frame == FrameHandling::Incremental;
    let shapes = match kind {
        "Boolean" => whole(channel(Coding::Boolean, Dimensions::ONE)),
        "Percentage" => whole(percentage(body, unit_type.direction)?),
        "MiscData" => whole(channel(Coding::Misc, volume(body)?)),
        "PoseEstimation" => whole(channel(Coding::PoseEstimation, volume(body)?)),
        "SpatialPointer" if !incremental => whole(channel(Coding::Percentage3D, volume(body)?)),
        "SpatialPointer" | "AngularPointer" => whole(channel(Coding::SignedPercentage3D, volume(body)?)),
        "AudioSpectrum" => {
            let size = Dimensions::new(count(body, "bin_count")?, count(body, "phase_steps")?, 1);
            whole(channel(Coding::Misc, size))
        }
        "CartesianPlane" => {
            let resolution = member(body, "image_resolution")?;
            whole(plane(resolution, member(body, "color_channel_layout")?)?)
        }
        "SegmentedImageFrame" => segments(body)?,
        "GazeProperties" => {
            let scale = Some(positioning(element(body, 2)?)?);
            let part = |coding, width, at| {
                Ok::<_, String>(column(coding, scale, width, resolution(element(body, at)?)?))
            };
            vec![part(Coding::Percentage2D, 2, 0)?, part(Coding::Percentage, 1, 1)?]
        }
        "ImageFilteringSettings" => {
            let mut depth = 1;
            for at in 0..3 {
                depth = depth.max(resolution(element(body, at)?)?);
            }
            let width = if incremental { 6 } else { 3 };
            whole(column(Coding::Percentage, Some(positioning(element(body, 3)?)?), width, depth))
        }
        "PositionalServo" | "PositionalServoTargetSpeed" => {
            let (depth, scale) = (resolution(element(body, 0)?)?, Some(positioning(element(body, 1)?)?));
            [1, 2, 1].map(|width| column(Coding::Percentage, scale, width, depth)).to_vec()
        }
        other => return Err(format!("properties of the kind {} are not known", quoted(other))),
    };
    if shapes.len() == unit_type.sub_units.len() {
        Ok(shapes)
    } else {
        Err(format!("{kind} are properties of a unit with {} areas, not of this one", shapes.len()))
    }
}

/// A value of an enum: a bare name, or an object whose only member is named so.
fn tagged(properties: &Value) -> Result<(&str, &Value), String> {
    match properties {
        Value::String(kind) => Ok((kind, &Value::Null)),
        Value::Object(members) if members.len() == 1 => {
            members.iter().next().map(|(kind, body)| (kind.as_str(), body)).ok_or_else(String::new)
        }
        _ => Err("properties have to be a name or an object with one member".to_owned()),
    }
}

fn channel(coding: Coding, size: Dimensions) -> Channel {
    Channel { coding, positioning: None, size }
}

/// Numbers side by side along x, each spread over `depth` voxels along z.
fn column(coding: Coding, positioning: Option<Positioning>, width: u32, depth: u32) -> Channel {
    Channel { coding, positioning, size: Dimensions::new(width, 1, depth) }
}

/// `[resolution, positioning, signed, number of values]`. Encoders give each sign a column of its own;
/// decoders do so only for fractional positions.
fn percentage(body: &Value, direction: Direction) -> Result<Channel, String> {
    const UNSIGNED: [Coding; 4] =
        [Coding::Percentage, Coding::Percentage2D, Coding::Percentage3D, Coding::Percentage4D];
    const SIGNED: [Coding; 4] = [
        Coding::SignedPercentage,
        Coding::SignedPercentage2D,
        Coding::SignedPercentage3D,
        Coding::SignedPercentage4D,
    ];
    let (depth, scale) = (resolution(element(body, 0)?)?, positioning(element(body, 1)?)?);
    let signed = element(body, 2)?.as_bool().ok_or("element 2 has to tell whether values are signed")?;
    let values = match element(body, 3)?.as_str() {
        Some("D1") => 1,
        Some("D2") => 2,
        Some("D3") => 3,
        Some("D4") => 4,
        _ => return Err("element 3 has to be one of D1, D2, D3 and D4".to_owned()),
    };
    let both_signs = signed && (direction == Direction::Input || scale == Positioning::Fractional);
    let coding = if signed { SIGNED } else { UNSIGNED }[values - 1];
    let width = values as u32 * if both_signs { 2 } else { 1 };
    Ok(column(coding, Some(scale), width, depth))
}

fn segments(body: &Value) -> Result<Vec<Channel>, String> {
    let resolutions = member(body, "segment_xy_resolutions")?;
    let (centre, around) =
        (member(body, "center_color_channel")?, member(body, "peripheral_color_channels")?);
    let segment = |(at, name): (usize, &&str)| {
        plane(member(resolutions, name)?, if at == CENTRE { centre } else { around })
    };
    SEGMENTS.iter().enumerate().map(segment).collect()
}

fn plane(resolution: &Value, colours: &Value) -> Result<Channel, String> {
    let depth = match colours.as_str() {
        Some("GrayScale") => 1,
        Some("RG") => 2,
        Some("RGB") => 3,
        Some("RGBA") => 4,
        _ => return Err("colour channels have to be GrayScale, RG, RGB or RGBA".to_owned()),
    };
    let size = Dimensions::new(count(resolution, "width")?, count(resolution, "height")?, depth);
    Ok(channel(Coding::CartesianPlane, size))
}

fn volume(body: &Value) -> Result<Dimensions, String> {
    Ok(Dimensions::new(count(body, "width")?, count(body, "height")?, count(body, "depth")?))
}

/// Whether numbers are spread evenly.
pub(super) fn positioning(value: &Value) -> Result<Positioning, String> {
    match value.as_str() {
        Some("Linear") => Ok(Positioning::Linear),
        Some("Fractional") => Ok(Positioning::Fractional),
        _ => Err("positioning has to be Linear or Fractional".to_owned()),
    }
}

/// Voxels that a number is spread over: a count, or an object with the count as `value`.
fn resolution(value: &Value) -> Result<u32, String> {
    positive(value.get("value").unwrap_or(value))
        .ok_or_else(|| format!("a resolution has to be an integer from 1 to {}", u32::MAX))
}

fn count(body: &Value, name: &str) -> Result<u32, String> {
    positive(member(body, name)?).ok_or_else(|| format!("{name} has to be an integer from 1 to {}", u32::MAX))
}

fn positive(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|value| u32::try_from(value).ok()).filter(|&value| value > 0)
}

fn member<'v>(body: &'v Value, name: &str) -> Result<&'v Value, String> {
    body.get(name).ok_or_else(|| format!("{name} is missing"))
}

fn element(body: &Value, at: usize) -> Result<&Value, String> {
    body.get(at).ok_or_else(|| format!("element {at} of the properties is missing"))
}
