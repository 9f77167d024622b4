//! Pattern rules: pairs of triples, one token per axis (`genome.md` section 5.2).

use serde_json::Value;

use crate::error::describe;
use crate::model::{PatternElement, PatternPair};

/// Reads one `[source, target]` pair.
pub(crate) fn pair(value: &Value) -> Result<PatternPair, String> {
    match value.as_array().map(Vec::as_slice) {
        Some([source, target]) => Ok(PatternPair { source: side(source)?, target: side(target)? }),
        _ => Err(format!("a pattern is a pair [source, target], not {}", describe(value))),
    }
}

fn side(value: &Value) -> Result<Vec<PatternElement>, String> {
    match value {
        Value::Array(elements) => elements.iter().map(element).collect(),
        other => Err(format!("a side of a pattern is an array of 3 elements, not {}", describe(other))),
    }
}

fn element(value: &Value) -> Result<PatternElement, String> {
    let read = match value {
        Value::String(token) => token_element(token),
        other => crate::fields::whole(other).map(PatternElement::Exact),
    };
    read.ok_or_else(|| {
        format!(
            "{} is no pattern element; use an integer, `*`, `?`, `!`, `?+`, `?-`, `?+=`, `?-=`, `?+2`, `?-2`, `?-1:?+1` or `0..3`",
            describe(value)
        )
    })
}

fn token_element(token: &str) -> Option<PatternElement> {
    match token {
        "*" => return Some(PatternElement::Any),
        "?" => return Some(PatternElement::Same),
        "!" => return Some(PatternElement::Other),
        "?+" => return Some(PatternElement::Above),
        "?-" => return Some(PatternElement::Below),
        "?+=" => return Some(PatternElement::AtOrAbove),
        "?-=" => return Some(PatternElement::AtOrBelow),
        _ => {}
    }
    if let Some((low, high)) = token.split_once("..") {
        return Some(PatternElement::Range(low.trim().parse().ok()?, high.trim().parse().ok()?));
    }
    if let Some((from, to)) = token.split_once(':') {
        return Some(PatternElement::Around(shift(from)?, shift(to)?));
    }
    shift(token).map(PatternElement::Shifted)
}

/// The `+k` or `-k` behind a question mark; a bare question mark shifts by nothing.
fn shift(token: &str) -> Option<i64> {
    let amount = token.trim().strip_prefix('?')?;
    let signed = amount.is_empty() || amount.starts_with(['+', '-']);
    // The sign is part of the number only once: `?+-1` is not a token.
    if !signed || amount.get(1..).is_some_and(|digits| digits.starts_with(['+', '-'])) {
        return None;
    }
    if amount.is_empty() { Some(0) } else { amount.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_token_has_one_meaning() {
        let tokens = [
            (json!(4), PatternElement::Exact(4)),
            (json!(-4), PatternElement::Exact(-4)),
            (json!("*"), PatternElement::Any),
            (json!("?"), PatternElement::Same),
            (json!("!"), PatternElement::Other),
            (json!("?+"), PatternElement::Above),
            (json!("?-"), PatternElement::Below),
            (json!("?+="), PatternElement::AtOrAbove),
            (json!("?-="), PatternElement::AtOrBelow),
            (json!("?+2"), PatternElement::Shifted(2)),
            (json!("?-12"), PatternElement::Shifted(-12)),
            (json!("?-1:?+1"), PatternElement::Around(-1, 1)),
            (json!("?:?+1"), PatternElement::Around(0, 1)),
            (json!("1..2"), PatternElement::Range(1, 2)),
        ];
        for (token, meaning) in tokens {
            assert_eq!(element(&token), Ok(meaning), "{token}");
        }
    }

    #[test]
    fn anything_else_is_no_token() {
        for token in
            ["", "x", "5", "**", "?5", "?+-5", "?+x", "..", "1..", "?1:?2", "1.5", "?+99999999999999999999"]
        {
            assert!(element(&json!(token)).is_err(), "{token:?}");
        }
        for value in [json!(null), json!(1.5), json!(true), json!([1])] {
            assert!(element(&value).is_err(), "{value}");
        }
    }

    #[test]
    fn triples_of_another_length_are_read_and_left_to_fail_when_applied() {
        let pair = pair(&json!([["*"], [0, 0, 0, 0]])).unwrap();
        assert_eq!((pair.source.len(), pair.target.len()), (1, 4));
        assert!(super::pair(&json!(["*", "*", "*"])).is_err());
    }
}
