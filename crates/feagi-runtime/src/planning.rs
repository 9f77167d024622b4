//! What an edit takes, found out before it is carried out: room for areas, neurons and synapses, the
//! steps for the engine, and the mappings to develop anew.

use std::collections::{BTreeMap, BTreeSet};

use feagi_burst_engine::{AreaEdit, EngineError};
use feagi_development::{DevelopmentError, RulePlace, Settings, develop_mappings, mapping_places};
use feagi_genome::{AreaGenes, Footprint, Genome, Region, Warning};
use feagi_types::{AreaParameters, CorticalId, Dimensions, Mapping, NeuronId};

use crate::edits::BrainMapping;
use crate::revision::Revision;
use crate::{Brain, EditError};

/// Mappings that an edit needs.
pub(crate) struct Plan {
    pub(crate) mappings: Vec<(RulePlace, Mapping)>,
    pub(crate) synapses: u64,
    pub(crate) warnings: Vec<Warning>,
}

/// What an edit does to the engine.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) removed: Vec<CorticalId>,
    pub(crate) resized: Vec<CorticalId>,
    pub(crate) created: Vec<CorticalId>,
    pub(crate) parameters: Vec<(CorticalId, AreaEdit)>,
    pub(crate) touched: Touched,
}

/// Which mappings an edit replaces: those from or to an area, and those between a pair.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    areas: BTreeSet<CorticalId>,
    pairs: BTreeSet<(CorticalId, CorticalId)>,
}

/// Levels of JSON that a part may have: with what lies around it, half of what readers take.
const DEEPEST: usize = 56;

/// What is left of the limits.
pub(crate) struct Room {
    areas: usize,
    neurons: u64,
    ids: u64,
}

impl Touched {
    pub(crate) fn has(&self, source: CorticalId, target: CorticalId) -> bool {
        self.areas.contains(&source) || self.areas.contains(&target) || self.pairs.contains(&(source, target))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.pairs.is_empty()
    }

    /// Areas of a genome from which something touched leaves.
    fn sources(&self, genome: &Genome) -> BTreeSet<CorticalId> {
        let mut sources: BTreeSet<CorticalId> = self.pairs.iter().map(|&(source, _)| source).collect();
        if !self.areas.is_empty() {
            let texts: BTreeSet<String> = self.areas.iter().map(CorticalId::to_base64).collect();
            let reaches = |area: &&AreaGenes| {
                self.areas.contains(&area.id) || area.mappings.keys().any(|target| texts.contains(target))
            };
            sources.extend(genome.areas.iter().filter(reaches).map(|area| area.id));
        }
        sources
    }

    /// Whether the engine has the area as the genome says only after the edit.
    fn changes(&self, id: CorticalId) -> bool {
        self.areas.contains(&id)
    }
}

impl Work {
    /// What a complete revision asks for, if it can be carried out at all.
    ///
    /// # Errors
    /// [`EditError`] when the revision makes no sense or there is not enough room for it.
    pub(crate) fn of(brain: &Brain, revision: &Revision) -> Result<Self, EditError> {
        let mut work = Self::default();
        let mut room = brain.room();
        let genome = &brain.genome;
        for (&id, _) in revision.areas.iter().filter(|(_, genes)| genes.is_none()) {
            brain.area(id).ok_or(EditError::UnknownArea(id))?;
            if id.core_area().is_some() {
                return Err(EditError::CoreArea(id));
            }
            room.areas += 1;
            room.release(brain, id);
            work.removed.push(id);
            work.touched.areas.insert(id);
        }
        let changed = || revision.areas.values().flatten().map(|genes| (genome.area_by_id(genes.id), genes));
        // What goes and what changes its size makes room before anything takes it.
        for (before, genes) in changed() {
            if before.is_some_and(|before| size(before) != size(genes)) {
                room.release(brain, genes.id);
            }
        }
        for (before, genes) in changed() {
            work.area(brain, &mut room, before, genes)?;
        }
        if let Some(regions) = &revision.regions {
            check_regions(regions, |id| match revision.areas.get(&id) {
                Some(genes) => genes.is_some(),
                None => genome.area_by_id(id).is_some(),
            })?;
        }
        work.morphologies(genome, revision);
        Ok(work)
    }

    fn area(
        &mut self,
        brain: &Brain,
        room: &mut Room,
        before: Option<&AreaGenes>,
        genes: &AreaGenes,
    ) -> Result<(), EditError> {
        let id = genes.id;
        let Some(before) = before else {
            room.take(brain, genes)?;
            self.created.push(id);
            self.touched.areas.insert(id);
            return Ok(());
        };
        check_parameters(genes)?;
        if size(before) != size(genes) {
            room.take(brain, genes)?;
            self.resized.push(id);
            self.touched.areas.insert(id);
        }
        let edits = parameter_edits(&before.parameters, &genes.parameters);
        if !edits.is_empty() {
            brain.in_step(id)?;
        }
        self.parameters.extend(edits.into_iter().map(|edit| (id, edit)));
        let targets: BTreeSet<&String> = before.mappings.keys().chain(genes.mappings.keys()).collect();
        for target in targets.into_iter().filter(|&key| before.mappings.get(key) != genes.mappings.get(key)) {
            if let Ok(target) = CorticalId::from_base64(target) {
                brain.in_step(id)?;
                self.touched.pairs.insert((id, target));
            }
        }
        Ok(())
    }

    /// Mappings whose connection rules change are made anew.
    fn morphologies(&mut self, genome: &Genome, revision: &Revision) {
        let changed = revision.changed_morphologies(genome);
        if changed.is_empty() {
            return;
        }
        for genes in &genome.areas {
            for (target, rules) in &genes.mappings {
                let follows = rules.iter().any(|rule| changed.contains(&rule.morphology));
                if let Some(target) = CorticalId::from_base64(target).ok().filter(|_| follows) {
                    self.touched.pairs.insert((genes.id, target));
                }
            }
        }
    }
}

/// What decides how many neurons an area has.
const fn size(genes: &AreaGenes) -> (Dimensions, u32) {
    (genes.dimensions, genes.neurons_per_voxel)
}

impl Room {
    /// Takes what an area that is new or has another size needs, or takes nothing. An area that is
    /// there gives its neurons back for it.
    ///
    /// # Errors
    /// As for [`Room::take`].
    pub(crate) fn exchange(&mut self, brain: &Brain, genes: &AreaGenes) -> Result<(), EditError> {
        let before = self.neurons;
        self.release(brain, genes.id);
        self.take(brain, genes).inspect_err(|_| self.neurons = before)
    }

    /// Takes what an area that is new or has another size needs, or takes nothing.
    ///
    /// # Errors
    /// [`EditError`] when the area makes no sense or there is not enough room for it.
    fn take(&mut self, brain: &Brain, genes: &AreaGenes) -> Result<(), EditError> {
        let AreaGenes { id, ref name, dimensions, neurons_per_voxel: per_voxel, .. } = *genes;
        if id.core_area().is_some() {
            return Err(EditError::CoreArea(id));
        }
        let known = brain.genome.area_by_id(id).is_some();
        if known {
            brain.in_step(id)?;
        } else {
            self.check_new(brain, genes)?;
        }
        let name = name.clone();
        let count: u128 = dimensions.to_array().into_iter().map(u128::from).product();
        let count = count * u128::from(per_voxel);
        if count == 0 {
            return Err(DevelopmentError::EmptyArea { name, id, dimensions, per_voxel }.into());
        }
        let left = self.neurons;
        if count > u128::from(left) {
            let limit = brain.assembly.development.max_neurons;
            let refusal =
                DevelopmentError::TooManyNeurons { name, id, dimensions, per_voxel, count, left, limit };
            return Err(refusal.into());
        }
        // It is not above `left`, which has 64 bits.
        let count = count as u64;
        if count > self.ids {
            let used = u64::from(NeuronId::FIRST_MEMORY.get()) - self.ids;
            let source = EngineError::TooManyNeurons { requested: count, used };
            return Err(EditError::Engine { id, name, source });
        }
        self.areas -= usize::from(!known);
        self.neurons = left - count;
        self.ids -= count;
        Ok(())
    }

    fn check_new(&self, brain: &Brain, genes: &AreaGenes) -> Result<(), EditError> {
        let id = genes.id;
        id.kind().map_err(|source| EditError::Id { id, source })?;
        check_parameters(genes)?;
        if brain.engine.area_idx(id).is_some() {
            return Err(EditError::OutOfStep(id));
        }
        if self.areas == 0 {
            let limit = brain.assembly.limits.max_areas;
            return Err(EditError::TooManyAreas { id, name: genes.name.clone(), limit });
        }
        Ok(())
    }

    /// Counts the neurons of an area that goes or gets another size. Their ids are not used again.
    fn release(&mut self, brain: &Brain, id: CorticalId) {
        self.neurons += brain.area(id).map_or(0, |area| area.neurons);
    }
}

fn check_parameters(genes: &AreaGenes) -> Result<(), EditError> {
    let (id, name) = (genes.id, &genes.name);
    let engine = |wrong: feagi_types::parameters::ParameterError| EditError::Engine {
        id,
        name: name.clone(),
        source: wrong.into(),
    };
    genes.parameters.validate().map_err(engine)
}

/// The edits that lead from some parameters to others.
fn parameter_edits(before: &AreaParameters, after: &AreaParameters) -> Vec<AreaEdit> {
    let mut edits = Vec::new();
    let mut differ = |differs: bool, edit: AreaEdit| {
        if differs {
            edits.push(edit);
        }
    };
    let gradient =
        (before.threshold, before.threshold_increment) != (after.threshold, after.threshold_increment);
    let increment = after.threshold_increment;
    let threshold = if increment == [0.0; 3] {
        AreaEdit::Threshold(after.threshold)
    } else {
        AreaEdit::ThresholdGradient { base: after.threshold, increment }
    };
    differ(gradient, threshold);
    differ(before.threshold_limit != after.threshold_limit, AreaEdit::ThresholdLimit(after.threshold_limit));
    differ(before.leak != after.leak, AreaEdit::Leak(after.leak));
    differ(
        before.refractory_period != after.refractory_period,
        AreaEdit::RefractoryPeriod(after.refractory_period),
    );
    differ(before.excitability != after.excitability, AreaEdit::Excitability(after.excitability));
    differ(
        before.consecutive_fire_limit != after.consecutive_fire_limit,
        AreaEdit::ConsecutiveFireLimit(after.consecutive_fire_limit),
    );
    differ(before.snooze_length != after.snooze_length, AreaEdit::SnoozeLength(after.snooze_length));
    differ(before.accumulates != after.accumulates, AreaEdit::Accumulates(after.accumulates));
    differ(
        before.postsynaptic_current != after.postsynaptic_current,
        AreaEdit::PostsynapticCurrent(after.postsynaptic_current),
    );
    let uniform = |parameters: &AreaParameters| parameters.psp_uniform.unwrap_or(false);
    differ(uniform(before) != uniform(after), AreaEdit::PspUniform(uniform(after)));
    let driven = |parameters: &AreaParameters| parameters.mp_driven_psp.unwrap_or(false);
    differ(driven(before) != driven(after), AreaEdit::MpDrivenPsp(driven(after)));
    differ(before.degeneration != after.degeneration, AreaEdit::Degeneration(after.degeneration));
    edits
}

/// Checks that regions form one tree, and that areas exist and belong to one region at most.
fn check_regions(regions: &[Region], exists: impl Fn(CorticalId) -> bool) -> Result<(), EditError> {
    let wrong = |region: &Region, what| EditError::Regions { id: region.id.clone(), what };
    let mut ids = BTreeSet::new();
    let mut members = BTreeSet::new();
    for region in regions {
        if !ids.insert(region.id.as_str()) {
            return Err(wrong(region, "another region has its id"));
        }
        for &id in &region.areas {
            if !exists(id) {
                return Err(EditError::UnknownArea(id));
            }
            if !members.insert(id) {
                return Err(wrong(region, "one of its areas belongs to another region too"));
            }
        }
    }
    let parents: BTreeMap<&str, Option<&str>> =
        regions.iter().map(|region| (region.id.as_str(), region.parent.as_deref())).collect();
    let mut rooted = BTreeSet::new();
    for region in regions {
        // Each chain is walked only as far as regions that are not known to reach the root.
        let (mut chain, mut next) = (BTreeSet::new(), Some(region.id.as_str()));
        while let Some(id) = next.filter(|id| !rooted.contains(id)) {
            if !chain.insert(id) {
                return Err(wrong(region, "it would lie inside itself"));
            }
            next = *parents.get(id).ok_or_else(|| wrong(region, "its parent does not exist"))?;
        }
        rooted.extend(chain);
    }
    if let Some(second) = regions.iter().filter(|region| region.parent.is_none()).nth(1) {
        return Err(wrong(second, "only one region has no parent"));
    }
    Ok(())
}

impl Brain {
    /// What the genome takes in a file now that `before` has become `after`, which are revisions of the
    /// same parts.
    ///
    /// # Errors
    /// [`EditError::TooLarge`] when it grows beyond what can be read again.
    pub(crate) fn footprint_after(
        &self,
        before: &Revision,
        after: &Revision,
        regions_before: usize,
    ) -> Result<Footprint, EditError> {
        let (old, new) = (before.footprint(), after.footprint());
        let whole = self.footprint - old + new;
        let limits = &self.assembly.limits;
        for (what, limit, was, is) in [
            ("bytes of text", limits.max_bytes, self.footprint.text, whole.text),
            ("bytes of memory for its JSON", limits.max_tree_bytes, self.footprint.tree, whole.tree),
            ("mapping rules", limits.max_rules, self.footprint.rules, whole.rules),
            ("brain regions", limits.max_regions, regions_before, self.genome.regions.len()),
            ("levels of JSON inside one part", DEEPEST, old.depth, new.depth),
        ] {
            if is > limit && is > was {
                return Err(EditError::TooLarge { what, limit });
            }
        }
        Ok(whole)
    }

    /// What is left of the limits that the brain was assembled with.
    pub(crate) fn room(&self) -> Room {
        let neurons: u64 = self.areas.iter().map(|area| area.neurons).sum();
        Room {
            areas: self.assembly.limits.max_areas.saturating_sub(self.genome.areas.len()),
            neurons: self.assembly.development.max_neurons.saturating_sub(neurons),
            ids: u64::from(self.engine.neuron_ids_left()),
        }
    }

    /// Adds to what is touched the other mappings of the same sources that now are made or no longer
    /// are: a rule that fails keeps those behind it in its area from being applied.
    ///
    /// # Errors
    /// As for [`Brain::plan`].
    fn follow_failures(&self, touched: &mut Touched) -> Result<(), EditError> {
        let sources = touched.sources(&self.genome);
        let others = |source, target| sources.contains(&source) && !touched.has(source, target);
        let settings = Settings { max_synapses: u64::MAX, ..self.assembly.development.clone() };
        let wanted: BTreeSet<RulePlace> =
            mapping_places(&self.genome, &settings, others)?.into_iter().collect();
        let places = self.mappings.iter().map(|mapping| mapping.place);
        let made: BTreeSet<RulePlace> = places.filter(|place| others(place.source, place.target)).collect();
        let differ = wanted.symmetric_difference(&made).map(|place| (place.source, place.target));
        let differ: Vec<_> = differ.collect();
        touched.pairs.extend(differ);
        Ok(())
    }

    /// Develops the touched mappings by the genome as it is, for the engine as it is, and others that
    /// follow.
    pub(crate) fn plan(&self, touched: &mut Touched) -> Result<Plan, EditError> {
        if touched.is_empty() {
            return Ok(Plan { mappings: Vec::new(), synapses: 0, warnings: Vec::new() });
        }
        self.follow_failures(touched)?;
        let limit = self.assembly.development.max_synapses;
        let replaced = |mapping: &&BrainMapping| touched.has(mapping.place.source, mapping.place.target);
        let going = self.mappings.iter().filter(replaced);
        let going: usize = going.map(|mapping| self.engine.mapping_len(mapping.id).unwrap_or(0)).sum();
        let staying = self.engine.synapse_count().saturating_sub(going) as u64;
        let settings =
            Settings { max_synapses: limit.saturating_sub(staying), ..self.assembly.development.clone() };
        let developed =
            develop_mappings(&self.genome, &settings, |source, target| touched.has(source, target))
                .map_err(|error| with_limit(error, limit))?;
        for (place, _) in &developed.mappings {
            for id in [place.source, place.target] {
                if !touched.changes(id) {
                    self.in_step(id)?;
                }
            }
        }
        let (mappings, synapses, warnings) = (developed.mappings, developed.synapses, developed.warnings);
        Ok(Plan { mappings, synapses, warnings })
    }

    /// Checks that the engine has the area as the genome says.
    pub(crate) fn in_step(&self, id: CorticalId) -> Result<(), EditError> {
        let area = self.area(id).ok_or(EditError::UnknownArea(id))?;
        let genes = self.genome.area_by_id(id);
        let wanted = genes.map(|genes| (genes.dimensions, genes.neurons_per_voxel));
        if wanted.is_some() && self.engine.area_grid(area.idx).ok() == wanted {
            Ok(())
        } else {
            Err(EditError::OutOfStep(id))
        }
    }
}

/// The error with the limit of the whole brain, which is what people can raise.
fn with_limit(error: DevelopmentError, whole: u64) -> DevelopmentError {
    match error {
        DevelopmentError::TooManySynapses { mapping, count, left, .. } => {
            DevelopmentError::TooManySynapses { mapping, count, left, limit: whole }
        }
        other => other,
    }
}
