//! Numbers with a range, read the same way from flags, environment and configuration file.

use std::str::FromStr;

use feagi_runtime::{Rate, RateError};
use feagi_types::Precision;
use serde::Deserialize;

/// A whole number from `LOW` to `HIGH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub(crate) struct Within<const LOW: u64, const HIGH: u64>(u64);

/// Not a whole number, or outside the range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use a whole number from {low} to {high}")]
pub(crate) struct OutsideRange {
    low: u64,
    high: u64,
}

impl<const LOW: u64, const HIGH: u64> Within<LOW, HIGH> {
    pub(crate) const fn get(self) -> u64 {
        self.0
    }
}

impl<const LOW: u64, const HIGH: u64> TryFrom<u64> for Within<LOW, HIGH> {
    type Error = OutsideRange;

    fn try_from(number: u64) -> Result<Self, OutsideRange> {
        let (low, high) = (LOW, HIGH);
        if (low..=high).contains(&number) { Ok(Self(number)) } else { Err(OutsideRange { low, high }) }
    }
}

impl<const LOW: u64, const HIGH: u64> FromStr for Within<LOW, HIGH> {
    type Err = OutsideRange;

    fn from_str(text: &str) -> Result<Self, OutsideRange> {
        let refused = OutsideRange { low: LOW, high: HIGH };
        text.parse::<u64>().map_err(|_| refused)?.try_into()
    }
}

/// Events a second: bursts or pictures.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub(crate) struct PerSecond(pub(crate) Rate);

impl TryFrom<f64> for PerSecond {
    type Error = RateError;

    fn try_from(hz: f64) -> Result<Self, RateError> {
        Rate::from_hz(hz).map(Self)
    }
}

impl FromStr for PerSecond {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        // What is no number is as little a rate as NaN.
        text.parse().unwrap_or(f64::NAN).try_into()
    }
}

/// An amount of charge.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub(crate) struct Charge(pub(crate) f32);

/// Not a charge.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("use a number from 0 to 1000000")]
pub(crate) struct NoCharge;

impl TryFrom<f64> for Charge {
    type Error = NoCharge;

    fn try_from(charge: f64) -> Result<Self, NoCharge> {
        const MOST: f64 = 1e6;
        if (0.0..=MOST).contains(&charge) { Ok(Self(charge as f32)) } else { Err(NoCharge) }
    }
}

impl FromStr for Charge {
    type Err = NoCharge;

    fn from_str(text: &str) -> Result<Self, NoCharge> {
        text.parse::<f64>().map_err(|_| NoCharge)?.try_into()
    }
}

/// `fp32` or `int8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Arithmetic(pub(crate) Precision);

impl FromStr for Arithmetic {
    type Err = feagi_types::precision::UnknownPrecision;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl TryFrom<String> for Arithmetic {
    type Error = feagi_types::precision::UnknownPrecision;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_their_range_are_refused_with_the_range() {
        type Threads = Within<1, 256>;
        assert_eq!("256".parse::<Threads>().map(Within::get), Ok(256));
        for text in ["0", "257", "-1", "1.5", "", "many", "99999999999999999999"] {
            let refused = text.parse::<Threads>().unwrap_err();
            assert_eq!(refused.to_string(), "use a whole number from 1 to 256");
        }
    }

    #[test]
    fn what_is_no_number_is_no_rate_and_no_charge() {
        for text in ["NaN", "inf", "-1", "fast", ""] {
            assert!(text.parse::<PerSecond>().is_err(), "{text}");
            assert!(text.parse::<Charge>().is_err(), "{text}");
        }
        assert!("0".parse::<PerSecond>().is_err());
        assert_eq!("0".parse(), Ok(Charge(0.0)));
    }
}
