//! Edits of parameters between bursts.

use feagi_types::{AreaParameters, CorticalIdx, NeuronId};

use crate::brain::{Brain, stored_power_amount};
use crate::engine::BurstEngine;
use crate::error::EngineError;
use crate::population::{stored_fire_limit, stored_threshold_limit};

/// A change of one parameter for a whole area. It takes effect with the next burst.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum AreaEdit {
    /// One threshold for all neurons; increments become 0.
    Threshold(f32),
    /// A threshold that rises along the axes.
    ThresholdGradient {
        /// Threshold of voxel (0, 0, 0).
        base: f32,
        /// What each step along x, y and z adds.
        increment: [f32; 3],
    },
    /// Highest potential that fires; 0: no limit.
    ThresholdLimit(f32),
    /// Share of the potential lost per burst. What was idle so far is settled with the old share.
    Leak(f32),
    /// Silent bursts after a spike. Clears the counts of spikes in a row; 0 also ends countdowns.
    RefractoryPeriod(u16),
    /// Probability of firing above the threshold.
    Excitability(f32),
    /// Spikes in a row after which a neuron snoozes; 0: no limit.
    ConsecutiveFireLimit(u16),
    /// Bursts added to the refractory period when the limit is reached.
    SnoozeLength(u16),
    /// Whether charge is kept from burst to burst. Switching it off clears all potentials.
    Accumulates(bool),
    /// Postsynaptic current of all synapses that leave the area, now and after resets.
    PostsynapticCurrent(f32),
    /// Whether every synapse gets the full contribution.
    PspUniform(bool),
    /// Whether the firing potential replaces the postsynaptic current.
    MpDrivenPsp(bool),
    /// What each spike takes from the psp of its synapses.
    Degeneration(f32),
}

impl AreaEdit {
    fn apply_to(self, parameters: &mut AreaParameters) {
        match self {
            Self::Threshold(value) => {
                parameters.threshold = value;
                parameters.threshold_increment = [0.0; 3];
            }
            Self::ThresholdGradient { base, increment } => {
                parameters.threshold = base;
                parameters.threshold_increment = increment;
            }
            Self::ThresholdLimit(value) => parameters.threshold_limit = value,
            Self::Leak(value) => parameters.leak = value,
            Self::RefractoryPeriod(value) => parameters.refractory_period = value,
            Self::Excitability(value) => parameters.excitability = value,
            Self::ConsecutiveFireLimit(value) => parameters.consecutive_fire_limit = value,
            Self::SnoozeLength(value) => parameters.snooze_length = value,
            Self::Accumulates(value) => parameters.accumulates = value,
            Self::PostsynapticCurrent(value) => parameters.postsynaptic_current = value,
            Self::PspUniform(value) => parameters.psp_uniform = Some(value),
            Self::MpDrivenPsp(value) => parameters.mp_driven_psp = Some(value),
            Self::Degeneration(value) => parameters.degeneration = value,
        }
    }
}

impl BurstEngine {
    /// Changes one parameter of an area.
    ///
    /// # Errors
    /// [`EngineError::UnknownArea`], or [`EngineError::Parameter`] when the value is out of range;
    /// nothing is changed then.
    pub fn edit_area(&mut self, area: CorticalIdx, edit: AreaEdit) -> Result<(), EngineError> {
        let position = self.brain.area_position(area)?;
        let mut parameters = self.brain.areas[position].parameters.clone();
        edit.apply_to(&mut parameters);
        parameters.validate()?;
        self.brain.areas[position].parameters = parameters;
        for at in 0..self.brain.areas[position].populations.len() {
            let population = self.brain.areas[position].populations[at];
            self.brain.edit_population(population, edit);
        }
        match edit {
            AreaEdit::PostsynapticCurrent(value) => {
                self.brain.areas[position].psp_configured = true;
                self.brain.set_psp(position, value);
            }
            AreaEdit::PspUniform(_) | AreaEdit::MpDrivenPsp(_) | AreaEdit::Degeneration(_) => {
                self.brain.stale = true;
            }
            _ => {}
        }
        Ok(())
    }

    /// Parameters of an area as they are now.
    ///
    /// # Errors
    /// [`EngineError::UnknownArea`].
    pub fn area_parameters(&self, area: CorticalIdx) -> Result<&AreaParameters, EngineError> {
        let position = self.brain.area_position(area)?;
        Ok(&self.brain.areas[position].parameters)
    }

    /// Sets the leak of one neuron. Returns `false`, changing nothing, when the neuron does not
    /// exist or the value is outside 0..=1.
    pub fn set_neuron_leak(&mut self, id: NeuronId, leak: f32) -> bool {
        let in_range = (0.0..=1.0).contains(&leak);
        let Some((population, local)) = self.brain.locate(id).filter(|_| in_range) else { return false };
        if !self.brain.compatibility.leak_edit_covers_idle_stretch {
            self.brain.settle_neuron_leak(population, local);
        }
        let population = &mut self.brain.populations[population];
        population.rules.leak.set(local, leak, population.len);
        true
    }

    /// Sets the excitability of one neuron, clamped to 0..=1. Returns `false` when the neuron does
    /// not exist or the value is not a number.
    pub fn set_neuron_excitability(&mut self, id: NeuronId, excitability: f32) -> bool {
        let Some((population, local)) = self.brain.locate(id).filter(|_| !excitability.is_nan()) else {
            return false;
        };
        let population = &mut self.brain.populations[population];
        population.rules.excitability.set(local, excitability.clamp(0.0, 1.0), population.len);
        true
    }

    /// Clears potentials, countdowns and spike counts of an area, drops every contribution under way
    /// to it (input staged from outside stays), and gives its synapses the area's postsynaptic current back, if it was ever configured.
    ///
    /// # Errors
    /// [`EngineError::UnknownArea`].
    pub fn reset_area_state(&mut self, area: CorticalIdx) -> Result<(), EngineError> {
        let position = self.brain.area_position(area)?;
        for at in 0..self.brain.areas[position].populations.len() {
            let population = self.brain.areas[position].populations[at];
            let slots = self.brain.populations[population].slots();
            self.brain.slots.potential[slots.clone()].fill(0.0);
            self.brain.slots.blocked_until[slots.clone()].fill(0);
            self.brain.slots.consecutive[slots].fill(0);
            self.brain.forget_arrivals(population);
        }
        let area = &self.brain.areas[position];
        if area.psp_configured {
            self.brain.set_psp(position, area.parameters.postsynaptic_current);
        }
        Ok(())
    }

    /// Sets the charge that the power area gets every burst; non-finite amounts count as 0.
    pub fn set_power_amount(&mut self, amount: f32) {
        self.brain.power_amount = stored_power_amount(amount);
    }

    /// Makes the brain fatigued, so that its fatigue area is driven, or leaves that to the use of its
    /// capacity (see [`crate::Capacity`]).
    pub fn set_fatigue(&mut self, fatigued: bool) {
        self.brain.fatigue.asked_for = fatigued;
    }

    /// Whether the fatigue area is driven, asked for or because storage runs full.
    #[must_use]
    pub fn is_fatigued(&self) -> bool {
        self.brain.fatigue.is_on()
    }
}

impl Brain {
    fn edit_population(&mut self, position: usize, edit: AreaEdit) {
        let precision = self.precision;
        let neurons = self.populations[position].len;
        match edit {
            AreaEdit::Leak(_) if !self.compatibility.leak_edit_covers_idle_stretch => {
                self.settle_leak(position);
            }
            AreaEdit::ConsecutiveFireLimit(_) => {
                (0..neurons).for_each(|local| self.settle_countdown(position, local));
            }
            AreaEdit::Accumulates(false) => {
                let slots = self.populations[position].slots();
                self.slots.potential[slots].fill(0.0);
            }
            AreaEdit::RefractoryPeriod(bursts) => {
                let slots = self.populations[position].slots();
                self.slots.consecutive[slots.clone()].fill(0);
                if bursts == 0 {
                    self.slots.blocked_until[slots].fill(0);
                }
            }
            _ => {}
        }
        let population = &mut self.populations[position];
        let rules = &mut population.rules;
        match edit {
            AreaEdit::Threshold(_) | AreaEdit::ThresholdGradient { .. } => {
                let parameters = &self.areas[population.area].parameters;
                rules.set_thresholds(parameters, &population.place, neurons, precision);
            }
            AreaEdit::ThresholdLimit(value) => {
                rules.threshold_limit.set_all(stored_threshold_limit(value, precision));
            }
            AreaEdit::Leak(value) => rules.leak.set_all(value),
            AreaEdit::RefractoryPeriod(value) => rules.refractory_period.set_all(value),
            AreaEdit::Excitability(value) => rules.excitability.set_all(value),
            AreaEdit::ConsecutiveFireLimit(value) => {
                rules.consecutive_fire_limit.set_all(stored_fire_limit(value));
            }
            AreaEdit::SnoozeLength(value) => rules.snooze_length.set_all(value),
            AreaEdit::Accumulates(value) => rules.accumulates.set_all(value),
            AreaEdit::PostsynapticCurrent(_)
            | AreaEdit::PspUniform(_)
            | AreaEdit::MpDrivenPsp(_)
            | AreaEdit::Degeneration(_) => {}
        }
    }

    /// Sets the psp of every synapse that leaves an area.
    fn set_psp(&mut self, area: usize, psp: f32) {
        for segment in &mut self.segments {
            if self.populations[segment.source].area == area {
                segment.psp.set_all(psp);
            }
        }
        self.stale = true;
    }
}
