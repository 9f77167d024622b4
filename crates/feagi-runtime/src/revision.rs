//! What an edit makes of a genome, as data: parts as they shall be. The same form says how they were,
//! so that every edit has its way back.

use std::collections::{BTreeMap, BTreeSet};

use feagi_genome::{AreaGenes, Footprint, Genome, MappingRule, Morphology, Region, Rule};
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
            other.forget(|id| id == area);
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
        let of = |is_gone: bool| {
            move |(&id, genes): (&CorticalId, &Option<AreaGenes>)| (genes.is_none() == is_gone).then_some(id)
        };
        let gone: BTreeSet<CorticalId> = self.areas.iter().filter_map(of(true)).collect();
        if !gone.is_empty() {
            self.unmap(genome, &gone);
        }
        let come: Vec<CorticalId> = self.areas.iter().filter_map(of(false)).collect();
        let come: Vec<CorticalId> = come.into_iter().filter(|&id| genome.area_by_id(id).is_none()).collect();
        if gone.is_empty() && come.is_empty() {
            return;
        }
        let regions = self.regions(genome);
        let mut homes = BTreeSet::new();
        for region in regions.iter_mut() {
            if !gone.is_empty() {
                region.forget(|id| gone.contains(&id));
            }
            homes.extend(region.areas.iter().copied());
        }
        if let Some(root) = regions.iter_mut().find(|region| region.parent.is_none()) {
            root.areas.extend(come.into_iter().filter(|id| !homes.contains(id)));
        }
    }

    /// Takes away every mapping to areas that go.
    fn unmap(&mut self, genome: &Genome, gone: &BTreeSet<CorticalId>) {
        let texts: BTreeSet<String> = gone.iter().map(CorticalId::to_base64).collect();
        for source in &genome.areas {
            if source.mappings.keys().any(|target| texts.contains(target)) {
                self.areas.entry(source.id).or_insert_with(|| Some(source.clone()));
            }
        }
        for genes in self.areas.values_mut().flatten() {
            genes.mappings.retain(|target, _| !texts.contains(target));
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

    /// What its parts take in a file.
    pub(crate) fn footprint(&self) -> Footprint {
        let mut sum = Footprint::default();
        self.areas.values().flatten().for_each(|genes| sum += genes.footprint());
        self.regions.iter().flatten().for_each(|region| sum += region.footprint());
        self.morphologies.values().flatten().for_each(|morphology| sum += morphology.footprint());
        sum
    }

    /// Writes all parts into `genome`; how they were.
    pub(crate) fn exchange(self, genome: &mut Genome) -> Self {
        let mut before = Self::default();
        let (mut come, mut gone) = (Vec::new(), BTreeSet::new());
        for (id, genes) in self.areas {
            let was = match (genome.area_position(id), genes) {
                (Some(at), Some(genes)) => Some(std::mem::replace(&mut genome.areas[at], genes)),
                (Some(at), None) => {
                    gone.insert(id);
                    Some(genome.areas[at].clone())
                }
                (None, genes) => {
                    come.extend(genes);
                    None
                }
            };
            before.areas.insert(id, was);
        }
        if !gone.is_empty() {
            genome.areas.retain(|genes| !gone.contains(&genes.id));
        }
        if !come.is_empty() {
            genome.areas.extend(come);
            genome.areas.sort_by_key(|genes| genes.id);
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

trait Forgets {
    fn forget(&mut self, is_gone: impl Fn(CorticalId) -> bool);
}

impl Forgets for Region {
    fn forget(&mut self, is_gone: impl Fn(CorticalId) -> bool) {
        for list in [&mut self.areas, &mut self.inputs, &mut self.outputs] {
            list.retain(|&member| !is_gone(member));
        }
    }
}
