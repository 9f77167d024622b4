//! One area: from the properties of the hierarchical form to typed genes.

use feagi_types::cortical_id::Kind;
use feagi_types::{AreaParameters, CoreArea, CorticalId, Dimensions, Position};
use serde_json::{Map, Value};

use crate::document::{Document, Origin};
use crate::error::GenomeError;
use crate::fields;
use crate::genes;
use crate::limits::Limits;
use crate::mappings;
use crate::model::{AreaGenes, MemoryGenes};
use crate::warnings::Warnings;

/// Reads all areas, sorted by id bytes.
///
/// # Errors
/// The first value of a wrong type or out of range, an id that names no possible area, or more
/// rules than the limits allow.
pub(crate) fn read(document: &mut Document, limits: &Limits) -> Result<Vec<AreaGenes>, GenomeError> {
    let blueprint = std::mem::take(&mut document.blueprint);
    let (origin, warnings) = (&document.origin, &mut document.warnings);
    let mut rules_left = limits.max_rules;
    let mut areas = Vec::with_capacity(blueprint.len());
    for (text, value) in blueprint {
        let id = match CorticalId::from_base64(&text) {
            Ok(id) => id,
            Err(reason) => {
                warnings.add(origin.area(&text), format!("{reason}; the area and its mappings are left out"));
                continue;
            }
        };
        let kind = id.kind().map_err(|source| GenomeError::AreaId { place: origin.area(&text), source })?;
        let Value::Object(members) = value else {
            return Err(GenomeError::value(
                origin.area(&text),
                &value,
                "an object with the area's properties",
            ));
        };
        let mut properties = Properties { id: &text, members, origin, warnings: &mut *warnings };
        let mut area = properties.area(id, kind)?;
        if let Some(value) = properties.take("cortical_mapping_dst") {
            area.mappings = mappings::read(&text, value, origin, warnings)?;
        }
        let rules = area.mappings.values().map(Vec::len).sum();
        rules_left = rules_left.checked_sub(rules).ok_or_else(|| GenomeError::TooMany {
            place: origin.property(&text, "cortical_mapping_dst", None),
            what: "mapping rules",
            limit: limits.max_rules,
        })?;
        areas.push(area);
    }
    areas.sort_by_key(|area| area.id);
    Ok(areas)
}

/// The properties of one area while they are taken out one by one; the rest is kept as it is.
struct Properties<'a> {
    id: &'a str,
    members: Map<String, Value>,
    origin: &'a Origin,
    warnings: &'a mut Warnings,
}

impl Properties<'_> {
    fn area(&mut self, id: CorticalId, kind: Kind) -> Result<AreaGenes, GenomeError> {
        let is_memory = self.boolean("is_mem_type", kind == Kind::Memory)?;
        let dimensions = self.array("block_boundaries", [1_u32; 3], "an integer from 1 to 4294967295")?;
        let [x, y, z] = self.array("relative_coordinate", [0_i32; 3], "a 32-bit integer")?;
        let mut area = AreaGenes {
            id,
            name: self.name()?,
            dimensions: Dimensions::from(dimensions),
            neurons_per_voxel: self.integer("per_voxel_neuron_cnt", 1, "an integer from 1 to 4294967295")?,
            position: Position { x, y, z },
            position_2d: self.array("2d_coordinate", [0_i32; 2], "a 32-bit integer")?,
            visible: self.boolean("visualization", true)?,
            parameters: self.parameters(kind, is_memory)?,
            memory: if is_memory { Some(self.memory()?) } else { None },
            mappings: Default::default(),
            extra: Map::new(),
        };
        let mappings = self.members.remove("cortical_mapping_dst");
        area.extra = std::mem::take(&mut self.members);
        if let Some(mappings) = mappings {
            self.members.insert(String::from("cortical_mapping_dst"), mappings);
        }
        self.drop_defaults(&mut area);
        Ok(area)
    }

    fn parameters(&mut self, kind: Kind, is_memory: bool) -> Result<AreaParameters, GenomeError> {
        let power = kind == Kind::Core(CoreArea::Power);
        // The flat reader fills in `false` for memory areas too; only the hierarchical form falls
        // through to the engine's default.
        let uniform = power || (is_memory && !self.origin.flat);
        Ok(AreaParameters {
            threshold: self.float("firing_threshold", 1.0)?,
            threshold_increment: [
                self.float("firing_threshold_increment_x", 0.0)?,
                self.float("firing_threshold_increment_y", 0.0)?,
                self.float("firing_threshold_increment_z", 0.0)?,
            ],
            threshold_limit: self.float("firing_threshold_limit", 0.0)?,
            leak: self.leak()?,
            resting_potential: 0.0,
            refractory_period: self.integer("refractory_period", 0, "an integer from 0 to 65535")?,
            excitability: self.excitability()?,
            consecutive_fire_limit: self.capped("consecutive_fire_cnt_max")?,
            snooze_length: self.capped("snooze_length")?,
            accumulates: self.boolean("mp_charge_accumulation", false)?,
            postsynaptic_current: self.float("postsynaptic_current", 1.0)?,
            psp_uniform: Some(self.boolean("psp_uniform_distribution", uniform)?),
            mp_driven_psp: Some(self.boolean("mp_driven_psp", false)?),
            degeneration: self.float("degeneration", 0.0)?,
        })
    }

    fn memory(&mut self) -> Result<MemoryGenes, GenomeError> {
        let expected = "an integer from 0 to 4294967295";
        let depth: u32 = self.integer("temporal_depth", 1, expected)?;
        if depth == 0 {
            self.warn("temporal_depth", "0 bursts hold no pattern; it becomes 1");
        }
        Ok(MemoryGenes {
            temporal_depth: depth.max(1),
            init_lifespan: self.integer("init_lifespan", 9, expected)?,
            lifespan_growth_rate: self.float("lifespan_growth_rate", 1.0)?,
            longterm_threshold: self.integer("longterm_mem_threshold", 100, expected)?,
        })
    }

    fn name(&mut self) -> Result<String, GenomeError> {
        match self.take("cortical_name") {
            None if self.origin.flat => Ok(String::new()),
            None => Ok(self.id.to_owned()),
            Some(Value::String(name)) => Ok(name),
            Some(other) => Err(GenomeError::value(self.place("cortical_name"), &other, "a text")),
        }
    }

    fn leak(&mut self) -> Result<f32, GenomeError> {
        let leak = self.float("leak_coefficient", 0.0)?;
        if !(0.0..=1.0).contains(&leak) {
            self.warn("leak_coefficient", format!("{leak} is outside 0..1; the nearer end is used"));
        }
        Ok(leak.clamp(0.0, 1.0))
    }

    /// Old genomes count in percent, new ones in fractions: what is above 1 can only be percent.
    fn excitability(&mut self) -> Result<f32, GenomeError> {
        let given = self.float("neuron_excitability", 100.0)?;
        let fraction = if given > 1.0 { (given / 100.0).min(1.0) } else { given };
        if fraction < 0.0 {
            self.warn("neuron_excitability", format!("{given} is below 0; the neurons never fire"));
        }
        Ok(fraction.max(0.0))
    }

    /// A count of bursts of which the engine keeps 16 bits.
    fn capped(&mut self, property: &'static str) -> Result<u16, GenomeError> {
        let bursts: u32 = self.integer(property, 0, "an integer from 0 to 4294967295")?;
        if bursts > u32::from(u16::MAX) {
            self.warn(property, format!("{bursts} bursts are more than 65535, which is used"));
        }
        Ok(u16::try_from(bursts).unwrap_or(u16::MAX))
    }

    fn float(&mut self, property: &'static str, default: f32) -> Result<f32, GenomeError> {
        match self.take(property) {
            Some(value) => fields::float(&value, || self.place(property)),
            None => Ok(default),
        }
    }

    fn integer<T: TryFrom<i64>>(
        &mut self,
        property: &'static str,
        default: T,
        expected: &'static str,
    ) -> Result<T, GenomeError> {
        match self.take(property) {
            Some(value) => fields::integer(&value, expected, || self.place(property)),
            None => Ok(default),
        }
    }

    fn boolean(&mut self, property: &'static str, default: bool) -> Result<bool, GenomeError> {
        match self.take(property) {
            Some(value) => fields::boolean(&value, || self.place(property)),
            None => Ok(default),
        }
    }

    fn array<T: TryFrom<i64> + Copy, const N: usize>(
        &mut self,
        property: &'static str,
        default: [T; N],
        expected: &'static str,
    ) -> Result<[T; N], GenomeError> {
        let Some(value) = self.take(property) else { return Ok(default) };
        let elements = match &value {
            Value::Array(elements) if elements.len() == N => elements,
            _ => {
                let expected = if N == 3 { "an array of 3 integers" } else { "an array of 2 integers" };
                return Err(GenomeError::value(self.place(property), &value, expected));
            }
        };
        let mut result = default;
        for (index, (to, from)) in result.iter_mut().zip(elements).enumerate() {
            *to = fields::integer(from, expected, || self.origin.property(self.id, property, Some(index)))?;
        }
        Ok(result)
    }

    /// Takes a property; `null` counts as absent.
    fn take(&mut self, property: &str) -> Option<Value> {
        self.members.remove(property).filter(|value| !value.is_null())
    }

    fn place(&self, property: &str) -> String {
        self.origin.property(self.id, property, None)
    }

    fn warn(&mut self, property: &str, message: impl Into<String>) {
        self.warnings.add(self.place(property), message);
    }

    /// Leaves out what a writer would fill in again, and names that would be read as genes.
    fn drop_defaults(&mut self, area: &mut AreaGenes) {
        let group = group(area.id);
        let mut genes_as_properties = Vec::new();
        area.extra.retain(|property, value| {
            if genes::by_name(property).is_some() {
                genes_as_properties.push(property.clone());
                return false;
            }
            match genes::of_property(property) {
                [gene, ..] => !gene.fill.is(value, group),
                [] => true,
            }
        });
        for name in genes_as_properties {
            self.warn(&name, "a gene of the flat form is no property; ignored");
        }
    }
}

/// `cortical_group` of an area, which follows from its id.
#[must_use]
pub fn group(id: CorticalId) -> &'static str {
    match id.as_bytes()[0] {
        b'i' => "IPU",
        b'o' => "OPU",
        b'_' => "CORE",
        b'm' => "MEMORY",
        b'g' => "MODULATOR",
        _ => "CUSTOM",
    }
}
