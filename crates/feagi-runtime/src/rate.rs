//! How many bursts a second.

use std::time::Duration;

/// A burst rate between [`Rate::SLOWEST`] and [`Rate::FASTEST`].
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Rate(f64);

/// A rate that no loop can keep.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{0:?} is not a burst rate; use a number of bursts a second from 0.01 to 100000")]
pub struct RateError(pub f64);

impl Rate {
    /// One burst in 100 seconds.
    pub const SLOWEST: f64 = 0.01;
    /// One burst in 10 microseconds.
    pub const FASTEST: f64 = 100_000.0;

    /// `hz` bursts a second.
    ///
    /// # Errors
    /// [`RateError`] outside 0.01..=100000 and for what is not a number.
    pub fn from_hz(hz: f64) -> Result<Self, RateError> {
        if (Self::SLOWEST..=Self::FASTEST).contains(&hz) { Ok(Self(hz)) } else { Err(RateError(hz)) }
    }

    /// One burst every `seconds`.
    ///
    /// # Errors
    /// [`RateError`] with the rate in bursts a second.
    pub fn from_period_secs(seconds: f64) -> Result<Self, RateError> {
        Self::from_hz(1.0 / seconds)
    }

    /// Bursts a second.
    #[must_use]
    pub const fn hz(self) -> f64 {
        self.0
    }

    /// Time between two bursts.
    #[must_use]
    pub fn period(self) -> Duration {
        Duration::from_secs_f64(1.0 / self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_rates_are_refused() {
        for hz in [0.0, -1.0, f64::NAN, f64::INFINITY, 0.009, 100_001.0] {
            assert!(Rate::from_hz(hz).is_err(), "{hz}");
        }
        assert!(Rate::from_period_secs(0.0).is_err());
        assert!(RateError(1e300).to_string().starts_with("1e300 is not"), "300 zeros tell nobody anything");
        assert_eq!(Rate::from_period_secs(0.025).map(Rate::period), Ok(Duration::from_millis(25)));
    }
}
