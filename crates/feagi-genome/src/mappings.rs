//! The rules by which an area's neurons reach other areas (`genome.md` section 6).

use std::collections::BTreeMap;

use feagi_types::{PlasticityMode, PlasticityParameters, SynapticDelay};
use serde_json::{Map, Value};

use crate::document::Origin;
use crate::error::{GenomeError, describe, shorten};
use crate::fields::whole;
use crate::model::MappingRule;
use crate::warnings::Warnings;

/// Members of a rule in the order of the old array form, each with what an array that ends before
/// it stands for.
const ARRAY_FORM: [(&str, i64); 9] = [
    ("morphology_id", 0),
    ("morphology_scalar", 0),
    (MULTIPLIER, 0),
    ("plasticity_flag", 0),
    ("plasticity_constant", 0),
    ("ltp_multiplier", 0),
    ("ltd_multiplier", 0),
    ("plasticity_window", 0),
    (DELAY, 1),
];

const SHORTEST_ARRAY: usize = 4;
const MULTIPLIER: &str = "postSynapticCurrent_multiplier";
const DELAY: &str = "synaptic_delay_bursts";

/// What a rule of a flat file has to have, and what it has to have on top when it is plastic.
const NEEDED: [&str; 3] = ["morphology_id", MULTIPLIER, "plasticity_flag"];
const NEEDED_WHEN_PLASTIC: [&str; 4] =
    ["plasticity_constant", "ltp_multiplier", "ltd_multiplier", "plasticity_window"];

/// The window of a plastic rule that is read but cannot be applied.
const FAILS_WHEN_APPLIED: u32 = 0;

/// The connection rule whose mappings learn whether or not they say so.
const ASSOCIATIVE: &str = "associative_memory";

/// Reads `cortical_mapping_dst` of the area `id`. Rules that cannot be read are left out with a
/// warning.
///
/// # Errors
/// [`GenomeError::Value`] when the property is no object.
pub(crate) fn read(
    id: &str,
    value: Value,
    origin: &Origin,
    warnings: &mut Warnings,
) -> Result<BTreeMap<String, Vec<MappingRule>>, GenomeError> {
    let Value::Object(targets) = value else {
        let place = origin.property(id, "cortical_mapping_dst", None);
        return Err(GenomeError::value(place, &value, "an object of target ids"));
    };
    let mut mappings = BTreeMap::new();
    for (target, rules) in targets {
        let Value::Array(rules) = rules else {
            let place = origin.property(id, "cortical_mapping_dst", None);
            let message = "not an array of rules; the mapping is left out";
            warnings.add(format!("{place}.{}", shorten(&target)), message);
            continue;
        };
        let mut read = Vec::with_capacity(rules.len());
        for (index, rule) in rules.into_iter().enumerate() {
            let place = || origin.rule(id, &target, index);
            match members(rule, origin.flat) {
                Ok(members) => read.push(typed(members, &place, warnings)),
                Err(reason) => warnings.add(place(), format!("{reason}; the rule is left out")),
            }
        }
        mappings.insert(target, read);
    }
    Ok(mappings)
}

impl MappingRule {
    /// Reads one rule, an object or the old array form, as a hierarchical genome has it.
    ///
    /// # Errors
    /// The member that has no meaning, empty when the whole has none, and a sentence about it. A genome
    /// with such a rule is read all the same; somebody who writes one by hand wants to know.
    pub fn from_json(value: Value) -> Result<Self, (String, String)> {
        let members = members(value, false).map_err(|reason| (String::new(), reason))?;
        let mut warnings = Warnings::default();
        let rule = typed(members, &String::new, &mut warnings);
        match warnings.into_list().into_iter().next() {
            Some(wrong) => Err((wrong.place.trim_start_matches('.').to_owned(), wrong.message)),
            None => Ok(rule),
        }
    }
}

/// The rule as an object, with every member that a rule of a flat file has to have.
fn members(rule: Value, flat: bool) -> Result<Map<String, Value>, String> {
    let members: Map<String, Value> = match rule {
        Value::Object(members) => members,
        Value::Array(elements) if elements.len() < SHORTEST_ARRAY => {
            return Err(format!(
                "an array rule has at least {SHORTEST_ARRAY} elements, not {}",
                elements.len()
            ));
        }
        Value::Array(elements) => {
            let mut elements = elements.into_iter();
            let member = |(name, absent): (&str, i64)| {
                (name.to_owned(), elements.next().unwrap_or_else(|| Value::from(absent)))
            };
            ARRAY_FORM.into_iter().map(member).collect()
        }
        other => return Err(format!("a rule is an object or an array, not {}", describe(&other))),
    };
    if !members.get("morphology_id").is_some_and(Value::is_string) {
        return Err(String::from("`morphology_id` has to be the name of a connection rule"));
    }
    if flat {
        match needed(&members) {
            Some(missing) => Err(format!("`{missing}` is missing")),
            None => Ok(members),
        }
    } else {
        Ok(completed(members))
    }
}

/// The first member that a flat file needs and `members` lack.
fn needed(members: &Map<String, Value>) -> Option<&'static str> {
    let plastic = members.get("plasticity_flag") == Some(&Value::Bool(true));
    let needed = NEEDED.iter().chain(NEEDED_WHEN_PLASTIC.iter().filter(|_| plastic));
    needed.copied().find(|name| !members.contains_key(*name))
}

/// The rule of a hierarchical file with what a flat file needs filled in, so that it survives being
/// written as one.
fn completed(mut members: Map<String, Value>) -> Map<String, Value> {
    while let Some(missing) = needed(&members) {
        let default = match missing {
            MULTIPLIER => Value::from(1),
            "plasticity_flag" => Value::from(false),
            _ => Value::from(0),
        };
        members.insert(missing.to_owned(), default);
    }
    members
}

fn typed(members: Map<String, Value>, place: &dyn Fn() -> String, warnings: &mut Warnings) -> MappingRule {
    let mut reader = Reader { members: &members, place, warnings };
    let morphology = reader.get("morphology_id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (multiplier, attractivity, delay) = (reader.multiplier(), reader.attractivity(), reader.delay());
    let plasticity = reader.plasticity(morphology == ASSOCIATIVE);
    MappingRule { morphology, multiplier, attractivity, delay, plasticity, raw: members }
}

/// The members of one rule. Nothing in a rule refuses the genome: what has no meaning is replaced by
/// its default, with a warning.
struct Reader<'a> {
    members: &'a Map<String, Value>,
    place: &'a dyn Fn() -> String,
    warnings: &'a mut Warnings,
}

impl<'a> Reader<'a> {
    fn multiplier(&mut self) -> f32 {
        let Some(value) = self.get(MULTIPLIER) else { return 1.0 };
        match value.as_f64().map(|number| number as f32) {
            Some(number) if number.is_finite() => number,
            _ => {
                self.warn(MULTIPLIER, format!("{} is no 32-bit float; 1.0 is used", describe(value)));
                1.0
            }
        }
    }

    fn attractivity(&mut self) -> u8 {
        const ALL: u8 = 100;
        let Some(value) = self.get("synapse_attractivity") else { return ALL };
        match value.as_f64() {
            // Candidates are drawn from whole percents, so a fraction has no meaning of its own.
            Some(percent) if (0.0..=100.0).contains(&percent) => percent as u8,
            _ => {
                let message = format!("{} is no percentage from 0 to 100; 100 is used", describe(value));
                self.warn("synapse_attractivity", message);
                ALL
            }
        }
    }

    fn delay(&mut self) -> Option<SynapticDelay> {
        let one = Some(SynapticDelay::ONE);
        let Some(value) = self.get(DELAY) else { return one };
        match whole(value) {
            Some(0) => {
                self.warn(DELAY, "0 bursts cannot be; the area's mappings fail from this rule on");
                None
            }
            Some(bursts @ 1..=255) => u8::try_from(bursts).ok().and_then(SynapticDelay::new),
            _ => {
                let message = format!("{} is no number of bursts from 1 to 255; 1 is used", describe(value));
                self.warn(DELAY, message);
                one
            }
        }
    }

    fn plasticity(&mut self, always: bool) -> Option<PlasticityParameters> {
        let flag = match self.get("plasticity_flag") {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(other) => {
                let message = format!("{} is neither true nor false; false is used", describe(other));
                self.warn("plasticity_flag", message);
                false
            }
        };
        if !flag && !always {
            return None;
        }
        let defaults = PlasticityParameters::default();
        let absent_window = if flag { FAILS_WHEN_APPLIED } else { defaults.window };
        let mut window = self.integer("plasticity_window", absent_window);
        let ltp = self.change("ltp_multiplier");
        let ltd = self.change("ltd_multiplier");
        if ltp.is_none() || ltd.is_none() {
            window = FAILS_WHEN_APPLIED;
        }
        Some(PlasticityParameters {
            mode: self.mode(),
            window,
            constant: self.integer("plasticity_constant", 0),
            ltp_multiplier: ltp.unwrap_or(0),
            ltd_multiplier: ltd.unwrap_or(0),
            eligibility_decay: self.integer("eligibility_decay_bursts", 0),
            eta: self.positive("plasticity_eta").unwrap_or(defaults.eta),
            max_weight: self.positive("max_weight"),
            frozen: self.get("plasticity_frozen").and_then(Value::as_bool).unwrap_or(false),
            bidirectional: always,
        })
    }

    fn mode(&mut self) -> PlasticityMode {
        match self.get("plasticity_mode") {
            None => PlasticityMode::Stdp,
            Some(Value::String(mode)) if mode == "stdp" => PlasticityMode::Stdp,
            Some(Value::String(mode)) if mode == "rstdp" => PlasticityMode::RewardStdp,
            Some(Value::String(mode)) if mode == "off" => PlasticityMode::Off,
            Some(other) => {
                let message = format!("{} is none of stdp, rstdp, off; stdp is used", describe(other));
                self.warn("plasticity_mode", message);
                PlasticityMode::Stdp
            }
        }
    }

    fn integer<T: TryFrom<i64>>(&mut self, member: &str, default: T) -> T {
        let Some(value) = self.get(member) else { return default };
        match whole(value).and_then(|number| T::try_from(number).ok()) {
            Some(number) => number,
            None => {
                self.warn(member, format!("{} is no integer in range; the default is used", describe(value)));
                default
            }
        }
    }

    /// A multiplier of a change; `None` outside -128..=127, where the published server gives up the
    /// rule when it applies it.
    fn change(&mut self, member: &str) -> Option<i8> {
        let Some(value) = self.get(member) else { return Some(0) };
        let number = whole(value).and_then(|number| i8::try_from(number).ok());
        if number.is_none() {
            let message = "is no integer from -128 to 127; the area's mappings fail from this rule on";
            self.warn(member, format!("{} {message}", describe(value)));
        }
        number
    }

    fn positive(&mut self, member: &str) -> Option<f32> {
        let value = self.get(member)?;
        let number = value.as_f64().map(|number| number as f32).filter(|number| number.is_finite());
        if number.is_none_or(|number| number <= 0.0) {
            self.warn(member, format!("{} is no number above 0; the default is used", describe(value)));
            return None;
        }
        number
    }

    /// A member of the rule; `null` counts as absent.
    fn get(&self, member: &str) -> Option<&'a Value> {
        self.members.get(member).filter(|value| !value.is_null())
    }

    fn warn(&mut self, member: &str, message: impl Into<String>) {
        self.warnings.add(format!("{}.{member}", (self.place)()), message);
    }
}
