//! Warnings about mappings, with their places in the genome's hierarchical form.

use std::fmt::Display;

use feagi_genome::{AreaGenes, Warning};

use super::resolve::{Failure, Link, Silence};

/// How many warnings are listed; more are only counted, so that a file of nothing but faults
/// cannot fill the memory.
const LISTED: usize = 1000;

/// Warnings in the order of the walk.
#[derive(Default)]
pub(super) struct Warnings {
    list: Vec<Warning>,
    unlisted: u64,
}

impl Warnings {
    pub(super) fn into_list(mut self) -> Vec<Warning> {
        if self.unlisted > 0 {
            let message = format!("{} more warnings about mappings are not listed", self.unlisted);
            self.list.push(Warning { place: "blueprint".to_owned(), message });
        }
        self.list
    }

    pub(super) fn reaches_nothing(&mut self, source: &AreaGenes, target: &AreaGenes, link: &Link<'_>) {
        let reason = format!(
            "no voxel of the source area of {} reaches one of the target area of {}",
            source.dimensions, target.dimensions
        );
        self.no_synapses(source, target, link, &reason);
    }

    pub(super) fn silent(
        &mut self,
        source: &AreaGenes,
        target: &AreaGenes,
        link: &Link<'_>,
        silence: Silence,
    ) {
        if silence != Silence::Reported {
            self.no_synapses(source, target, link, &silence);
        }
    }

    /// A rule failed, and with it the `later` rules of the source area.
    pub(super) fn fails(
        &mut self,
        source: &AreaGenes,
        target: &AreaGenes,
        link: &Link<'_>,
        failure: Failure,
        later: u64,
    ) {
        if failure == Failure::Reported {
            return;
        }
        self.add(|| Warning {
            place: place(source, target, link),
            message: format!(
                "connection rule {:?} from {:?} to {:?} fails: {failure}. It is left out, and so are the {later} \
                 later rules of {:?}",
                link.rule.morphology, source.name, target.name, source.name
            ),
        });
    }

    fn no_synapses(&mut self, source: &AreaGenes, target: &AreaGenes, link: &Link<'_>, reason: &dyn Display) {
        self.add(|| Warning {
            place: place(source, target, link),
            message: format!(
                "connection rule {:?} from {:?} to {:?} makes no synapses: {reason}",
                link.rule.morphology, source.name, target.name
            ),
        });
    }

    fn add(&mut self, warning: impl FnOnce() -> Warning) {
        if self.list.len() < LISTED {
            self.list.push(warning());
        } else {
            self.unlisted += 1;
        }
    }
}

fn place(source: &AreaGenes, target: &AreaGenes, link: &Link<'_>) -> String {
    format!("blueprint.{}.cortical_mapping_dst.{}[{}]", source.id, target.id, link.position)
}
