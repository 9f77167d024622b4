//! What viewers may say: JSON objects with `next` and `every`, few and short.

use std::time::Instant;

use serde::Deserialize;

/// Bytes of a message at most.
pub(super) const LONGEST: usize = 256;
/// Messages a second, pings and pongs included: several for each frame of the fastest screens.
const RATE: u32 = 500;

/// What a viewer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    /// So many more frames may be sent.
    pub(super) next: Option<u32>,
    /// At most one frame in so many bursts.
    pub(super) every: Option<u32>,
}

/// What a message has to be, for those that are not.
pub(super) const FORM: &str = r#"expected {"next": frames} or {"every": bursts}, bursts at least 1"#;

impl Wish {
    /// What a text message says; `None` when it says nothing that a viewer may say.
    pub(super) fn read(text: &str) -> Option<Self> {
        let wish: Self = serde_json::from_str(text).ok()?;
        let empty = wish == Self { next: None, every: None };
        (!empty && wish.every != Some(0)).then_some(wish)
    }
}

/// How many messages a viewer may still send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    left: f64,
    since: Instant,
}

impl Allowance {
    /// A second's worth.
    pub(super) fn new(now: Instant) -> Self {
        Self { left: f64::from(RATE), since: now }
    }

    /// Whether one more message is allowed; it counts.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let earned = now.duration_since(self.since).as_secs_f64() * f64::from(RATE);
        self.since = now;
        self.left = (self.left + earned).min(f64::from(RATE)) - 1.0;
        self.left >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn wishes_are_read_and_everything_else_is_refused() {
        let wish = |next, every| Some(Wish { next, every });
        assert_eq!(Wish::read(r#"{"next": 1}"#), wish(Some(1), None));
        assert_eq!(Wish::read(r#" {"every":30,"next":0} "#), wish(Some(0), Some(30)));
        for text in [
            "",
            "{}",
            "[]",
            "1",
            "null",
            "{",
            r#"{"next": -1}"#,
            r#"{"next": 1.5}"#,
            r#"{"next": "1"}"#,
            r#"{"next": 4294967296}"#,
            r#"{"every": 0}"#,
            r#"{"next": 1, "other": 2}"#,
            r#"{"next": 1}{"#,
            r#"{"next": 1, "next": 1}"#,
            r#"{"next": null}"#,
        ] {
            assert_eq!(Wish::read(text), None, "{text}");
        }
    }

    #[test]
    fn who_says_more_than_there_is_to_say_is_noticed() {
        let begin = Instant::now();
        let mut allowance = Allowance::new(begin);
        assert_eq!((0..2 * RATE).take_while(|_| allowance.take(begin)).count(), RATE as usize);
        let mut allowance = Allowance::new(begin);
        // As fast as allowed, for a minute.
        let step = Duration::from_secs(1) / RATE;
        assert!((1..60 * RATE).all(|at| allowance.take(begin + step * at)));
    }
}
