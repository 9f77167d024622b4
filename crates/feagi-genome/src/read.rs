//! From bytes to a genome: the order of the steps (`genome.md` section 8.1).

use serde_json::{Map, Value};

use crate::catalogue;
use crate::document::{Document, Origin};
use crate::error::{GenomeError, shorten};
use crate::limits::Limits;
use crate::model::{Genome, Rule, Warning};
use crate::warnings::Warnings;
use crate::{areas, core_areas, flat, json, morphologies, normalise, physiology, regions, schema};

/// A genome and what reading it showed.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The genome, migrated and completed.
    pub genome: Genome,
    /// What will not do what the author may expect, in the order it was found.
    pub warnings: Vec<Warning>,
    /// Schema of the file before migration.
    pub schema: u32,
    /// How the file writes its areas.
    pub layout: Layout,
}

/// The two ways to write areas (`genome.md` section 1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One key per gene.
    Flat,
    /// One object per area.
    Hierarchical,
}

impl Genome {
    /// Reads a genome of any supported format with the default [`Limits`].
    ///
    /// # Errors
    /// [`GenomeError`] with the place in the file, what was found there and what belongs there.
    ///
    /// ```
    /// let text = r#"{"version": "2.0", "blueprint": {"_____10c-c__eye-cx-___bbx-i": 8}}"#;
    /// let reading = feagi_genome::Genome::read(text)?;
    /// // The area itself and the seven core areas.
    /// assert_eq!(reading.genome.areas.len(), 8);
    /// assert!(reading.warnings.is_empty());
    /// # Ok::<(), feagi_genome::GenomeError>(())
    /// ```
    pub fn read(text: &str) -> Result<Reading, GenomeError> {
        Self::read_bytes(text.as_bytes(), &Limits::default())
    }

    /// Reads a genome from a file's bytes. A byte-order mark at the start is skipped.
    ///
    /// # Errors
    /// As [`Genome::read`], and [`GenomeError::FileTooLarge`], [`GenomeError::TooMany`] or
    /// [`GenomeError::NotUtf8`].
    pub fn read_bytes(bytes: &[u8], limits: &Limits) -> Result<Reading, GenomeError> {
        if bytes.len() > limits.max_bytes {
            let (bytes, limit) = (bytes.len() as u64, limits.max_bytes as u64);
            return Err(GenomeError::FileTooLarge { bytes, limit });
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| GenomeError::NotUtf8 { offset: error.valid_up_to() })?;
        let (mut document, schema) = open(text.trim_start_matches('\u{feff}'), limits)?;
        let layout = if document.origin.flat { Layout::Flat } else { Layout::Hierarchical };
        schema::migrate(&mut document, schema);
        normalise::areas(&mut document);
        let genome = typed(&mut document, limits)?;
        warn_about_mappings(&genome, &mut document);
        Ok(Reading { genome, warnings: document.warnings.into_list(), schema, layout })
    }
}

/// Reads the JSON and brings the blueprint into the hierarchical form.
fn open(text: &str, limits: &Limits) -> Result<(Document, u32), GenomeError> {
    let mut warnings = Warnings::default();
    let mut root = match json::parse(text, limits, &mut warnings)? {
        Value::Object(root) => root,
        other => return Err(GenomeError::value("file", &other, "an object with a blueprint")),
    };
    let schema = schema::of_file(&root)?;
    let mut blueprint = match root.remove("blueprint") {
        Some(Value::Object(blueprint)) => blueprint,
        None => {
            let place = String::from("blueprint");
            return Err(GenomeError::Missing { place, expected: "an object with the cortical areas" });
        }
        Some(other) => {
            return Err(GenomeError::value("blueprint", &other, "an object with the cortical areas"));
        }
    };
    let flat = flat::is_flat(&blueprint);
    if flat {
        blueprint = flat::to_hierarchical(blueprint, &mut warnings);
    }
    // Before migration, which would do its work for every one of them.
    if blueprint.len() > limits.max_areas {
        let (place, what) = (String::from("blueprint"), "cortical areas");
        return Err(GenomeError::TooMany { place, what, limit: limits.max_areas });
    }
    let origin = Origin { flat, ..Origin::default() };
    Ok((Document { root, blueprint, origin, warnings }, schema))
}

fn typed(document: &mut Document, limits: &Limits) -> Result<Genome, GenomeError> {
    let block = document.take_object("physiology")?;
    let physiology = physiology::read(block, &mut document.warnings)?;
    let entries = document.take_object("neuron_morphologies")?.unwrap_or_default();
    let mut morphologies = morphologies::read(entries)?;
    catalogue::complete(&mut morphologies);
    let mut areas = areas::read(document, limits)?;
    core_areas::add_missing(&mut areas);
    let given_title = document.root.get("genome_title").and_then(Value::as_str).map(str::to_owned);
    let regions = match document.take_object("brain_regions")? {
        Some(given) if !given.is_empty() => regions::adopt(given, &areas, limits, &mut document.warnings)?,
        _ => regions::generate(&areas, given_title.as_deref()),
    };
    Ok(Genome {
        id: document.take_text("genome_id", "unknown")?,
        title: document.take_text("genome_title", "Untitled")?,
        description: document.take_text("genome_description", "")?,
        version: document.take_text("version", "")?,
        timestamp: timestamp(&mut document.root)?,
        areas,
        morphologies,
        physiology,
        regions,
        extra: extra(&mut document.root),
    })
}

fn timestamp(root: &mut Map<String, Value>) -> Result<f64, GenomeError> {
    match root.remove("timestamp") {
        None | Some(Value::Null) => Ok(0.0),
        Some(value) => value
            .as_f64()
            .ok_or_else(|| GenomeError::value("timestamp", &value, "a number of seconds since 1970")),
    }
}

/// What is left at the top level, without the members that are computed anew whenever a genome is
/// written.
fn extra(root: &mut Map<String, Value>) -> Map<String, Value> {
    for computed in ["genome_schema_version", "signatures", "brain_regions_root"] {
        root.remove(computed);
    }
    std::mem::take(root)
}

/// Names the rules of which the published server says nothing, although they make no synapses.
fn warn_about_mappings(genome: &Genome, document: &mut Document) {
    let Document { origin, warnings, .. } = document;
    for area in &genome.areas {
        let id = area.id.to_base64();
        for (target, rules) in &area.mappings {
            if genome.area(target).is_none() {
                let place = origin.property(&id, "cortical_mapping_dst", None);
                let message = "no such area; the mapping is left out";
                warnings.add(format!("{place}.{}", shorten(target)), message);
                continue;
            }
            for (index, rule) in rules.iter().enumerate() {
                if let Some(message) = without_effect(genome, &rule.morphology) {
                    warnings.add(origin.rule(&id, target, index), message);
                }
            }
        }
    }
}

fn without_effect(genome: &Genome, morphology: &str) -> Option<String> {
    let name = shorten(morphology);
    match genome.morphologies.get(morphology).map(|entry| &entry.rule) {
        None => Some(format!(
            "connection rule `{name}` is not in the catalogue; the area's mappings fail from here on"
        )),
        Some(Rule::Function(function)) if !catalogue::is_implemented(function) => Some(format!(
            "connection rule `{name}` is a function that no release implements; it makes no synapses"
        )),
        Some(Rule::Composite { .. }) if morphology != catalogue::TILE => {
            Some(format!("connection rule `{name}` is composite; only `tile` makes synapses"))
        }
        Some(_) => None,
    }
}
