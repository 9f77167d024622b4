//! Edits of a running brain: areas and mappings come, change and go. Genome, engine and the list of
//! areas stay in step, and what an edit touches is developed anew, so that the brain is always the one
//! that its genome describes.
//!
//! Everything that can be refused is refused before anything is changed. What an edit does not touch
//! keeps its neurons, ids and state; learned weights of what it touches start again. Every edit is a
//! [`Revision`](crate::Revision) of the genome: `revision.rs` says what that is, `planning.rs` finds out
//! what it takes, `growth.rs` makes one of requests of agents, `history.rs` takes one back.

use std::collections::BTreeSet;

use feagi_burst_engine::{AreaEdit, EngineError};
use feagi_development::{DevelopmentError, RulePlace};
use feagi_genome::{AreaGenes, MappingRule, Warning};
use feagi_types::cortical_id::KindError;
use feagi_types::{Area, CorticalId, CorticalIdx, Dimensions, Mapping, MappingId};

use crate::planning::{Plan, Work};
use crate::revision::Revision;
use crate::{Brain, BrainArea, Rate, RateError};

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

/// What a revision did.
#[derive(Clone, Debug, PartialEq)]
pub struct Revised {
    /// What changed in the engine.
    pub edited: Edited,
    /// The same parts as they were: the way back.
    pub before: Revision,
    /// The parts as they are, what followed from the revision included.
    pub after: Revision,
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
    /// The genome would be larger than what can be read.
    #[error("the genome would have more than {limit} {what}, and could not be loaded again")]
    TooLarge {
        /// What is counted.
        what: &'static str,
        /// The limit in force.
        limit: usize,
    },
    /// Brain regions that form no tree.
    #[error("brain region {id:?}: {what}")]
    Regions {
        /// Id of the region.
        id: String,
        /// What is wrong.
        what: &'static str,
    },
    /// No loop can keep the time between two bursts.
    #[error(transparent)]
    Timestep(RateError),
    /// Somebody else has changed the same thing since, so that this cannot be taken back or done again.
    #[error("{what} was changed by somebody else since; change it by hand")]
    Overtaken {
        /// What it is, for people.
        what: String,
    },
    /// The engine was edited without the genome.
    #[error("area {0} of the engine is not as the genome says; load the genome again")]
    OutOfStep(CorticalId),
}

/// What an [`EditError`] is about, for those who show it beside a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Something that is named does not exist.
    Missing,
    /// The brain is not what the edit was made for.
    Conflict,
    /// The size of an area in voxels.
    Dimensions,
    /// The number of neurons in a voxel.
    NeuronsPerVoxel,
    /// Mapping rules.
    Mapping,
    /// The time between two bursts.
    Timestep,
    /// The whole.
    Whole,
}

impl EditError {
    /// What it is about.
    #[must_use]
    pub const fn concern(&self) -> Concern {
        match self {
            Self::UnknownArea(_) | Self::UnknownRegion(_) => Concern::Missing,
            Self::Overtaken { .. } | Self::OutOfStep(_) => Concern::Conflict,
            Self::Development(DevelopmentError::EmptyArea { per_voxel: 0, .. }) => Concern::NeuronsPerVoxel,
            Self::Development(
                DevelopmentError::EmptyArea { .. } | DevelopmentError::TooManyNeurons { .. },
            )
            | Self::Engine { source: EngineError::TooManyNeurons { .. }, .. } => Concern::Dimensions,
            Self::Development(_) => Concern::Mapping,
            Self::Timestep(_) => Concern::Timestep,
            _ => Concern::Whole,
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
        let id = genes.id;
        if self.genome.area_by_id(id).is_some() {
            return Err(EditError::AreaExists(id));
        }
        let mut revision = Revision::default();
        if let Some(region) = region {
            revision.put_into_region(&self.genome, id, region)?;
        }
        revision.areas.insert(id, Some(genes));
        self.revise(revision).map(|revised| revised.edited)
    }

    /// Gives an area another size and makes its mappings anew. Its neurons are new ones, with new ids; a
    /// size that it has already changes nothing.
    ///
    /// # Errors
    /// As for [`Brain::create_area`].
    pub fn resize_area(
        &mut self,
        id: CorticalId,
        dimensions: Dimensions,
        per_voxel: u32,
    ) -> Result<Edited, EditError> {
        let mut revision = Revision::default();
        let genes = revision.area(&self.genome, id)?;
        (genes.dimensions, genes.neurons_per_voxel) = (dimensions, per_voxel);
        self.revise(revision).map(|revised| revised.edited)
    }

    /// Removes an area with the mappings to and from it, and its mention in brain regions.
    ///
    /// # Errors
    /// [`EditError::UnknownArea`], [`EditError::CoreArea`].
    pub fn remove_area(&mut self, id: CorticalId) -> Result<Edited, EditError> {
        let revision = Revision { areas: [(id, None)].into(), ..Revision::default() };
        self.revise(revision).map(|revised| revised.edited)
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
        let mut revision = Revision::default();
        revision.set_mapping(&self.genome, source, target, rules)?;
        self.revise(revision).map(|revised| revised.edited)
    }

    /// Changes a parameter of an area from the next burst on.
    ///
    /// # Errors
    /// [`EditError::UnknownArea`], or [`EditError::Engine`] when the value is out of range.
    pub fn edit_parameter(&mut self, id: CorticalId, edit: AreaEdit) -> Result<(), EditError> {
        self.in_step(id)?;
        let BrainArea { idx, name, .. } = self.area(id).cloned().ok_or(EditError::UnknownArea(id))?;
        let edited = self.engine.edit_area(idx, edit).and_then(|()| self.engine.area_parameters(idx));
        let parameters = edited.map_err(|source| EditError::Engine { id, name, source })?.clone();
        if let Some(position) = self.genome.area_position(id) {
            self.genome.areas[position].parameters = parameters;
        }
        self.revision += 1;
        Ok(())
    }

    /// Makes parts of the genome what `revision` says, and brings the engine after it. What only
    /// people see (names, places, regions) changes nothing else; parameters change from the next burst
    /// on; areas of another size get new neurons, and mappings that are touched new synapses.
    ///
    /// # Errors
    /// [`EditError`]; nothing is changed then. Limits are those the brain was assembled with.
    pub fn revise(&mut self, mut revision: Revision) -> Result<Revised, EditError> {
        revision.complete(&self.genome);
        if let Some(seconds) = revision.timestep {
            Rate::from_period_secs(seconds).map_err(EditError::Timestep)?;
        }
        let mut work = Work::of(self, &revision)?;
        let after = revision.clone();
        let regions = self.genome.regions.len();
        let before = revision.exchange(&mut self.genome);
        let planned = self
            .footprint_after(&before, &after, regions)
            .and_then(|whole| Ok((whole, self.plan(&mut work.touched)?)));
        let (footprint, plan) = match planned {
            Ok(planned) => planned,
            Err(refusal) => {
                before.exchange(&mut self.genome);
                return Err(refusal);
            }
        };
        self.footprint = footprint;
        let Plan { mappings, synapses, warnings } = plan;
        let changes = self.carry_out(&work)?;
        self.add_mappings(mappings)?;
        self.timestep_secs = self.genome.physiology.simulation_timestep;
        if before != after {
            self.revision += 1;
        }
        Ok(Revised { edited: Edited { changes, synapses, warnings }, before, after })
    }

    /// Brings the engine and the list of areas after a genome that was revised, but for new mappings.
    fn carry_out(&mut self, work: &Work) -> Result<Vec<AreaChange>, EditError> {
        let mut changes = Vec::new();
        let touched = |mapping: &&BrainMapping| work.touched.has(mapping.place.source, mapping.place.target);
        let mut old: Vec<MappingId> =
            self.mappings.iter().filter(touched).map(|mapping| mapping.id).collect();
        old.sort_unstable();
        for &mapping in &old {
            // One that is gone already is as good as removed.
            let _ = self.engine.remove_mapping(mapping);
        }
        self.forget_mappings(&old);
        for &id in &work.removed {
            changes.extend(self.drop_area(id)?);
        }
        if !work.removed.is_empty() {
            let gone: BTreeSet<CorticalId> = work.removed.iter().copied().collect();
            self.areas.retain(|area| !gone.contains(&area.id));
        }
        for &id in &work.resized {
            changes.push(self.grow_anew(id)?);
        }
        for &id in &work.created {
            changes.push(self.place_area(id)?);
        }
        for &(id, edit) in &work.parameters {
            let idx = self.area(id).ok_or(EditError::UnknownArea(id))?.idx;
            self.engine.edit_area(idx, edit).map_err(|source| self.refused(id, source))?;
        }
        for area in &mut self.areas {
            if let Some(genes) = self.genome.area_by_id(area.id).filter(|genes| genes.name != area.name) {
                area.name.clone_from(&genes.name);
            }
        }
        Ok(changes)
    }

    fn drop_area(&mut self, id: CorticalId) -> Result<Option<AreaChange>, EditError> {
        let Some(idx) = self.area(id).map(|area| area.idx) else { return Ok(None) };
        let dropped = self.engine.remove_area(idx).map_err(|source| self.refused(id, source))?;
        if !dropped.is_empty() {
            self.forget_mappings(&dropped);
        }
        Ok(Some(AreaChange::Removed { id, idx }))
    }

    fn grow_anew(&mut self, id: CorticalId) -> Result<AreaChange, EditError> {
        let unknown = EditError::UnknownArea(id);
        let genes = self.genome.area_by_id(id).ok_or(unknown.clone())?;
        let (to, per_voxel) = (genes.dimensions, genes.neurons_per_voxel);
        let position = self.areas.iter().position(|area| area.id == id).ok_or(unknown)?;
        let BrainArea { idx, dimensions: from, .. } = self.areas[position];
        let resized = self.engine.resize_area(idx, to, per_voxel);
        let dropped = resized.map_err(|source| self.refused(id, source))?.dropped;
        self.forget_mappings(&dropped);
        let area = &mut self.areas[position];
        area.dimensions = to;
        area.neurons = to.neuron_count(per_voxel).unwrap_or(u64::MAX);
        Ok(AreaChange::Resized { id, idx, from, to })
    }

    fn place_area(&mut self, id: CorticalId) -> Result<AreaChange, EditError> {
        let genes = self.genome.area_by_id(id).ok_or(EditError::UnknownArea(id))?;
        let last = self.areas.iter().map(|area| area.idx.get()).max();
        let idx = CorticalIdx(last.map_or(0, |last| last.saturating_add(1)));
        let area = Area {
            idx,
            id,
            name: genes.name.clone(),
            position: genes.position,
            dimensions: genes.dimensions,
            neurons_per_voxel: genes.neurons_per_voxel,
            parameters: genes.parameters.clone(),
        };
        self.engine.place_area(&area).map_err(|source| self.refused(id, source))?;
        self.areas.push(BrainArea::of(&area));
        Ok(AreaChange::Created { id, idx, dimensions: area.dimensions })
    }

    /// The engine's refusal with the name of the area.
    fn refused(&self, id: CorticalId, source: EngineError) -> EditError {
        let name = self.genome.area_by_id(id).map_or_else(String::new, |genes| genes.name.clone());
        EditError::Engine { id, name, source }
    }

    fn add_mappings(&mut self, mappings: Vec<(RulePlace, Mapping)>) -> Result<(), EditError> {
        for (place, mut mapping) in mappings {
            let idx = |id| self.area(id).map(|area| area.idx).ok_or(EditError::UnknownArea(id));
            (mapping.source, mapping.target) = (idx(place.source)?, idx(place.target)?);
            let id =
                self.engine.add_mapping(&mapping).map_err(|source| self.refused(place.source, source))?;
            self.mappings.push(BrainMapping { id, place });
        }
        Ok(())
    }

    /// Forgets mappings that the engine no longer has, given by rising id.
    fn forget_mappings(&mut self, gone: &[MappingId]) {
        self.mappings.retain(|mapping| gone.binary_search(&mapping.id).is_err());
    }
}
