//! Genomes made by hand, and the synapses of what they develop into.

use std::collections::BTreeMap;

use feagi_development::{Development, Settings, develop};
use feagi_genome::{AreaGenes, Genome, GenomePrecision, MappingRule, Morphology, Physiology, Rule};
use feagi_types::{AreaParameters, CorticalId, Dimensions, Position, SynapticDelay};
use serde_json::{Map, Value};

/// An id of a custom area.
pub(crate) fn id(text: &str) -> CorticalId {
    let mut bytes = *b"c_______";
    for (byte, letter) in bytes[1..].iter_mut().zip(text.bytes()) {
        *byte = letter;
    }
    CorticalId::from_bytes(bytes).unwrap()
}

/// A custom area; its name is the text its id is made of.
pub(crate) fn area(name: &str, size: [u32; 3], neurons_per_voxel: u32) -> AreaGenes {
    AreaGenes {
        id: id(name),
        name: name.to_owned(),
        dimensions: Dimensions::from(size),
        neurons_per_voxel,
        position: Position::default(),
        position_2d: [0, 0],
        visible: true,
        parameters: AreaParameters::default(),
        memory: None,
        mappings: BTreeMap::new(),
        extra: Map::new(),
    }
}

/// A mapping rule with weight 1.
pub(crate) fn mapping_rule(morphology: &str) -> MappingRule {
    MappingRule {
        morphology: morphology.to_owned(),
        multiplier: 1.0,
        attractivity: 100,
        delay: Some(SynapticDelay::ONE),
        plasticity: None,
        raw: Map::new(),
    }
}

/// Adds a rule to the end of the mapping from one area to another.
pub(crate) fn connect(genome: &mut Genome, source: &str, target: &str, rule: MappingRule) {
    let source = genome.areas.iter_mut().find(|area| area.id == id(source)).unwrap();
    source.mappings.entry(id(target).to_base64()).or_default().push(rule);
}

/// A genome of these areas and connection rules, without mappings.
pub(crate) fn genome<'a>(areas: Vec<AreaGenes>, rules: impl IntoIterator<Item = (&'a str, Rule)>) -> Genome {
    let morphology = |(name, rule): (&str, Rule)| {
        (name.to_owned(), Morphology { rule, class: "custom".to_owned(), raw: Value::Null })
    };
    Genome {
        id: "test".to_owned(),
        title: "Test".to_owned(),
        description: String::new(),
        version: "2.0".to_owned(),
        timestamp: 0.0,
        areas,
        morphologies: rules.into_iter().map(morphology).collect(),
        physiology: Physiology {
            simulation_timestep: 0.025,
            precision: GenomePrecision::Fp32,
            raw: Map::new(),
        },
        regions: Vec::new(),
        extra: Map::new(),
    }
}

/// Two areas, `a` and `b`, and one mapping from `a` to `b` by `rule`.
pub(crate) fn pair(source: ([u32; 3], u32), target: ([u32; 3], u32), name: &str, rule: Rule) -> Genome {
    let areas = vec![area("a", source.0, source.1), area("b", target.0, target.1)];
    let mut genome = genome(areas, [(name, rule)]);
    connect(&mut genome, "a", "b", mapping_rule(name));
    genome
}

/// Develops without showing progress and checks that the connectome holds together.
pub(crate) fn developed(genome: &Genome, settings: &Settings) -> Development {
    let development = develop(genome, settings, &mut |_| {}).unwrap();
    development.connectome.validate().unwrap();
    development
}
