//! Areas are added: custom ones, and those of sensors and motors.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use feagi_genome::{AreaGenes, MemoryGenes};
use feagi_runtime::device_genes;
use feagi_types::cortical_id::{Configuration, Direction, UnitAddress, UnitCode, UnitType};
use feagi_types::{AreaParameters, CorticalId, Dimensions, Position};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fields::Reader;
use super::update::joined;
use super::{check_home, free_id};
use crate::ApiState;
use crate::edit::{Draft, Request, called, text};
use crate::endpoints::cortical_area::{AreaProperties, degrees, properties_of};
use crate::refusal::{Refusal, shown};

/// A custom area was created.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Created {
    cortical_id: String,
    cortical_name: String,
    message: &'static str,
}

/// An area of a unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedArea {
    #[serde(flatten)]
    properties: AreaProperties,
    /// Devices that it serves.
    dev_count: u32,
    /// Voxels of each.
    cortical_dimensions_per_device: [u32; 3],
}

/// The areas of a unit of sensors or motors were created.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedUnit {
    areas: Vec<CreatedArea>,
    /// The first one.
    cortical_id: String,
    /// All, with commas between.
    cortical_ids: String,
    message: String,
    /// Areas.
    unit_count: usize,
}

/// Creates a custom or memory area in a region other than the root.
#[utoipa::path(post, path = "/v1/cortical_area/custom_cortical_area", tag = "cortical_area",
    request_body = Object,
    responses((status = OK, body = Created), (status = 400, description = "A value that cannot be"),
        (status = 500, description = "No such region, or one that takes no such areas")))]
pub(crate) async fn create_custom(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<Created>, Refusal> {
    let (created, _) = state
        .edit(move |draft| {
            let genes = custom(draft, &request)?;
            let label = format!("Create {}", called(&genes));
            let (cortical_id, cortical_name) = (genes.id.to_base64(), genes.name.clone());
            draft.revision.areas.insert(genes.id, Some(genes));
            let message = "Custom cortical area created successfully";
            Ok((label, Created { cortical_id, cortical_name, message }))
        })
        .await?;
    Ok(Json(created))
}

fn custom(draft: &mut Draft<'_>, request: &Request) -> Result<AreaGenes, Refusal> {
    let is_memory = request.get("sub_group_id").and_then(Value::as_str) == Some("MEMORY");
    let name = text(request, "cortical_name")?;
    let kind = if is_memory { b'm' } else { b'c' };
    let id = free_id(draft.genome, kind, name)
        .ok_or_else(|| Refusal::field("cortical_name", "too many areas have a name like this"))?;
    let region = text(request, "brain_region_id").or_else(|_| text(request, "parent_region_id"))?;
    check_home(draft.genome, id, region)
        .map_err(|refusal| refusal.with_prefix("Failed to create custom cortical area: "))?;
    let memory = MemoryGenes {
        temporal_depth: 1,
        init_lifespan: 9,
        lifespan_growth_rate: 1.0,
        longterm_threshold: 100,
    };
    let mut genes = AreaGenes {
        id,
        name: String::new(),
        dimensions: Dimensions::ONE,
        neurons_per_voxel: 1,
        position: Position::default(),
        position_2d: [0, 0],
        visible: true,
        parameters: AreaParameters {
            psp_uniform: Some(is_memory),
            mp_driven_psp: Some(false),
            ..AreaParameters::default()
        },
        memory: is_memory.then_some(memory),
        mappings: BTreeMap::new(),
        extra: Map::new(),
    };
    let mut reader = Reader::new(request);
    reader.apply(&mut genes);
    reader.finish()?;
    draft.revision.put_into_region(draft.genome, id, region)?;
    Ok(genes)
}

/// Creates the areas of a unit of sensors or motors.
#[utoipa::path(post, path = "/v1/cortical_area/cortical_area", tag = "cortical_area", request_body = Object,
    responses((status = OK, body = CreatedUnit), (status = 400, description = "A value that cannot be")))]
pub(crate) async fn create_unit(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<CreatedUnit>, Refusal> {
    let ((ids, dev_count), _) = state
        .edit(move |draft| {
            let Unit { kind, areas, number, devices } = Unit::new(&request)?;
            let ids: Vec<CorticalId> = areas.iter().map(|genes| genes.id).collect();
            for genes in areas {
                if draft.genome.area_by_id(genes.id).is_some() {
                    let wrong = format!("{} {number} exists already; choose another unit", kind.name);
                    return Err(Refusal::field("unit_id", wrong));
                }
                draft.revision.areas.insert(genes.id, Some(genes));
            }
            Ok((format!("Create {} {number}", kind.name), (ids, devices)))
        })
        .await
        .map_err(|refusal| refusal.renamed("cortical_dimensions", "device_count"))?;
    let (portrait, degrees) = state.portrait_and(degrees).await?;
    let created = |id: &CorticalId| {
        let properties = properties_of(&portrait, &degrees, &id.to_base64())?;
        let cortical_dimensions_per_device = UnitType::of(*id)?.1.channel.to_array();
        Some(CreatedArea { properties, dev_count, cortical_dimensions_per_device })
    };
    let areas = ids.iter().filter_map(created).collect();
    Ok(Json(CreatedUnit {
        areas,
        cortical_id: ids.first().map(CorticalId::to_base64).unwrap_or_default(),
        cortical_ids: joined(&ids),
        message: format!("Created {} cortical areas", ids.len()),
        unit_count: ids.len(),
    }))
}

/// A unit as a request describes it.
struct Unit {
    kind: &'static UnitType,
    number: u16,
    devices: u32,
    areas: Vec<AreaGenes>,
}

impl Unit {
    fn new(request: &Request) -> Result<Self, Refusal> {
        let direction = match text(request, "cortical_type")?.to_ascii_uppercase().as_str() {
            "IPU" | "SENSORY" => Direction::Input,
            "OPU" | "MOTOR" => Direction::Output,
            other => {
                let wrong = format!("IPU for sensors or OPU for motors, not {}", shown(&other.into()));
                return Err(Refusal::field("cortical_type", wrong));
            }
        };
        let kind = unit_type(direction, text(request, "cortical_id")?)?;
        let mut reader = Reader::new(request);
        let (mut devices, mut number) = (1_u32, 0_u16);
        reader.whole(&mut devices, &["device_count", "dev_count"], [1, 1_000_000]);
        reader.whole(&mut number, &["unit_id", "group_id"], [0, i64::from(u16::MAX)]);
        let mut areas = Vec::new();
        for (at, shape) in (0_u8..).zip(kind.sub_units) {
            let id = sub_unit_id(kind, at, number, request)?;
            let size = shape.size(devices).ok_or_else(|| Refusal::field("device_count", "too many"))?;
            let mut genes = device_genes(id, kind.area_name(at, number), size, number);
            // Size follows from the type and the number of devices; a place that is given is the unit's.
            if request.get("coordinates_3d").is_some_and(|given| !given.is_null()) {
                genes.position = Position::default();
                reader.spot(&mut genes);
                let place = [genes.position.x, genes.position.y, genes.position.z];
                let origin = [shape.position.x, shape.position.y, shape.position.z];
                let [x, y, z] = std::array::from_fn(|axis| place[axis].saturating_add(origin[axis]));
                genes.position = Position { x, y, z };
            }
            areas.push(genes);
        }
        reader.finish()?;
        Ok(Self { kind, number, devices, areas })
    }
}

/// The type of unit with a code such as `iinf`.
fn unit_type(direction: Direction, code: &str) -> Result<&'static UnitType, Refusal> {
    let found = match code.as_bytes() {
        &[first, a, b, c] if first == direction.byte() => UnitType::find(direction, UnitCode([a, b, c])),
        _ => None,
    };
    found.ok_or_else(|| {
        let first = direction.byte() as char;
        let list = if direction == Direction::Input { "ipu" } else { "opu" };
        let wrong = format!(
            "no unit type is called {code:?}; a type has four characters, the first an {first}, and stands in \
             /v1/cortical_area/{list}/types"
        );
        Refusal::field("cortical_id", wrong)
    })
}

/// The id of an area of a unit, with the coding that the request asks for.
fn sub_unit_id(kind: &UnitType, at: u8, number: u16, request: &Request) -> Result<CorticalId, Refusal> {
    const FIELD: &str = "data_type_configs_by_subunit";
    let wanted = request.get(FIELD).and_then(|wanted| wanted.get(at.to_string()));
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_null()) else {
        return kind.area(at, number).ok_or_else(|| Refusal::field("cortical_id", "has no such area"));
    };
    let flags = wanted.as_u64().and_then(|flags| u16::try_from(flags).ok());
    let configuration = flags.and_then(|flags| Configuration::from_flags(flags).ok());
    let address = configuration.and_then(|coding| UnitAddress::new(kind.code, coding, at, number).ok());
    address
        .map(|address| address.to_id(kind.direction))
        .ok_or_else(|| Refusal::field(FIELD, format!("{wanted} describes no coding of area {at}")))
}
