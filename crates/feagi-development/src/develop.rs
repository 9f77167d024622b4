//! Makes what the survey has planned.

use std::ops::ControlFlow;

use feagi_genome::{Genome, GenomePrecision, Warning};
use feagi_types::{Area, Column, Connectome, Mapping, Precision, SynapseKind, SynapseRows};

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
    /// What will not do what the genome's author may expect, in the genome's order. What reading
    /// the genome has warned about (unknown targets, connection rules without effect) is not repeated.
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
    let mappings = mappings(genome, &survey, settings, progress);
    let precision = settings.precision.unwrap_or(match genome.physiology.precision {
        GenomePrecision::Fp32 | GenomePrecision::Fp16 => Precision::Fp32,
        GenomePrecision::Int8 => Precision::Int8,
    });
    let connectome = Connectome { precision, power_amount: POWER_AMOUNT, areas, mappings };
    Ok(Development { connectome, warnings: survey.warnings })
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
) -> Vec<Mapping> {
    let total = survey.synapses;
    let mut done = 0;
    progress(Progress { stage: Stage::Synapses, done, total });
    let make = |planned: &Planned<'_>| {
        let mapping = mapping(genome, survey, planned, settings.seed);
        done += planned.synapses;
        progress(Progress { stage: Stage::Synapses, done, total });
        mapping
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
