//! One burst, phase by phase (`npu.md` section 1; phases of memory areas and plasticity left out).

use std::collections::BTreeMap;

use feagi_types::SynapseKind;

use super::arithmetic::{in_firing_window, is_excited, stored_charge};
use super::state::{Neuron, Reference, Synapse};

const POWER_AREA: u32 = 1;
const FATIGUE_AREA: u32 = 2;

/// Input sums by neuron id.
type Candidates = BTreeMap<u32, f32>;

impl Reference {
    /// Runs one burst.
    pub(crate) fn burst(&mut self) {
        self.burst += 1;
        let mut candidates = self.arrivals();
        self.take_sensory_inputs(&mut candidates);
        self.add_power(&mut candidates);
        self.reset_non_accumulating();
        self.add_fatigue(&mut candidates);
        let mut fired = self.update_neurons(&candidates);
        self.merge_force_fires(&mut fired);
        self.count_down_refractory(&fired);
        self.propagate(&fired);
        self.degenerate(&fired);
        self.candidates = candidates;
        self.fired = fired;
    }

    /// Phase 2.
    fn arrivals(&mut self) -> Candidates {
        let mut candidates = Candidates::new();
        for (target, contribution) in self.in_flight.remove(&self.burst).unwrap_or_default() {
            *candidates.entry(target).or_insert(0.0) += contribution;
        }
        candidates
    }

    /// Phase 3.
    fn take_sensory_inputs(&mut self, candidates: &mut Candidates) {
        for (neuron, potential) in self.staged_inputs.drain(..) {
            *candidates.entry(neuron).or_insert(0.0) += potential;
        }
    }

    /// Phase 4: the lowest-numbered neuron of the power area.
    fn add_power(&self, candidates: &mut Candidates) {
        let power = self.neurons.iter().find(|(_, neuron)| neuron.area == POWER_AREA);
        if let Some((&id, _)) = power {
            *candidates.entry(id).or_insert(0.0) += self.power_amount;
        }
    }

    /// Phase 5: candidates of the previous burst that did not fire then lose their charge.
    fn reset_non_accumulating(&mut self) {
        for id in self.candidates.keys().filter(|id| !self.fired.contains_key(id)) {
            if let Some(neuron) = self.neurons.get_mut(id)
                && !neuron.accumulates
                && neuron.countdown == 0
            {
                neuron.potential = 0.0;
            }
        }
    }

    /// Phase 6.
    fn add_fatigue(&self, candidates: &mut Candidates) {
        if !self.fatigue {
            return;
        }
        for (&id, _) in self.neurons.iter().filter(|(_, neuron)| neuron.area == FATIGUE_AREA) {
            *candidates.entry(id).or_insert(0.0) += self.power_amount;
        }
    }

    /// Phase 8: the potentials with which neurons fire.
    fn update_neurons(&mut self, candidates: &Candidates) -> BTreeMap<u32, f32> {
        let mut fired = BTreeMap::new();
        for (&id, &input) in candidates {
            if let Some(potential) = self.update_neuron(id, input) {
                fired.insert(id, potential);
            }
        }
        fired
    }

    /// Steps 1 to 9 of section 3; the firing potential if the neuron fires.
    fn update_neuron(&mut self, id: u32, input: f32) -> Option<f32> {
        let (burst, precision) = (self.burst, self.precision);
        let neuron = self.neurons.get_mut(&id)?;
        let input = if neuron.accumulates && input < 0.0 { 0.0 } else { input };
        if neuron.countdown > 0 {
            return None;
        }
        neuron.potential = stored_charge(precision, neuron.decayed_to(burst) + input);
        neuron.last_update = burst;
        let in_window =
            in_firing_window(precision, neuron.potential, neuron.threshold, neuron.threshold_limit);
        if in_window && neuron.at_fire_limit() {
            neuron.consecutive = 0;
            return None;
        }
        if in_window && is_excited(neuron.excitability, id, burst) {
            return Some(neuron.fire());
        }
        if neuron.has_fire_limit() {
            neuron.consecutive = 0;
        }
        None
    }

    /// Phase 9: forced spikes join the others and change nothing else.
    fn merge_force_fires(&mut self, fired: &mut BTreeMap<u32, f32>) {
        for (id, potential) in self.staged_force_fires.drain(..) {
            if self.neurons.contains_key(&id) {
                fired.entry(id).or_insert(potential);
            }
        }
    }

    /// Phase 10.
    fn count_down_refractory(&mut self, fired: &BTreeMap<u32, f32>) {
        for (id, neuron) in &mut self.neurons {
            if neuron.countdown == 0 || fired.contains_key(id) {
                continue;
            }
            neuron.countdown -= 1;
            if neuron.countdown == 0 && neuron.at_fire_limit() {
                neuron.consecutive = 0;
            }
        }
    }

    /// Phase 12, in rising order of source and creation.
    fn propagate(&mut self, fired: &BTreeMap<u32, f32>) {
        for (source, &potential) in fired {
            let Some(synapses) = self.synapses.get(source) else { continue };
            let delivering: Vec<&Synapse> =
                synapses.iter().filter(|synapse| self.delivers(synapse)).collect();
            for synapse in &delivering {
                let contribution = self.contribution(synapse, potential, delivering.len());
                let arrival = self.burst + u64::from(synapse.row.delay);
                self.in_flight.entry(arrival).or_default().push((synapse.row.target, contribution));
            }
        }
    }

    fn delivers(&self, synapse: &Synapse) -> bool {
        let lingers = self.quirks.removed_synapses_linger && !self.any_psp_flag_configured();
        (!synapse.removed || lingers) && self.neurons.contains_key(&synapse.row.target)
    }

    /// Section 2: what one synapse adds to its target's candidate.
    fn contribution(&self, synapse: &Synapse, potential: f32, out_degree: usize) -> f32 {
        let row = &synapse.row;
        let flags = &self.areas[&self.neurons[&row.source].area].parameters;
        let psp = match flags.mp_driven_psp {
            Some(true) if potential.is_finite() => potential.max(0.0),
            Some(true) => 0.0,
            _ => row.psp,
        };
        let full = row.weight * psp * SynapseKind::from_code(row.kind).sign();
        let is_full = flags.psp_uniform == Some(true) || !self.any_psp_flag_configured();
        let contribution = if is_full { full } else { full / out_degree as f32 };
        // Adding +0.0 turns -0.0 into +0.0 and keeps everything else.
        contribution + 0.0
    }

    fn any_psp_flag_configured(&self) -> bool {
        let configured = |parameters: &feagi_types::AreaParameters| {
            parameters.psp_uniform.is_some() || parameters.mp_driven_psp.is_some()
        };
        self.areas.values().any(|area| configured(&area.parameters))
    }

    /// Phase 13: spikes wear the stored psp of their synapses, except in the power area.
    fn degenerate(&mut self, fired: &BTreeMap<u32, f32>) {
        for source in fired.keys() {
            let idx = self.neurons[source].area;
            let degeneration = self.areas[&idx].parameters.degeneration;
            if idx == POWER_AREA || degeneration <= 0.0 {
                continue;
            }
            let synapses = self.synapses.get_mut(source).into_iter().flatten();
            for synapse in synapses.filter(|synapse| !synapse.removed) {
                synapse.row.psp = (synapse.row.psp - degeneration).max(0.0);
            }
        }
    }
}

impl Neuron {
    /// Step 8 of section 3; returns the firing potential.
    fn fire(&mut self) -> f32 {
        let potential = std::mem::take(&mut self.potential);
        self.consecutive = self.consecutive.saturating_add(1);
        self.countdown = self.refractory_period;
        if self.at_fire_limit() {
            self.countdown = self.countdown.saturating_add(self.snooze);
        }
        potential
    }
}
