//! Makes what the survey has planned.

use std::ops::ControlFlow;

use feagi_genome::{Genome, GenomePrecision, Warning};
use feagi_types::{Area, Column, Connectome, CorticalId, Mapping, Precision, SynapseKind, SynapseRows};

use crate::survey::{Outcome, Planned, Survey};
use crate::work::Work;
use crate::{DevelopmentError, Progress, Settings, Stage};

/// Charge that the power area gets every burst (`npu.md` section 1).
const POWER_AMOUNT: f32 = 1.0;

/// A developed genome.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Development {
    /// The brain.
    pub connectome: Connectome,
    /// The mapping rule that made each mapping of the connectome, in the same order.
    pub places: Vec<RulePlace>,
    /// What will not do what the genome's author may expect, in the genome's order. What reading
    /// the genome has warned about (unknown targets, connection rules without effect) is not repeated.
    pub warnings: Vec<Warning>,
}

/// Where a genome has a mapping rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RulePlace {
    /// The area that has it among its mappings.
    pub source: CorticalId,
    /// The area that it reaches.
    pub target: CorticalId,
    /// Place in the list of rules to that area, from 0.
    pub position: usize,
}

/// Mappings that were developed apart from their brain.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DevelopedMappings {
    /// The mappings, each with the mapping rule that made it. Their areas have the cortical indices
    /// that [`develop`] would give them now, which differ from those of a brain that was edited.
    pub mappings: Vec<(RulePlace, Mapping)>,
    /// Synapses of all of them.
    pub synapses: u64,
    /// What will not do what the genome's author may expect, among these mappings.
    pub warnings: Vec<Warning>,
}

/// Develops `genome` into a connectome.
///
/// Core areas come first with their fixed indices, the others follow in the genome's order. Each
/// mapping rule that makes synapses or learns becomes one mapping; a rule that fails takes the later
/// rules of its source area with it (`genome.md` section 6). The same genome and settings give the
/// same connectome.
///
/// # Errors
/// [`DevelopmentError`] when an area is empty or a limit of `settings` is exceeded, before memory is
/// taken for neurons or synapses.
pub fn develop(
    genome: &Genome,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Result<Development, DevelopmentError> {
    let survey = Survey::new(genome, settings, progress)?;
    let areas = areas(&survey, progress);
    let (places, mappings) = mappings(genome, &survey, settings, progress).into_iter().unzip();
    let precision = settings.precision.unwrap_or(match genome.physiology.precision {
        GenomePrecision::Fp32 | GenomePrecision::Fp16 => Precision::Fp32,
        GenomePrecision::Int8 => Precision::Int8,
    });
    let connectome = Connectome { precision, power_amount: POWER_AMOUNT, areas, mappings };
    Ok(Development { connectome, places, warnings: survey.warnings })
}

/// Develops only the mappings for which `wanted` says yes, given source and target: exactly those
/// that [`develop`] would make for these pairs of areas, in the same order, with the same synapses.
///
/// Limits of `settings` hold for all neurons of the genome and for the synapses of these mappings.
///
/// # Errors
/// [`DevelopmentError`] as for [`develop`], before memory is taken for synapses.
pub fn develop_mappings(
    genome: &Genome,
    settings: &Settings,
    wanted: impl Fn(CorticalId, CorticalId) -> bool,
) -> Result<DevelopedMappings, DevelopmentError> {
    let survey = Survey::of(genome, settings, &wanted, &mut |_| {})?;
    let mappings = mappings(genome, &survey, settings, &mut |_| {});
    Ok(DevelopedMappings { mappings, synapses: survey.synapses, warnings: survey.warnings })
}

/// Which of the wanted mapping rules [`develop_mappings`] would make mappings of, without making them.
///
/// # Errors
/// As for [`develop_mappings`].
pub fn mapping_places(
    genome: &Genome,
    settings: &Settings,
    wanted: impl Fn(CorticalId, CorticalId) -> bool,
) -> Result<Vec<RulePlace>, DevelopmentError> {
    let survey = Survey::of(genome, settings, &wanted, &mut |_| {})?;
    Ok(survey.planned.iter().map(|planned| planned.link.place(&survey.layout)).collect())
}

fn areas(survey: &Survey<'_>, progress: &mut dyn FnMut(Progress)) -> Vec<Area> {
    let total = survey.layout.neurons;
    let mut done = 0;
    let place = |area: &crate::areas::Placed<'_>| {
        // The survey has counted the neurons of all areas in 64 bits.
        done += area.neuron_count() as u64;
        progress(Progress { stage: Stage::Neurons, done, total });
        area.to_area()
    };
    survey.layout.areas.iter().map(place).collect()
}

fn mappings(
    genome: &Genome,
    survey: &Survey<'_>,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Vec<(RulePlace, Mapping)> {
    let total = survey.synapses;
    let mut done = 0;
    progress(Progress { stage: Stage::Synapses, done, total });
    let make = |planned: &Planned<'_>| {
        let mapping = mapping(genome, survey, planned, settings.seed);
        done += planned.synapses;
        progress(Progress { stage: Stage::Synapses, done, total });
        (planned.link.place(&survey.layout), mapping)
    };
    survey.planned.iter().map(make).collect()
}

fn mapping(genome: &Genome, survey: &Survey<'_>, planned: &Planned<'_>, seed: u64) -> Mapping {
    let link = &planned.link;
    let [source, target] = [link.source, link.target].map(|at| &survey.layout.areas[at]);
    let rows = match link.resolve(genome, &survey.layout, seed, &mut Work::unlimited()) {
        ControlFlow::Continue(Outcome::Connects(connection)) => connection.rows(planned.synapses as usize),
        // What learns without synapses of its own starts empty.
        _ => SynapseRows::default(),
    };
    let multiplier = link.rule.multiplier;
    let kind = if multiplier < 0.0 { SynapseKind::Inhibitory } else { SynapseKind::Excitatory };
    Mapping {
        source: source.idx,
        target: target.idx,
        rule: link.rule.morphology.clone(),
        rows,
        weight: Column::Uniform(multiplier.abs()),
        psp: Column::Uniform(source.genes.parameters.postsynaptic_current),
        kind: Column::Uniform(kind),
        // A rule without a delay fails and is never planned.
        delay: Column::Uniform(link.rule.delay.unwrap_or_default()),
        plasticity: link.rule.plasticity.clone(),
    }
}
