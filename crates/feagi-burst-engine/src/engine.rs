//! The engine: staging input, running a burst, reading what happened.

use alloc::boxed::Box;
use alloc::vec::Vec;

use feagi_types::{BurstCount, Connectome, CoreArea, CorticalId, CorticalIdx, NeuronId, Voxel};

use crate::brain::Brain;
use crate::config::EngineConfig;
use crate::error::EngineError;
use crate::fire_queue::FireQueue;
use crate::fired::Fired;
use crate::ledger::{FireLedger, MAX_HISTORY_WORDS};
use crate::neuron::NeuronState;
use crate::pool::Pool;
use crate::slots::{BLOCK, HAS_INPUT, is_input};
use crate::snapshot::Snapshot;
use crate::{dynamics, propagation};

/// A brain that runs burst by burst.
///
/// Between bursts anything may be changed; [`BurstEngine::burst`] brings derived data up to date
/// first. A burst of an unchanged brain allocates nothing once traffic has been seen.
#[derive(Debug)]
pub struct BurstEngine {
    pub(crate) brain: Brain,
    pool: Pool,
    /// Spikes found by each part before they are put together.
    partial: Vec<Fired>,
}

impl BurstEngine {
    /// An engine without areas.
    #[must_use]
    pub fn new(config: &EngineConfig) -> Self {
        Self { brain: Brain::new(config), pool: Pool::new(config.threads), partial: Vec::new() }
    }

    /// An engine that holds `connectome`. Its precision and power amount come from the connectome;
    /// threads and compatibility from `config`. Mapping `i` of the connectome gets the id `i`.
    ///
    /// # Errors
    /// [`EngineError`] when the connectome does not hold together, a parameter is out of range, or
    /// it has more neurons than ids exist for.
    pub fn from_connectome(connectome: &Connectome, config: &EngineConfig) -> Result<Self, EngineError> {
        connectome.validate()?;
        let mut engine = Self::new(&EngineConfig {
            precision: connectome.precision,
            power_amount: connectome.power_amount,
            ..config.clone()
        });
        for area in &connectome.areas {
            engine.place_area(area)?;
        }
        for mapping in &connectome.mappings {
            engine.add_mapping(mapping)?;
        }
        Ok(engine)
    }

    /// Runs one burst and returns what fired.
    pub fn burst(&mut self) -> FireQueue<'_> {
        let brain = &mut self.brain;
        if brain.stale {
            brain.settle_structure(self.pool.threads());
            dynamics::reserve(brain, &mut self.partial);
        }
        brain.begin_burst();
        // Arrivals are in the input array already; then sensory, power, fatigue, in this order.
        brain.add_sensory();
        brain.add_power();
        brain.add_fatigue();
        if brain.records_candidates {
            brain.record_candidates();
        }
        dynamics::run(brain, &mut self.pool, &mut self.partial);
        dynamics::merge_force_fires(brain);
        propagation::run(brain, &mut self.pool);
        propagation::degenerate(brain);
        brain.ledger.archive(brain.burst, &brain.slots.fired);
        self.fire_queue()
    }

    /// What fired in the last burst.
    #[must_use]
    pub fn fire_queue(&self) -> FireQueue<'_> {
        FireQueue::new(&self.brain)
    }

    /// Number of the last burst; 0 before the first.
    #[must_use]
    pub fn burst_count(&self) -> BurstCount {
        BurstCount(self.brain.burst)
    }

    /// Index of the area with this id; `None` when there is none.
    #[must_use]
    pub fn area_idx(&self, id: CorticalId) -> Option<CorticalIdx> {
        self.brain.ids.get(&id).copied()
    }

    /// Threads that share a burst, the calling one included.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.pool.threads()
    }

    /// Number of neurons that are not deleted.
    #[must_use]
    pub fn neuron_count(&self) -> usize {
        self.brain.neuron_count()
    }

    /// Number of synapses.
    #[must_use]
    pub fn synapse_count(&self) -> usize {
        self.brain.synapse_count()
    }

    /// Adds `potential` to the input of a neuron in the next burst; several calls add up. Input to
    /// a refractory neuron is lost. Returns `false`, staging nothing, when no neuron has or had the
    /// id or the potential is not finite.
    pub fn inject(&mut self, id: NeuronId, potential: f32) -> bool {
        let Some((population, local)) = self.brain.locate_any(id) else { return false };
        if !potential.is_finite() {
            return false;
        }
        let slot = self.brain.populations[population].first_slot + local;
        self.brain.inputs.sensory.push((slot as u32, potential));
        true
    }

    /// Adds potentials to the neurons in voxels of an area in the next burst; where a voxel has
    /// several neurons, the one with the highest id. Returns how many were staged: unknown voxels
    /// and zero or non-finite potentials are left out, and all of an unknown area.
    pub fn inject_voxels(
        &mut self,
        area: CorticalIdx,
        voxels: impl IntoIterator<Item = (Voxel, f32)>,
    ) -> usize {
        let Ok(area) = self.brain.area_position(area) else { return 0 };
        let mut staged = core::mem::take(&mut self.brain.inputs.sensory);
        let before = staged.len();
        match self.brain.sole_grid(area) {
            Some(grid) => stage(&mut staged, voxels, |voxel| grid.at(voxel)),
            None => stage(&mut staged, voxels, |voxel| self.brain.slot_at(area, voxel)),
        }
        self.brain.inputs.sensory = staged;
        self.brain.inputs.sensory.len() - before
    }

    /// Makes the neurons in voxels of an area fire in the next burst with the given potential,
    /// whatever their state, which stays as it is. Returns how many were staged, by the rules of
    /// [`BurstEngine::inject_voxels`].
    pub fn force_fire(&mut self, area: CorticalIdx, voxels: impl IntoIterator<Item = (Voxel, f32)>) -> usize {
        let Ok(area) = self.brain.area_position(area) else { return 0 };
        let mut staged = core::mem::take(&mut self.brain.inputs.force_fires);
        let before = staged.len();
        stage(&mut staged, voxels, |voxel| self.brain.slot_at(area, voxel));
        self.brain.inputs.force_fires = staged;
        self.brain.inputs.force_fires.len() - before
    }

    /// State of a neuron at the end of the last burst; `None` when it does not exist.
    #[must_use]
    pub fn neuron(&self, id: NeuronId) -> Option<NeuronState> {
        let brain = &self.brain;
        let (position, local) = brain.locate(id)?;
        let population = &brain.populations[position];
        let slot = population.first_slot + local;
        let countdown = brain.slots.blocked_until[slot].saturating_sub(brain.now());
        let limit = population.rules.consecutive_fire_limit.get(local);
        let over = brain.slots.blocked_until[slot] != 0 && countdown == 0;
        let consecutive = brain.slots.consecutive[slot];
        Some(NeuronState {
            area: brain.areas[population.area].idx,
            voxel: population.voxel(local),
            potential: brain.potential_now(position, local),
            refractory_countdown: countdown,
            consecutive_fires: if over && limit != u16::MAX && consecutive >= limit {
                0
            } else {
                consecutive
            },
            threshold: population.rules.threshold.get(local),
        })
    }

    /// Keeps the last `window` bursts of what fired in `area` from now on; 0 stops.
    ///
    /// # Errors
    /// [`EngineError::UnknownArea`], or [`EngineError::TooMuchHistory`] before memory is taken for it.
    pub fn track(&mut self, area: CorticalIdx, window: usize) -> Result<(), EngineError> {
        let position = self.brain.area_position(area)?;
        let brain = &mut self.brain;
        let populations = brain.areas[position].populations.iter().map(|&at| &brain.populations[at]);
        let words: u64 = populations.clone().map(|population| population.blocks().len() as u64).sum();
        if words.max(1).saturating_mul(window as u64) > MAX_HISTORY_WORDS {
            return Err(EngineError::TooMuchHistory { area, window });
        }
        brain.ledger.set_window(area, window, populations);
        Ok(())
    }

    /// History of the tracked areas.
    #[must_use]
    pub fn ledger(&self) -> &FireLedger {
        &self.brain.ledger
    }

    /// Whether each burst writes down its candidates and their sums, for inspection.
    pub fn record_candidates(&mut self, record: bool) {
        self.brain.records_candidates = record;
        self.brain.recorded_candidates.clear();
    }

    /// Candidates of the last burst with their sums, by rising id; empty unless recorded. Deleted
    /// neurons that something was injected into are listed, though nothing came of it.
    #[must_use]
    pub fn candidates(&self) -> &[(NeuronId, f32)] {
        &self.brain.recorded_candidates
    }

    /// A copy of everything, to continue from later.
    #[must_use]
    pub fn export(&self) -> Snapshot {
        Snapshot { brain: Box::new(self.brain.clone()) }
    }

    /// An engine that continues from `snapshot` on `threads` threads.
    #[must_use]
    pub fn import(snapshot: Snapshot, threads: usize) -> Self {
        let mut brain = *snapshot.brain;
        brain.stale = true;
        Self { brain, pool: Pool::new(threads), partial: Vec::new() }
    }

    /// The same engine on another number of threads. What it does stays the same.
    #[must_use]
    pub fn on_threads(mut self, threads: usize) -> Self {
        self.brain.stale = true;
        Self { brain: self.brain, pool: Pool::new(threads), partial: Vec::new() }
    }
}

/// Adds what may be staged of `voxels`, each with the slot that `slot_at` finds for it.
fn stage(
    staged: &mut Vec<(u32, f32)>,
    voxels: impl IntoIterator<Item = (Voxel, f32)>,
    slot_at: impl Fn(Voxel) -> Option<usize>,
) {
    for (voxel, potential) in voxels {
        if potential == 0.0 || !potential.is_finite() {
            continue;
        }
        if let Some(slot) = slot_at(voxel) {
            staged.push((slot as u32, potential));
        }
    }
}

impl Brain {
    fn add_sensory(&mut self) {
        for &(slot, potential) in &self.inputs.sensory {
            self.slots.add_input(slot as usize, potential);
        }
        self.inputs.sensory.clear();
    }

    /// The lowest-numbered live neuron of the power area gets the power amount.
    fn add_power(&mut self) {
        let Ok(area) = self.area_position(CoreArea::Power.idx()) else { return };
        let mut slots = self.areas[area].populations.iter().flat_map(|&at| self.populations[at].slots());
        if let Some(slot) = slots.find(|&slot| self.slots.is_live(slot)) {
            self.slots.add_input(slot, self.power_amount);
        }
    }

    /// While the brain is fatigued every neuron of the fatigue area gets the power amount.
    fn add_fatigue(&mut self) {
        if !self.fatigue.is_on() {
            return;
        }
        let Ok(area) = self.area_position(CoreArea::Fatigue.idx()) else { return };
        for &population in &self.areas[area].populations {
            for slot in self.populations[population].slots() {
                if self.slots.is_live(slot) {
                    self.slots.add_input(slot, self.power_amount);
                }
            }
        }
    }

    fn record_candidates(&mut self) {
        self.recorded_candidates.clear();
        for population in &self.populations {
            let blocks = population.blocks();
            for block in blocks.filter(|&block| self.slots.activity[block] & HAS_INPUT != 0) {
                for slot in
                    (block * BLOCK..(block + 1) * BLOCK).filter(|slot| population.slots().contains(slot))
                {
                    if is_input(self.slots.input[slot]) {
                        let id = population.first_id + (slot - population.first_slot) as u32;
                        self.recorded_candidates.push((NeuronId(id), self.slots.input[slot]));
                    }
                }
            }
        }
    }
}
