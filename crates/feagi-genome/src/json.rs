//! JSON text to a tree, with the two things a plain reader does not give: an upper bound for the
//! memory of the tree, held while it is built, and the keys that are given twice.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::GenomeError;
use crate::limits::Limits;
use crate::warnings::{Warnings, path};

/// Reads one JSON value. For a key that is given twice the later value counts, with a warning.
///
/// # Errors
/// [`GenomeError::Json`] with line and column; [`GenomeError::TooMany`] when the tree would take
/// more than [`Limits::max_tree_bytes`]. Nesting is bounded by the JSON reader (128 levels).
pub(crate) fn parse(text: &str, limits: &Limits, warnings: &mut Warnings) -> Result<Value, GenomeError> {
    let budget = Budget { left: Cell::new(limits.max_tree_bytes), spent: Cell::new(false) };
    let mut doubles = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let tree = Tree { budget: &budget, doubles: &mut doubles }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    for double in doubles {
        let keys: Vec<&str> = double.iter().rev().map(String::as_str).collect();
        warnings.add(path(&keys), "the key is given more than once; the last value counts");
    }
    tree.map_err(|error| {
        if budget.spent.get() {
            let what = "bytes of memory for the JSON tree";
            return GenomeError::TooMany { place: String::from("file"), what, limit: limits.max_tree_bytes };
        }
        let (line, column) = (error.line(), error.column());
        let full = error.to_string();
        let message = full.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&full);
        GenomeError::Json { line, column, message: message.to_owned() }
    })
}

/// Keys that were given twice are listed up to this number.
const MOST_DOUBLES: usize = 100;

// What the tree takes, rounded up: a node of a map has room for 11 members and is on average half
// full; vectors start with four elements and double.
pub(crate) const FIRST_MEMBER: usize = 640;
pub(crate) const NEXT_MEMBER: usize = 120;
pub(crate) const FIRST_ELEMENT: usize = 128;
pub(crate) const NEXT_ELEMENT: usize = 64;
pub(crate) const TEXT: usize = 32;

struct Budget {
    left: Cell<usize>,
    spent: Cell<bool>,
}

impl Budget {
    fn take<E: serde::de::Error>(&self, bytes: usize) -> Result<(), E> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.spent.set(true);
                Err(E::custom("the tree is too large"))
            }
        }
    }
}

/// Builds one value. `doubles` gets the paths of keys given twice, innermost key first.
struct Tree<'a> {
    budget: &'a Budget,
    doubles: &'a mut Vec<Vec<String>>,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.budget.take(TEXT + value.len())?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) =
            access.next_element_seed(Tree { budget: self.budget, doubles: &mut *self.doubles })?
        {
            let cost = if elements.is_empty() { FIRST_ELEMENT } else { NEXT_ELEMENT };
            self.budget.take::<A::Error>(cost)?;
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let cost = if members.is_empty() { FIRST_MEMBER } else { NEXT_MEMBER };
            self.budget.take::<A::Error>(cost + key.len())?;
            let known = self.doubles.len();
            let value = access.next_value_seed(Tree { budget: self.budget, doubles: &mut *self.doubles })?;
            for inner in &mut self.doubles[known..] {
                inner.push(key.clone());
            }
            if members.contains_key(&key) && self.doubles.len() < MOST_DOUBLES {
                self.doubles.push(vec![key.clone()]);
            }
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Result<Value, GenomeError>, Vec<crate::Warning>) {
        let mut warnings = Warnings::default();
        let value = parse(text, &Limits::default(), &mut warnings);
        (value, warnings.into_list())
    }

    #[test]
    fn a_key_given_twice_is_named_with_its_path_and_the_last_value_counts() {
        let (value, warnings) = parsed(r#"{"a": {"b": 1, "c": 2, "b": 3}}"#);
        assert_eq!(value.unwrap()["a"]["b"], 3);
        assert_eq!(warnings[0].place, "a.b");
    }

    #[test]
    fn syntax_errors_carry_line_and_column() {
        let (value, _) = parsed("{\n  \"a\": NaN\n}");
        let Err(GenomeError::Json { line, column, message }) = value else { panic!("{value:?}") };
        assert_eq!((line, column, message.as_str()), (2, 8, "expected value"));
    }

    #[test]
    fn numbers_beyond_64_bit_floats_are_syntax_errors() {
        assert!(matches!(parsed("[1e400]").0, Err(GenomeError::Json { line: 1, .. })));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = "[".repeat(100_000);
        assert!(matches!(parsed(&text).0, Err(GenomeError::Json { .. })));
    }

    #[test]
    fn many_small_objects_are_refused_before_their_memory_is_taken() {
        let text = format!("[{}0]", r#"{"":0},"#.repeat(400_000));
        assert!(matches!(parsed(&text).0, Err(GenomeError::TooMany { .. })));
    }
}
