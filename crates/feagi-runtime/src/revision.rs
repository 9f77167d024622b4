//! What an edit makes of a genome, as data: parts as they shall be. The same form says how they were,
//! so that every edit has its way back.

use std::collections::{BTreeMap, BTreeSet};

use feagi_genome::{AreaGenes, Genome, MappingRule, Morphology, Region, Rule};
use feagi_types::CorticalId;

use crate::EditError;

/// Parts of a genome as they shall be. Parts that are not named stay as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Revision {
    /// Areas with the mappings that leave them; `None`: shall be gone, with every mapping to it.
    pub areas: BTreeMap<CorticalId, Option<AreaGenes>>,
    /// All brain regions with their members. Without them new areas go to the root region.
    pub regions: Option<Vec<Region>>,
    /// Connection rules by name; `None`: shall be gone.
    pub morphologies: BTreeMap<String, Option<Morphology>>,
    /// Seconds between two bursts.
    pub timestep: Option<f64>,
}

impl Revision {
    /// Whether it names no part.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
            && self.regions.is_none()
            && self.morphologies.is_empty()
            && self.timestep.is_none()
    }

    /// The genes of an area as they shall be, starting from `genome`.
    ///
    /// # Errors
    /// [`EditError::UnknownArea`].
    pub fn area(&mut self, genome: &Genome, id: CorticalId) -> Result<&mut AreaGenes, EditError> {
        let area = self.areas.entry(id).or_insert_with(|| genome.area_by_id(id).cloned()).as_mut();
        area.ok_or(EditError::UnknownArea(id))
    }

    /// All regions as they shall be, starting from `genome`.
    pub fn regions(&mut self, genome: &Genome) -> &mut Vec<Region> {
        self.regions.get_or_insert_with(|| genome.regions.clone())
    }

    /// The region with this id as it shall be.
    ///
    /// # Errors
    /// [`EditError::UnknownRegion`].
    pub fn region(&mut self, genome: &Genome, id: &str) -> Result<&mut Region, EditError> {
        let region = self.regions(genome).iter_mut().find(|region| region.id == id);
        region.ok_or_else(|| EditError::UnknownRegion(id.to_owned()))
    }

    /// Puts an area into a region, and out of the one it belongs to.
    ///
    /// # Errors
    /// [`EditError::UnknownRegion`].
    pub fn put_into_region(
        &mut self,
        genome: &Genome,
        area: CorticalId,
        region: &str,
    ) -> Result<(), EditError> {
        if self.region(genome, region)?.areas.contains(&area) {
            return Ok(());
        }
        for other in self.regions(genome) {
            other.forget(area);
        }
        self.region(genome, region)?.areas.push(area);
        Ok(())
    }

    /// Sets the rules from one area to another; none: no mapping.
    ///
    /// # Errors
    /// [`EditError::UnknownArea`].
    pub fn set_mapping(
        &mut self,
        genome: &Genome,
        source: CorticalId,
        target: CorticalId,
        rules: Vec<MappingRule>,
    ) -> Result<(), EditError> {
        let mappings = &mut self.area(genome, source)?.mappings;
        if rules.is_empty() {
            mappings.remove(&target.to_base64());
        } else {
            mappings.insert(target.to_base64(), rules);
        }
        Ok(())
    }

    /// Adds what follows from the rest: mappings to areas that go, and the regions of areas that come
    /// and go.
    pub(crate) fn complete(&mut self, genome: &Genome) {
        let gone: Vec<CorticalId> =
            self.areas.iter().filter(|(_, genes)| genes.is_none()).map(|(&id, _)| id).collect();
        for &id in &gone {
            let text = id.to_base64();
            for source in genome.areas.iter().filter(|source| source.mappings.contains_key(&text)) {
                self.areas.entry(source.id).or_insert_with(|| Some(source.clone()));
            }
            for genes in self.areas.values_mut().flatten() {
                genes.mappings.remove(&text);
            }
        }
        let come: Vec<CorticalId> =
            self.areas.keys().copied().filter(|&id| genome.area_by_id(id).is_none()).collect();
        if gone.is_empty() && come.is_empty() {
            return;
        }
        let regions = self.regions(genome);
        for region in regions.iter_mut() {
            gone.iter().for_each(|&id| region.forget(id));
        }
        let homeless = |id: &CorticalId| !regions.iter().any(|region| region.areas.contains(id));
        let left: Vec<CorticalId> = come.into_iter().filter(homeless).collect();
        if let Some(root) = regions.iter_mut().find(|region| region.parent.is_none()) {
            root.areas.extend(left);
        }
    }

    /// Names of the connection rules that it changes, and of those that are built on them.
    pub(crate) fn changed_morphologies(&self, genome: &Genome) -> BTreeSet<String> {
        let mut changed: BTreeSet<String> = self.morphologies.keys().cloned().collect();
        if changed.is_empty() {
            return changed;
        }
        let built_on = genome.morphologies.iter().filter(|(_, morphology)| {
            matches!(&morphology.rule, Rule::Composite { mapper, .. } if changed.contains(mapper))
        });
        let built_on: Vec<String> = built_on.map(|(name, _)| name.clone()).collect();
        changed.extend(built_on);
        changed
    }

    /// Writes all parts into `genome`; how they were.
    pub(crate) fn exchange(self, genome: &mut Genome) -> Self {
        let mut before = Self::default();
        for (id, genes) in self.areas {
            let place = genome.areas.binary_search_by_key(&id, |area| area.id);
            let was = match (place, genes) {
                (Ok(at), Some(genes)) => Some(std::mem::replace(&mut genome.areas[at], genes)),
                (Ok(at), None) => Some(genome.areas.remove(at)),
                (Err(at), Some(genes)) => {
                    genome.areas.insert(at, genes);
                    None
                }
                (Err(_), None) => None,
            };
            before.areas.insert(id, was);
        }
        before.regions = self.regions.map(|regions| std::mem::replace(&mut genome.regions, regions));
        for (name, morphology) in self.morphologies {
            let was = match morphology {
                Some(morphology) => genome.morphologies.insert(name.clone(), morphology),
                None => genome.morphologies.remove(&name),
            };
            before.morphologies.insert(name, was);
        }
        let timestep = &mut genome.physiology.simulation_timestep;
        before.timestep = self.timestep.map(|seconds| std::mem::replace(timestep, seconds));
        before
    }
}

/// What is done to parts of genomes here.
pub(crate) trait Parts {
    fn area_by_id(&self, id: CorticalId) -> Option<&AreaGenes>;
}

impl Parts for Genome {
    fn area_by_id(&self, id: CorticalId) -> Option<&AreaGenes> {
        self.areas.binary_search_by_key(&id, |area| area.id).ok().and_then(|at| self.areas.get(at))
    }
}

trait Forgets {
    fn forget(&mut self, area: CorticalId);
}

impl Forgets for Region {
    fn forget(&mut self, area: CorticalId) {
        for list in [&mut self.areas, &mut self.inputs, &mut self.outputs] {
            list.retain(|&member| member != area);
        }
    }
}
