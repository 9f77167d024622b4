//! Edits of a running brain: areas and mappings come, change and go. Genome, engine and the list of
//! areas stay in step, and what an edit touches is developed anew, so that the brain is always the one
//! that its genome describes.
//!
//! Everything that can be refused is refused before anything is changed. What an edit does not touch
//! keeps its neurons, ids and state; learned weights of what it touches start again. `planning.rs`
//! finds out what an edit takes, `growth.rs` turns requests of agents into edits.

use feagi_burst_engine::{AreaEdit, EngineError};
use feagi_development::{DevelopmentError, RulePlace};
use feagi_genome::{AreaGenes, MappingRule, Warning};
use feagi_types::cortical_id::KindError;
use feagi_types::{Area, CorticalId, CorticalIdx, Dimensions, Mapping, MappingId};

use crate::planning::{Plan, Touched};
use crate::{Brain, BrainArea};

/// A mapping of the engine and the rule of the genome that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrainMapping {
    /// Its id inside the engine.
    pub id: MappingId,
    /// Where the genome has the rule.
    pub place: RulePlace,
}

/// What an edit did to an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaChange {
    /// There was no such area before.
    Created {
        /// Its id.
        id: CorticalId,
        /// Its index inside the engine.
        idx: CorticalIdx,
        /// Its size in voxels.
        dimensions: Dimensions,
    },
    /// Its neurons are new ones, with new ids.
    Resized {
        /// Its id.
        id: CorticalId,
        /// Its index inside the engine.
        idx: CorticalIdx,
        /// Its size before, in voxels.
        from: Dimensions,
        /// Its size now, in voxels.
        to: Dimensions,
    },
    /// It is gone, with its mappings.
    Removed {
        /// Its id.
        id: CorticalId,
        /// The index that it had inside the engine.
        idx: CorticalIdx,
    },
}

/// What an edit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edited {
    /// Areas that are not as they were.
    pub changes: Vec<AreaChange>,
    /// Synapses that were made, in place of others where mappings had some before.
    pub synapses: u64,
    /// What in the new mappings will not do what their author may expect.
    pub warnings: Vec<Warning>,
}

/// Why a brain is not edited. It is as it was before.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// No area has the id.
    #[error("no area has the id {0}")]
    UnknownArea(CorticalId),
    /// An area has the id already.
    #[error("an area with the id {0} exists already")]
    AreaExists(CorticalId),
    /// The id names no possible area.
    #[error("{id}: {source}")]
    Id {
        /// The id.
        id: CorticalId,
        /// What is wrong with it.
        source: KindError,
    },
    /// Core areas are the same in every brain.
    #[error("{0} is a core area; those stay as they are")]
    CoreArea(CorticalId),
    /// Only inputs and outputs belong to devices.
    #[error("{0} is neither an input nor an output area; devices need those")]
    NoDevice(CorticalId),
    /// No brain region has the id.
    #[error("no brain region has the id {0:?}")]
    UnknownRegion(String),
    /// The brain has as many areas as a genome may have.
    #[error(
        "area {name:?} ({id}): a brain has at most max_areas = {limit} areas; remove one or raise max_areas"
    )]
    TooManyAreas {
        /// Id of the area.
        id: CorticalId,
        /// Name of the area.
        name: String,
        /// The limit in force.
        limit: usize,
    },
    /// What the genome would be is not developed: it exceeds a limit.
    #[error(transparent)]
    Development(#[from] DevelopmentError),
    /// The engine refuses an area.
    #[error("area {name:?} ({id}): {source}")]
    Engine {
        /// Id of the area.
        id: CorticalId,
        /// Name of the area.
        name: String,
        /// Why.
        source: EngineError,
    },
    /// The engine was edited without the genome.
    #[error("area {0} of the engine is not as the genome says; load the genome again")]
    OutOfStep(CorticalId),
}

/// A change of an area that mappings follow.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// An area that is not there yet, and the region it belongs to; `None`: the root region.
    Create { genes: Box<AreaGenes>, region: Option<String> },
    /// Another size of an area.
    Resize { id: CorticalId, dimensions: Dimensions, per_voxel: u32 },
}

impl Edit {
    pub(crate) fn id(&self) -> CorticalId {
        match self {
            Self::Create { genes, .. } => genes.id,
            Self::Resize { id, .. } => *id,
        }
    }
}

impl Brain {
    /// The area with this id, if there is one.
    #[must_use]
    pub fn area(&self, id: CorticalId) -> Option<&BrainArea> {
        self.areas.iter().find(|area| area.id == id)
    }

    /// Adds an area, its mappings, and those of other areas that the genome already had to it, to the
    /// brain region `region`, or to the root region.
    ///
    /// # Errors
    /// [`EditError`]; nothing is changed then. Limits are those the brain was assembled with.
    pub fn create_area(&mut self, genes: AreaGenes, region: Option<&str>) -> Result<Edited, EditError> {
        let region = region.map(str::to_owned);
        self.edit_areas(&[Edit::Create { genes: Box::new(genes), region }])
    }

    /// Gives an area another size and makes its mappings anew. Its neurons are new ones, with new ids.
    ///
    /// # Errors
    /// As for [`Brain::create_area`].
    pub fn resize_area(
        &mut self,
        id: CorticalId,
        dimensions: Dimensions,
        per_voxel: u32,
    ) -> Result<Edited, EditError> {
        self.edit_areas(&[Edit::Resize { id, dimensions, per_voxel }])
    }

    /// Removes an area with the mappings to and from it, and its mention in brain regions.
    ///
    /// # Errors
    /// [`EditError::UnknownArea`], [`EditError::CoreArea`].
    pub fn remove_area(&mut self, id: CorticalId) -> Result<Edited, EditError> {
        let BrainArea { idx, name, .. } = self.area(id).cloned().ok_or(EditError::UnknownArea(id))?;
        if id.core_area().is_some() {
            return Err(EditError::CoreArea(id));
        }
        let dropped =
            self.engine.remove_area(idx).map_err(|source| EditError::Engine { id, name, source })?;
        self.forget_mappings(&dropped);
        self.areas.retain(|area| area.id != id);
        self.genome.areas.retain(|genes| genes.id != id);
        let text = id.to_base64();
        for genes in &mut self.genome.areas {
            genes.mappings.remove(&text);
        }
        for region in &mut self.genome.regions {
            for list in [&mut region.areas, &mut region.inputs, &mut region.outputs] {
                list.retain(|&member| member != id);
            }
        }
        self.revision += 1;
        Ok(Edited { changes: vec![AreaChange::Removed { id, idx }], ..Edited::default() })
    }

    /// Replaces the mapping rules from one area to another; without rules the mapping is gone.
    ///
    /// # Errors
    /// As for [`Brain::create_area`].
    pub fn set_mapping(
        &mut self,
        source: CorticalId,
        target: CorticalId,
        rules: Vec<MappingRule>,
    ) -> Result<Edited, EditError> {
        for id in [source, target] {
            self.in_step(id)?;
        }
        let before = self.exchange_rules(source, target, rules)?;
        let plan = match self.plan(&Touched::Pair(source, target)) {
            Ok(plan) => plan,
            Err(error) => {
                self.exchange_rules(source, target, before)?;
                return Err(error);
            }
        };
        let pair = |mapping: &BrainMapping| (mapping.place.source, mapping.place.target) == (source, target);
        let old = self.mappings.iter().filter(|&mapping| pair(mapping));
        let mut old: Vec<MappingId> = old.map(|mapping| mapping.id).collect();
        old.sort_unstable();
        for &mapping in &old {
            // One that is gone already is as good as removed.
            let _ = self.engine.remove_mapping(mapping);
        }
        self.forget_mappings(&old);
        self.add_mappings(plan.mappings)?;
        self.revision += 1;
        Ok(Edited { changes: Vec::new(), synapses: plan.synapses, warnings: plan.warnings })
    }

    /// Changes a parameter of an area from the next burst on.
    ///
    /// # Errors
    /// [`EditError::UnknownArea`], or [`EditError::Engine`] when the value is out of range.
    pub fn edit_parameter(&mut self, id: CorticalId, edit: AreaEdit) -> Result<(), EditError> {
        self.in_step(id)?;
        let BrainArea { idx, name, .. } = self.area(id).cloned().ok_or(EditError::UnknownArea(id))?;
        let position = self.gene_position(id).ok_or(EditError::UnknownArea(id))?;
        let edited = self.engine.edit_area(idx, edit).and_then(|()| self.engine.area_parameters(idx));
        let parameters = edited.map_err(|source| EditError::Engine { id, name, source })?;
        self.genome.areas[position].parameters = parameters.clone();
        self.revision += 1;
        Ok(())
    }

    /// Carries out all edits or none. No area is edited twice.
    pub(crate) fn edit_areas(&mut self, edits: &[Edit]) -> Result<Edited, EditError> {
        if edits.is_empty() {
            return Ok(Edited::default());
        }
        let mut room = self.room();
        edits.iter().try_for_each(|edit| room.take(self, edit))?;
        let plan = self.plan_areas(edits)?;
        let Plan { mappings, synapses, warnings } = plan;
        let mut changes = Vec::with_capacity(edits.len());
        for edit in edits {
            let change = self.apply(edit).map_err(|source| {
                let id = edit.id();
                EditError::Engine { id, name: self.gene_name(id), source }
            });
            changes.push(change?);
        }
        self.add_mappings(mappings)?;
        self.revision += 1;
        Ok(Edited { changes, synapses, warnings })
    }

    /// Brings the engine and the list of areas after an edit that the genome has.
    fn apply(&mut self, edit: &Edit) -> Result<AreaChange, EngineError> {
        match edit {
            Edit::Create { genes, .. } => {
                let last = self.areas.iter().map(|area| area.idx.get()).max();
                let idx = CorticalIdx(last.map_or(0, |last| last.saturating_add(1)));
                let area = Area {
                    idx,
                    id: genes.id,
                    name: genes.name.clone(),
                    position: genes.position,
                    dimensions: genes.dimensions,
                    neurons_per_voxel: genes.neurons_per_voxel,
                    parameters: genes.parameters.clone(),
                };
                self.engine.place_area(&area)?;
                self.areas.push(BrainArea::of(&area));
                Ok(AreaChange::Created { id: genes.id, idx, dimensions: genes.dimensions })
            }
            &Edit::Resize { id, dimensions: to, per_voxel } => {
                // The room was taken for an area that exists.
                let position = self.areas.iter().position(|area| area.id == id).unwrap_or_default();
                let BrainArea { idx, dimensions: from, .. } = self.areas[position];
                let dropped = self.engine.resize_area(idx, to, per_voxel)?.dropped;
                self.forget_mappings(&dropped);
                let area = &mut self.areas[position];
                area.dimensions = to;
                area.neurons = to.neuron_count(per_voxel).unwrap_or(u64::MAX);
                Ok(AreaChange::Resized { id, idx, from, to })
            }
        }
    }

    fn add_mappings(&mut self, mappings: Vec<(RulePlace, Mapping)>) -> Result<(), EditError> {
        for (place, mut mapping) in mappings {
            let idx = |id| self.area(id).map(|area| area.idx).ok_or(EditError::UnknownArea(id));
            (mapping.source, mapping.target) = (idx(place.source)?, idx(place.target)?);
            let id = self.engine.add_mapping(&mapping).map_err(|source| EditError::Engine {
                id: place.source,
                name: self.gene_name(place.source),
                source,
            })?;
            self.mappings.push(BrainMapping { id, place });
        }
        Ok(())
    }

    /// Forgets mappings that the engine no longer has, given by rising id.
    fn forget_mappings(&mut self, gone: &[MappingId]) {
        self.mappings.retain(|mapping| gone.binary_search(&mapping.id).is_err());
    }

    /// Puts `rules` in place of those that the genome has from one area to another, which it returns.
    fn exchange_rules(
        &mut self,
        source: CorticalId,
        target: CorticalId,
        rules: Vec<MappingRule>,
    ) -> Result<Vec<MappingRule>, EditError> {
        let position = self.gene_position(source).ok_or(EditError::UnknownArea(source))?;
        let mappings = &mut self.genome.areas[position].mappings;
        let before = if rules.is_empty() {
            mappings.remove(&target.to_base64())
        } else {
            mappings.insert(target.to_base64(), rules)
        };
        Ok(before.unwrap_or_default())
    }

    /// Position of an area among the genome's.
    pub(crate) fn gene_position(&self, id: CorticalId) -> Option<usize> {
        self.genome.areas.binary_search_by_key(&id, |genes| genes.id).ok()
    }

    fn gene_name(&self, id: CorticalId) -> String {
        let position = self.gene_position(id);
        position.map_or_else(String::new, |position| self.genome.areas[position].name.clone())
    }
}
