//! What can be done to an engine between bursts, and how the reference does it.

use feagi_types::AreaParameters;
use serde::Deserialize;

use super::arithmetic::stored_threshold;
use super::network::{AreaRow, Grid, SynapseRow};
use super::state::{Neuron, Reference};

/// The events of an `npu-trace/1` file and the structural edits that only generated runs make.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum Edit {
    SetAreaThreshold { area: u32, value: f32 },
    SetAreaThresholdGradient { area: u32, value: f32, increment: [f32; 3] },
    SetAreaThresholdLimit { area: u32, value: f32 },
    SetAreaLeak { area: u32, value: f32 },
    SetAreaRefractory { area: u32, value: u16 },
    SetAreaExcitability { area: u32, value: f32 },
    SetAreaFireLimit { area: u32, value: u16 },
    SetAreaSnooze { area: u32, value: u16 },
    SetAreaAccumulate { area: u32, value: bool },
    SetAreaPsp { area: u32, value: f32 },
    SetAreaPspUniform { area: u32, value: bool },
    SetAreaMpDriven { area: u32, value: bool },
    SetAreaDegeneration { area: u32, value: f32 },
    ResetAreaState { area: u32 },
    SetNeuronLeak { neuron: u32, value: f32 },
    SetNeuronExcitability { neuron: u32, value: f32 },
    DeleteNeuron { neuron: u32 },
    AddSynapses { rows: Vec<SynapseRow> },
    RemoveSynapse { source: u32, target: u32 },
    SetWeight { source: u32, target: u32, value: f32 },
    AddArea { row: AreaRow, grid: Grid },
    ResizeArea { area: u32, dims: [u32; 3], per_voxel: u32 },
    RemoveArea { area: u32 },
    AddMapping { mapping: MappingRow },
    RemoveMapping { mapping: u32 },
    Inject { neuron: u32, potential: f32 },
    InjectXyzp { area: u32, xyzp: Vec<(u32, u32, u32, f32)> },
    ForceFire { area: u32, xyzp: Vec<(u32, u32, u32, f32)> },
    SetPower { value: f32 },
    SetFatigue { value: bool },
}

/// Synapses between two volumes that agree in everything but their ends.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct MappingRow {
    pub(crate) source: u32,
    pub(crate) target: u32,
    /// Local indices of source and target, sorted by source.
    pub(crate) pairs: Vec<(u32, u32)>,
    pub(crate) weight: f32,
    pub(crate) psp: f32,
    pub(crate) kind: u8,
    pub(crate) delay: u8,
}

impl Reference {
    /// Carries out one edit; edits of things that do not exist do nothing.
    pub(crate) fn apply(&mut self, edit: &Edit) {
        match *edit {
            Edit::SetNeuronLeak { neuron, value } => self.set_neuron_leak(neuron, value),
            Edit::SetNeuronExcitability { neuron, value } => {
                if let Some(neuron) = self.neurons.get_mut(&neuron) {
                    neuron.excitability = value.clamp(0.0, 1.0);
                }
            }
            Edit::DeleteNeuron { neuron } => self.delete_neurons(|id, _| id == neuron),
            Edit::AddSynapses { ref rows } => self.add_synapses(rows),
            Edit::RemoveSynapse { source, target } => {
                if let Some(position) = self.first_synapse(source, target) {
                    self.synapses.get_mut(&source).expect("found above")[position].removed = true;
                }
            }
            Edit::SetWeight { source, target, value } => {
                if let Some(position) = self.first_synapse(source, target) {
                    self.synapses.get_mut(&source).expect("found above")[position].row.weight = value;
                }
            }
            Edit::AddArea { ref row, ref grid } => self.add_area(row, grid),
            Edit::ResizeArea { area, dims, per_voxel } => self.resize_area(area, dims, per_voxel),
            Edit::RemoveArea { area } => {
                self.delete_neurons(|_, neuron| neuron.area == area);
                self.areas.remove(&area);
            }
            Edit::AddMapping { ref mapping } => self.add_mapping(mapping),
            Edit::RemoveMapping { mapping } => {
                for synapse in self.synapses.values_mut().flatten() {
                    synapse.removed |= synapse.mapping == Some(mapping);
                }
            }
            Edit::Inject { neuron, potential } => self.staged_inputs.push((neuron, potential)),
            Edit::InjectXyzp { area, ref xyzp } => {
                let inputs = self.resolve(area, xyzp);
                self.staged_inputs.extend(inputs);
            }
            Edit::ForceFire { area, ref xyzp } => {
                let spikes = self.resolve(area, xyzp);
                self.staged_force_fires.extend(spikes);
            }
            Edit::SetPower { value } => self.power_amount = value,
            Edit::SetFatigue { value } => self.fatigue = value,
            ref area_edit => self.apply_to_area(area_edit),
        }
    }

    fn apply_to_area(&mut self, edit: &Edit) {
        match *edit {
            Edit::SetAreaThreshold { area, value } => self.set_thresholds(area, value, [0.0; 3]),
            Edit::SetAreaThresholdGradient { area, value, increment } => {
                self.set_thresholds(area, value, increment);
            }
            Edit::SetAreaThresholdLimit { area, value } => {
                self.edit_area(area, |parameters| parameters.threshold_limit = value);
                self.edit_neurons(area, |neuron| neuron.threshold_limit = value);
            }
            Edit::SetAreaLeak { area, value } => self.set_area_leak(area, value),
            Edit::SetAreaRefractory { area, value } => {
                self.edit_area(area, |parameters| parameters.refractory_period = value);
                self.edit_neurons(area, |neuron| neuron.set_refractory_period(value));
            }
            Edit::SetAreaExcitability { area, value } => {
                self.edit_area(area, |parameters| parameters.excitability = value);
                self.edit_neurons(area, |neuron| neuron.excitability = value);
            }
            Edit::SetAreaFireLimit { area, value } => {
                self.edit_area(area, |parameters| parameters.consecutive_fire_limit = value);
                self.edit_neurons(area, |neuron| neuron.fire_limit = value);
            }
            Edit::SetAreaSnooze { area, value } => {
                self.edit_area(area, |parameters| parameters.snooze_length = value);
                self.edit_neurons(area, |neuron| neuron.snooze = value);
            }
            Edit::SetAreaAccumulate { area, value } => {
                self.edit_area(area, |parameters| parameters.accumulates = value);
                self.edit_neurons(area, |neuron| neuron.set_accumulates(value));
            }
            Edit::SetAreaPsp { area, value } => {
                self.edit_area(area, |parameters| parameters.postsynaptic_current = value);
                self.areas.entry(area).and_modify(|area| area.configured_psp = Some(value));
                self.set_outgoing_psp(area, value);
            }
            Edit::SetAreaPspUniform { area, value } => {
                self.edit_area(area, |parameters| parameters.psp_uniform = Some(value));
            }
            Edit::SetAreaMpDriven { area, value } => {
                self.edit_area(area, |parameters| parameters.mp_driven_psp = Some(value));
            }
            Edit::SetAreaDegeneration { area, value } => {
                self.edit_area(area, |parameters| parameters.degeneration = value);
            }
            Edit::ResetAreaState { area } => self.reset_area_state(area),
            ref other => unreachable!("{other:?} is not an edit of an area"),
        }
    }

    fn edit_area(&mut self, area: u32, edit: impl FnOnce(&mut AreaParameters)) {
        if let Some(area) = self.areas.get_mut(&area) {
            edit(&mut area.parameters);
        }
    }

    fn edit_neurons(&mut self, area: u32, edit: impl FnMut(&mut Neuron)) {
        self.neurons.values_mut().filter(|neuron| neuron.area == area).for_each(edit);
    }

    fn set_thresholds(&mut self, area: u32, base: f32, increment: [f32; 3]) {
        self.edit_area(area, |parameters| {
            parameters.threshold = base;
            parameters.threshold_increment = increment;
        });
        let gradient =
            AreaParameters { threshold: base, threshold_increment: increment, ..AreaParameters::default() };
        let precision = self.precision;
        self.edit_neurons(area, |neuron| {
            neuron.threshold = stored_threshold(precision, gradient.threshold_at(neuron.voxel));
        });
    }

    fn set_area_leak(&mut self, area: u32, leak: f32) {
        if (0.0..=1.0).contains(&leak) {
            let now = self.settling_burst();
            self.edit_area(area, |parameters| parameters.leak = leak);
            self.edit_neurons(area, |neuron| neuron.set_leak(leak, now));
        }
    }

    fn set_neuron_leak(&mut self, neuron: u32, leak: f32) {
        let now = self.settling_burst();
        if let Some(neuron) = self.neurons.get_mut(&neuron)
            && (0.0..=1.0).contains(&leak)
        {
            neuron.set_leak(leak, now);
        }
    }

    /// The burst up to which a leak edit applies the old leak, if it does.
    fn settling_burst(&self) -> Option<u64> {
        (!self.quirks.leak_edit_covers_idle_stretch).then_some(self.burst)
    }

    fn set_outgoing_psp(&mut self, area: u32, psp: f32) {
        for (source, synapses) in &mut self.synapses {
            if self.neurons.get(source).is_some_and(|neuron| neuron.area == area) {
                synapses.iter_mut().for_each(|synapse| synapse.row.psp = psp);
            }
        }
    }

    /// Charge, countdowns and counts go to zero, contributions on their way to the area are lost,
    /// and its synapses get back the psp that the area was configured with, if it was.
    fn reset_area_state(&mut self, area: u32) {
        let burst = self.burst;
        self.edit_neurons(area, |neuron| neuron.reset(burst));
        let neurons = &self.neurons;
        let elsewhere = |target: &u32| neurons.get(target).is_none_or(|neuron| neuron.area != area);
        for contributions in self.in_flight.values_mut() {
            contributions.retain(|(target, _)| elsewhere(target));
        }
        if let Some(psp) = self.areas.get(&area).and_then(|area| area.configured_psp) {
            self.set_outgoing_psp(area, psp);
        }
    }

    /// Deletes neurons and every synapse that touches one; contributions on their way stay.
    fn delete_neurons(&mut self, which: impl Fn(u32, &Neuron) -> bool) {
        self.neurons.retain(|&id, neuron| !which(id, neuron));
        let neurons = &self.neurons;
        self.synapses.retain(|source, _| neurons.contains_key(source));
        for synapses in self.synapses.values_mut() {
            synapses.retain(|synapse| neurons.contains_key(&synapse.row.target));
        }
    }

    fn first_synapse(&self, source: u32, target: u32) -> Option<usize> {
        self.synapses
            .get(&source)?
            .iter()
            .position(|synapse| synapse.row.target == target && !synapse.removed)
    }

    /// Adds all rows, or none when an end does not exist.
    fn add_synapses(&mut self, rows: &[SynapseRow]) {
        let exists = |id: u32| self.neurons.contains_key(&id);
        if rows.iter().all(|row| exists(row.source) && exists(row.target)) {
            rows.iter().for_each(|&row| self.add_synapse(row, None));
        }
    }

    fn add_area(&mut self, row: &AreaRow, grid: &Grid) {
        if !self.areas.contains_key(&row.idx) {
            self.register_area(row.idx, grid.parameters(row));
            self.fill_volume(row.idx, grid.dims, grid.per_voxel);
        }
    }

    /// Gives the area new neurons; the old ones are gone with all their synapses.
    fn resize_area(&mut self, area: u32, dims: [u32; 3], per_voxel: u32) {
        if self.areas.contains_key(&area) {
            self.delete_neurons(|_, neuron| neuron.area == area);
            self.fill_volume(area, dims, per_voxel);
        }
    }

    /// Adds a mapping between two volumes; refused when a pair names a neuron outside them.
    /// Synapses of deleted neurons are left out.
    fn add_mapping(&mut self, mapping: &MappingRow) {
        let volume = |area: u32| self.areas.get(&area).map_or(0..0, |area| area.volume.clone());
        let (sources, targets) = (volume(mapping.source), volume(mapping.target));
        let fits = |&(source, target): &(u32, u32)| {
            source < sources.end - sources.start && target < targets.end - targets.start
        };
        if sources.is_empty() || targets.is_empty() || !mapping.pairs.iter().all(fits) {
            return;
        }
        let number = self.next_mapping;
        self.next_mapping += 1;
        for &(source, target) in &mapping.pairs {
            let (source, target) = (sources.start + source, targets.start + target);
            if !self.neurons.contains_key(&source) || !self.neurons.contains_key(&target) {
                continue;
            }
            let &MappingRow { weight, psp, kind, delay, .. } = mapping;
            self.add_synapse(SynapseRow { source, target, weight, psp, kind, delay }, Some(number));
        }
    }

    /// Neuron ids of coordinates; unknown coordinates and zero or non-finite potentials are dropped.
    fn resolve(&self, area: u32, xyzp: &[(u32, u32, u32, f32)]) -> Vec<(u32, f32)> {
        xyzp.iter()
            .filter(|(.., potential)| *potential != 0.0 && potential.is_finite())
            .filter_map(|&(x, y, z, potential)| Some((self.neuron_at(area, [x, y, z])?, potential)))
            .collect()
    }
}

impl Neuron {
    fn set_leak(&mut self, leak: f32, settle_at: Option<u64>) {
        if let Some(burst) = settle_at {
            self.potential = self.decayed_to(burst);
            self.last_update = burst;
        }
        self.leak = leak;
    }

    fn set_refractory_period(&mut self, period: u16) {
        self.refractory_period = period;
        self.consecutive = 0;
        if period == 0 {
            self.countdown = 0;
        }
    }

    fn set_accumulates(&mut self, accumulates: bool) {
        self.accumulates = accumulates;
        if !accumulates {
            self.potential = 0.0;
        }
    }

    fn reset(&mut self, burst: u64) {
        self.potential = 0.0;
        self.last_update = burst;
        self.countdown = 0;
        self.consecutive = 0;
    }
}
