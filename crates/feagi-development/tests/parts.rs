//! Mappings developed in parts are those of the whole brain.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use feagi_development::{DevelopmentError, RulePlace, Settings, develop_mappings};
use feagi_genome::{Genome, MappingRule, Rule};
use feagi_types::Mapping;
use proptest::prelude::*;
use support::{area, connect, developed, genome, id, mapping_rule, pair};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
const RULES: [&str; 6] = ["projector", "block_to_block", "last_to_first", "away", "reducer_x", "missing"];

fn random_genome() -> impl Strategy<Value = Genome> {
    let sizes = prop::collection::vec(([1_u32..5, 1_u32..4, 1_u32..3], 1_u32..3), NAMES.len());
    let ends = (0..NAMES.len(), 0..NAMES.len());
    // The last connection rule fails, so it is picked rarely.
    let pick = prop_oneof![12 => 0..RULES.len() - 1, 1 => Just(RULES.len() - 1)];
    let mappings = prop::collection::vec((ends, pick, 1_u8..=130), 0..24);
    (sizes, mappings).prop_map(|(sizes, mappings)| {
        let areas = NAMES.iter().zip(sizes).map(|(name, (size, copies))| area(name, size, copies)).collect();
        let function = |name: &str| Rule::Function(name.to_owned());
        let rules = [
            ("projector", function("projector")),
            ("block_to_block", Rule::Vectors(vec![[0, 0, 0]])),
            ("last_to_first", function("last_to_first")),
            ("away", Rule::Vectors(vec![[1, 0, 0], [0, -1, 1]])),
            ("reducer_x", function("reducer_x")),
        ];
        let mut genome = genome(areas, rules);
        for ((source, target), rule, attractivity) in mappings {
            let attractivity = attractivity.min(100);
            let rule = MappingRule { attractivity, ..mapping_rule(RULES[rule]) };
            connect(&mut genome, NAMES[source], NAMES[target], rule);
        }
        genome
    })
}

/// The mappings of the whole brain with their places.
fn whole(genome: &Genome, settings: &Settings) -> Vec<(RulePlace, Mapping)> {
    let development = developed(genome, settings);
    assert_eq!(development.places.len(), development.connectome.mappings.len());
    development.places.into_iter().zip(development.connectome.mappings).collect()
}

proptest! {
    #[test]
    fn parts_add_up_to_the_whole(genome in random_genome(), seed in any::<u64>(), parts in prop::array::uniform25(0_usize..3)) {
        let settings = Settings { seed, ..Settings::default() };
        let whole = whole(&genome, &settings);
        let part_of = |place: &RulePlace| {
            let at = |wanted| NAMES.iter().position(|name| id(name) == wanted).unwrap();
            parts[at(place.source) * NAMES.len() + at(place.target)]
        };
        for part in 0..3 {
            let wanted = |source, target| part_of(&RulePlace { source, target, position: 0 }) == part;
            let made = develop_mappings(&genome, &settings, wanted).unwrap();
            let expected: Vec<_> = whole.iter().filter(|(place, _)| part_of(place) == part).cloned().collect();
            let synapses: usize = expected.iter().map(|(_, mapping)| mapping.rows.synapse_count()).sum();
            prop_assert_eq!(made.synapses, synapses as u64);
            prop_assert_eq!(made.mappings, expected);
        }
    }
}

#[test]
fn limits_hold_for_the_part() {
    let areas = ["a", "b", "c"].map(|name| area(name, [4, 1, 1], 1)).to_vec();
    let mut genome = genome(areas, [("projector", Rule::Function("projector".to_owned()))]);
    for (source, target) in [("a", "b"), ("a", "c"), ("b", "c")] {
        connect(&mut genome, source, target, mapping_rule("projector"));
    }
    let settings = Settings { max_synapses: 8, ..Settings::default() };
    let from_a = develop_mappings(&genome, &settings, |source, _| source == id("a")).unwrap();
    assert_eq!((from_a.mappings.len(), from_a.synapses), (2, 8));
    let all = develop_mappings(&genome, &settings, |_, _| true).unwrap_err();
    assert!(matches!(all, DevelopmentError::TooManySynapses { .. }), "{all}");
    let few_neurons = Settings { max_neurons: 11, ..settings };
    let none = develop_mappings(&genome, &few_neurons, |_, _| false).unwrap_err();
    assert!(matches!(none, DevelopmentError::TooManyNeurons { .. }), "{none}");
}

#[test]
fn warnings_are_about_the_wanted_mappings() {
    let away = || Rule::Vectors(vec![[9, 0, 0]]);
    let genome = pair(([4, 1, 1], 1), ([4, 1, 1], 1), "away", away());
    let warnings = |wanted| develop_mappings(&genome, &Settings::default(), |_, _| wanted).unwrap().warnings;
    assert_eq!((warnings(true).len(), warnings(false).len()), (1, 0));
}
