//! Compares an answer with a recorded one.

use serde_json::Value;

/// Where values have to be the same.
pub(crate) enum Exact {
    /// Nowhere: shapes count, that is keys of objects with named members, and kinds of values. At these
    /// places shapes may differ, too.
    Nowhere(&'static [&'static str]),
    /// Everywhere but at these places. A place is a path with dots; `*` stands for one step, or a part
    /// of it, and a leading `**` for any number of steps. What lies below a place belongs to it; `.` is
    /// the whole answer.
    But(&'static [&'static str]),
}

/// What is different, with its place.
pub(crate) fn compare(expected: &Value, found: &Value, exact: &Exact) -> Vec<String> {
    let mut comparison = Comparison { exact, differences: Vec::new() };
    comparison.at("", expected, found);
    comparison.differences
}

struct Comparison<'a> {
    exact: &'a Exact,
    differences: Vec<String>,
}

/// Members of maps rather than objects: their keys are ids and names, and any number may be there.
fn is_map(path: &str, keys: &[&String]) -> bool {
    let is_id = |key: &String| key.ends_with('=') || key.len() == 64 || key.len() == 36;
    let is_rule = path.is_empty() && keys.iter().any(|key| *key == "projector");
    let named = path.ends_with("unit_default_topology")
        || path.ends_with("neuron_morphologies")
        || path.ends_with("brain_regions");
    named || is_rule || !keys.is_empty() && keys.iter().all(|key| is_id(key))
}

impl Comparison<'_> {
    fn at(&mut self, path: &str, expected: &Value, found: &Value) {
        if !self.is_exact(path) && OPAQUE.iter().any(|name| path.rsplit('.').next() == Some(*name)) {
            if expected.is_object() != found.is_object() {
                self.differences.push(format!("{path}: {found} instead of {expected}"));
            }
            return;
        }
        match (expected, found) {
            // What is optional may be there or not.
            (Value::Null, _) => {}
            (Value::Object(expected), Value::Object(found)) => {
                let keys: Vec<&String> = expected.keys().collect();
                if !self.is_exact(path) && is_map(path, &keys) {
                    if self.is_free(path) {
                        return;
                    }
                    if let Some(element) = expected.values().find(|value| !value.is_null()) {
                        for (key, found) in found {
                            self.at(&join(path, key), element, found);
                        }
                    }
                    return;
                }
                self.members(path, expected, found);
            }
            (Value::Array(expected), Value::Array(found)) => self.elements(path, expected, found),
            (Value::Number(a), Value::Number(b)) => {
                let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
                let same = (a - b).abs() <= 1e-6 * a.abs().max(1e-3);
                if !same && self.is_exact(path) {
                    self.differences.push(format!("{path}: {b} instead of {a}"));
                }
            }
            (Value::String(_), Value::String(_)) | (Value::Bool(_), Value::Bool(_)) => {
                if expected != found && self.is_exact(path) {
                    self.differences.push(format!("{path}: {found} instead of {expected}"));
                }
            }
            _ => {
                if !self.is_free(path) {
                    self.differences.push(format!("{path}: {found} instead of {expected}"));
                }
            }
        }
    }

    fn members(
        &mut self,
        path: &str,
        expected: &serde_json::Map<String, Value>,
        found: &serde_json::Map<String, Value>,
    ) {
        let shortened = expected.contains_key("__truncated__");
        for (key, expected) in expected.iter().filter(|(key, _)| *key != "__truncated__") {
            match found.get(key) {
                Some(found) => self.at(&join(path, key), expected, found),
                None if OPTIONAL.contains(&key.as_str()) || self.is_free(&join(path, key)) => {}
                None => self.differences.push(format!("{}: missing", join(path, key))),
            }
        }
        for key in found.keys().filter(|key| !expected.contains_key(*key)) {
            // Properties of the genome that have no field are passed on.
            let passed_on = path.ends_with("properties") && !path.is_empty();
            if !shortened
                && !passed_on
                && !OPTIONAL.contains(&key.as_str())
                && !self.is_free(&join(path, key))
            {
                self.differences.push(format!("{}: nobody expects it", join(path, key)));
            }
        }
    }

    fn elements(&mut self, path: &str, expected: &[Value], found: &[Value]) {
        let shortened = expected.last().is_some_and(|last| last.get("__truncated__").is_some());
        let expected = if shortened { &expected[..expected.len() - 1] } else { expected };
        let exact = self.is_exact(&join(path, "*"));
        if exact && shortened && is_unordered(expected) {
            for missing in expected.iter().filter(|element| !found.contains(element)) {
                self.differences.push(format!("{path}: {missing} is missing"));
            }
        } else if exact {
            if expected.len() != found.len() && !shortened {
                let (a, b) = (expected.len(), found.len());
                self.differences.push(format!("{path}: {b} elements instead of {a}"));
            }
            // The published server lists in any order.
            let (mut expected, mut found) = (expected.to_vec(), found.to_vec());
            if !shortened && is_unordered(&expected) {
                expected.sort_by_key(|text| text.as_str().map(str::to_owned));
                found.sort_by_key(|text| text.as_str().map(str::to_owned));
            }
            for (at, (expected, found)) in expected.iter().zip(&found).enumerate() {
                self.at(&join(path, &at.to_string()), expected, found);
            }
        } else if let Some(element) = expected.first() {
            for (at, found) in found.iter().enumerate() {
                // Lists of numbers, texts and lists are mixed in patterns of connection rules.
                if !path.contains("patterns") {
                    self.at(&join(path, &at.to_string()), element, found);
                }
            }
        }
    }

    fn is_exact(&self, path: &str) -> bool {
        match self.exact {
            Exact::Nowhere(_) => false,
            Exact::But(places) => !places.iter().any(|place| matches(place, path)),
        }
    }

    /// Whether anything may be at a place that is listed.
    fn is_free(&self, path: &str) -> bool {
        let (Exact::But(places) | Exact::Nowhere(places)) = self.exact;
        places.iter().any(|place| matches(place, path))
    }
}

/// Lists of ids and names.
fn is_unordered(list: &[Value]) -> bool {
    list.iter().all(Value::is_string)
}

/// Objects whose inside depends on a genome or on an agent: only values are compared, not shapes.
const OPAQUE: &[&str] = &["blueprint", "parameters", "device_registrations", "cortical_mapping_dst"];

/// Members that depend on the kind of area, or on what a genome holds.
const OPTIONAL: &[&str] = &[
    // Computed by a way that is not published; nobody reads it.
    "signatures",
    // Only areas of senses have it, and only genomes that were saved by a newer release.
    "sensory_hold_last_frame",
    "classifiers",
    "modulators",
];

fn join(path: &str, step: &str) -> String {
    if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") }
}

fn matches(place: &str, path: &str) -> bool {
    if place == "." {
        return true;
    }
    let (place, path): (Vec<&str>, Vec<&str>) = (place.split('.').collect(), path.split('.').collect());
    if place[0] == "**" {
        let rest = &place[1..];
        return rest.is_empty() || path.windows(rest.len()).any(|part| steps_match(rest, part));
    }
    path.len() >= place.len() && steps_match(&place, &path[..place.len()])
}

fn steps_match(place: &[&str], path: &[&str]) -> bool {
    place.iter().zip(path).all(|(place, step)| match place.strip_prefix('*') {
        Some(end) => step.ends_with(end),
        None => place == step,
    })
}
