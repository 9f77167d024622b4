//! Every connection rule, on small areas of any shape, against its plain definition.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod definition;
mod support;

use definition::{Sizes, joins};
use feagi_development::{Settings, count};
use feagi_genome::{PatternElement, PatternPair, Rule};
use proptest::prelude::*;
use support::{developed, pair};

const FUNCTIONS: [&str; 16] = [
    "projector",
    "transpose_xy",
    "transpose_yz",
    "transpose_xz",
    "block_to_block",
    "centered_projector",
    "sweeper",
    "last_to_first",
    "first_to_last",
    "bitmask_encoder_x",
    "bitmask_encoder_y",
    "bitmask_encoder_z",
    "bitmask_decoder_x",
    "bitmask_decoder_y",
    "bitmask_decoder_z",
    "rotator_z",
];

fn size() -> impl Strategy<Value = [u32; 3]> {
    let flat = prop::array::uniform3(1_u32..6);
    let long = (0_usize..3, 30_u32..70).prop_map(|(axis, length)| {
        let mut size = [2; 3];
        size[axis] = length;
        size
    });
    prop_oneof![4 => flat, 1 => long]
}

fn element() -> impl Strategy<Value = PatternElement> {
    let any = -3_i64..7;
    prop_oneof![
        (0_i64..7).prop_map(PatternElement::Exact),
        Just(PatternElement::Any),
        Just(PatternElement::Same),
        Just(PatternElement::Other),
        Just(PatternElement::Above),
        Just(PatternElement::Below),
        Just(PatternElement::AtOrAbove),
        Just(PatternElement::AtOrBelow),
        any.clone().prop_map(PatternElement::Shifted),
        (any.clone(), any.clone()).prop_map(|(a, b)| PatternElement::Around(a, b)),
        (any.clone(), any).prop_map(|(a, b)| PatternElement::Range(a, b)),
    ]
}

fn pattern() -> impl Strategy<Value = PatternPair> {
    let triple = || prop::collection::vec(element(), 3);
    (triple(), triple()).prop_map(|(source, target)| PatternPair { source, target })
}

fn check(
    name: &str,
    rule: &Rule,
    source: ([u32; 3], u32),
    target: ([u32; 3], u32),
) -> Result<(), TestCaseError> {
    let genome = pair(source, target, name, rule.clone());
    let connectome = developed(&genome, &Settings::default()).connectome;
    let found: Vec<_> = connectome.mappings.iter().flat_map(|mapping| mapping.rows.iter()).collect();
    let picked = if ["last_to_first", "first_to_last"].contains(&name) { 0 } else { target.1 - 1 };
    let sizes = Sizes { source: source.0, target: target.0 };
    let mut expected = Vec::new();
    for (p, from) in (0_u32..).zip(voxels(source.0)) {
        for copy in 0..source.1 {
            let reached =
                (0_u32..).zip(voxels(target.0)).filter(|&(_, to)| joins(name, rule, sizes, from, to));
            expected.extend(reached.map(|(t, _)| (p * source.1 + copy, t * target.1 + picked)));
        }
    }
    prop_assert_eq!(&found, &expected);
    prop_assert_eq!(count(&genome, &Settings::default()).unwrap().synapses, expected.len() as u64);
    Ok(())
}

fn voxels([w, h, d]: [u32; 3]) -> impl Iterator<Item = [u32; 3]> {
    (0..w).flat_map(move |x| (0..h).flat_map(move |y| (0..d).map(move |z| [x, y, z])))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn functions(at in 0..FUNCTIONS.len(), s in (size(), 1_u32..4), d in (size(), 1_u32..4)) {
        check(FUNCTIONS[at], &Rule::Function(FUNCTIONS[at].to_owned()), s, d)?;
    }

    #[test]
    fn tile(s in (size(), 1_u32..3), d in (size(), 1_u32..3)) {
        check("tile", &Rule::Composite { seed: [1; 3], pattern: Vec::new(), mapper: String::new() }, s, d)?;
    }

    #[test]
    fn vectors(list in prop::collection::vec(prop::array::uniform3(-4_i64..5), 0..8), s in (size(), 1_u32..3), d in (size(), 1_u32..3)) {
        check("v", &Rule::Vectors(list), s, d)?;
    }

    #[test]
    fn single_patterns(pair in pattern(), s in (size(), 1_u32..3), d in (size(), 1_u32..3)) {
        check("p", &Rule::Patterns(vec![pair]), s, d)?;
    }

    #[test]
    fn overlapping_patterns(list in prop::collection::vec(pattern(), 2..9), s in (size(), 1_u32..3), d in (size(), 1_u32..3)) {
        check("p", &Rule::Patterns(list), s, d)?;
    }
}

#[test]
fn the_worked_examples_of_the_projector() {
    let genome = pair(([4, 3, 2], 1), ([6, 4, 3], 1), "projector", Rule::Function("projector".to_owned()));
    let connectome = developed(&genome, &Settings::default()).connectome;
    let voxel = |[x, y, z]: [u32; 3], [_, h, d]: [u32; 3]| (x * h + y) * d + z;
    let from = voxel([1, 1, 0], [4, 3, 2]);
    let reached: Vec<_> = connectome.mappings[0]
        .rows
        .iter()
        .filter(|&(source, _)| source == from)
        .map(|(_, target)| target)
        .collect();
    assert_eq!(reached, [[2, 2, 0], [2, 2, 1]].map(|at| voxel(at, [6, 4, 3])));
}

#[test]
fn many_overlapping_patterns_are_the_same_as_one_that_covers_them() {
    let any = vec![PatternElement::Any; 3];
    let along_x =
        |x| PatternPair { source: any.clone(), target: vec![x, PatternElement::Same, PatternElement::Same] };
    let many =
        (0..60).flat_map(|k| [PatternElement::Around(-2, k), PatternElement::Shifted(k - 1)]).map(along_x);
    let one = vec![along_x(PatternElement::Around(-2, 59))];
    let rows = |patterns| {
        let genome = pair(([1500, 1, 2], 1), ([100, 2, 1], 1), "p", Rule::Patterns(patterns));
        developed(&genome, &Settings::default()).connectome.mappings.remove(0).rows
    };
    assert_eq!(rows(many.collect()), rows(one));
}
