//! What an engine is built from: the rows of an `npu-trace/1` file.

use feagi_types::{AreaParameters, Precision};
use serde::{Deserialize, Deserializer, de::Error};

/// Areas in order of registration, then volumes, then single neurons, then synapses.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Network {
    pub(crate) engine: Settings,
    pub(crate) areas: Vec<AreaRow>,
    #[serde(default)]
    pub(crate) grids: Vec<Grid>,
    pub(crate) neurons: Vec<NeuronRow>,
    pub(crate) synapses: Vec<SynapseRow>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Settings {
    #[serde(deserialize_with = "precision")]
    pub(crate) precision: Precision,
    pub(crate) power_amount: f32,
}

/// An area; index 0..=6 also makes that core area's single neuron.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AreaRow {
    pub(crate) idx: u32,
    #[serde(default)]
    pub(crate) psp_uniform: Option<bool>,
    #[serde(default)]
    pub(crate) mp_driven_psp: Option<bool>,
    #[serde(default)]
    pub(crate) degeneration: f32,
}

/// A volume of neurons made in one call.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Grid {
    pub(crate) area: u32,
    pub(crate) dims: [u32; 3],
    pub(crate) per_voxel: u32,
    pub(crate) threshold: f32,
    pub(crate) increment: [f32; 3],
    #[serde(default)]
    pub(crate) threshold_limit: Option<f32>,
    #[serde(default)]
    pub(crate) leak: f32,
    #[serde(default)]
    pub(crate) refractory: u16,
    #[serde(default = "always")]
    pub(crate) excitability: f32,
    #[serde(default)]
    pub(crate) fire_limit: u16,
    #[serde(default)]
    pub(crate) snooze: u16,
    pub(crate) accumulate: bool,
}

/// A single neuron; in a file a row in the order of these fields.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct NeuronRow {
    pub(crate) id: u32,
    pub(crate) area: u32,
    pub(crate) pos: [u32; 3],
    pub(crate) threshold: f32,
    pub(crate) threshold_limit: Option<f32>,
    pub(crate) leak: f32,
    pub(crate) refractory: u16,
    pub(crate) excitability: f32,
    pub(crate) fire_limit: u16,
    pub(crate) snooze: u16,
    pub(crate) accumulate: bool,
}

/// A synapse; in a file a row in the order of these fields. `kind` 0 is excitatory.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct SynapseRow {
    pub(crate) source: u32,
    pub(crate) target: u32,
    pub(crate) weight: f32,
    pub(crate) psp: f32,
    pub(crate) kind: u8,
    pub(crate) delay: u8,
}

impl Network {
    /// What the neurons of `area` have in common: the flags of its row and the settings of its volume.
    pub(crate) fn parameters(&self, area: &AreaRow) -> AreaParameters {
        let grid = self.grids.iter().find(|grid| grid.area == area.idx);
        grid.map_or_else(|| area.parameters(), |grid| grid.parameters(area))
    }
}

impl AreaRow {
    fn parameters(&self) -> AreaParameters {
        AreaParameters {
            psp_uniform: self.psp_uniform,
            mp_driven_psp: self.mp_driven_psp,
            degeneration: self.degeneration,
            ..AreaParameters::default()
        }
    }
}

impl Grid {
    /// The parameters of an area with this volume.
    pub(crate) fn parameters(&self, area: &AreaRow) -> AreaParameters {
        AreaParameters {
            threshold: self.threshold,
            threshold_increment: self.increment,
            threshold_limit: self.threshold_limit.unwrap_or(0.0),
            leak: self.leak,
            refractory_period: self.refractory,
            excitability: self.excitability,
            consecutive_fire_limit: self.fire_limit,
            snooze_length: self.snooze,
            accumulates: self.accumulate,
            ..area.parameters()
        }
    }
}

fn always() -> f32 {
    1.0
}

fn precision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Precision, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}
