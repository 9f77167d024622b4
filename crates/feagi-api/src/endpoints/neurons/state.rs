//! The state of a neuron as of the last burst.

use axum::Json;
use axum::extract::{Path, Query, State};
use feagi_runtime::Running;
use feagi_types::{CorticalId, NeuronId, Voxel};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ApiState;
use crate::edit::parse_id;
use crate::refusal::Refusal;

/// A neuron.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct NeuronFacts {
    pub(super) neuron_id: u32,
    /// Index of its area inside the engine.
    cortical_area: u32,
    x: u32,
    y: u32,
    z: u32,
    membrane_potential: f32,
    threshold: f32,
    /// Highest potential that fires; 0: no limit.
    threshold_limit: f32,
    /// Share of the potential that is lost in every burst.
    leak_coefficient: f32,
    /// Always 0.
    resting_potential: f32,
    /// Always 0.
    neuron_type: u32,
    /// Silent bursts after a spike.
    refractory_period: u16,
    /// Bursts for which it still ignores input.
    refractory_countdown: u32,
    /// In percent.
    excitability: f32,
    /// Spikes in a row.
    consecutive_fire_count: u16,
    /// Spikes in a row after which it snoozes; 0: no limit.
    consecutive_fire_limit: u16,
    snooze_period: u16,
    mp_charge_accumulation: bool,
    mp_driven_psp: bool,
    psp_uniform_distribution: bool,
}

/// A neuron with the names of its area.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct NamedNeuron {
    /// Base64 of the 8 bytes of its area's id.
    cortical_id: String,
    /// Index of its area inside the engine.
    cortical_idx: u32,
    #[serde(flatten)]
    pub(super) facts: NeuronFacts,
}

impl NeuronFacts {
    /// What the engine knows of a neuron, and what the genome says of its area. `None` when it does not
    /// exist.
    pub(super) fn of(running: &Running, id: NeuronId) -> Option<Self> {
        let brain = &running.brain;
        let (state, parameters) = (brain.engine.neuron(id)?, brain.engine.parameters_of(id)?);
        let area = brain.areas.iter().find(|area| area.idx == state.area);
        let genes = area.and_then(|area| brain.genome.area_by_id(area.id));
        let flag = |of: fn(&feagi_types::AreaParameters) -> Option<bool>| {
            genes.and_then(|genes| of(&genes.parameters)).unwrap_or(false)
        };
        Some(Self {
            neuron_id: id.get(),
            cortical_area: state.area.get(),
            x: state.voxel.x,
            y: state.voxel.y,
            z: state.voxel.z,
            membrane_potential: state.potential,
            threshold: state.threshold,
            threshold_limit: parameters.threshold_limit,
            leak_coefficient: parameters.leak,
            resting_potential: 0.0,
            neuron_type: 0,
            refractory_period: parameters.refractory_period,
            refractory_countdown: state.refractory_countdown,
            excitability: parameters.excitability * 100.0,
            consecutive_fire_count: state.consecutive_fires,
            consecutive_fire_limit: parameters.consecutive_fire_limit,
            snooze_period: parameters.snooze_length,
            mp_charge_accumulation: parameters.accumulates,
            mp_driven_psp: flag(|parameters| parameters.mp_driven_psp),
            psp_uniform_distribution: flag(|parameters| parameters.psp_uniform),
        })
    }

    /// With the id of its area.
    pub(super) fn named(self, area: CorticalId) -> NamedNeuron {
        NamedNeuron { cortical_id: area.to_base64(), cortical_idx: self.cortical_area, facts: self }
    }
}

/// A voxel of an area.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct Place {
    /// Base64 of the 8 bytes of an area's id.
    pub(super) cortical_id: String,
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) z: u32,
    /// Which fifty synapses are listed, from 0.
    #[serde(default)]
    pub(super) synapse_page: u32,
}

impl Place {
    pub(super) fn area(&self) -> Result<CorticalId, Refusal> {
        parse_id(&self.cortical_id)
    }

    pub(super) const fn voxel(&self) -> Voxel {
        Voxel::new(self.x, self.y, self.z)
    }

    pub(super) fn no_area(&self) -> Refusal {
        Refusal::missing(format!("Cortical area {} does not exist", self.cortical_id))
    }

    fn no_neuron(&self) -> Refusal {
        let Self { cortical_id, x, y, z, .. } = self;
        Refusal::missing(format!("No neuron at ({x}, {y}, {z}) of cortical area {cortical_id}"))
    }
}

/// The first neuron of a voxel.
#[utoipa::path(get, path = "/v1/connectome/neuron_properties_at", tag = "connectome",
    params(
        ("cortical_id" = String, Query, description = "Base64 of the 8 bytes of an area's id"),
        ("x" = u32, Query), ("y" = u32, Query), ("z" = u32, Query)),
    responses((status = OK, body = NamedNeuron), (status = 404, description = "No such area or neuron")))]
pub(crate) async fn neuron_properties_at(
    State(state): State<ApiState>,
    Query(place): Query<Place>,
) -> Result<Json<NamedNeuron>, Refusal> {
    let (area, voxel) = (place.area()?, place.voxel());
    let facts = state
        .ask(move |running| {
            let idx = running.brain.engine.area_idx(area)?;
            let id = running.brain.engine.neurons_at(idx, voxel).next();
            Some(id.and_then(|id| NeuronFacts::of(running, id)))
        })
        .await?;
    let facts = facts.ok_or_else(|| place.no_area())?.ok_or_else(|| place.no_neuron())?;
    Ok(Json(facts.named(area)))
}

/// A neuron by its id.
#[utoipa::path(get, path = "/v1/connectome/neuron/{neuron_id}/properties", tag = "connectome",
    params(("neuron_id" = u32, Path, description = "Id inside the engine")),
    responses((status = OK, body = NeuronFacts), (status = 404, description = "No such neuron")))]
pub(crate) async fn neuron_properties(
    State(state): State<ApiState>,
    Path(id): Path<u32>,
) -> Result<Json<NeuronFacts>, Refusal> {
    let facts = state.ask(move |running| NeuronFacts::of(running, NeuronId(id))).await?;
    facts.map(Json).ok_or_else(|| Refusal::missing(format!("Neuron {id} does not exist")))
}
