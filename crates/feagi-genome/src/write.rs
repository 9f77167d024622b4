//! From a genome back to text, in both forms. Everything that reading looks at is written, so that
//! reading the result gives the same genome.

use serde_json::{Map, Value, json};

use crate::areas::group;
use crate::fields::number;
use crate::flat::PREFIX;
use crate::genes::{self, LOCATION};
use crate::model::{AreaGenes, Genome, Region};
use crate::schema::NEWEST_SCHEMA;

impl Genome {
    /// The genome as published tools write it: one key per gene, all genes with a default filled
    /// in, keys sorted, area ids in base64, [`NEWEST_SCHEMA`] beside the unchanged `version`.
    #[must_use]
    pub fn write_flat(&self) -> String {
        let mut blueprint = Map::new();
        for area in &self.areas {
            flat_area(area, &mut blueprint);
        }
        self.write(blueprint)
    }

    /// The genome with one object per area.
    #[must_use]
    pub fn write_hierarchical(&self) -> String {
        self.write(
            self.areas.iter().map(|area| (area.id.to_base64(), Value::Object(properties(area)))).collect(),
        )
    }

    fn write(&self, blueprint: Map<String, Value>) -> String {
        let mut root = self.extra.clone();
        let morphologies: Map<String, Value> = self
            .morphologies
            .iter()
            .map(|(name, morphology)| (name.clone(), morphology.raw.clone()))
            .collect();
        let regions: Map<String, Value> =
            self.regions.iter().map(|region| (region.id.clone(), region_members(region))).collect();
        let root_region = self.regions.iter().find(|region| region.parent.is_none());
        for (key, value) in [
            ("version", Value::from(self.version.as_str())),
            ("genome_schema_version", Value::from(NEWEST_SCHEMA)),
            ("genome_id", Value::from(self.id.as_str())),
            ("genome_title", Value::from(self.title.as_str())),
            ("genome_description", Value::from(self.description.as_str())),
            ("timestamp", Value::from(self.timestamp)),
            ("physiology", Value::Object(self.physiology.members())),
            ("neuron_morphologies", Value::Object(morphologies)),
            ("brain_regions", Value::Object(regions)),
            ("brain_regions_root", root_region.map_or(Value::Null, |region| Value::from(region.id.as_str()))),
            ("blueprint", Value::Object(blueprint)),
        ] {
            root.insert(key.to_owned(), value);
        }
        format!("{:#}\n", Value::Object(root))
    }
}

fn region_members(region: &Region) -> Value {
    let ids = |list: &[feagi_types::CorticalId]| list.iter().map(|id| Value::from(id.to_base64())).collect();
    let mut members = region.extra.clone();
    for (key, value) in [
        ("title", Value::from(region.title.as_str())),
        ("parent_region_id", region.parent.as_deref().map_or(Value::Null, Value::from)),
        ("cortical_areas", Value::Array(ids(&region.areas))),
        ("inputs", Value::Array(ids(&region.inputs))),
        ("outputs", Value::Array(ids(&region.outputs))),
    ] {
        members.insert(key.to_owned(), value);
    }
    Value::Object(members)
}

/// All properties of an area in the hierarchical form.
fn properties(area: &AreaGenes) -> Map<String, Value> {
    let mut properties = area.extra.clone();
    for gene in &genes::GENES {
        if let Some(value) = gene.fill.value(group(area.id)) {
            properties.entry(gene.property).or_insert(value);
        }
    }
    let parameters = &area.parameters;
    let [x, y, z] = parameters.threshold_increment;
    let position = area.position;
    for (property, value) in [
        ("cortical_name", Value::from(area.name.as_str())),
        ("block_boundaries", json!(area.dimensions.to_array())),
        ("relative_coordinate", json!([position.x, position.y, position.z])),
        ("2d_coordinate", json!(area.position_2d)),
        ("per_voxel_neuron_cnt", Value::from(area.neurons_per_voxel)),
        ("visualization", Value::from(area.visible)),
        ("firing_threshold", number(parameters.threshold)),
        ("firing_threshold_increment_x", number(x)),
        ("firing_threshold_increment_y", number(y)),
        ("firing_threshold_increment_z", number(z)),
        ("firing_threshold_limit", number(parameters.threshold_limit)),
        ("refractory_period", Value::from(parameters.refractory_period)),
        ("leak_coefficient", number(parameters.leak)),
        ("consecutive_fire_cnt_max", Value::from(parameters.consecutive_fire_limit)),
        ("snooze_length", Value::from(parameters.snooze_length)),
        ("postsynaptic_current", number(parameters.postsynaptic_current)),
        ("neuron_excitability", number(parameters.excitability)),
        ("mp_charge_accumulation", Value::from(parameters.accumulates)),
        ("mp_driven_psp", Value::from(parameters.mp_driven_psp.unwrap_or(false))),
        ("psp_uniform_distribution", Value::from(parameters.psp_uniform.unwrap_or(false))),
        ("degeneration", number(parameters.degeneration)),
        ("is_mem_type", Value::from(area.memory.is_some())),
        ("cortical_mapping_dst", mappings(area)),
    ] {
        properties.insert(property.to_owned(), value);
    }
    if let Some(memory) = &area.memory {
        for (property, value) in [
            ("temporal_depth", Value::from(memory.temporal_depth)),
            ("init_lifespan", Value::from(memory.init_lifespan)),
            ("lifespan_growth_rate", number(memory.lifespan_growth_rate)),
            ("longterm_mem_threshold", Value::from(memory.longterm_threshold)),
        ] {
            properties.insert(property.to_owned(), value);
        }
    }
    properties
}

fn mappings(area: &AreaGenes) -> Value {
    let target = |(target, rules): (&String, &Vec<crate::MappingRule>)| {
        (target.clone(), rules.iter().map(|rule| Value::Object(rule.raw.clone())).collect())
    };
    Value::Object(area.mappings.iter().map(target).collect())
}

fn flat_area(area: &AreaGenes, blueprint: &mut Map<String, Value>) {
    let id = area.id.to_base64();
    for (property, value) in properties(area) {
        let known = genes::of_property(&property);
        for gene in known {
            let value = match gene.element {
                Some(index) => value.get(index).cloned().unwrap_or(Value::Null),
                None if property == LOCATION => Value::from(value == "random"),
                None => value.clone(),
            };
            blueprint.insert(format!("{PREFIX}{id}-{}-{}", gene.scope, gene.name), value);
        }
        if known.is_empty() {
            blueprint.insert(format!("{PREFIX}{id}-cx-{property}"), value);
        }
    }
}
