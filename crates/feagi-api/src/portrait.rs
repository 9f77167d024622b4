//! A copy of the genome and the areas of the running brain, for answers that take time to make.

use std::collections::BTreeMap;
use std::sync::Arc;

use feagi_genome::{AreaGenes, Genome};
use feagi_runtime::{Brain, BrainArea, Running};
use feagi_types::{CorticalId, CorticalIdx};

use crate::ApiState;
use crate::digest::Hashes;
use crate::refusal::Refusal;
use crate::state::now_ms;

/// Which state of the genome: how many were loaded before, and how often it was changed since.
pub(crate) type Version = (u64, u64);

/// The genome and the areas at one time.
#[derive(Debug)]
pub(crate) struct Portrait {
    pub(crate) version: Version,
    pub(crate) genome: Arc<Genome>,
    /// Areas in the engine's order.
    pub(crate) areas: Vec<BrainArea>,
    pub(crate) hashes: Hashes,
    /// When this genome took the place of another, in milliseconds since 1970.
    pub(crate) loaded_ms: u64,
    places: BTreeMap<CorticalId, Place>,
}

/// What is taken from the burst thread to make a portrait.
#[derive(Debug)]
pub(crate) struct Copied {
    pub(crate) version: Version,
    pub(crate) genome: Arc<Genome>,
    pub(crate) areas: Vec<BrainArea>,
}

/// Where an area stands among the others.
#[derive(Debug, Default)]
pub(crate) struct Place {
    pub(crate) idx: CorticalIdx,
    pub(crate) neurons: u64,
    /// The region it belongs to.
    pub(crate) region: Option<String>,
    /// Areas with a mapping to it, rising.
    pub(crate) upstream: Vec<u32>,
}

impl Portrait {
    /// The portrait of `genome`; `before` is the portrait of an earlier state.
    pub(crate) fn new(
        version: Version,
        genome: Arc<Genome>,
        areas: Vec<BrainArea>,
        before: Option<&Self>,
    ) -> Self {
        let loaded_ms = match before {
            Some(before) if before.version.0 == version.0 => before.loaded_ms,
            _ => now_ms(),
        };
        let (hashes, places) = (Hashes::of(&genome), places(&genome, &areas));
        Self { version, genome, areas, hashes, loaded_ms, places }
    }

    /// The genes of an area, and where it stands.
    pub(crate) fn area(&self, id: CorticalId) -> Option<(&AreaGenes, &Place)> {
        Some((self.genome.area_by_id(id)?, self.places.get(&id)?))
    }

    /// All areas, in the order of ids.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&AreaGenes, &Place)> {
        self.genome.areas.iter().filter_map(|genes| Some((genes, self.places.get(&genes.id)?)))
    }

    /// The id of the region that holds the others.
    pub(crate) fn root_region(&self) -> Option<&str> {
        self.genome.regions.iter().find(|region| region.parent.is_none()).map(|region| region.id.as_str())
    }
}

fn places(genome: &Genome, areas: &[BrainArea]) -> BTreeMap<CorticalId, Place> {
    let place = |area: &BrainArea| {
        let place = Place { idx: area.idx, neurons: area.neurons, ..Place::default() };
        (area.id, place)
    };
    let mut places: BTreeMap<CorticalId, Place> = areas.iter().map(place).collect();
    for region in &genome.regions {
        for id in &region.areas {
            if let Some(place) = places.get_mut(id) {
                place.region = Some(region.id.clone());
            }
        }
    }
    for genes in &genome.areas {
        let Some(source) = places.get(&genes.id).map(|place| place.idx.get()) else { continue };
        for target in genes.mappings.iter().filter(|(_, rules)| !rules.is_empty()).map(|(target, _)| target) {
            let target = CorticalId::from_base64(target).ok();
            if let Some(place) = target.and_then(|target| places.get_mut(&target)) {
                place.upstream.push(source);
            }
        }
    }
    for place in places.values_mut() {
        place.upstream.sort_unstable();
    }
    places
}

/// The state of the genome that runs.
pub(crate) fn version(running: &Running) -> Version {
    (running.genomes_loaded, running.brain.revision)
}

impl ApiState {
    /// The portrait of the brain as it is, and the answer to a `question` at the same time. The genome
    /// is copied only when it has changed since somebody asked, and once however many ask.
    ///
    /// # Errors
    /// As [`ApiState::ask`].
    pub(crate) async fn portrait_and<R: Send + 'static>(
        &self,
        question: impl FnOnce(&Running) -> R + Send + 'static,
    ) -> Result<(Arc<Portrait>, R), Refusal> {
        let known = self.last_portrait().load_full();
        let known_version = known.as_ref().map(|portrait| portrait.version);
        let state = self.clone();
        let (changed, answer) = self
            .ask(move |running| {
                let changed = Some(version(running)) != known_version;
                (changed.then(|| state.copy_of(running)), question(running))
            })
            .await?;
        let portrait = match (changed, known) {
            (None, Some(known)) => known,
            (Some(copy), known) => {
                let Copied { version, ref genome, ref areas } = *copy;
                let (genome, areas) = (Arc::clone(genome), areas.clone());
                self.draw(move || Portrait::new(version, genome, areas, known.as_deref())).await?
            }
            // Something is copied unless something was known.
            (None, None) => return Err(Refusal::failed("the genome cannot be shown")),
        };
        Ok((portrait, answer))
    }

    /// The portrait of the brain as it is.
    ///
    /// # Errors
    /// As [`ApiState::ask`].
    pub(crate) async fn portrait(&self) -> Result<Arc<Portrait>, Refusal> {
        Ok(self.portrait_and(|_| ()).await?.0)
    }

    /// A copy of the brain as it is. Runs on the burst thread, where nobody else copies meanwhile.
    fn copy_of(&self, running: &Running) -> Arc<Copied> {
        let version = version(running);
        if let Some(copy) = self.last_copy().load_full().filter(|copy| copy.version == version) {
            return copy;
        }
        let Brain { genome, areas, .. } = &running.brain;
        let copy = Arc::new(Copied { version, genome: Arc::new(genome.clone()), areas: areas.clone() });
        self.last_copy().store(Some(Arc::clone(&copy)));
        copy
    }

    /// Makes a portrait and keeps it, on a thread that may take its time: large genomes do.
    ///
    /// # Errors
    /// 500 when the thread died.
    pub(crate) async fn draw(
        &self,
        make: impl FnOnce() -> Portrait + Send + 'static,
    ) -> Result<Arc<Portrait>, Refusal> {
        let state = self.clone();
        let drawn = tokio::task::spawn_blocking(move || state.show(make())).await;
        drawn.map_err(|_| Refusal::failed("the genome cannot be shown"))
    }

    /// Keeps a portrait, unless one of this state or a newer one is there already.
    fn show(&self, portrait: Portrait) -> Arc<Portrait> {
        let portrait = Arc::new(portrait);
        self.last_portrait().rcu(|shown| match shown {
            Some(shown) if shown.version >= portrait.version => Some(Arc::clone(shown)),
            _ => Some(Arc::clone(&portrait)),
        });
        self.changes().see(&portrait);
        portrait
    }
}
