//! Strict reading of single values: a value of another type refuses the genome instead of becoming
//! a default (`genome.md` section 2.1).

use serde_json::{Number, Value};

use crate::error::GenomeError;

/// A finite 32-bit float.
pub(crate) fn float(value: &Value, place: impl FnOnce() -> String) -> Result<f32, GenomeError> {
    match value.as_f64().map(|number| number as f32) {
        Some(number) if number.is_finite() => Ok(number),
        _ => Err(GenomeError::value(place(), value, "a number that fits a 32-bit float")),
    }
}

/// An integer that fits `T`. `3.0` counts as one, since tools write it for 3; `3.5` does not.
pub(crate) fn integer<T: TryFrom<i64>>(
    value: &Value,
    expected: &'static str,
    place: impl FnOnce() -> String,
) -> Result<T, GenomeError> {
    whole(value)
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| GenomeError::value(place(), value, expected))
}

/// The value as an integer, when it is one.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    // Floats above 2^53 have no fraction but stand for no exact integer either.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            number
                .as_f64()
                .filter(|float| float.trunc() == *float && float.abs() <= EXACT)
                .map(|float| float as i64)
        }),
        _ => None,
    }
}

/// `true` or `false`.
pub(crate) fn boolean(value: &Value, place: impl FnOnce() -> String) -> Result<bool, GenomeError> {
    value.as_bool().ok_or_else(|| GenomeError::value(place(), value, "true or false"))
}

/// The shortest decimal that reads back as the same 32-bit float: 0.1, not 0.10000000149011612.
pub(crate) fn number(value: f32) -> Value {
    let shortest = value.to_string().parse::<f64>().ok().and_then(Number::from_f64);
    shortest.map_or(Value::from(0), Value::Number)
}
