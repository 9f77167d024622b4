//! From the bytes of a genome to an engine that is ready to run.

use feagi_burst_engine::{BurstEngine, Capacity, EngineConfig, EngineError};
use feagi_development::{Development, DevelopmentError, Progress, Settings, develop};
use feagi_genome::{Footprint, Genome, GenomeError, Limits, Reading, Warning};
use feagi_types::{Area, CorticalId, CorticalIdx, Dimensions, MappingId, Precision};

use crate::edits::BrainMapping;

/// How to assemble a brain. `Default` is the genome's own precision and power, limits of the crates
/// below, and a number of threads that suits the size.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    /// How much of a file is believed.
    pub limits: Limits,
    /// Limits and choices of development.
    pub development: Settings,
    /// Threads that share a burst; `None`: one, or for brains of more than 200 000 neurons as many
    /// as the machine has.
    pub threads: Option<usize>,
    /// Charge that the power area gets every burst; `None`: 1.
    pub power: Option<f32>,
}

/// A brain that is ready to run, and what is worth knowing about it.
#[derive(Debug)]
pub struct Brain {
    /// The engine, before its next burst.
    pub engine: BurstEngine,
    /// Its areas, core areas first, later ones last.
    pub areas: Vec<BrainArea>,
    /// Its mappings, each with the mapping rule that made it.
    pub mappings: Vec<BrainMapping>,
    /// How it was assembled; its limits hold for edits too.
    pub assembly: Assembly,
    /// The genome as it is now: live edits change it along with the engine.
    pub genome: Genome,
    /// What the genome takes in a file, at most; edits keep it within the limits.
    pub(crate) footprint: Footprint,
    /// The genome's title.
    pub title: String,
    /// Burst period that the genome asks for, in seconds.
    pub timestep_secs: f64,
    /// Arithmetic of the engine.
    pub precision: Precision,
    /// What will not do what the genome's author may expect: from reading, then from development.
    pub warnings: Vec<Warning>,
    /// How often the genome was changed since it was assembled. Whoever changes it adds one, so that
    /// others know when to look at it again.
    pub revision: u64,
}

/// What the outside needs to know of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrainArea {
    /// Index inside the engine.
    pub idx: CorticalIdx,
    /// Id in genomes and on the wire.
    pub id: CorticalId,
    /// Name for people.
    pub name: String,
    /// Size in voxels.
    pub dimensions: Dimensions,
    /// Number of neurons.
    pub neurons: u64,
}

/// Why a genome did not become a brain.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssemblyError {
    /// The text is not a genome.
    #[error(transparent)]
    Genome(#[from] GenomeError),
    /// The genome cannot be developed.
    #[error(transparent)]
    Development(#[from] DevelopmentError),
    /// The engine refuses the developed brain.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Neurons above which a burst is worth sharing between threads.
const WORTH_SHARING: u64 = 200_000;

impl Brain {
    /// Reads the genome in `bytes`, develops it and loads the engine. `progress` hears about
    /// development.
    ///
    /// # Errors
    /// [`AssemblyError`] with the reason of the step that refused; memory for neurons and synapses
    /// is taken only after they were counted.
    pub fn assemble(
        bytes: &[u8],
        assembly: &Assembly,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, AssemblyError> {
        let Reading { genome, mut warnings, .. } = Genome::read_bytes(bytes, &assembly.limits)?;
        let Development { mut connectome, places, warnings: later, .. } =
            develop(&genome, &assembly.development, progress)?;
        warnings.extend(later);
        if let Some(power) = assembly.power {
            connectome.power_amount = power;
        }
        let areas: Vec<BrainArea> = connectome.areas.iter().map(BrainArea::of).collect();
        let neurons = areas.iter().map(|area| area.neurons).sum();
        let threads = assembly.threads.unwrap_or_else(|| threads_for(neurons));
        let Settings { max_neurons: neurons, max_synapses: synapses, .. } = assembly.development;
        let capacity = Some(Capacity { neurons, synapses });
        let config = EngineConfig { threads, capacity, ..EngineConfig::default() };
        Ok(Self {
            engine: BurstEngine::from_connectome(&connectome, &config)?,
            areas,
            // The engine numbers the mappings of a connectome from 0.
            mappings: (0..)
                .map(MappingId)
                .zip(places)
                .map(|(id, place)| BrainMapping { id, place })
                .collect(),
            assembly: assembly.clone(),
            footprint: genome.footprint(),
            title: genome.title.clone(),
            timestep_secs: genome.physiology.simulation_timestep,
            genome,
            precision: connectome.precision,
            warnings,
            revision: 0,
        })
    }
}

impl BrainArea {
    pub(crate) fn of(area: &Area) -> Self {
        Self {
            idx: area.idx,
            id: area.id,
            name: area.name.clone(),
            dimensions: area.dimensions,
            // Development has counted it within the range of neuron ids.
            neurons: area.dimensions.neuron_count(area.neurons_per_voxel).unwrap_or(u64::MAX),
        }
    }
}

pub(crate) fn threads_for(neurons: u64) -> usize {
    if neurons <= WORTH_SHARING {
        return 1;
    }
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
