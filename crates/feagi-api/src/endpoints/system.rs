//! The state of the whole program.

use axum::Json;
use axum::extract::State;
use feagi_runtime::Running;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::ApiState;
use crate::digest::Digest;
use crate::portrait::Portrait;
use crate::refusal::Refusal;

/// Estimate of what a neuron takes in memory, its slot and its share of an area included.
const NEURON_BYTES: f64 = 64.0;
/// The same of a synapse with a row of its own.
const SYNAPSE_BYTES: f64 = 16.0;

/// How the program is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Whether bursts run.
    burst_engine: bool,
    /// Agents with a session.
    connected_agents: u32,
    /// Always false.
    influxdb_availability: bool,
    /// Most neurons.
    neuron_count_max: u64,
    /// Most synapses.
    synapse_count_max: u64,
    /// Always false.
    latest_changes_saved_externally: bool,
    /// Whether there is a genome.
    genome_availability: bool,
    /// The same.
    genome_validity: bool,
    /// Whether a brain takes input and gives output.
    brain_readiness: bool,
    /// Whether a genome is being made into a brain.
    genome_loading: bool,
    /// `loaded`, `loading` or `none`.
    genome_state: &'static str,
    /// Areas.
    cortical_area_count: u64,
    /// Neurons.
    neuron_count: u64,
    /// Neurons that are no memory neurons.
    regular_neuron_count: u64,
    /// Memory neurons.
    memory_neuron_count: u64,
    /// Synapses.
    synapse_count: u64,
    /// What neurons and synapses take.
    #[serde(rename = "estimated_brain_size_in_MB")]
    estimated_brain_size_in_mb: f64,
    /// Genomes loaded since the start.
    genome_num: u64,
    /// When the genome was loaded, in seconds since 1970.
    genome_timestamp: u64,
    /// The newest entry among the changes of genomes.
    genome_change_sequence: u64,
    /// Time between two bursts in seconds.
    simulation_timestep: f64,
    /// When the program started, in milliseconds since 1970.
    feagi_session: u64,
    /// Nothing measures it.
    fitness: Option<f64>,
    /// How full the storage is.
    fatigue: Fatigue,
    /// By memory area.
    #[schema(value_type = Object)]
    memory_area_stats: Map<String, Value>,
    /// Memory neurons.
    memory_pool: MemoryPool,
    /// Never pending.
    #[schema(value_type = Option<Object>)]
    amalgamation_pending: Option<Value>,
    /// Changes when learning changes synapses.
    synaptic_plasticity_generation: u64,
    /// The region that holds the others.
    brain_regions_root: Option<String>,
    /// Changes with regions.
    brain_regions_hash: u64,
    /// Changes with areas.
    cortical_areas_hash: u64,
    /// Changes with places and sizes of areas.
    brain_geometry_hash: u64,
    /// Changes with connection rules.
    morphologies_hash: u64,
    /// Changes with mappings.
    cortical_mappings_hash: u64,
    /// Changes with classifiers.
    classifiers_hash: u64,
    /// Changes with agents.
    agent_data_hash: u64,
}

/// How full the storage is, in whole percent.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Fatigue {
    /// The fullest of the three.
    fatigue_index: u64,
    /// Whether the fatigue area is driven.
    fatigue_active: bool,
    /// Neurons.
    regular_neuron_util: u64,
    /// Memory neurons.
    memory_neuron_util: u64,
    /// Synapses.
    synapse_util: u64,
}

/// Room for memory neurons.
#[derive(Debug, Default, Serialize, ToSchema)]
struct MemoryPool {
    pool_capacity: u64,
    pool_in_use: u64,
    pool_ltm: u64,
}

/// What is counted between two bursts.
#[derive(Clone, Copy, Debug, Default)]
struct Pulse {
    neurons: u64,
    synapses: u64,
    period: f64,
    fatigued: bool,
}

impl Pulse {
    fn of(running: &Running) -> Self {
        let engine = &running.brain.engine;
        Self {
            neurons: engine.neuron_count() as u64,
            synapses: engine.synapse_count() as u64,
            period: 1.0 / running.rate.hz(),
            fatigued: engine.is_fatigued(),
        }
    }
}

/// How the program is: what clients ask every few seconds.
#[utoipa::path(get, path = "/v1/system/health_check", tag = "system", responses((status = OK, body = Health)))]
pub(crate) async fn health_check(State(state): State<ApiState>) -> Json<Health> {
    // A brain that does not answer is an answer here.
    Json(match state.portrait_and(Pulse::of).await {
        Ok((portrait, pulse)) => health(&state, Some(&portrait), pulse, true),
        Err(_) => health(&state, state.last_portrait().load().as_deref(), Pulse::default(), false),
    })
}

fn health(state: &ApiState, portrait: Option<&Portrait>, pulse: Pulse, alive: bool) -> Health {
    let room = &state.assembly().development;
    let loading = state.loading().available_permits() == 0;
    let agents = state.agents().agents();
    let Pulse { neurons, synapses, period, fatigued } = pulse;
    let (neuron_util, synapse_util) =
        (percent(neurons, room.max_neurons), percent(synapses, room.max_synapses));
    let hash =
        |part: fn(&crate::digest::Hashes) -> u64| portrait.map_or(0, |portrait| part(&portrait.hashes));
    Health {
        burst_engine: alive,
        connected_agents: u32::try_from(agents.len()).unwrap_or(u32::MAX),
        influxdb_availability: false,
        neuron_count_max: room.max_neurons,
        synapse_count_max: room.max_synapses,
        latest_changes_saved_externally: false,
        genome_availability: portrait.is_some(),
        genome_validity: portrait.is_some(),
        brain_readiness: alive && portrait.is_some(),
        genome_loading: loading,
        genome_state: match portrait {
            _ if loading => "loading",
            Some(_) => "loaded",
            None => "none",
        },
        cortical_area_count: portrait.map_or(0, |portrait| portrait.areas.len() as u64),
        neuron_count: neurons,
        regular_neuron_count: neurons,
        memory_neuron_count: 0,
        synapse_count: synapses,
        estimated_brain_size_in_mb: (neurons as f64 * NEURON_BYTES + synapses as f64 * SYNAPSE_BYTES)
            / f64::from(1 << 20),
        genome_num: portrait.map_or(0, |portrait| portrait.version.0 + 1),
        genome_timestamp: portrait.map_or(0, |portrait| portrait.loaded_ms / 1000),
        genome_change_sequence: state.changes().newest(),
        simulation_timestep: period,
        feagi_session: state.session(),
        fitness: None,
        fatigue: Fatigue {
            fatigue_index: neuron_util.max(synapse_util),
            fatigue_active: fatigued,
            regular_neuron_util: neuron_util,
            memory_neuron_util: 0,
            synapse_util,
        },
        memory_area_stats: Map::new(),
        memory_pool: MemoryPool::default(),
        amalgamation_pending: None,
        synaptic_plasticity_generation: 0,
        brain_regions_root: portrait.and_then(|portrait| portrait.root_region().map(str::to_owned)),
        brain_regions_hash: hash(|hashes| hashes.regions),
        cortical_areas_hash: hash(|hashes| hashes.areas),
        brain_geometry_hash: hash(|hashes| hashes.geometry),
        morphologies_hash: hash(|hashes| hashes.morphologies),
        cortical_mappings_hash: hash(|hashes| hashes.mappings),
        classifiers_hash: hash(|hashes| hashes.classifiers),
        agent_data_hash: agents_hash(&agents),
    }
}

fn percent(used: u64, room: u64) -> u64 {
    used.saturating_mul(100) / room.max(1)
}

/// Changes when agents come, go or say something else about their devices.
fn agents_hash(agents: &[feagi_io::core::AgentInfo]) -> u64 {
    let mut digest = Digest::new();
    for agent in agents {
        digest.value(&*agent.agent_id);
        digest.value(agent.devices.as_deref().unwrap_or(&Value::Null));
        for endpoint in &agent.endpoints {
            digest.value(&endpoint.url);
        }
    }
    digest.finish()
}

/// The version of the program.
#[utoipa::path(get, path = "/v1/system/version", tag = "system", responses((status = OK, body = String)))]
pub(crate) async fn version() -> Json<&'static str> {
    Json(env!("CARGO_PKG_VERSION"))
}

/// Bursts of history that learning looks at, as the genome asks for.
#[utoipa::path(get, path = "/v1/neuroplasticity/plasticity_queue_depth", tag = "neuroplasticity",
    responses((status = OK, body = u64)))]
pub(crate) async fn plasticity_queue_depth(State(state): State<ApiState>) -> Result<Json<u64>, Refusal> {
    let portrait = state.portrait().await?;
    let depth = portrait.genome.physiology.raw.get("plasticity_queue_depth");
    Ok(Json(depth.and_then(Value::as_u64).unwrap_or(0)))
}
