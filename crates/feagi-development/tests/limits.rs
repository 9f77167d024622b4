//! Whatever a genome asks for is counted before memory is taken, and refused with its name.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use feagi_development::{Count, DevelopmentError, Settings, count};
use feagi_genome::{Genome, PatternElement, PatternPair, Rule};
use support::{area, connect, developed, genome, mapping_rule, pair};

fn everything() -> Vec<PatternElement> {
    vec![PatternElement::Any; 3]
}

fn all_to_all() -> Rule {
    Rule::Patterns(vec![PatternPair { source: everything(), target: everything() }])
}

fn refusal(genome: &Genome) -> DevelopmentError {
    count(genome, &Settings::default()).unwrap_err()
}

#[test]
fn areas_beyond_64_bits_are_refused_with_their_exact_size() {
    let huge = area("huge", [u32::MAX, u32::MAX, 2], 3);
    let error = refusal(&genome(vec![area("a", [1, 1, 1], 1), huge], []));
    let DevelopmentError::TooManyNeurons { name, count, left, .. } = &error else { panic!("{error}") };
    assert_eq!((name.as_str(), *count, *left), ("huge", 6 * u128::from(u32::MAX).pow(2), 9_999_999));
    assert!(error.to_string().contains("raise max_neurons"), "{error}");
}

#[test]
fn areas_that_fit_one_by_one_but_not_together_are_refused() {
    let areas = ["a", "b", "c"].map(|name| area(name, [4_000_000, 1, 1], 1));
    let error = refusal(&genome(areas.to_vec(), []));
    let DevelopmentError::TooManyNeurons { name, left, .. } = &error else { panic!("{error}") };
    assert_eq!((name.as_str(), *left), ("c", 2_000_000));
}

#[test]
fn no_setting_allows_more_neurons_than_there_are_ids() {
    let genome = genome(vec![area("a", [50_000_001, 1, 1], 1)], []);
    let settings = Settings { max_neurons: u64::MAX, ..Settings::default() };
    let error = count(&genome, &settings).unwrap_err();
    assert!(matches!(error, DevelopmentError::TooManyNeurons { limit: 50_000_000, .. }), "{error}");
}

#[test]
fn an_area_without_neurons_is_refused() {
    let error = refusal(&genome(vec![area("a", [3, 0, 3], 1)], []));
    assert!(matches!(error, DevelopmentError::EmptyArea { .. }), "{error}");
}

#[test]
fn all_to_all_between_large_areas_is_refused_by_formula() {
    let error = refusal(&pair(([36_000, 1, 1], 1), ([36_000, 1, 1], 1), "all", all_to_all()));
    let DevelopmentError::TooManySynapses { mapping, count, .. } = &error else { panic!("{error}") };
    assert_eq!(*count, Count::Exactly(1_296_000_000));
    assert_eq!((mapping.source_name.as_str(), mapping.morphology.as_str()), ("a", "all"));
    let message = error.to_string();
    for part in
        [mapping.source.to_base64().as_str(), mapping.target.to_base64().as_str(), "max_synapses = 50000000"]
    {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn mappings_share_the_limit() {
    let mut genome = pair(([100, 1, 1], 1), ([100, 1, 1], 1), "all", all_to_all());
    connect(&mut genome, "a", "b", mapping_rule("all"));
    let settings = Settings { max_synapses: 19_999, ..Settings::default() };
    let error = count(&genome, &settings).unwrap_err();
    let DevelopmentError::TooManySynapses { mapping, left, .. } = &error else { panic!("{error}") };
    assert_eq!((mapping.position, *left), (1, 9_999));
    assert_eq!(count(&genome, &Settings { max_synapses: 20_000, ..settings }).unwrap().synapses, 20_000);
}

/// The sum over the patterns is far above the limit, but they reach the same voxels.
#[test]
fn overlapping_patterns_count_once_against_the_limit() {
    let along_x = |x| vec![x, PatternElement::Any, PatternElement::Any];
    let patterns = (0..50)
        .map(|end| PatternPair { source: everything(), target: along_x(PatternElement::Range(0, 50 + end)) });
    let genome = pair(([10, 1, 1], 1), ([100, 10, 10], 1), "p", Rule::Patterns(patterns.collect()));
    let settings = Settings { max_synapses: 100_000, ..Settings::default() };
    assert_eq!(count(&genome, &settings).unwrap().synapses, 100_000);
    let error = count(&genome, &Settings { max_synapses: 99_999, ..settings }).unwrap_err();
    assert!(matches!(error, DevelopmentError::TooManySynapses { .. }), "{error}");
}

#[test]
fn patterns_that_take_too_long_to_count_are_refused() {
    let toward = |k| vec![PatternElement::Range(k, k + 1), PatternElement::Any, PatternElement::Any];
    let patterns = (0..4000).map(|k| PatternPair { source: everything(), target: toward(k % 3) });
    let patterns = patterns.chain((0..4000).map(|k| PatternPair { source: toward(k), target: toward(0) }));
    let genome = pair(([100_000, 1, 1], 1), ([4, 1, 1], 1), "p", Rule::Patterns(patterns.collect()));
    let settings = Settings { max_work: 100_000, ..Settings::default() };
    let error = count(&genome, &settings).unwrap_err();
    assert!(
        matches!(&error, DevelopmentError::TooMuchWork { mapping, .. } if mapping.source_name == "a"),
        "{error}"
    );
    assert_eq!(count(&genome, &Settings::default()).unwrap().synapses, 400_000);
}

#[test]
fn vectors_that_hit_nothing_cost_no_visit_to_the_voxels() {
    let vectors = (0..100_000).map(|k| [1_000_000 + k, 0, 0]).collect();
    let genome = pair(([100_000, 1, 1], 1), ([10, 1, 1], 1), "v", Rule::Vectors(vectors));
    let settings = Settings { max_work: 200_000, ..Settings::default() };
    assert_eq!(count(&genome, &settings).unwrap().synapses, 0);
}

#[test]
fn rules_of_few_synapses_over_many_rows_are_charged_for_the_rows() {
    let corner = |x| PatternPair {
        source: [x, 0, 0].map(PatternElement::Exact).to_vec(),
        target: vec![PatternElement::Exact(0); 3],
    };
    let mut genome = pair(
        ([4_000_000, 1, 1], 1),
        ([1, 1, 1], 1),
        "ends",
        Rule::Patterns(vec![corner(0), corner(3_999_999)]),
    );
    assert_eq!(developed(&genome, &Settings::default()).connectome.synapse_count(), 2);
    for _ in 0..200 {
        connect(&mut genome, "a", "b", mapping_rule("ends"));
    }
    let error = refusal(&genome);
    assert!(matches!(error, DevelopmentError::TooMuchWork { .. }), "{error}");
}
