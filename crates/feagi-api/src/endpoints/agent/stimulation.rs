//! Making neurons fire by hand.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use feagi_types::{CorticalId, CorticalIdx, Dimensions, Voxel};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ApiState;
use crate::portrait::{Portrait, version};
use crate::refusal::Refusal;

/// The potential that neurons fire with when they are told to.
const POTENTIAL: f32 = 100.0;

/// Which voxels shall fire.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Stimulation {
    /// Voxels `[x, y, z]` by area.
    stimulation_payload: BTreeMap<String, Vec<Vec<i64>>>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stimulated {
    /// Whether anything will fire.
    success: bool,
    /// Always `force_fire`.
    mode: &'static str,
    /// Voxels that were asked for.
    requested_coordinates: usize,
    /// Those that exist.
    matched_coordinates: usize,
    /// The same.
    total_coordinates: usize,
    /// Neurons that will fire.
    unique_neuron_ids: usize,
    /// Areas that exist.
    successful_areas: usize,
    /// Areas that do not.
    failed_areas: Vec<String>,
}

/// The voxels that exist, by area.
struct Chosen {
    requested: usize,
    matched: usize,
    areas: Vec<(CorticalIdx, Vec<Voxel>)>,
    unknown: Vec<String>,
}

impl Chosen {
    fn new(stimulation: &Stimulation, portrait: &Portrait) -> Self {
        let mut chosen = Self { requested: 0, matched: 0, areas: Vec::new(), unknown: Vec::new() };
        for (id, coordinates) in &stimulation.stimulation_payload {
            chosen.requested += coordinates.len();
            let area = CorticalId::from_base64(id).ok().and_then(|id| portrait.area(id));
            let Some((genes, place)) = area else {
                chosen.unknown.push(id.clone());
                continue;
            };
            let inside = coordinates.iter().filter_map(|voxel| inside(voxel, genes.dimensions));
            let mut voxels: Vec<Voxel> = inside.collect();
            chosen.matched += voxels.len();
            voxels.sort_unstable();
            voxels.dedup();
            chosen.areas.push((place.idx, voxels));
        }
        chosen
    }
}

fn inside(coordinates: &[i64], dimensions: Dimensions) -> Option<Voxel> {
    let &[x, y, z] = coordinates else { return None };
    let voxel = Voxel::new(u32::try_from(x).ok()?, u32::try_from(y).ok()?, u32::try_from(z).ok()?);
    dimensions.contains(voxel).then_some(voxel)
}

/// Makes the neurons in voxels fire in the next burst, whatever their state.
#[utoipa::path(post, path = "/v1/agent/manual_stimulation", tag = "agent", request_body = Stimulation,
    responses((status = OK, body = Stimulated)))]
pub(crate) async fn manual_stimulation(
    State(state): State<ApiState>,
    Json(stimulation): Json<Stimulation>,
) -> Result<Json<Stimulated>, Refusal> {
    let portrait = state.portrait().await?;
    let Chosen { requested, matched, areas, unknown } = Chosen::new(&stimulation, &portrait);
    let successful_areas = areas.len();
    let seen = portrait.version;
    let fired = state
        .ask(move |running| {
            // Indices of areas are those of the genome that was looked at.
            (version(running).0 == seen.0).then(|| {
                let fire = |(area, voxels): (CorticalIdx, Vec<Voxel>)| {
                    running.brain.engine.force_fire(area, voxels.into_iter().map(|voxel| (voxel, POTENTIAL)))
                };
                areas.into_iter().map(fire).sum::<usize>()
            })
        })
        .await?
        .ok_or_else(|| Refusal::unavailable("another genome was loaded at the same time; try again"))?;
    Ok(Json(Stimulated {
        success: fired > 0,
        mode: "force_fire",
        requested_coordinates: requested,
        matched_coordinates: matched,
        total_coordinates: matched,
        unique_neuron_ids: fired,
        successful_areas,
        failed_areas: unknown,
    }))
}
