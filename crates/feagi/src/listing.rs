//! What `feagi info` lists, gathered from a genome that was developed or from a brain that was saved.

use std::collections::BTreeMap;

use feagi_development::{Development, RulePlace};
use feagi_genome::{Genome, Layout, MappingRule, Reading, Warning};
use feagi_runtime::{Brain, Rate};
use feagi_types::{CorticalId, Dimensions, Position, Precision};

/// Everything that is listed.
pub(crate) struct Listing {
    pub(crate) genome: Genome,
    pub(crate) origin: Origin,
    pub(crate) areas: Vec<ListedArea>,
    pub(crate) mappings: Vec<ListedMapping>,
    pub(crate) warnings: Vec<Warning>,
}

/// What kind of file it comes from.
pub(crate) enum Origin {
    Genome { schema: u32, layout: Layout },
    Saved { burst: u64, rate: Rate, precision: Precision },
}

/// A line about an area.
pub(crate) struct ListedArea {
    pub(crate) name: String,
    pub(crate) id: CorticalId,
    pub(crate) dimensions: Dimensions,
    pub(crate) neurons_per_voxel: u32,
    pub(crate) neurons: u64,
    pub(crate) position: Position,
}

/// A line about a mapping.
pub(crate) struct ListedMapping {
    pub(crate) source: CorticalId,
    pub(crate) target: CorticalId,
    pub(crate) rule: String,
    pub(crate) synapses: u64,
    pub(crate) plastic: bool,
}

impl Listing {
    pub(crate) fn of_genome(reading: Reading, developed: Development) -> Self {
        let Reading { genome, mut warnings, schema, layout } = reading;
        let connectome = developed.connectome;
        let ids: BTreeMap<_, _> = connectome.areas.iter().map(|area| (area.idx, area.id)).collect();
        let mappings = connectome.mappings.iter().map(|mapping| ListedMapping {
            source: ids[&mapping.source],
            target: ids[&mapping.target],
            rule: mapping.rule.clone(),
            synapses: mapping.rows.synapse_count() as u64,
            plastic: mapping.plasticity.is_some(),
        });
        let mappings = mappings.collect();
        let areas = connectome.areas.into_iter().map(|area| ListedArea {
            // Development has counted it.
            neurons: area.neuron_count().unwrap_or(u64::MAX),
            name: area.name,
            id: area.id,
            dimensions: area.dimensions,
            neurons_per_voxel: area.neurons_per_voxel,
            position: area.position,
        });
        let areas = areas.collect();
        warnings.extend(developed.warnings);
        Self { genome, origin: Origin::Genome { schema, layout }, areas, mappings, warnings }
    }

    pub(crate) fn of_brain(brain: Brain, rate: Rate) -> Self {
        let Brain { engine, genome, warnings, .. } = brain;
        let areas = brain.areas.into_iter().filter_map(|area| {
            let genes = genome.area(&area.id.to_base64())?;
            Some(ListedArea {
                name: area.name,
                id: area.id,
                dimensions: area.dimensions,
                neurons_per_voxel: genes.neurons_per_voxel,
                neurons: area.neurons,
                position: genes.position,
            })
        });
        let mappings = brain.mappings.iter().filter_map(|mapping| {
            let rule = rule(&genome, mapping.place)?;
            Some(ListedMapping {
                source: mapping.place.source,
                target: mapping.place.target,
                rule: rule.morphology.clone(),
                synapses: engine.mapping_len(mapping.id).ok()? as u64,
                plastic: rule.plasticity.is_some(),
            })
        });
        let (areas, mappings) = (areas.collect(), mappings.collect());
        let origin = Origin::Saved { burst: engine.burst_count().get(), rate, precision: engine.precision() };
        Self { genome, origin, areas, mappings, warnings }
    }

    /// Names of areas by id.
    pub(crate) fn names(&self) -> BTreeMap<CorticalId, &str> {
        self.areas.iter().map(|area| (area.id, area.name.as_str())).collect()
    }

    /// Neurons of all areas.
    pub(crate) fn neurons(&self) -> u64 {
        self.areas.iter().map(|area| area.neurons).sum()
    }

    /// Synapses of all mappings.
    pub(crate) fn synapses(&self) -> u64 {
        self.mappings.iter().map(|mapping| mapping.synapses).sum()
    }
}

/// The rule that made a mapping.
fn rule(genome: &Genome, place: RulePlace) -> Option<&MappingRule> {
    let mappings = &genome.area(&place.source.to_base64())?.mappings;
    mappings.get(&place.target.to_base64())?.get(place.position)
}

pub(crate) const fn layout_name(layout: Layout) -> &'static str {
    match layout {
        Layout::Flat => "flat",
        Layout::Hierarchical => "hierarchical",
    }
}
