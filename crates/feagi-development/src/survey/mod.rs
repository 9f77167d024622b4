//! Walks all mapping rules: which make synapses, how many, and what goes wrong.
//!
//! Owns the order of mappings, the limits and the warnings; builds nothing. [`resolve`] decides what
//! a single rule does.

mod resolve;
mod warnings;

use std::ops::ControlFlow;

use feagi_genome::{Genome, MappingRule, Warning};
use feagi_types::CorticalId;

use crate::areas::Layout;
use crate::connection::{Connection, Tally};
use crate::work::Work;
use crate::{Count, DevelopmentError, MappingName, Progress, Settings, Stage};
use resolve::Silence;
pub(crate) use resolve::{Link, Outcome};
use warnings::Warnings;

/// What a genome develops into, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Cortical areas, core areas included.
    pub areas: usize,
    /// Neurons of all areas.
    pub neurons: u64,
    /// Mapping rules that make synapses or learn.
    pub mappings: usize,
    /// Synapses of all mappings.
    pub synapses: u64,
    /// What will not do what the genome's author may expect, in the genome's order. What reading
    /// the genome has warned about is not repeated.
    pub warnings: Vec<Warning>,
}

/// Counts what `genome` develops into, within the same limits and with the same warnings as
/// [`crate::develop`], but without making it.
///
/// # Errors
/// [`DevelopmentError`] when an area is empty or a limit of `settings` is exceeded.
pub fn count(genome: &Genome, settings: &Settings) -> Result<Counts, DevelopmentError> {
    let survey = Survey::new(genome, settings, &mut |_| {})?;
    Ok(Counts {
        areas: survey.layout.areas.len(),
        neurons: survey.layout.neurons,
        mappings: survey.planned.len(),
        synapses: survey.synapses,
        warnings: survey.warnings,
    })
}

/// Everything that is known of a brain before it is made.
pub(crate) struct Survey<'g> {
    pub(crate) layout: Layout<'g>,
    pub(crate) planned: Vec<Planned<'g>>,
    pub(crate) synapses: u64,
    pub(crate) warnings: Vec<Warning>,
}

/// A mapping rule that makes synapses or learns.
pub(crate) struct Planned<'g> {
    pub(crate) link: Link<'g>,
    /// Its synapses; fits into 32 bits.
    pub(crate) synapses: u64,
}

/// Tells whether the mapping rules from one area to another are wanted.
pub(crate) type Wanted<'a> = &'a dyn Fn(CorticalId, CorticalId) -> bool;

impl<'g> Survey<'g> {
    pub(crate) fn new(
        genome: &'g Genome,
        settings: &Settings,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, DevelopmentError> {
        Self::of(genome, settings, &|_, _| true, progress)
    }

    /// A survey of the wanted mapping rules only. The others are looked at as far as they decide which
    /// of the wanted ones are reached.
    pub(crate) fn of(
        genome: &'g Genome,
        settings: &Settings,
        wanted: Wanted<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, DevelopmentError> {
        let layout = Layout::new(genome, settings)?;
        let total = layout.areas.iter().map(|area| rules_of(area.genes.mappings.values())).sum();
        let mut walk = Walk {
            genome,
            settings,
            layout: &layout,
            wanted,
            work: Work::new(settings.max_work),
            planned: Vec::new(),
            synapses: 0,
            warnings: Warnings::default(),
        };
        let mut done = 0;
        progress(Progress { stage: Stage::Counting, done, total });
        for source in 0..layout.areas.len() {
            walk.source_area(source)?;
            done += rules_of(layout.areas[source].genes.mappings.values());
            progress(Progress { stage: Stage::Counting, done, total });
        }
        let Walk { planned, synapses, warnings, .. } = walk;
        Ok(Self { planned, synapses, warnings: warnings.into_list(), layout })
    }
}

fn rules_of<'a>(lists: impl Iterator<Item = &'a Vec<MappingRule>>) -> u64 {
    lists.map(|list| list.len() as u64).sum()
}

/// A walk over the mappings in the order in which their synapses are made.
struct Walk<'g, 'a> {
    genome: &'g Genome,
    settings: &'a Settings,
    layout: &'a Layout<'g>,
    wanted: Wanted<'a>,
    work: Work,
    planned: Vec<Planned<'g>>,
    synapses: u64,
    warnings: Warnings,
}

impl<'g> Walk<'g, '_> {
    /// Walks one source area up to its first rule that fails; what came before stays.
    fn source_area(&mut self, source: usize) -> Result<(), DevelopmentError> {
        let genes = self.layout.areas[source].genes;
        let mut left = rules_of(genes.mappings.values());
        if !genes.mappings.keys().any(|target| self.wants(source, target)) {
            return Ok(());
        }
        for (target_id, rules) in &genes.mappings {
            left -= rules.len() as u64;
            // Reading the genome has named targets that do not exist.
            let Some(target) = self.layout.find(target_id) else { continue };
            for (position, rule) in rules.iter().enumerate() {
                let link = Link { source, target, position, rule };
                let later = left + (rules.len() - position - 1) as u64;
                if !self.rule(link, later)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn wants(&self, source: usize, target: &str) -> bool {
        let areas = &self.layout.areas;
        let target = self.layout.find(target);
        target.is_some_and(|target| (self.wanted)(areas[source].genes.id, areas[target].genes.id))
    }

    /// Takes one rule in; `false` when it fails. `later` rules of the area follow it.
    fn rule(&mut self, link: Link<'g>, later: u64) -> Result<bool, DevelopmentError> {
        let (source, target) = link.areas(self.layout);
        let wanted = (self.wanted)(source.id, target.id);
        let outcome = match link.resolve(self.genome, self.layout, self.settings.seed, &mut self.work) {
            ControlFlow::Continue(outcome) => outcome,
            ControlFlow::Break(_) => return Err(self.too_much_work(&link, 0)),
        };
        match outcome {
            outcome if !wanted => return Ok(!matches!(outcome, Outcome::Fails(_))),
            Outcome::Connects(connection) => {
                let synapses = self.count(&link, &connection)?;
                if synapses == 0 {
                    self.warnings.reaches_nothing(source, target, &link);
                }
                if synapses > 0 || link.rule.plasticity.is_some() {
                    self.planned.push(Planned { link, synapses });
                }
            }
            Outcome::Silent(silence) => {
                self.warnings.silent(source, target, &link, silence);
                if silence == Silence::RunTime && link.rule.plasticity.is_some() {
                    self.planned.push(Planned { link, synapses: 0 });
                }
            }
            Outcome::Fails(failure) => {
                self.warnings.fails(source, target, &link, failure, later);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Counts a rule's synapses and takes them from what is left.
    fn count(&mut self, link: &Link<'g>, connection: &Connection) -> Result<u64, DevelopmentError> {
        let limit = self.settings.max_synapses;
        let left = (limit - self.synapses).min(u64::from(u32::MAX));
        let count = match connection.count(left, &mut self.work) {
            Tally::Exactly(synapses) if synapses <= left => {
                self.charge_empty_rows(link, connection, synapses)?;
                self.synapses += synapses;
                return Ok(synapses);
            }
            Tally::Exactly(synapses) => Count::Exactly(synapses),
            Tally::AtLeast(synapses) => Count::AtLeast(synapses),
            Tally::TooMuchWork { candidates } => return Err(self.too_much_work(link, candidates)),
        };
        Err(DevelopmentError::TooManySynapses { mapping: self.name(link), count, left, limit })
    }

    /// Rows without synapses take memory too: a rule that joins the two ends of a large area has as
    /// many as the area has neurons.
    fn charge_empty_rows(
        &mut self,
        link: &Link<'g>,
        connection: &Connection,
        synapses: u64,
    ) -> Result<(), DevelopmentError> {
        let empty = connection.row_span().saturating_sub(synapses);
        match self.work.spend(empty) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(_) => Err(self.too_much_work(link, synapses)),
        }
    }

    fn too_much_work(&self, link: &Link<'g>, candidates: u64) -> DevelopmentError {
        let limit = self.settings.max_work;
        DevelopmentError::TooMuchWork { mapping: self.name(link), candidates, limit }
    }

    fn name(&self, link: &Link<'g>) -> Box<MappingName> {
        let (source, target) = link.areas(self.layout);
        Box::new(MappingName {
            source_name: source.name.clone(),
            source: source.id,
            target_name: target.name.clone(),
            target: target.id,
            position: link.position,
            morphology: link.rule.morphology.clone(),
        })
    }
}
