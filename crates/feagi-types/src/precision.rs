//! How membrane potentials are kept.

use core::fmt;
use core::str::FromStr;

/// Arithmetic of membrane potentials and thresholds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32-bit floating point, no limits.
    #[default]
    Fp32,
    /// Levels 0..=255 with a fraction: charge never falls below 0 and saturates at 255.
    Int8,
}

/// The name is none of `fp32`, `float32`, `f32`, `int8`, `i8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown precision; use `fp32` or `int8`")]
pub struct UnknownPrecision;

impl FromStr for Precision {
    type Err = UnknownPrecision;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        if is("fp32") || is("float32") || is("f32") {
            Ok(Self::Fp32)
        } else if is("int8") || is("i8") {
            Ok(Self::Int8)
        } else {
            Err(UnknownPrecision)
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fp32 => "fp32",
            Self::Int8 => "int8",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case() {
        assert_eq!("FP32".parse(), Ok(Precision::Fp32));
        assert_eq!("i8".parse(), Ok(Precision::Int8));
        assert_eq!("fp7".parse::<Precision>(), Err(UnknownPrecision));
    }
}
