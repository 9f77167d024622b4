//! What sensors and motors there can be.

use std::collections::BTreeMap;

use axum::Json;
use feagi_types::cortical_id::{Direction, SubUnit, UNIT_TYPES, UnitType};
use serde::Serialize;
use utoipa::ToSchema;

/// A type of sensor or motor.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitDetails {
    description: &'static str,
    encodings: Vec<&'static str>,
    /// Empty when values are not spread along z.
    formats: Vec<&'static str>,
    /// Areas of a unit.
    units: usize,
    /// Voxels that stand for one value or picture.
    resolution: [u32; 3],
    structure: &'static str,
    /// Size and place of each area of a unit, by its number.
    unit_default_topology: BTreeMap<String, Topology>,
}

/// Size and place of an area of a unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Topology {
    dimensions: [u32; 3],
    relative_position: [i32; 3],
}

/// Inputs that take whole pictures.
const PICTURES: [&[u8; 3]; 3] = [b"img", b"dpt", b"svi"];
/// The input whose values mean what its agent says.
const MISCELLANEOUS: &[u8; 3] = b"mis";

impl UnitDetails {
    fn new(unit: &UnitType) -> Self {
        let is_input = unit.direction == Direction::Input;
        let takes_pictures = is_input && PICTURES.contains(&&unit.code.0);
        let unspread = takes_pictures || is_input && unit.code.0 == *MISCELLANEOUS;
        let first = unit.sub_units.first().map(|area| area.channel.to_array());
        let topology = |area: &SubUnit| Topology {
            dimensions: area.channel.to_array(),
            relative_position: [area.position.x, area.position.y, area.position.z],
        };
        Self {
            description: unit.name,
            encodings: vec!["absolute", "incremental"],
            formats: if unspread { Vec::new() } else { vec!["linear", "fractional"] },
            units: unit.sub_units.len(),
            resolution: first.filter(|_| takes_pictures).unwrap_or([1; 3]),
            structure: "asymmetric",
            unit_default_topology: (0..)
                .zip(unit.sub_units)
                .map(|(at, area): (u8, _)| (at.to_string(), topology(area)))
                .collect(),
        }
    }
}

fn types(direction: Direction) -> Json<BTreeMap<String, UnitDetails>> {
    let units = UNIT_TYPES.iter().filter(|unit| unit.direction == direction);
    Json(
        units
            .map(|unit| (format!("{}{}", direction.byte() as char, unit.code), UnitDetails::new(unit)))
            .collect(),
    )
}

/// Types of sensors.
#[utoipa::path(get, path = "/v1/cortical_area/ipu/types", tag = "cortical_area",
    responses((status = OK, body = BTreeMap<String, UnitDetails>)))]
pub(crate) async fn ipu_types() -> Json<BTreeMap<String, UnitDetails>> {
    types(Direction::Input)
}

/// Types of motors.
#[utoipa::path(get, path = "/v1/cortical_area/opu/types", tag = "cortical_area",
    responses((status = OK, body = BTreeMap<String, UnitDetails>)))]
pub(crate) async fn opu_types() -> Json<BTreeMap<String, UnitDetails>> {
    types(Direction::Output)
}
