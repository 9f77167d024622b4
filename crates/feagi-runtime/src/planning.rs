//! What an edit takes, found out before it is carried out: room for areas, neurons and synapses, and
//! the mappings to develop anew.

use std::collections::BTreeSet;

use feagi_burst_engine::EngineError;
use feagi_development::{DevelopmentError, RulePlace, Settings, develop_mappings};
use feagi_genome::Warning;
use feagi_types::{CorticalId, Dimensions, Mapping, NeuronId};

use crate::edits::{BrainMapping, Edit};
use crate::{Brain, EditError};

/// Mappings that an edit needs.
pub(crate) struct Plan {
    pub(crate) mappings: Vec<(RulePlace, Mapping)>,
    pub(crate) synapses: u64,
    pub(crate) warnings: Vec<Warning>,
}

/// Which mappings an edit replaces.
pub(crate) enum Touched {
    /// Those from or to one of these areas.
    Areas(BTreeSet<CorticalId>),
    /// Those from one area to another.
    Pair(CorticalId, CorticalId),
}

/// What is left of the limits.
pub(crate) struct Room {
    areas: usize,
    neurons: u64,
    ids: u64,
}

/// What an area edit asks for.
struct Demand {
    name: String,
    dimensions: Dimensions,
    per_voxel: u32,
    /// Neurons that it gives back.
    freed: u64,
}

impl Touched {
    fn has(&self, source: CorticalId, target: CorticalId) -> bool {
        match self {
            Self::Areas(areas) => areas.contains(&source) || areas.contains(&target),
            Self::Pair(from, to) => (*from, *to) == (source, target),
        }
    }

    /// Whether the engine has the area as the genome says only after the edit.
    fn changes(&self, id: CorticalId) -> bool {
        matches!(self, Self::Areas(areas) if areas.contains(&id))
    }
}

impl Room {
    /// Takes what `edit` needs, or takes nothing.
    ///
    /// # Errors
    /// [`EditError`] when the edit makes no sense or there is not enough room for it.
    pub(crate) fn take(&mut self, brain: &Brain, edit: &Edit) -> Result<(), EditError> {
        let id = edit.id();
        let demand = demand(brain, edit)?;
        let created = matches!(edit, Edit::Create { .. });
        if created && self.areas == 0 {
            let limit = brain.assembly.limits.max_areas;
            return Err(EditError::TooManyAreas { id, name: demand.name, limit });
        }
        let Demand { name, dimensions, per_voxel, freed } = demand;
        let count: u128 = dimensions.to_array().into_iter().map(u128::from).product();
        let count = count * u128::from(per_voxel);
        if count == 0 {
            return Err(DevelopmentError::EmptyArea { name, id, dimensions, per_voxel }.into());
        }
        let left = self.neurons + freed;
        if count > u128::from(left) {
            let limit = brain.assembly.development.max_neurons;
            return Err(DevelopmentError::TooManyNeurons {
                name,
                id,
                dimensions,
                per_voxel,
                count,
                left,
                limit,
            }
            .into());
        }
        // It is not above `left`, which has 64 bits.
        let count = count as u64;
        if count > self.ids {
            let used = u64::from(NeuronId::FIRST_MEMORY.get()) - self.ids;
            let source = EngineError::TooManyNeurons { requested: count, used };
            return Err(EditError::Engine { id, name, source });
        }
        self.areas -= usize::from(created);
        self.neurons = self.neurons + freed - count;
        self.ids -= count;
        Ok(())
    }
}

/// What an edit asks for, if it can be carried out at all.
fn demand(brain: &Brain, edit: &Edit) -> Result<Demand, EditError> {
    let id = edit.id();
    if id.core_area().is_some() {
        return Err(EditError::CoreArea(id));
    }
    match edit {
        Edit::Create { genes, region } => {
            id.kind().map_err(|source| EditError::Id { id, source })?;
            if brain.gene_position(id).is_some() {
                return Err(EditError::AreaExists(id));
            }
            if let Some(region) = region.as_ref().filter(|&id| !brain.has_region(id)) {
                return Err(EditError::UnknownRegion(region.clone()));
            }
            let name = genes.name.clone();
            if let Err(wrong) = genes.parameters.validate() {
                return Err(EditError::Engine { id, name, source: wrong.into() });
            }
            if brain.engine.area_idx(id).is_some() {
                return Err(EditError::OutOfStep(id));
            }
            let (dimensions, per_voxel) = (genes.dimensions, genes.neurons_per_voxel);
            Ok(Demand { name, dimensions, per_voxel, freed: 0 })
        }
        &Edit::Resize { dimensions, per_voxel, .. } => {
            let area = brain.area(id).ok_or(EditError::UnknownArea(id))?;
            brain.in_step(id)?;
            Ok(Demand { name: area.name.clone(), dimensions, per_voxel, freed: area.neurons })
        }
    }
}

impl Brain {
    /// What is left of the limits that the brain was assembled with.
    pub(crate) fn room(&self) -> Room {
        let neurons: u64 = self.areas.iter().map(|area| area.neurons).sum();
        Room {
            areas: self.assembly.limits.max_areas.saturating_sub(self.genome.areas.len()),
            neurons: self.assembly.development.max_neurons.saturating_sub(neurons),
            ids: u64::from(self.engine.neuron_ids_left()),
        }
    }

    /// Writes edits for which there is room into the genome and develops the mappings that follow.
    /// The genome is as it was when that is refused.
    pub(crate) fn plan_areas(&mut self, edits: &[Edit]) -> Result<Plan, EditError> {
        let before: Vec<_> = edits.iter().map(|edit| self.write(edit)).collect();
        let plan = self.plan(&Touched::Areas(edits.iter().map(Edit::id).collect()));
        if plan.is_err() {
            for (edit, before) in edits.iter().zip(before) {
                self.unwrite(edit.id(), before);
            }
        }
        plan
    }

    /// Develops the touched mappings by the genome as it is, for the engine as it is.
    pub(crate) fn plan(&self, touched: &Touched) -> Result<Plan, EditError> {
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
        let genes = self.gene_position(id).map(|position| &self.genome.areas[position]);
        let wanted = genes.map(|genes| (genes.dimensions, genes.neurons_per_voxel));
        if wanted.is_some() && self.engine.area_grid(area.idx).ok() == wanted {
            Ok(())
        } else {
            Err(EditError::OutOfStep(id))
        }
    }

    fn has_region(&self, id: &str) -> bool {
        self.genome.regions.iter().any(|region| region.id == id)
    }

    /// Writes an edit into the genome; returns the size before.
    fn write(&mut self, edit: &Edit) -> Option<(Dimensions, u32)> {
        match edit {
            Edit::Create { genes, region } => {
                let place = self.genome.areas.partition_point(|other| other.id < genes.id);
                self.genome.areas.insert(place, (**genes).clone());
                let regions = &mut self.genome.regions;
                let home = regions.iter_mut().find(|home| match region {
                    Some(id) => home.id == *id,
                    None => home.parent.is_none(),
                });
                if let Some(home) = home {
                    home.areas.push(genes.id);
                }
                None
            }
            Edit::Resize { id, dimensions, per_voxel } => {
                let position = self.gene_position(*id)?;
                let genes = &mut self.genome.areas[position];
                let before = (genes.dimensions, genes.neurons_per_voxel);
                (genes.dimensions, genes.neurons_per_voxel) = (*dimensions, *per_voxel);
                Some(before)
            }
        }
    }

    fn unwrite(&mut self, id: CorticalId, before: Option<(Dimensions, u32)>) {
        let Some(position) = self.gene_position(id) else { return };
        if let Some((dimensions, per_voxel)) = before {
            let genes = &mut self.genome.areas[position];
            (genes.dimensions, genes.neurons_per_voxel) = (dimensions, per_voxel);
        } else {
            self.genome.areas.remove(position);
            self.genome.regions.iter_mut().for_each(|region| region.areas.retain(|&member| member != id));
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
