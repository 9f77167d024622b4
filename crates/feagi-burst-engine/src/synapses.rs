//! Single synapses: adding, finding, editing and listing them.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use feagi_types::{CorticalIdx, MappingId, NeuronId, SynapseKind, SynapticDelay};

use crate::brain::Brain;
use crate::engine::BurstEngine;
use crate::error::EngineError;
use crate::segment::{Edge, Segment};

/// A synapse by the ids of its neurons.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Synapse {
    /// The neuron whose spikes it carries.
    pub source: NeuronId,
    /// The neuron it reaches.
    pub target: NeuronId,
    /// Weight, not negative; the sign is in `kind`.
    pub weight: f32,
    /// Postsynaptic current.
    pub psp: f32,
    /// Excitatory or inhibitory.
    pub kind: SynapseKind,
    /// Bursts from spike to arrival.
    pub delay: SynapticDelay,
}

impl Synapse {
    /// An excitatory synapse of weight 1, psp 1 and delay 1.
    #[must_use]
    pub fn new(source: NeuronId, target: NeuronId) -> Self {
        Self {
            source,
            target,
            weight: 1.0,
            psp: 1.0,
            kind: SynapseKind::Excitatory,
            delay: SynapticDelay::ONE,
        }
    }

    fn validate(&self) -> Result<(), EngineError> {
        let Self { source, target, weight, psp, .. } = *self;
        if weight.is_finite() && weight >= 0.0 && psp.is_finite() {
            return Ok(());
        }
        Err(EngineError::SynapseValue { ends: (source, target), weight, psp })
    }
}

/// Edges to add, by source and target population.
type Batches = BTreeMap<(usize, usize), Vec<Edge>>;

impl BurstEngine {
    /// Adds synapses, in this order as far as one source goes. A call costs as much as the
    /// synapses that the same populations have already, so many belong into one call.
    ///
    /// # Errors
    /// [`EngineError::UnknownNeuron`] with the first id that does not exist, or
    /// [`EngineError::SynapseValue`] with the first weight or psp out of range; nothing is added then.
    pub fn add_synapses(&mut self, synapses: &[Synapse]) -> Result<(), EngineError> {
        let mut batches = Batches::new();
        for synapse in synapses {
            synapse.validate()?;
            let (source, local) = self.brain.existing(synapse.source)?;
            let (target, target_local) = self.brain.existing(synapse.target)?;
            batches.entry((source, target)).or_default().push(Edge {
                source: local,
                target: (self.brain.populations[target].first_slot + target_local) as u32,
                weight: synapse.weight,
                kind: synapse.kind,
                psp: synapse.psp,
                delay: synapse.delay.get(),
            });
        }
        self.brain.drop_lingering();
        for ((source, target), edges) in batches {
            let position = self.brain.hand_made_segment(source, target);
            if !self.brain.segments[position].merge(&edges) {
                return Err(EngineError::TooManySynapses);
            }
            self.brain.populations[source].degrees_stale = true;
        }
        self.brain.stale = true;
        Ok(())
    }

    /// Removes the first synapse from `source` to `target`, in creation order. Returns whether
    /// there was one. What it has sent already still arrives.
    pub fn remove_synapse(&mut self, source: NeuronId, target: NeuronId) -> bool {
        let brain = &mut self.brain;
        let Some((segment, position)) = brain.find_synapse(source, target) else { return false };
        let nothing_configured = !brain.areas.iter().any(crate::area::AreaRecord::has_psp_flag);
        if brain.compatibility.removed_synapses_linger && nothing_configured {
            brain.lingering.push((source, target));
            return true;
        }
        let segment = &mut brain.segments[segment];
        segment.remove_at(position);
        brain.populations[segment.source].degrees_stale = true;
        brain.stale = true;
        true
    }

    /// Sets the weight of the first synapse from `source` to `target`. Returns whether there is
    /// one. Negative and non-finite weights count as 0.
    pub fn set_weight(&mut self, source: NeuronId, target: NeuronId, weight: f32) -> bool {
        let weight = if weight.is_finite() { weight.max(0.0) } else { 0.0 };
        let Some((segment, position)) = self.brain.find_synapse(source, target) else { return false };
        let segment = &mut self.brain.segments[segment];
        let synapses = segment.len();
        segment.weight.set(position, weight, synapses);
        true
    }

    /// Every synapse, by source population, target population and row.
    pub fn synapses(&self) -> impl Iterator<Item = Synapse> + '_ {
        let brain = &self.brain;
        let positions = brain.populations.iter().flat_map(|population| &population.outgoing);
        let mut removed = brain.lingering.clone();
        positions.flat_map(move |&position| brain.synapses_of(position)).filter(move |synapse| {
            let ends = (synapse.source, synapse.target);
            let hidden = removed.iter().position(|&gone| gone == ends);
            hidden.map(|at| removed.swap_remove(at)).is_none()
        })
    }

    /// Numbers of synapses from one area (first) to another (second). A pair can appear several times;
    /// a synapse that was removed since the last burst may still be counted.
    pub fn synapse_counts(&self) -> impl Iterator<Item = (CorticalIdx, CorticalIdx, usize)> + '_ {
        let brain = &self.brain;
        let area = |population: usize| brain.areas[brain.populations[population].area].idx;
        let segments = brain.segments.iter().filter(|segment| segment.len() > 0);
        segments.map(move |segment| (area(segment.source), area(segment.target), segment.len()))
    }

    /// The synapses of one mapping.
    ///
    /// # Errors
    /// [`EngineError::UnknownMapping`].
    pub fn mapping_synapses(
        &self,
        mapping: MappingId,
    ) -> Result<impl Iterator<Item = Synapse> + '_, EngineError> {
        Ok(self.brain.synapses_of(self.brain.mapping(mapping)?))
    }
}

impl Brain {
    fn existing(&self, id: NeuronId) -> Result<(usize, usize), EngineError> {
        self.locate(id).ok_or(EngineError::UnknownNeuron(id))
    }

    /// The newest segment between two populations, if it was made by hand, or a new one: synapses
    /// added now come after everything that is there.
    fn hand_made_segment(&mut self, source: usize, target: usize) -> usize {
        let outgoing = &self.populations[source].outgoing;
        let newest = outgoing.iter().rev().find(|&&position| self.segments[position].target == target);
        match newest {
            Some(&position) if self.segments[position].mapping.is_none() => position,
            _ => self.add_segment(Segment::new(None, source, target)),
        }
    }

    /// Segment and position of the first synapse between two neurons.
    fn find_synapse(&self, source: NeuronId, target: NeuronId) -> Option<(usize, usize)> {
        let (population, local) = self.locate(source)?;
        let (target_population, target_local) = self.locate(target)?;
        let slot = (self.populations[target_population].first_slot + target_local) as u32;
        let already_removed = self.lingering.iter().filter(|&&gone| gone == (source, target)).count();
        let outgoing = self.populations[population].outgoing.iter().copied();
        outgoing
            .filter(|&position| self.segments[position].target == target_population)
            .flat_map(|position| {
                let segment = &self.segments[position];
                let row = segment.row(local).filter(|&at| segment.targets[at] == slot);
                row.map(move |at| (position, at))
            })
            .nth(already_removed)
    }

    /// Number of synapses from one neuron to another; 0 when one of them does not exist.
    pub(crate) fn synapses_between(&self, source: NeuronId, target: NeuronId) -> usize {
        let (Some((source, local)), Some((target, target_local))) =
            (self.locate(source), self.locate(target))
        else {
            return 0;
        };
        let slot = (self.populations[target].first_slot + target_local) as u32;
        let segments = self.populations[source].outgoing.iter().map(|&position| &self.segments[position]);
        let targets = segments.filter(|segment| segment.target == target);
        targets
            .map(|segment| segment.targets[segment.row(local)].iter().filter(|&&at| at == slot).count())
            .sum()
    }

    /// Carries out removals that were put off.
    pub(crate) fn drop_lingering(&mut self) {
        for (source, target) in core::mem::take(&mut self.lingering) {
            if let Some((segment, position)) = self.find_synapse(source, target) {
                self.segments[segment].remove_at(position);
                self.populations[self.segments[segment].source].degrees_stale = true;
            }
        }
    }

    /// Forgets removals that were put off and went with a neuron in the meantime.
    pub(crate) fn forget_lingering(&mut self) {
        let mut lingering = core::mem::take(&mut self.lingering);
        lingering.retain(|&(source, target)| self.locate(source).is_some() && self.locate(target).is_some());
        self.lingering = lingering;
    }

    fn synapses_of(&self, position: usize) -> impl Iterator<Item = Synapse> + '_ {
        self.segments[position].edges().map(move |edge| self.synapse(position, edge))
    }
}
