//! The genes of the flat form and the properties of the hierarchical form that they stand for
//! (`genome.md` section 2.1).

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

/// One row of the gene table.
#[derive(Debug)]
pub(crate) struct Gene {
    /// The last part of a flat key, such as `___bbx-i`.
    pub(crate) name: &'static str,
    /// The part of a flat key before it: `cx` for areas, `nx` for neurons. Only written; reading
    /// ignores it.
    pub(crate) scope: &'static str,
    /// Property of the hierarchical form.
    pub(crate) property: &'static str,
    /// Which element of an array property.
    pub(crate) element: Option<usize>,
    /// What writers put where the genome has nothing.
    pub(crate) fill: Fill,
}

/// What a gene is written as when the genome does not have it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fill {
    /// Always there: it has a field in the model.
    Typed,
    /// Not written.
    Nothing,
    /// `cortical_group`: follows from the id.
    Group,
    Text(&'static str),
    Integer(i64),
    Float(f64),
    Bool(bool),
}

impl Fill {
    /// The value to write for an area of this group, or `None` when nothing is filled in.
    pub(crate) fn value(self, group: &str) -> Option<Value> {
        match self {
            Self::Typed | Self::Nothing => None,
            Self::Group => Some(Value::from(group)),
            Self::Text(text) => Some(Value::from(text)),
            Self::Integer(number) => Some(Value::from(number)),
            Self::Float(number) => Some(Value::from(number)),
            Self::Bool(flag) => Some(Value::from(flag)),
        }
    }

    /// Whether `value` is what would be filled in.
    pub(crate) fn is(self, value: &Value, group: &str) -> bool {
        match self {
            Self::Typed | Self::Nothing => false,
            Self::Group => value == group,
            Self::Text(text) => value == text,
            Self::Integer(number) => value.as_i64() == Some(number),
            // An integer of the same value is another text in the file.
            Self::Float(number) => value.is_f64() && value.as_f64() == Some(number),
            Self::Bool(flag) => *value == flag,
        }
    }
}

const fn cx(name: &'static str, property: &'static str, fill: Fill) -> Gene {
    Gene { name, scope: "cx", property, element: None, fill }
}

const fn nx(name: &'static str, property: &'static str, fill: Fill) -> Gene {
    Gene { name, scope: "nx", property, element: None, fill }
}

const fn element(name: &'static str, property: &'static str, element: usize) -> Gene {
    Gene { name, scope: "cx", property, element: Some(element), fill: Fill::Typed }
}

/// All genes with a known meaning. Where two genes name one property the first is written.
pub(crate) static GENES: [Gene; 54] = [
    cx("__name-t", "cortical_name", Fill::Typed),
    cx("_group-t", "cortical_group", Fill::Group),
    cx("subgrp-t", "sub_group_id", Fill::Text("")),
    element("___bbx-i", "block_boundaries", 0),
    element("___bby-i", "block_boundaries", 1),
    element("___bbz-i", "block_boundaries", 2),
    element("rcordx-i", "relative_coordinate", 0),
    element("rcordy-i", "relative_coordinate", 1),
    element("rcordz-i", "relative_coordinate", 2),
    element("2dcorx-i", "2d_coordinate", 0),
    element("2dcory-i", "2d_coordinate", 1),
    cx("_n_cnt-i", "per_voxel_neuron_cnt", Fill::Typed),
    cx("gd_vis-b", "visualization", Fill::Typed),
    cx("__rand-b", LOCATION, Fill::Text("sequential")),
    cx("synatt-f", "synapse_attractivity", Fill::Integer(100)),
    cx("dstmap-d", "cortical_mapping_dst", Fill::Typed),
    cx("pspuni-b", "psp_uniform_distribution", Fill::Typed),
    cx("de_gen-f", "degeneration", Fill::Typed),
    cx("memory-b", "is_mem_type", Fill::Typed),
    cx("mem__t-i", "longterm_mem_threshold", Fill::Integer(100)),
    cx("mem_gr-i", "lifespan_growth_rate", Fill::Integer(1)),
    cx("mem_ls-i", "init_lifespan", Fill::Integer(9)),
    cx("tmpdpt-i", "temporal_depth", Fill::Integer(1)),
    cx("mplrn-b", "mp_learning_enabled", Fill::Bool(false)),
    cx("mpchg-t", "mp_change_mode", Fill::Text("none")),
    cx("mpdlq-f", "mp_delta_quantization", Fill::Float(1.0)),
    cx("mprtq-f", "mp_ratio_quantization", Fill::Float(20.0)),
    cx("mnwin-i", "min_window_activity", Fill::Integer(1)),
    cx("scnsk-f", "scan_skip_density", Fill::Float(1.0)),
    cx("memcap-i", "memory_neuron_cap", Fill::Integer(0)),
    cx("ltmevc-t", "ltm_eviction", Fill::Text("lru")),
    cx("devcnt-i", "dev_count", Fill::Nothing),
    cx("twinrf-t", "memory_twin_of", Fill::Nothing),
    cx("brsten-b", "burst_engine_active", Fill::Bool(false)),
    cx("spktrn-b", "spike_train", Fill::Bool(false)),
    cx("hmlk-d", "rate_modulated_leak", Fill::Nothing),
    cx("modls-d", "modulators", Fill::Nothing),
    cx("snhold-b", "sensory_hold_last_frame", Fill::Nothing),
    nx("fire_t-f", "firing_threshold", Fill::Typed),
    nx("ftincx-f", "firing_threshold_increment_x", Fill::Typed),
    nx("ftincy-f", "firing_threshold_increment_y", Fill::Typed),
    nx("ftincz-f", "firing_threshold_increment_z", Fill::Typed),
    nx("fthlim-f", "firing_threshold_limit", Fill::Typed),
    nx("refrac-i", "refractory_period", Fill::Typed),
    nx("leak_c-f", "leak_coefficient", Fill::Typed),
    nx("leak_v-f", "leak_variability", Fill::Integer(0)),
    nx("c_fr_c-i", "consecutive_fire_cnt_max", Fill::Typed),
    // Published tools write the gene that ends in `i` and read the one that ends in `f`; both are
    // written and read here, so that neither reader loses it.
    nx("snooze-f", "snooze_length", Fill::Typed),
    nx("snooze-i", "snooze_length", Fill::Typed),
    nx("pstcr_-f", "postsynaptic_current", Fill::Typed),
    nx("pstcrm-f", "postsynaptic_current_max", Fill::Integer(35)),
    nx("excite-f", "neuron_excitability", Fill::Typed),
    nx("mp_acc-b", "mp_charge_accumulation", Fill::Typed),
    nx("mp_psp-b", "mp_driven_psp", Fill::Typed),
];

/// The one property whose flat gene has another type: `true` stands for `random`.
pub(crate) const LOCATION: &str = "location_generation_type";

static BY_NAME: LazyLock<HashMap<&str, &Gene>> =
    LazyLock::new(|| GENES.iter().map(|gene| (gene.name, gene)).collect());

static BY_PROPERTY: LazyLock<HashMap<&str, Vec<&Gene>>> = LazyLock::new(|| {
    let mut genes: HashMap<&str, Vec<&Gene>> = HashMap::new();
    for gene in &GENES {
        genes.entry(gene.property).or_default().push(gene);
    }
    genes
});

/// The gene with this name.
pub(crate) fn by_name(name: &str) -> Option<&'static Gene> {
    BY_NAME.get(name).copied()
}

/// The genes that make up a property: one, one per element of an array, or none.
pub(crate) fn of_property(property: &str) -> &'static [&'static Gene] {
    BY_PROPERTY.get(property).map_or(&[], Vec::as_slice)
}
