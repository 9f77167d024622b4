//! Every spike of the last burst.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use feagi_runtime::Running;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;
use crate::refusal::Refusal;

/// Spikes that are listed at most, so that a burst waits for the answer no longer than a millisecond or
/// so. All are counted.
const MOST_LISTED: usize = 100_000;

/// What fired in the last burst.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DetailedFireQueue {
    /// By id of the area; those where nothing fired are left out.
    cortical_areas: BTreeMap<String, FiredNeurons>,
    /// The burst.
    timestep: u64,
    total_fired: u64,
}

/// What fired in an area. The lists have one element for each neuron, in one order.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct FiredNeurons {
    /// Index of the area inside the engine.
    cortical_idx: u32,
    /// Neurons that fired, also when more than 100 000 fired in all and the lists end before.
    fired_count: u64,
    neuron_ids: Vec<u32>,
    coordinates_x: Vec<u32>,
    coordinates_y: Vec<u32>,
    coordinates_z: Vec<u32>,
    membrane_potentials: Vec<f32>,
}

fn detailed(running: &mut Running) -> DetailedFireQueue {
    let fired = running.brain.engine.fire_queue();
    let (mut left, mut cortical_areas) = (MOST_LISTED, BTreeMap::<String, FiredNeurons>::new());
    for area in fired.areas().filter(|area| !area.ids.is_empty()) {
        // An area whose neurons were added in several calls is there several times.
        let neurons = cortical_areas.entry(area.id.to_base64()).or_default();
        neurons.cortical_idx = area.idx.get();
        neurons.fired_count += area.ids.len() as u64;
        for (&id, (voxel, potential)) in area.ids.iter().zip(area.voxels()).take(left) {
            neurons.neuron_ids.push(id);
            neurons.coordinates_x.push(voxel.x);
            neurons.coordinates_y.push(voxel.y);
            neurons.coordinates_z.push(voxel.z);
            neurons.membrane_potentials.push(potential);
        }
        left -= area.ids.len().min(left);
    }
    DetailedFireQueue { cortical_areas, timestep: running.report.bursts, total_fired: fired.len() as u64 }
}

/// Every neuron that fired in the last burst, with its voxel and potential; the first 100 000.
#[utoipa::path(get, path = "/v1/burst_engine/fire_queue/detailed", tag = "burst_engine",
    responses((status = OK, body = DetailedFireQueue)))]
pub(crate) async fn fire_queue_detailed(
    State(state): State<ApiState>,
) -> Result<Json<DetailedFireQueue>, Refusal> {
    Ok(Json(state.ask(detailed).await?))
}
