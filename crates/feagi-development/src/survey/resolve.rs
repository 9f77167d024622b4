//! What a single mapping rule does: it connects, it stays silent, or it fails.

use std::ops::ControlFlow;

use feagi_genome::{AreaGenes, Genome, MappingRule, Rule};

use crate::RulePlace;
use crate::areas::Layout;
use crate::connection::{Connection, Draw};
use crate::rules::{self, Ends, Fault, Function, Grid, Wiring};
use crate::work::{Stop, Work};

/// A mapping rule and the areas it joins, as positions in the layout.
#[derive(Clone, Copy)]
pub(crate) struct Link<'g> {
    pub(crate) source: usize,
    pub(crate) target: usize,
    /// Place in the mapping's list of rules.
    pub(crate) position: usize,
    pub(crate) rule: &'g MappingRule,
}

/// What a mapping rule does.
pub(crate) enum Outcome {
    /// It makes synapses.
    Connects(Connection),
    /// It makes none.
    Silent(Silence),
    /// It cannot be applied; later rules of its source area are left out.
    Fails(Failure),
}

/// Why a rule makes no synapses although nothing is wrong with its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Silence {
    /// Reading the genome has named it, at its place in the file: no such function or composite.
    #[error("it has no effect")]
    Reported,
    #[error("it acts while the brain runs, through learning, and not through synapses made beforehand")]
    RunTime,
    #[error("its synapse_attractivity is 0")]
    NothingKept,
}

/// Why a rule cannot be applied, and how to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// Reading the genome has named it, at its place in the file: an unknown rule, no delay.
    #[error("it is not valid")]
    Reported,
    #[error("the rule is plastic and its plasticity_window is 0 or missing; use 1 or more")]
    NoWindow,
    #[error(transparent)]
    Rule(#[from] Fault),
}

impl<'g> Link<'g> {
    /// The genes of both areas.
    pub(crate) fn areas(&self, layout: &Layout<'g>) -> (&'g AreaGenes, &'g AreaGenes) {
        (layout.areas[self.source].genes, layout.areas[self.target].genes)
    }

    /// Where the genome has the rule.
    pub(crate) fn place(&self, layout: &Layout<'g>) -> RulePlace {
        let (source, target) = self.areas(layout);
        RulePlace { source: source.id, target: target.id, position: self.position }
    }

    /// Finds out what the rule does; breaks when reading its elements takes too much work.
    pub(crate) fn resolve(
        &self,
        genome: &Genome,
        layout: &Layout<'g>,
        seed: u64,
        work: &mut Work,
    ) -> ControlFlow<Stop, Outcome> {
        work.spend(1)?;
        let name = &self.rule.morphology;
        let Some(morphology) = genome.morphologies.get(name) else {
            return fails(Failure::Reported);
        };
        if self.rule.delay.is_none() {
            return fails(Failure::Reported);
        }
        let always_plastic = matches!(&morphology.rule, Rule::Function(name) if name == rules::ASSOCIATIVE);
        if self.rule.plasticity.as_ref().map_or(always_plastic, |plasticity| plasticity.window == 0) {
            return fails(Failure::NoWindow);
        }
        let (source, target) = self.areas(layout);
        let ends = Ends::straight(Grid::new(source.dimensions), Grid::new(target.dimensions));
        let wiring = match &morphology.rule {
            Rule::Vectors(vectors) => Wiring::vectors(ends, vectors, work)?,
            Rule::Patterns(pairs) => match Wiring::patterns(ends, pairs, work)? {
                Ok(wiring) => wiring,
                Err(fault) => return fails(fault.into()),
            },
            Rule::Function(name) => {
                match rules::function(name, ends, source.memory.is_some() && target.memory.is_some()) {
                    Function::Wired(wiring) => wiring,
                    Function::RunTime => return silent(Silence::RunTime),
                    Function::Unknown => return silent(Silence::Reported),
                }
            }
            Rule::Composite { .. } if name == "tile" => rules::tile(ends),
            Rule::Composite { .. } => return silent(Silence::Reported),
        };
        self.connects(wiring, source, target, seed)
    }

    fn connects(
        &self,
        wiring: Wiring,
        source: &AreaGenes,
        target: &AreaGenes,
        seed: u64,
    ) -> ControlFlow<Stop, Outcome> {
        let draw = match self.rule.attractivity {
            0 => return silent(Silence::NothingKept),
            100.. => None,
            percent => {
                let [source, target] = [source, target].map(|area| u64::from_le_bytes(*area.id.as_bytes()));
                Some(Draw::new(percent, [seed, source, target, self.position as u64]))
            }
        };
        ControlFlow::Continue(Outcome::Connects(Connection {
            wiring,
            source_copies: source.neurons_per_voxel,
            target_copies: target.neurons_per_voxel,
            draw,
        }))
    }
}

fn fails(failure: Failure) -> ControlFlow<Stop, Outcome> {
    ControlFlow::Continue(Outcome::Fails(failure))
}

fn silent(silence: Silence) -> ControlFlow<Stop, Outcome> {
    ControlFlow::Continue(Outcome::Silent(silence))
}
