//! The connection rules every genome has (`genome.md` section 5.5), and what the published
//! releases know how to apply.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::{Morphology, PatternElement, PatternPair, Rule};

/// Built-in rules that a function in the engine stands behind.
const FUNCTIONS: [&str; 18] = [
    "projector",
    "centered_projector",
    "transpose_xy",
    "transpose_yz",
    "transpose_xz",
    "sweeper",
    "last_to_first",
    "first_to_last",
    "bitmask_encoder_x",
    "bitmask_encoder_y",
    "bitmask_encoder_z",
    "bitmask_decoder_x",
    "bitmask_decoder_y",
    "bitmask_decoder_z",
    "episodic_memory",
    "episodic_scan",
    "memory_replay",
    "associative_memory",
];

/// Functions that are known but not part of the catalogue that is written over a genome's own.
const MORE_FUNCTIONS: [&str; 3] = ["rotator_z", "classifier_sample", "classifier_class"];

const VECTORS: [(&str, [i64; 3]); 7] = [
    ("block_to_block", [0, 0, 0]),
    ("lateral_+x", [1, 0, 0]),
    ("lateral_-x", [-1, 0, 0]),
    ("lateral_+y", [0, 1, 0]),
    ("lateral_-y", [0, -1, 0]),
    ("lateral_+z", [0, 0, 1]),
    ("lateral_-z", [0, 0, -1]),
];

/// The one composite rule that does anything.
pub(crate) const TILE: &str = "tile";

/// Whether a function of this name makes synapses or registers run-time behaviour. Functions of
/// other names do nothing.
pub(crate) fn is_implemented(function: &str) -> bool {
    FUNCTIONS.contains(&function) || MORE_FUNCTIONS.contains(&function)
}

/// Writes all built-in rules over the genome's own of the same name when any of them is missing.
/// Returns whether it did.
pub(crate) fn complete(morphologies: &mut BTreeMap<String, Morphology>) -> bool {
    let built_in = built_in();
    let complete = built_in.iter().all(|(name, _)| morphologies.contains_key(*name));
    if !complete {
        morphologies.extend(built_in.into_iter().map(|(name, rule)| (name.to_owned(), rule)));
    }
    !complete
}

fn built_in() -> Vec<(&'static str, Morphology)> {
    let mut all = Vec::with_capacity(29);
    for name in FUNCTIONS.into_iter().chain(["rotator_z"]) {
        all.push((name, core(Rule::Function(name.to_owned()), "functions", &json!({}))));
    }
    for (name, vector) in VECTORS {
        all.push((name, core(Rule::Vectors(vec![vector]), "vectors", &json!({ "vectors": [vector] }))));
    }
    let (any, origin) = ([PatternElement::Any; 3], [PatternElement::Exact(0); 3]);
    let (any_raw, origin_raw) = (json!(["*", "*", "*"]), json!([0, 0, 0]));
    for (name, source, target, raw) in [
        ("all_to_0-0-0", any, origin, json!([[any_raw, origin_raw]])),
        ("0-0-0_to_all", origin, any, json!([[origin_raw, any_raw]])),
    ] {
        let pair = PatternPair { source: source.to_vec(), target: target.to_vec() };
        all.push((name, core(Rule::Patterns(vec![pair]), "patterns", &json!({ "patterns": raw }))));
    }
    let (seed, pattern, mapper) = ([16, 16, 1], vec![[1, 0], [1, 0], [1, 0]], "projector");
    let parameters = json!({ "src_seed": seed, "src_pattern": pattern, "mapper_morphology": mapper });
    let tile = Rule::Composite { seed, pattern, mapper: mapper.to_owned() };
    all.push((TILE, core(tile, "composite", &parameters)));
    all
}

fn core(rule: Rule, kind: &str, parameters: &Value) -> Morphology {
    let raw = json!({ "type": kind, "class": "core", "parameters": parameters });
    Morphology { rule, class: String::from("core"), raw }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::morphologies::morphology;

    #[test]
    fn the_29_built_in_rules_read_back_as_they_are() {
        let built_in = built_in();
        assert_eq!(built_in.len(), 29);
        for (name, entry) in built_in {
            assert_eq!(morphology(name, entry.raw.clone()), Ok(entry), "{name}");
        }
    }

    #[test]
    fn a_complete_catalogue_is_left_as_it_is() {
        let mut morphologies = BTreeMap::new();
        assert!(complete(&mut morphologies));
        let vectors = Rule::Vectors(vec![[9, 9, 9]]);
        morphologies.get_mut("projector").unwrap().rule = vectors.clone();
        assert!(!complete(&mut morphologies));
        assert_eq!(morphologies["projector"].rule, vectors);
        morphologies.remove("sweeper");
        assert!(complete(&mut morphologies));
        assert_eq!(morphologies["projector"].rule, Rule::Function(String::from("projector")));
    }
}
