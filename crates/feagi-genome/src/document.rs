//! A genome file on its way from JSON to typed values: the tree, and what is needed to name a place
//! in the file as its author wrote it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::{GenomeError, shorten};
use crate::genes;
use crate::warnings::Warnings;

/// The tree of a file and what was found in it so far.
pub(crate) struct Document {
    /// Top-level members except the blueprint.
    pub(crate) root: Map<String, Value>,
    /// The areas in the hierarchical form, by id.
    pub(crate) blueprint: Map<String, Value>,
    /// How the file was written.
    pub(crate) origin: Origin,
    pub(crate) warnings: Warnings,
}

/// How the file was written, for naming places in it.
#[derive(Debug, Default)]
pub(crate) struct Origin {
    /// Whether the blueprint was flat.
    pub(crate) flat: bool,
    /// The file's spelling of every area id that migration changed.
    pub(crate) old_ids: BTreeMap<String, String>,
}

impl Origin {
    /// The area id as the file spells it.
    fn spelling<'a>(&'a self, id: &'a str) -> &'a str {
        self.old_ids.get(id).map_or(id, String::as_str)
    }

    /// Path of an area.
    pub(crate) fn area(&self, id: &str) -> String {
        let id = shorten(self.spelling(id));
        if self.flat { format!("blueprint._____10c-{id}") } else { format!("blueprint.{id}") }
    }

    /// Path of a property of an area, or of one element of it.
    pub(crate) fn property(&self, id: &str, property: &str, element: Option<usize>) -> String {
        let area = self.area(id);
        if self.flat {
            let mut genes = genes::of_property(property).iter();
            let gene = genes.find(|gene| element.is_none() || gene.element == element);
            return match gene {
                Some(gene) => format!("{area}-{}-{}", gene.scope, gene.name),
                None => format!("{area}-cx-{property}"),
            };
        }
        match element {
            Some(index) => format!("{area}.{property}[{index}]"),
            None => format!("{area}.{property}"),
        }
    }

    /// Path of one rule of a mapping.
    pub(crate) fn rule(&self, id: &str, target: &str, index: usize) -> String {
        let mapping = self.property(id, "cortical_mapping_dst", None);
        format!("{mapping}.{}[{index}]", shorten(self.spelling(target)))
    }
}

impl Document {
    /// Takes a top-level member that has to be an object; absent and `null` are `None`.
    pub(crate) fn take_object(&mut self, key: &str) -> Result<Option<Map<String, Value>>, GenomeError> {
        match self.root.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(other) => Err(GenomeError::value(key, &other, "an object")),
        }
    }

    /// Takes a top-level text; absent and `null` give `default`.
    pub(crate) fn take_text(&mut self, key: &str, default: &str) -> Result<String, GenomeError> {
        match self.root.remove(key) {
            None | Some(Value::Null) => Ok(default.to_owned()),
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(GenomeError::value(key, &other, "a text")),
        }
    }
}
