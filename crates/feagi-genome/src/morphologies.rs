//! The catalogue of connection rules that a genome brings along (`genome.md` section 5).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::{GenomeError, describe, shorten};
use crate::fields::whole;
use crate::model::{Morphology, Rule};
use crate::patterns;

/// Reads all entries of `neuron_morphologies`.
///
/// # Errors
/// [`GenomeError::Morphology`] for the first entry that cannot be read, used or not.
pub(crate) fn read(entries: Map<String, Value>) -> Result<BTreeMap<String, Morphology>, GenomeError> {
    entries
        .into_iter()
        .map(|(name, raw)| match morphology(&name, raw) {
            Ok(morphology) => Ok((name, morphology)),
            Err(reason) => {
                let place = format!("neuron_morphologies.{}", shorten(&name));
                Err(GenomeError::Morphology { place, reason })
            }
        })
        .collect()
}

impl Morphology {
    /// Reads the catalogue's entry for the connection rule `name`: an object with `type`, `class` and
    /// `parameters`.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn from_json(name: &str, entry: Value) -> Result<Self, String> {
        morphology(name, entry)
    }
}

/// One entry of the catalogue.
pub(crate) fn morphology(name: &str, raw: Value) -> Result<Morphology, String> {
    let Value::Object(entry) = &raw else {
        return Err(format!("an entry is an object, not {}", describe(&raw)));
    };
    let empty = Map::new();
    let parameters = match entry.get("parameters") {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(parameters)) => parameters,
        Some(other) => return Err(format!("`parameters` is an object, not {}", describe(other))),
    };
    let rule = match kind(entry, parameters)? {
        "vectors" => {
            Rule::Vectors(list(parameters, "vectors")?.iter().map(vector).collect::<Result<_, _>>()?)
        }
        "patterns" => Rule::Patterns(
            list(parameters, "patterns")?.iter().map(patterns::pair).collect::<Result<_, _>>()?,
        ),
        "functions" => Rule::Function(name.to_owned()),
        _ => composite(parameters)?,
    };
    let class = match entry.get("class") {
        None | Some(Value::Null) => String::from("custom"),
        Some(Value::String(class)) => class.clone(),
        Some(other) => return Err(format!("`class` is `core` or `custom`, not {}", describe(other))),
    };
    Ok(Morphology { rule, class, raw })
}

/// The type of an entry, inferred from its parameters where it is not given.
fn kind(entry: &Map<String, Value>, parameters: &Map<String, Value>) -> Result<&'static str, String> {
    const KINDS: [&str; 4] = ["vectors", "patterns", "functions", "composite"];
    match entry.get("type") {
        None | Some(Value::Null) if parameters.contains_key("vectors") => Ok("vectors"),
        None | Some(Value::Null) if parameters.contains_key("patterns") => Ok("patterns"),
        None | Some(Value::Null) if parameters.contains_key("src_seed") => Ok("composite"),
        None | Some(Value::Null) if parameters.is_empty() || parameters.contains_key("function") => {
            Ok("functions")
        }
        None | Some(Value::Null) => Err(String::from("`type` is missing and the parameters do not tell it")),
        Some(given) => KINDS.into_iter().find(|kind| given == kind).ok_or_else(|| {
            format!("`type` is vectors, patterns, functions or composite, not {}", describe(given))
        }),
    }
}

fn list<'a>(parameters: &'a Map<String, Value>, name: &str) -> Result<&'a Vec<Value>, String> {
    match parameters.get(name) {
        Some(Value::Array(items)) => Ok(items),
        Some(other) => Err(format!("`parameters.{name}` is an array, not {}", describe(other))),
        None => Err(format!("`parameters.{name}` is missing; it has to be an array")),
    }
}

fn vector(value: &Value) -> Result<[i64; 3], String> {
    numbers(value).ok_or_else(|| format!("a vector is 3 integers, not {}", describe(value)))
}

fn composite(parameters: &Map<String, Value>) -> Result<Rule, String> {
    let seed = parameters.get("src_seed").unwrap_or(&Value::Null);
    let seed = numbers::<u32, 3>(seed).ok_or_else(|| {
        format!("`parameters.src_seed` is 3 integers of at least 0, not {}", describe(seed))
    })?;
    let pattern = list(parameters, "src_pattern")?
        .iter()
        .map(|pair| {
            numbers(pair).ok_or_else(|| {
                format!("`parameters.src_pattern` is made of pairs of integers, not {}", describe(pair))
            })
        })
        .collect::<Result<_, _>>()?;
    match parameters.get("mapper_morphology") {
        Some(Value::String(mapper)) => Ok(Rule::Composite { seed, pattern, mapper: mapper.clone() }),
        other => {
            let found = describe(other.unwrap_or(&Value::Null));
            Err(format!("`parameters.mapper_morphology` is the name of a connection rule, not {found}"))
        }
    }
}

/// Exactly `N` integers.
fn numbers<T: TryFrom<i64> + Copy + Default, const N: usize>(value: &Value) -> Option<[T; N]> {
    let elements = value.as_array().filter(|elements| elements.len() == N)?;
    let mut result = [T::default(); N];
    for (to, from) in result.iter_mut().zip(elements) {
        *to = T::try_from(whole(from)?).ok()?;
    }
    Some(result)
}
