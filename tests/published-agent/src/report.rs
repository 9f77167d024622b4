//! One JSON line for each step on standard output, and the count of what went wrong.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

/// Prints steps as they end and remembers whether all of them were as expected.
pub struct Report {
    start: Instant,
    problems: usize,
}

impl Report {
    /// Starts the clock of the report.
    pub fn new() -> Self {
        Self { start: Instant::now(), problems: 0 }
    }

    /// Prints a step that began at `since`, with the fields of the object `details`.
    pub fn step(&self, step: &str, since: Instant, details: Value) {
        let mut line = Map::new();
        line.insert("step".into(), json!(step));
        line.insert("at_ms".into(), json!(milliseconds(self.start.elapsed())));
        line.insert("ms".into(), json!(milliseconds(since.elapsed())));
        if let Value::Object(details) = details {
            line.extend(details);
        }
        println!("{}", Value::Object(line));
    }

    /// Prints something that a working server does not cause; the run goes on but will not succeed.
    pub fn problem(&mut self, step: &str, error: &str) {
        self.problems += 1;
        self.step("problem", Instant::now(), json!({ "during": step, "error": error }));
    }

    /// How many problems were printed.
    pub fn problems(&self) -> usize {
        self.problems
    }
}

/// Milliseconds with three decimals.
pub fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// The value below which `percent` of the sorted durations lie (nearest rank), in milliseconds.
pub fn percentile(sorted: &[Duration], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().map(milliseconds)
}
