//! The real engine behind the face of [`Subject`].

use std::ops::Range;

use feagi_burst_engine::{AreaEdit, BurstEngine, Compatibility, EngineConfig, EngineError, Neuron, Synapse};
use feagi_types::{
    Column, CoreArea, CorticalId, CorticalIdx, Dimensions, Mapping, MappingId, NeuronId, SynapseKind,
    SynapseRows, SynapticDelay, Voxel,
};

use super::{Observation, Subject};
use crate::reference::edits::MappingRow;
use crate::reference::network::{AreaRow, Grid, NeuronRow, SynapseRow};
use crate::reference::state::{NeuronReading, Quirks};
use crate::reference::{Edit, Network};

/// The real engine, and what a test has to remember to drive it.
pub(crate) struct Real {
    pub(crate) engine: BurstEngine,
    /// Ids of the mappings added so far, in order.
    mappings: Vec<MappingId>,
    /// End of the ids handed out so far.
    ids_end: u32,
}

impl Real {
    pub(crate) fn new(network: &Network, quirks: Quirks, threads: usize) -> Self {
        let config = EngineConfig {
            precision: network.engine.precision,
            power_amount: network.engine.power_amount,
            threads,
            capacity: None,
            compatibility: Compatibility {
                leak_edit_covers_idle_stretch: quirks.leak_edit_covers_idle_stretch,
                removed_synapses_linger: quirks.removed_synapses_linger,
            },
        };
        let mut real = Self { engine: BurstEngine::new(&config), mappings: Vec::new(), ids_end: 0 };
        real.engine.record_candidates(true);
        real.build(network).expect("the network is sound");
        real
    }

    fn build(&mut self, network: &Network) -> Result<(), EngineError> {
        for row in &network.areas {
            if let Some(&core) = CoreArea::ALL.get(row.idx as usize) {
                self.add_core_area(core, row)?;
            } else {
                self.engine.add_area(CorticalIdx(row.idx), id_of(row.idx), &network.parameters(row))?;
            }
        }
        for grid in &network.grids {
            let ids = self.engine.add_grid(CorticalIdx(grid.area), dimensions(grid.dims), grid.per_voxel)?;
            self.saw(&ids);
        }
        for row in &network.neurons {
            let ids = self.engine.add_neurons(CorticalIdx(row.area), &[neuron(row)])?;
            assert_eq!(ids.start, row.id, "neuron rows are listed in order of their ids");
            self.saw(&ids);
        }
        self.engine.add_synapses(&network.synapses.iter().map(synapse).collect::<Vec<_>>())
    }

    fn add_core_area(&mut self, core: CoreArea, row: &AreaRow) -> Result<(), EngineError> {
        let id = self.engine.add_core_area(core)?;
        self.saw(&(id.0..id.0 + 1));
        let flags = [row.psp_uniform.map(AreaEdit::PspUniform), row.mp_driven_psp.map(AreaEdit::MpDrivenPsp)];
        for edit in flags.into_iter().flatten() {
            self.engine.edit_area(core.idx(), edit)?;
        }
        self.engine.edit_area(core.idx(), AreaEdit::Degeneration(row.degeneration))
    }

    fn saw(&mut self, ids: &Range<u32>) {
        self.ids_end = self.ids_end.max(ids.end);
    }

    /// Carries out an edit, or says why the engine refuses it.
    fn try_apply(&mut self, edit: &Edit) -> Result<(), EngineError> {
        if let Some((area, edit)) = area_edit(edit) {
            return self.engine.edit_area(area, edit);
        }
        match *edit {
            Edit::ResetAreaState { area } => self.engine.reset_area_state(CorticalIdx(area))?,
            Edit::SetNeuronLeak { neuron, value } => {
                self.engine.set_neuron_leak(NeuronId(neuron), value);
            }
            Edit::SetNeuronExcitability { neuron, value } => {
                self.engine.set_neuron_excitability(NeuronId(neuron), value);
            }
            Edit::DeleteNeuron { neuron } => {
                self.engine.delete_neuron(NeuronId(neuron));
            }
            Edit::AddSynapses { ref rows } => {
                self.engine.add_synapses(&rows.iter().map(synapse).collect::<Vec<_>>())?;
            }
            Edit::RemoveSynapse { source, target } => {
                self.engine.remove_synapse(NeuronId(source), NeuronId(target));
            }
            Edit::SetWeight { source, target, value } => {
                self.engine.set_weight(NeuronId(source), NeuronId(target), value);
            }
            Edit::AddArea { ref row, ref grid } => self.add_area(row, grid)?,
            Edit::ResizeArea { area, dims, per_voxel } => {
                let ids = self.engine.resize_area(CorticalIdx(area), dimensions(dims), per_voxel)?.ids;
                self.saw(&ids);
            }
            Edit::RemoveArea { area } => {
                self.engine.remove_area(CorticalIdx(area))?;
            }
            Edit::AddMapping { mapping: ref row } => {
                self.mappings.push(self.engine.add_mapping(&mapping(row))?);
            }
            Edit::RemoveMapping { mapping } => {
                if let Some(&id) = self.mappings.get(mapping as usize) {
                    self.engine.remove_mapping(id)?;
                }
            }
            Edit::Inject { neuron, potential } => {
                self.engine.inject(NeuronId(neuron), potential);
            }
            Edit::InjectXyzp { area, ref xyzp } => {
                self.engine.inject_voxels(CorticalIdx(area), voxels(xyzp));
            }
            Edit::ForceFire { area, ref xyzp } => {
                self.engine.force_fire(CorticalIdx(area), voxels(xyzp));
            }
            Edit::SetPower { value } => self.engine.set_power_amount(value),
            Edit::SetFatigue { value } => self.engine.set_fatigue(value),
            ref other => unreachable!("{other:?} is an edit of an area"),
        }
        Ok(())
    }

    fn add_area(&mut self, row: &AreaRow, grid: &Grid) -> Result<(), EngineError> {
        let idx = CorticalIdx(row.idx);
        self.engine.add_area(idx, id_of(row.idx), &grid.parameters(row))?;
        let ids = self.engine.add_grid(idx, dimensions(grid.dims), grid.per_voxel)?;
        self.saw(&ids);
        Ok(())
    }

    fn reading(&self, id: u32) -> Option<NeuronReading> {
        let state = self.engine.neuron(NeuronId(id))?;
        Some(NeuronReading {
            id,
            area: state.area.0,
            voxel: [state.voxel.x, state.voxel.y, state.voxel.z],
            threshold: state.threshold,
            potential: state.potential,
            countdown: u16::try_from(state.refractory_countdown).unwrap_or(u16::MAX),
            consecutive: state.consecutive_fires,
        })
    }
}

impl Subject for Real {
    /// Edits that the engine refuses do nothing: the reference skips the same ones.
    fn apply(&mut self, edit: &Edit) {
        let _refused = self.try_apply(edit);
    }

    fn burst(&mut self) {
        self.engine.burst();
    }

    fn observe(&self) -> Observation {
        let queue = self.engine.fire_queue();
        let row = |synapse: Synapse| SynapseRow {
            source: synapse.source.0,
            target: synapse.target.0,
            weight: synapse.weight,
            psp: synapse.psp,
            kind: synapse.kind.code(),
            delay: synapse.delay.get(),
        };
        let mut synapses: Vec<SynapseRow> = self.engine.synapses().map(row).collect();
        synapses.sort_by_key(|row| (row.source, row.target));
        Observation {
            fired: queue.ids().iter().copied().zip(queue.potentials().iter().copied()).collect(),
            candidates: self.engine.candidates().iter().map(|&(id, input)| (id.0, input)).collect(),
            neurons: (0..self.ids_end).filter_map(|id| self.reading(id)).collect(),
            synapses,
        }
    }
}

fn area_edit(edit: &Edit) -> Option<(CorticalIdx, AreaEdit)> {
    let (area, edit) = match *edit {
        Edit::SetAreaThreshold { area, value } => (area, AreaEdit::Threshold(value)),
        Edit::SetAreaThresholdGradient { area, value, increment } => {
            (area, AreaEdit::ThresholdGradient { base: value, increment })
        }
        Edit::SetAreaThresholdLimit { area, value } => (area, AreaEdit::ThresholdLimit(value)),
        Edit::SetAreaLeak { area, value } => (area, AreaEdit::Leak(value)),
        Edit::SetAreaRefractory { area, value } => (area, AreaEdit::RefractoryPeriod(value)),
        Edit::SetAreaExcitability { area, value } => (area, AreaEdit::Excitability(value)),
        Edit::SetAreaFireLimit { area, value } => (area, AreaEdit::ConsecutiveFireLimit(value)),
        Edit::SetAreaSnooze { area, value } => (area, AreaEdit::SnoozeLength(value)),
        Edit::SetAreaAccumulate { area, value } => (area, AreaEdit::Accumulates(value)),
        Edit::SetAreaPsp { area, value } => (area, AreaEdit::PostsynapticCurrent(value)),
        Edit::SetAreaPspUniform { area, value } => (area, AreaEdit::PspUniform(value)),
        Edit::SetAreaMpDriven { area, value } => (area, AreaEdit::MpDrivenPsp(value)),
        Edit::SetAreaDegeneration { area, value } => (area, AreaEdit::Degeneration(value)),
        _ => return None,
    };
    Some((CorticalIdx(area), edit))
}

fn id_of(idx: u32) -> CorticalId {
    let [.., a, b, c] = idx.to_be_bytes();
    CorticalId::from_bytes([b'c', b't', b'e', b's', b't', a, b, c]).expect("`c` is a kind of area")
}

fn dimensions([width, height, depth]: [u32; 3]) -> Dimensions {
    Dimensions { width, height, depth }
}

fn voxels(xyzp: &[(u32, u32, u32, f32)]) -> impl Iterator<Item = (Voxel, f32)> {
    xyzp.iter().map(|&(x, y, z, potential)| (Voxel { x, y, z }, potential))
}

fn neuron(row: &NeuronRow) -> Neuron {
    let [x, y, z] = row.pos;
    Neuron {
        voxel: Voxel { x, y, z },
        threshold: row.threshold,
        threshold_limit: row.threshold_limit.unwrap_or(0.0),
        leak: row.leak,
        refractory_period: row.refractory,
        excitability: row.excitability,
        consecutive_fire_limit: row.fire_limit,
        snooze_length: row.snooze,
        accumulates: row.accumulate,
    }
}

fn synapse(row: &SynapseRow) -> Synapse {
    Synapse {
        source: NeuronId(row.source),
        target: NeuronId(row.target),
        weight: row.weight,
        psp: row.psp,
        kind: SynapseKind::from_code(row.kind),
        delay: delay(row.delay),
    }
}

fn mapping(row: &MappingRow) -> Mapping {
    Mapping {
        source: CorticalIdx(row.source),
        target: CorticalIdx(row.target),
        rule: "pairs".to_owned(),
        rows: SynapseRows::from_sorted_pairs(&row.pairs).expect("pairs are sorted"),
        weight: Column::Uniform(row.weight),
        psp: Column::Uniform(row.psp),
        kind: Column::Uniform(SynapseKind::from_code(row.kind)),
        delay: Column::Uniform(delay(row.delay)),
        plasticity: None,
    }
}

fn delay(bursts: u8) -> SynapticDelay {
    SynapticDelay::new(bursts).expect("delays are at least one burst")
}
