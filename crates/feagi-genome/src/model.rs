//! The genome as values: what every format is read into and what is written back.

use std::collections::BTreeMap;

use feagi_types::{
    AreaParameters, CorticalId, Dimensions, PlasticityParameters, Position, SynapticDelay, Voxel,
};
use serde_json::{Map, Value};

/// A genome of any format, migrated to the newest schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Genome {
    /// `genome_id`.
    pub id: String,
    /// `genome_title`.
    pub title: String,
    /// `genome_description`.
    pub description: String,
    /// The file's `version` text, kept as it was.
    pub version: String,
    /// Unix time in seconds.
    pub timestamp: f64,
    /// Cortical areas, core areas included, sorted by id bytes; ids are unique.
    pub areas: Vec<AreaGenes>,
    /// Connection rules by name, the built-in catalogue included.
    pub morphologies: BTreeMap<String, Morphology>,
    /// Settings of the whole brain.
    pub physiology: Physiology,
    /// Brain regions, as given or generated.
    pub regions: Vec<Region>,
    /// Top-level members that have no field here (`stats`, `modulators`, `change_history`, …),
    /// written back as they were.
    pub extra: Map<String, Value>,
}

/// The genes of one cortical area.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaGenes {
    /// Name on the wire; the first byte tells the kind of area.
    pub id: CorticalId,
    /// Name for people.
    pub name: String,
    /// Size in voxels, every axis at least 1.
    pub dimensions: Dimensions,
    /// Neurons in each voxel, at least 1.
    pub neurons_per_voxel: u32,
    /// Place in the brain.
    pub position: Position,
    /// Place on the two-dimensional map.
    pub position_2d: [i32; 2],
    /// Whether viewers show it.
    pub visible: bool,
    /// Parameters of its neurons and outgoing synapses.
    pub parameters: AreaParameters,
    /// Memory settings, for memory areas.
    pub memory: Option<MemoryGenes>,
    /// Rules by target id in base64, in ascending text order. The target may be unknown.
    pub mappings: BTreeMap<String, Vec<MappingRule>>,
    /// Properties of the hierarchical form that have no field here, written back as they were.
    pub extra: Map<String, Value>,
}

/// Settings of a memory area (`npu.md` section 7).
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryGenes {
    /// Bursts a pattern spans, at least 1.
    pub temporal_depth: u32,
    /// Bursts a new memory neuron lives.
    pub init_lifespan: u32,
    /// Bursts a match adds.
    pub lifespan_growth_rate: f32,
    /// Lifespan from which a memory neuron no longer ages.
    pub longterm_threshold: u32,
}

/// Settings of the whole brain.
#[derive(Clone, Debug, PartialEq)]
pub struct Physiology {
    /// Burst period in seconds, above 0.
    pub simulation_timestep: f64,
    /// The precision the genome asks for.
    pub precision: GenomePrecision,
    /// All members of the block as they were, the known ones included.
    pub raw: Map<String, Value>,
}

/// Precision names a genome may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GenomePrecision {
    /// `fp32`.
    Fp32,
    /// `fp16`: run as f32, with a warning.
    Fp16,
    /// `int8`.
    Int8,
}

/// A connection rule (the field calls it a projection rule; genomes call it a morphology).
#[derive(Clone, Debug, PartialEq)]
pub struct Morphology {
    /// What it does.
    pub rule: Rule,
    /// `core` or `custom`.
    pub class: String,
    /// The catalogue entry as it was, for writing back.
    pub raw: Value,
}

/// What a connection rule does.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// Target = source + vector, for each vector.
    Vectors(Vec<[i64; 3]>),
    /// Source voxels that match the first triple reach the voxels of the second.
    Patterns(Vec<PatternPair>),
    /// A named built-in function; unknown names make no synapses.
    Function(String),
    /// A rule built on another; only the one named `tile` does anything.
    Composite {
        /// `src_seed`.
        seed: [u32; 3],
        /// `src_pattern`.
        pattern: Vec<[i64; 2]>,
        /// `mapper_morphology`.
        mapper: String,
    },
}

/// Source and target triple of a pattern rule. Lists of another length than 3 are kept: applying
/// them fails, reading them does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternPair {
    /// One element per axis.
    pub source: Vec<PatternElement>,
    /// One element per axis.
    pub target: Vec<PatternElement>,
}

/// One axis of a pattern. `c` is the source voxel's coordinate on the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternElement {
    /// `k`: exactly this coordinate; negative values make the rule fail when applied.
    Exact(i64),
    /// `*`: any coordinate.
    Any,
    /// `?`: `c` itself.
    Same,
    /// `!`: any but `c`.
    Other,
    /// `?+`: above `c`.
    Above,
    /// `?-`: below `c`.
    Below,
    /// `?+=`: `c` and above.
    AtOrAbove,
    /// `?-=`: `c` and below.
    AtOrBelow,
    /// `?+k` or `?-k`: `c` shifted.
    Shifted(i64),
    /// `?a:?b`: from `c + a` to `c + b`.
    Around(i64, i64),
    /// `lo..hi`: both ends included.
    Range(i64, i64),
}

/// One rule of a mapping: which connection rule, with which synapses.
#[derive(Clone, Debug, PartialEq)]
pub struct MappingRule {
    /// Name in the catalogue; may be unknown.
    pub morphology: String,
    /// Sign and size of the synapses' weight.
    pub multiplier: f32,
    /// Percentage of candidates kept, 0..=100.
    pub attractivity: u8,
    /// Bursts from spike to arrival; `None` for the invalid 0, which fails when applied.
    pub delay: Option<SynapticDelay>,
    /// Learning settings when `plasticity_flag` is set; a window of 0 fails when applied.
    pub plasticity: Option<PlasticityParameters>,
    /// The rule as an object, for writing back.
    pub raw: Map<String, Value>,
}

/// A brain region.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// UUID.
    pub id: String,
    /// Title.
    pub title: String,
    /// Id of the parent; `None` for the root.
    pub parent: Option<String>,
    /// Areas that belong to it directly.
    pub areas: Vec<CorticalId>,
    /// Its areas that are reached from outside.
    pub inputs: Vec<CorticalId>,
    /// Its areas that reach outside.
    pub outputs: Vec<CorticalId>,
    /// All other members as they were.
    pub extra: Map<String, Value>,
}

/// Something in a genome that will not do what its author may expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Path in the file, for example `blueprint.aXN2aQAAAAA=.cortical_mapping_dst`.
    pub place: String,
    /// What is wrong and what happens instead.
    pub message: String,
}

impl Genome {
    /// The area with this id in base64.
    #[must_use]
    pub fn area(&self, id: &str) -> Option<&AreaGenes> {
        self.area_by_id(CorticalId::from_base64(id).ok()?)
    }

    /// The area with this id.
    #[must_use]
    pub fn area_by_id(&self, id: CorticalId) -> Option<&AreaGenes> {
        self.area_position(id).and_then(|at| self.areas.get(at))
    }

    /// Position among [`Genome::areas`] of the area with this id.
    #[must_use]
    pub fn area_position(&self, id: CorticalId) -> Option<usize> {
        self.areas.binary_search_by_key(&id, |area| area.id).ok()
    }
}

impl AreaGenes {
    /// The last voxel, where the corner functions start or end.
    #[must_use]
    pub fn last_voxel(&self) -> Voxel {
        let [w, h, d] = self.dimensions.to_array();
        Voxel::new(w.saturating_sub(1), h.saturating_sub(1), d.saturating_sub(1))
    }
}
