//! What the reference keeps, how it is built and what can be read from it.

use std::collections::BTreeMap;
use std::ops::Range;

use feagi_types::{AreaParameters, Precision};

use super::arithmetic::{retained, stored_threshold};
use super::network::{Network, SynapseRow};

/// Published behaviour that the engine reproduces only on request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quirks {
    /// A leak edit also covers the idle stretch before it.
    pub(crate) leak_edit_covers_idle_stretch: bool,
    /// Removed synapses go on delivering while no area has a psp flag.
    pub(crate) removed_synapses_linger: bool,
}

/// The reference engine.
#[derive(Clone)]
pub(crate) struct Reference {
    pub(super) precision: Precision,
    pub(super) quirks: Quirks,
    pub(super) power_amount: f32,
    pub(super) fatigue: bool,
    pub(super) burst: u64,
    pub(super) areas: BTreeMap<u32, Area>,
    pub(super) neurons: BTreeMap<u32, Neuron>,
    pub(super) next_neuron: u32,
    /// Outgoing synapses by source neuron, in order of creation.
    pub(super) synapses: BTreeMap<u32, Vec<Synapse>>,
    pub(super) next_mapping: u32,
    /// Contributions on their way by burst of arrival, each as (target, amount) in order of
    /// spike burst, source and creation.
    pub(super) in_flight: BTreeMap<u64, Vec<(u32, f32)>>,
    pub(super) staged_inputs: Vec<(u32, f32)>,
    pub(super) staged_force_fires: Vec<(u32, f32)>,
    /// Input sums of the last burst.
    pub(super) candidates: BTreeMap<u32, f32>,
    /// Firing potentials of the last burst.
    pub(super) fired: BTreeMap<u32, f32>,
}

#[derive(Clone)]
pub(super) struct Area {
    pub(super) parameters: AreaParameters,
    /// The psp that an edit gave all its synapses, which a reset gives back.
    pub(super) configured_psp: Option<f32>,
    /// Ids of the area's volume, if its neurons were made as one.
    pub(super) volume: Range<u32>,
}

#[derive(Clone, Copy)]
pub(super) struct Neuron {
    pub(super) area: u32,
    pub(super) voxel: [u32; 3],
    pub(super) threshold: f32,
    pub(super) threshold_limit: f32,
    pub(super) leak: f32,
    pub(super) refractory_period: u16,
    pub(super) excitability: f32,
    pub(super) fire_limit: u16,
    pub(super) snooze: u16,
    pub(super) accumulates: bool,
    pub(super) potential: f32,
    pub(super) last_update: u64,
    pub(super) countdown: u16,
    pub(super) consecutive: u16,
}

#[derive(Clone)]
pub(super) struct Synapse {
    pub(super) row: SynapseRow,
    /// Number of the mapping that made it, if one did.
    pub(super) mapping: Option<u32>,
    pub(super) removed: bool,
}

/// A neuron as readers see it, with the idle leak applied up to the last burst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NeuronReading {
    pub(crate) id: u32,
    pub(crate) area: u32,
    pub(crate) voxel: [u32; 3],
    pub(crate) threshold: f32,
    pub(crate) potential: f32,
    pub(crate) countdown: u16,
    pub(crate) consecutive: u16,
}

impl Reference {
    pub(crate) fn new(network: &Network, quirks: Quirks) -> Self {
        let mut reference = Self {
            precision: network.engine.precision,
            quirks,
            power_amount: network.engine.power_amount,
            fatigue: false,
            burst: 0,
            areas: BTreeMap::new(),
            neurons: BTreeMap::new(),
            next_neuron: 0,
            synapses: BTreeMap::new(),
            next_mapping: 0,
            in_flight: BTreeMap::new(),
            staged_inputs: Vec::new(),
            staged_force_fires: Vec::new(),
            candidates: BTreeMap::new(),
            fired: BTreeMap::new(),
        };
        for row in &network.areas {
            reference.register_area(row.idx, network.parameters(row));
        }
        for grid in &network.grids {
            reference.fill_volume(grid.area, grid.dims, grid.per_voxel);
        }
        for row in &network.neurons {
            let id = reference.add_neuron(Neuron {
                area: row.area,
                voxel: row.pos,
                threshold: row.threshold,
                threshold_limit: row.threshold_limit.unwrap_or(0.0),
                leak: row.leak,
                refractory_period: row.refractory,
                excitability: row.excitability,
                fire_limit: row.fire_limit,
                snooze: row.snooze,
                accumulates: row.accumulate,
                ..Neuron::core(row.area)
            });
            assert_eq!(id, row.id, "neuron rows are listed in order of their ids");
        }
        for &row in &network.synapses {
            reference.add_synapse(row, None);
        }
        reference
    }

    /// Adds an area; a core area gets its neuron.
    pub(super) fn register_area(&mut self, idx: u32, parameters: AreaParameters) {
        self.areas.insert(idx, Area { parameters, configured_psp: None, volume: 0..0 });
        if idx <= 6 {
            self.add_neuron(Neuron::core(idx));
        }
    }

    /// Fills a volume, x outermost, then y, then z, then the neurons of a voxel.
    pub(super) fn fill_volume(&mut self, idx: u32, [width, height, depth]: [u32; 3], per_voxel: u32) {
        let first = self.next_neuron;
        let parameters = self.areas[&idx].parameters.clone();
        for x in 0..width {
            for y in 0..height {
                for z in 0..depth {
                    for _ in 0..per_voxel {
                        self.add_neuron(Neuron::of_area(idx, &parameters, [x, y, z]));
                    }
                }
            }
        }
        self.areas.get_mut(&idx).expect("volumes belong to areas").volume = first..self.next_neuron;
    }

    fn add_neuron(&mut self, neuron: Neuron) -> u32 {
        let id = self.next_neuron;
        let threshold = stored_threshold(self.precision, neuron.threshold);
        self.neurons.insert(id, Neuron { threshold, ..neuron });
        self.next_neuron += 1;
        id
    }

    pub(super) fn add_synapse(&mut self, row: SynapseRow, mapping: Option<u32>) {
        self.synapses.entry(row.source).or_default().push(Synapse { row, mapping, removed: false });
    }

    /// The neuron that stands for a voxel: of several the one with the highest id.
    pub(super) fn neuron_at(&self, area: u32, voxel: [u32; 3]) -> Option<u32> {
        let here = |neuron: &Neuron| neuron.area == area && neuron.voxel == voxel;
        self.neurons.iter().rev().find(|(_, neuron)| here(neuron)).map(|(&id, _)| id)
    }

    /// Input sums of the last burst, by id; deleted neurons included.
    pub(crate) fn candidates(&self) -> &BTreeMap<u32, f32> {
        &self.candidates
    }

    /// Firing potentials of the last burst, by id.
    pub(crate) fn fired(&self) -> &BTreeMap<u32, f32> {
        &self.fired
    }

    /// Every neuron that is not deleted, by id.
    pub(crate) fn neurons(&self) -> impl Iterator<Item = NeuronReading> + '_ {
        self.neurons.iter().map(|(&id, neuron)| NeuronReading {
            id,
            area: neuron.area,
            voxel: neuron.voxel,
            threshold: neuron.threshold,
            potential: neuron.decayed_to(self.burst),
            countdown: neuron.countdown,
            consecutive: neuron.consecutive,
        })
    }

    /// Every synapse that is not removed, by source and then in order of creation.
    pub(crate) fn synapses(&self) -> impl Iterator<Item = SynapseRow> + '_ {
        self.synapses.values().flatten().filter(|synapse| !synapse.removed).map(|synapse| synapse.row)
    }
}

impl Neuron {
    /// The neuron of a core area (section 5).
    fn core(area: u32) -> Self {
        Self {
            area,
            voxel: [0; 3],
            threshold: 1.0,
            threshold_limit: 0.0,
            leak: 0.1,
            refractory_period: 5,
            excitability: 1.0,
            fire_limit: 0,
            snooze: 0,
            accumulates: true,
            potential: 0.0,
            last_update: 0,
            countdown: 0,
            consecutive: 0,
        }
    }

    fn of_area(area: u32, parameters: &AreaParameters, voxel: [u32; 3]) -> Self {
        Self {
            voxel,
            threshold: parameters.threshold_at(voxel),
            threshold_limit: parameters.threshold_limit,
            leak: parameters.leak,
            refractory_period: parameters.refractory_period,
            excitability: parameters.excitability,
            fire_limit: parameters.consecutive_fire_limit,
            snooze: parameters.snooze_length,
            accumulates: parameters.accumulates,
            ..Self::core(area)
        }
    }

    /// The potential with the leak of the bursts since the last update.
    pub(super) fn decayed_to(&self, burst: u64) -> f32 {
        self.potential * retained(self.leak, burst - self.last_update)
    }

    /// Whether the consecutive count is at its limit; 0 and 65535 are no limit.
    pub(super) fn at_fire_limit(&self) -> bool {
        self.has_fire_limit() && self.consecutive >= self.fire_limit
    }

    pub(super) fn has_fire_limit(&self) -> bool {
        !matches!(self.fire_limit, 0 | u16::MAX)
    }
}
