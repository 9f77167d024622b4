//! Growth: areas that the devices of agents need appear, or become large enough.

use std::collections::BTreeMap;

use feagi_genome::{AreaGenes, Warning};
use feagi_io::core::AreaRequest;
use feagi_types::cortical_id::{Kind, UnitAddress, UnitType};
use feagi_types::{AreaParameters, CorticalId, Dimensions, Position};
use serde_json::{Map, Value};

use crate::{AreaChange, Brain, EditError, Revised, Revision};

/// Gap between units of one type, which stand above each other, in voxels.
const GAP: i64 = 5;

/// What came of the requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Growth {
    /// Areas that were created or resized. Those that were large enough are not listed.
    pub changes: Vec<AreaChange>,
    /// Why other areas were left as they were.
    pub refusals: Vec<EditError>,
    /// What in mappings that were made anew will not do what their author may expect.
    pub warnings: Vec<Warning>,
}

impl Brain {
    /// Makes sure that there are areas for devices: creates those that are missing and resizes those
    /// that are too small, per axis to the larger of what they are and what is asked for. Mappings from
    /// and to resized areas are made anew. Asking again changes nothing.
    ///
    /// Each request is met in full or refused; room is given out in the order of the requests. Limits
    /// are those the brain was assembled with, and checked before memory is taken.
    #[must_use]
    pub fn require_areas(&mut self, requests: &[AreaRequest]) -> Growth {
        let mut growth = Growth::default();
        let mut room = self.room();
        let mut wanted = Vec::new();
        for request in merged(requests) {
            let genes = self.genes_for(&request);
            let fits = genes.and_then(|genes| match genes {
                Some(genes) => room.exchange(self, &genes).map(|()| Some(genes)),
                None => Ok(None),
            });
            match fits {
                Ok(genes) => wanted.extend(genes),
                Err(refusal) => growth.refusals.push(refusal),
            }
        }
        self.grow(&wanted, &mut growth);
        growth
    }

    /// Makes areas together, because mappings between them are then made once; where that is refused,
    /// those that can be made apart.
    fn grow(&mut self, wanted: &[AreaGenes], growth: &mut Growth) {
        if wanted.is_empty() {
            return;
        }
        let areas = wanted.iter().map(|genes| (genes.id, Some(genes.clone()))).collect();
        match self.revise(Revision { areas, ..Revision::default() }) {
            Ok(Revised { edited, .. }) => {
                growth.changes.extend(edited.changes);
                growth.warnings.extend(edited.warnings);
            }
            Err(refusal) if wanted.len() <= 1 => growth.refusals.push(refusal),
            Err(_) => {
                let (first, second) = wanted.split_at(wanted.len() / 2);
                self.grow(first, growth);
                self.grow(second, growth);
            }
        }
    }

    /// The genes of an area that meets a request; `None` when the area that is there is large enough.
    fn genes_for(&self, request: &AreaRequest) -> Result<Option<AreaGenes>, EditError> {
        let id = request.id;
        let address = match id.kind() {
            Ok(Kind::Input(address) | Kind::Output(address)) => address,
            Ok(_) => return Err(EditError::NoDevice(id)),
            Err(source) => return Err(EditError::Id { id, source }),
        };
        let Some(genes) = self.genome.area_by_id(id) else { return Ok(Some(device_area(request, &address))) };
        let dimensions = genes.dimensions.union(request.dimensions);
        Ok((dimensions != genes.dimensions).then(|| AreaGenes { dimensions, ..genes.clone() }))
    }
}

/// Every area once, in order, with the size that serves all its requests.
fn merged(requests: &[AreaRequest]) -> Vec<AreaRequest> {
    let mut positions: BTreeMap<CorticalId, usize> = BTreeMap::new();
    let mut merged: Vec<AreaRequest> = Vec::with_capacity(requests.len());
    for request in requests {
        if let Some(&position) = positions.get(&request.id) {
            let known: &mut AreaRequest = &mut merged[position];
            known.dimensions = known.dimensions.union(request.dimensions);
        } else {
            positions.insert(request.id, merged.len());
            merged.push(request.clone());
        }
    }
    merged
}

/// The genes of the area that a request asks for.
fn device_area(request: &AreaRequest, address: &UnitAddress) -> AreaGenes {
    let AreaRequest { id, ref name, dimensions } = *request;
    device_genes(id, name.clone(), dimensions, address.unit())
}

/// The genes of an area of a unit for devices, with the parameters that published servers give it, where
/// its type has it, units above each other.
#[must_use]
pub fn device_genes(id: CorticalId, name: String, dimensions: Dimensions, unit: u16) -> AreaGenes {
    let mut extra = Map::from_iter([
        (String::from("burst_engine_active"), Value::from(true)),
        (String::from("postsynaptic_current_max"), Value::from(0)),
    ]);
    if id.as_bytes()[0] == b'i' {
        extra.insert(String::from("sensory_hold_last_frame"), Value::from(true));
    }
    AreaGenes {
        id,
        name,
        dimensions,
        neurons_per_voxel: 1,
        position: place(id, unit, dimensions),
        position_2d: [0, 0],
        visible: true,
        parameters: AreaParameters {
            psp_uniform: Some(false),
            mp_driven_psp: Some(false),
            ..AreaParameters::default()
        },
        memory: None,
        mappings: BTreeMap::new(),
        extra,
    }
}

/// Where an area of a unit lies: where its type has it, units above each other.
fn place(id: CorticalId, unit: u16, dimensions: Dimensions) -> Position {
    let origin = UnitType::of(id).map_or_else(Position::default, |(_, shape)| shape.position);
    let rise = i64::from(unit) * (i64::from(dimensions.height) + GAP);
    let y = (i64::from(origin.y) + rise).min(i64::from(i32::MAX));
    Position { y: i32::try_from(y).unwrap_or(i32::MAX), ..origin }
}
