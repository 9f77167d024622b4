//! What parts of a genome take in a file, so that a genome that is edited stays one that can be read.

use std::ops::{Add, AddAssign, Sub};

use serde_json::{Map, Value};

use crate::json::{FIRST_ELEMENT, FIRST_MEMBER, NEXT_ELEMENT, NEXT_MEMBER, TEXT};
use crate::model::{AreaGenes, Genome, MappingRule, Morphology, Region};

/// An upper bound for what something takes, in the terms of [`Limits`](crate::Limits).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Bytes of text, indented.
    pub text: usize,
    /// Bytes of the JSON tree.
    pub tree: usize,
    /// Mapping rules.
    pub rules: usize,
    /// Levels of the deepest value inside a part. A sum keeps the deeper one.
    pub depth: usize,
}

/// Text of the members that every area has, each on a line of its own with its name.
const AREA: Footprint = Footprint { text: 4096, tree: FIRST_MEMBER + 60 * NEXT_MEMBER, rules: 0, depth: 4 };
/// The same of a region.
const REGION: Footprint = Footprint { text: 512, tree: FIRST_MEMBER + 8 * NEXT_MEMBER, rules: 0, depth: 3 };
/// An id in a list.
const ID: Footprint = Footprint { text: 48, tree: NEXT_ELEMENT + TEXT + 12, rules: 0, depth: 0 };
/// Indentation, colon and comma of a line.
const LINE: usize = 32;

impl Add for Footprint {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            text: self.text.saturating_add(other.text),
            tree: self.tree.saturating_add(other.tree),
            rules: self.rules.saturating_add(other.rules),
            depth: self.depth.max(other.depth),
        }
    }
}

impl AddAssign for Footprint {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Footprint {
    type Output = Self;

    /// Without what `other` takes; depth stays.
    fn sub(self, other: Self) -> Self {
        Self {
            text: self.text.saturating_sub(other.text),
            tree: self.tree.saturating_sub(other.tree),
            rules: self.rules.saturating_sub(other.rules),
            depth: self.depth,
        }
    }
}

impl Footprint {
    /// Of a JSON value.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null | Value::Bool(_) => Self::text(5),
            Value::Number(_) => Self::text(24),
            Value::String(text) => Self::of_text(text),
            Value::Array(elements) => {
                let mut sum = Self { tree: FIRST_ELEMENT, ..Self::default() };
                for element in elements {
                    sum += Self::of(element);
                    sum += Self { text: LINE, tree: NEXT_ELEMENT, ..Self::default() };
                }
                sum.deeper()
            }
            Value::Object(members) => Self::of_members(members),
        }
    }

    /// Of the members of a JSON object.
    #[must_use]
    pub fn of_members(members: &Map<String, Value>) -> Self {
        let mut sum = Self { tree: FIRST_MEMBER, ..Self::default() };
        for (name, value) in members {
            sum += Self::of_text(name);
            sum += Self::of(value);
            sum += Self { text: LINE, tree: NEXT_MEMBER, ..Self::default() };
        }
        sum.deeper()
    }

    const fn text(bytes: usize) -> Self {
        Self { text: bytes, tree: 0, rules: 0, depth: 0 }
    }

    /// Characters that need escaping take six.
    fn of_text(text: &str) -> Self {
        let escaped = text.bytes().filter(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\')).count();
        Self { text: text.len() + 5 * escaped + 2, tree: text.len() + TEXT, ..Self::default() }
    }

    const fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn of_rule(rule: &MappingRule) -> Self {
        Self::of_members(&rule.raw) + Self { rules: 1, ..Self::default() }
    }
}

impl AreaGenes {
    /// What the area takes in a file.
    #[must_use]
    pub fn footprint(&self) -> Footprint {
        let mut sum = AREA + Footprint::of_text(&self.name) + Footprint::of_members(&self.extra);
        for rules in self.mappings.values() {
            sum += ID;
            rules.iter().for_each(|rule| sum += Footprint::of_rule(rule));
        }
        sum
    }
}

impl Region {
    /// What the region takes in a file.
    #[must_use]
    pub fn footprint(&self) -> Footprint {
        let members = self.areas.len() + self.inputs.len() + self.outputs.len();
        let ids = Footprint {
            text: ID.text.saturating_mul(members),
            tree: ID.tree.saturating_mul(members),
            ..Footprint::default()
        };
        let texts = Footprint::of_text(&self.title) + Footprint::of_text(&self.id);
        REGION + ids + texts + Footprint::of_members(&self.extra)
    }
}

impl Morphology {
    /// What the connection rule takes in a file.
    #[must_use]
    pub fn footprint(&self) -> Footprint {
        Footprint::of(&self.raw) + ID
    }
}

impl Genome {
    /// What the genome takes in a file, at most.
    #[must_use]
    pub fn footprint(&self) -> Footprint {
        let mut sum = Footprint::of_members(&self.extra) + Footprint::of_members(&self.physiology.raw);
        for text in [&self.id, &self.title, &self.description, &self.version] {
            sum += Footprint::of_text(text);
        }
        self.areas.iter().for_each(|area| sum += area.footprint());
        self.regions.iter().for_each(|region| sum += region.footprint());
        for (name, morphology) in &self.morphologies {
            sum += Footprint::of_text(name) + morphology.footprint();
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    #[test]
    fn a_genome_takes_no_more_than_its_footprint() {
        let text = r#"{"version": "3.0", "genome_title": "a \"title\"", "blueprint": {
            "Y2FfX19fX18=": {"cortical_name": "a\u0001", "block_boundaries": [3, 2, 1], "more": [[1, 2, [3]], {}],
                "cortical_mapping_dst": {"Y2FfX19fX18=": [{"morphology_id": "projector"}, {"morphology_id": "x"}]}}}}"#;
        let genome = Genome::read(text).unwrap().genome;
        let footprint = genome.footprint();
        assert_eq!(footprint.rules, 2);
        assert!(footprint.depth >= 3);
        for written in [genome.write_hierarchical(), genome.write_flat()] {
            assert!(written.len() <= footprint.text, "{} > {}", written.len(), footprint.text);
            // Exactly so much memory is enough to read it again.
            let limits = Limits { max_tree_bytes: footprint.tree, ..Limits::default() };
            Genome::read_bytes(written.as_bytes(), &limits).unwrap();
        }
    }
}
