//! The neurons of a voxel.

use axum::Json;
use axum::extract::{Query, State};
use feagi_runtime::Running;
use feagi_types::{CorticalId, Voxel};
use serde::Serialize;
use utoipa::ToSchema;

use super::state::{NamedNeuron, NeuronFacts, Place};
use super::synapses::{Found, SynapseFacts, incoming, outgoing};
use crate::ApiState;
use crate::refusal::Refusal;

/// Neurons that are listed at most. All are counted.
const MOST_LISTED: usize = 100;

/// The neurons of a voxel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VoxelNeurons {
    /// Base64 of the 8 bytes of the area's id.
    cortical_id: String,
    /// Index of the area inside the engine.
    cortical_idx: u32,
    cortical_name: String,
    voxel_coordinate: [u32; 3],
    x: u32,
    y: u32,
    z: u32,
    synapse_page: u32,
    neuron_count: usize,
    /// The first hundred.
    neurons: Vec<VoxelNeuron>,
}

/// A neuron with its synapses, fifty of each direction a page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VoxelNeuron {
    #[serde(flatten)]
    neuron: NamedNeuron,
    synapse_page: u32,
    outgoing_synapse_count: usize,
    outgoing_synapses: Vec<SynapseFacts>,
    /// Whether the next page has some.
    outgoing_synapses_has_more: bool,
    /// As far as they were found within two seconds.
    incoming_synapse_count: usize,
    incoming_synapses: Vec<SynapseFacts>,
    /// Whether the next page has some, or not all were found in time.
    incoming_synapses_has_more: bool,
}

/// What the burst thread says at once.
struct Seen {
    idx: u32,
    name: String,
    count: usize,
    neurons: Vec<(NeuronFacts, Found)>,
}

fn see(running: &Running, area: CorticalId, voxel: Voxel, page: usize) -> Option<Seen> {
    let engine = &running.brain.engine;
    let idx = engine.area_idx(area)?;
    let name = running.brain.areas.iter().find(|area| area.idx == idx)?.name.clone();
    let listed = engine.neurons_at(idx, voxel).take(MOST_LISTED);
    let neurons =
        listed.filter_map(|id| Some((NeuronFacts::of(running, id)?, outgoing(running, id, page)))).collect();
    Some(Seen { idx: idx.get(), name, count: engine.neurons_at(idx, voxel).count(), neurons })
}

async fn neurons_of(state: &ApiState, place: Place) -> Result<Json<VoxelNeurons>, Refusal> {
    let (area, voxel, page) = (place.area()?, place.voxel(), place.synapse_page as usize);
    let seen = state.ask(move |running| see(running, area, voxel, page)).await?;
    let Seen { idx, name, count, neurons } = seen.ok_or_else(|| place.no_area())?;
    let ids: Vec<u32> = neurons.iter().map(|(facts, _)| facts.neuron_id).collect();
    let arriving = incoming(state, &ids, page).await?;
    let neurons = neurons.into_iter().zip(arriving).map(|((facts, out), into)| VoxelNeuron {
        neuron: facts.named(area),
        synapse_page: place.synapse_page,
        outgoing_synapse_count: out.count,
        outgoing_synapses: out.page,
        outgoing_synapses_has_more: out.has_more,
        incoming_synapse_count: into.count,
        incoming_synapses: into.page,
        incoming_synapses_has_more: into.has_more,
    });
    Ok(Json(VoxelNeurons {
        cortical_idx: idx,
        cortical_name: name,
        voxel_coordinate: [place.x, place.y, place.z],
        x: place.x,
        y: place.y,
        z: place.z,
        synapse_page: place.synapse_page,
        neuron_count: count,
        neurons: neurons.collect(),
        cortical_id: place.cortical_id,
    }))
}

/// The neurons of a voxel, with the synapses that lead from and to them.
#[utoipa::path(get, path = "/v1/cortical_area/voxel_neurons", tag = "cortical_area",
    params(
        ("cortical_id" = String, Query, description = "Base64 of the 8 bytes of an area's id"),
        ("x" = u32, Query), ("y" = u32, Query), ("z" = u32, Query),
        ("synapse_page" = Option<u32>, Query, description = "Which fifty synapses, from 0")),
    responses((status = OK, body = VoxelNeurons), (status = 404, description = "No such area")))]
pub(crate) async fn voxel_neurons(
    State(state): State<ApiState>,
    Query(place): Query<Place>,
) -> Result<Json<VoxelNeurons>, Refusal> {
    neurons_of(&state, place).await
}

/// The neurons of a voxel, with the synapses that lead from and to them.
#[utoipa::path(post, path = "/v1/cortical_area/voxel_neurons", tag = "cortical_area", request_body = Place,
    responses((status = OK, body = VoxelNeurons), (status = 404, description = "No such area")))]
pub(crate) async fn voxel_neurons_by_body(
    State(state): State<ApiState>,
    Json(place): Json<Place>,
) -> Result<Json<VoxelNeurons>, Refusal> {
    neurons_of(&state, place).await
}
