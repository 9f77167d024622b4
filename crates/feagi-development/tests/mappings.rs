//! What becomes of mapping rules: their order, their synapses' values, their failures and draws.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use feagi_development::{Progress, Settings, Stage, develop};
use feagi_genome::{Genome, MappingRule, MemoryGenes, PatternElement, PatternPair, Rule};
use feagi_types::{CoreArea, CorticalId, CorticalIdx, PlasticityParameters, Precision, SynapseKind};
use support::{area, connect, developed, genome, id, mapping_rule, pair};

fn function(name: &str) -> (&str, Rule) {
    (name, Rule::Function(name.to_owned()))
}

/// Settings of a memory area.
fn memory() -> MemoryGenes {
    MemoryGenes { temporal_depth: 1, init_lifespan: 9, lifespan_growth_rate: 1.0, longterm_threshold: 100 }
}

fn plastic(morphology: &str, window: u32) -> MappingRule {
    let plasticity = PlasticityParameters { window, ..PlasticityParameters::default() };
    MappingRule { plasticity: Some(plasticity), ..mapping_rule(morphology) }
}

/// Areas `a` to `d` of 4 voxels each, and the connection rules most tests use.
fn four_areas() -> Genome {
    let negative = PatternPair {
        source: vec![PatternElement::Any; 3],
        target: vec![PatternElement::Exact(-1), PatternElement::Any, PatternElement::Any],
    };
    let short = PatternPair { source: vec![PatternElement::Any; 2], target: vec![PatternElement::Any; 3] };
    let rules = [
        function("projector"),
        function("reducer_x"),
        function("episodic_memory"),
        function("associative_memory"),
        ("negative", Rule::Patterns(vec![negative])),
        ("short", Rule::Patterns(vec![short])),
        ("away", Rule::Vectors(vec![[9, 0, 0]])),
    ];
    genome(["a", "b", "c", "d"].map(|name| area(name, [4, 1, 1], 1)).to_vec(), rules)
}

/// Target, connection rule and synapses of each mapping.
fn made(genome: &Genome) -> Vec<(CorticalId, String, usize)> {
    let connectome = developed(genome, &Settings::default()).connectome;
    let target = |idx| connectome.area(idx).unwrap().id;
    let mappings = connectome.mappings.iter();
    mappings
        .map(|mapping| (target(mapping.target), mapping.rule.clone(), mapping.rows.synapse_count()))
        .collect()
}

#[test]
fn core_areas_come_first_with_their_fixed_indices() {
    let mut genome = four_areas();
    for core in CoreArea::ALL.into_iter().rev() {
        genome
            .areas
            .push(feagi_genome::AreaGenes { id: CorticalId::core(core), ..area("core", [1, 1, 1], 1) });
    }
    let connectome = developed(&genome, &Settings::default()).connectome;
    for (position, core) in CoreArea::ALL.into_iter().enumerate() {
        assert_eq!(connectome.areas[position].idx, core.idx());
        assert_eq!(connectome.areas[position].id, CorticalId::core(core));
    }
    let others: Vec<_> = connectome.areas[7..].iter().map(|area| (area.idx, area.id)).collect();
    assert_eq!(
        others,
        [(7, "a"), (8, "b"), (9, "c"), (10, "d")].map(|(idx, name)| (CorticalIdx(idx), id(name)))
    );
}

#[test]
fn synapses_take_their_values_from_the_rule_and_the_source_area() {
    let mut genome = four_areas();
    genome.areas[0].parameters.postsynaptic_current = 2.5;
    let delay = feagi_types::SynapticDelay::new(3);
    connect(&mut genome, "a", "b", MappingRule { multiplier: -300.5, delay, ..plastic("projector", 4) });
    let connectome = developed(&genome, &Settings::default()).connectome;
    let mapping = &connectome.mappings[0];
    assert_eq!(mapping.weight.uniform(), Some(300.5));
    assert_eq!(mapping.kind.uniform(), Some(SynapseKind::Inhibitory));
    assert_eq!(mapping.psp.uniform(), Some(2.5));
    assert_eq!(mapping.delay.uniform(), delay);
    assert_eq!(mapping.plasticity.as_ref().map(|plasticity| plasticity.window), Some(4));
}

#[test]
fn targets_come_in_the_text_order_of_their_ids_and_rules_in_list_order() {
    let mut genome = four_areas();
    for target in ["d", "b", "c"] {
        connect(&mut genome, "a", target, mapping_rule("projector"));
    }
    connect(&mut genome, "a", "b", mapping_rule("projector"));
    let targets: Vec<_> = made(&genome).into_iter().map(|(target, ..)| target).collect();
    assert_eq!(targets, ["b", "b", "c", "d"].map(id));
}

#[test]
fn a_rule_that_fails_takes_the_rest_of_its_source_area_with_it() {
    let no_delay = MappingRule { delay: None, ..mapping_rule("projector") };
    let failing = ["negative", "short", "missing"].map(mapping_rule);
    for failing in
        failing.into_iter().chain([no_delay, plastic("projector", 0), mapping_rule("associative_memory")])
    {
        let mut genome = four_areas();
        connect(&mut genome, "a", "b", mapping_rule("projector"));
        connect(&mut genome, "a", "c", mapping_rule("projector"));
        connect(&mut genome, "a", "c", failing);
        connect(&mut genome, "a", "c", mapping_rule("projector"));
        connect(&mut genome, "a", "d", mapping_rule("projector"));
        connect(&mut genome, "b", "d", mapping_rule("projector"));
        let expected = ["b", "c", "d"].map(|target| (id(target), "projector".to_owned(), 4));
        assert_eq!(made(&genome), expected);
    }
}

#[test]
fn a_failure_that_only_shows_when_applied_is_a_warning_with_its_place() {
    let mut genome = four_areas();
    connect(&mut genome, "a", "b", mapping_rule("projector"));
    connect(&mut genome, "a", "b", mapping_rule("negative"));
    connect(&mut genome, "a", "c", mapping_rule("projector"));
    let warnings = developed(&genome, &Settings::default()).warnings;
    let [warning] = &warnings[..] else { panic!("{warnings:?}") };
    assert_eq!(warning.place, format!("blueprint.{}.cortical_mapping_dst.{}[1]", id("a"), id("b")));
    assert!(warning.message.contains("negative coordinate -1"), "{}", warning.message);
    assert!(warning.message.contains("the 1 later"), "{}", warning.message);
}

#[test]
fn rules_without_synapses_are_passed_over_and_those_that_read_well_are_named() {
    let mut genome = four_areas();
    let nothing = MappingRule { attractivity: 0, ..mapping_rule("projector") };
    for rule in [mapping_rule("reducer_x"), mapping_rule("episodic_memory"), mapping_rule("away"), nothing] {
        connect(&mut genome, "a", "b", rule);
    }
    genome.areas[0].mappings.insert("nowhere".to_owned(), vec![mapping_rule("projector")]);
    connect(&mut genome, "a", "c", mapping_rule("projector"));
    assert_eq!(made(&genome), [(id("c"), "projector".to_owned(), 4)]);
    let warnings = developed(&genome, &Settings::default()).warnings;
    let places: Vec<_> = warnings.iter().map(|warning| warning.place.rsplit_once('[').unwrap().1).collect();
    assert_eq!(places, ["1]", "2]", "3]"]);
}

#[test]
fn associative_mappings_start_empty_unless_both_areas_are_memory() {
    let mut genome = four_areas();
    connect(&mut genome, "a", "b", plastic("associative_memory", 2));
    assert_eq!(made(&genome), [(id("b"), "associative_memory".to_owned(), 0)]);
    for area in &mut genome.areas {
        area.memory = Some(memory());
    }
    assert_eq!(made(&genome), [(id("b"), "associative_memory".to_owned(), 4)]);
}

#[test]
fn a_draw_keeps_about_its_share_and_depends_on_the_seed_only() {
    let all = PatternPair { source: vec![PatternElement::Any; 3], target: vec![PatternElement::Any; 3] };
    let mut genome = pair(([100, 1, 1], 2), ([100, 1, 1], 1), "all", Rule::Patterns(vec![all]));
    genome.areas[0].mappings.values_mut().for_each(|rules| rules[0].attractivity = 30);
    let rows = |seed| {
        let settings = Settings { seed, ..Settings::default() };
        let mut connectome = developed(&genome, &settings).connectome;
        assert_eq!(
            feagi_development::count(&genome, &settings).unwrap().synapses,
            connectome.synapse_count()
        );
        connectome.mappings.remove(0).rows
    };
    assert_eq!(rows(1), rows(1));
    assert_ne!(rows(1), rows(2));
    // 20 000 candidates: five standard deviations are 324.
    assert!((5676..6324).contains(&rows(1).synapse_count()), "{}", rows(1).synapse_count());
}

#[test]
fn the_precision_is_the_genomes_unless_the_settings_choose() {
    let mut genome = four_areas();
    genome.physiology.precision = feagi_genome::GenomePrecision::Int8;
    assert_eq!(developed(&genome, &Settings::default()).connectome.precision, Precision::Int8);
    let settings = Settings { precision: Some(Precision::Fp32), ..Settings::default() };
    assert_eq!(developed(&genome, &settings).connectome.precision, Precision::Fp32);
}

#[test]
fn progress_goes_through_all_stages_to_their_ends() {
    let mut genome = four_areas();
    for (source, target) in [("a", "b"), ("b", "c"), ("c", "d")] {
        connect(&mut genome, source, target, mapping_rule("projector"));
    }
    let mut steps: Vec<Progress> = Vec::new();
    develop(&genome, &Settings::default(), &mut |step| steps.push(step)).unwrap();
    for pair in steps.windows(2) {
        assert!(pair[0].stage != pair[1].stage || pair[0].done <= pair[1].done, "{pair:?}");
    }
    let ends: Vec<_> = steps.chunk_by(|a, b| a.stage == b.stage).filter_map(|stage| stage.last()).collect();
    let expected = [(Stage::Counting, 3), (Stage::Neurons, 16), (Stage::Synapses, 12)];
    assert_eq!(ends.len(), expected.len());
    for (end, (stage, total)) in ends.into_iter().zip(expected) {
        assert_eq!(*end, Progress { stage, done: total, total });
    }
}
