//! Counts of durations in a fixed amount of memory.

use std::time::Duration;

/// Durations from 1 ns to 584 years in buckets that are at most 1/16 wide, so that a percentile is
/// exact to about 6 %. The largest duration is kept exactly. Recording never allocates.
#[derive(Clone, Debug)]
pub struct Histogram {
    buckets: Box<[u64; BUCKETS]>,
    count: u64,
    max: u64,
}

/// Each power of two is divided into this many buckets.
const STEPS: u64 = 16;
const STEPS_LOG2: u32 = STEPS.trailing_zeros();
const BUCKETS: usize = ((64 - STEPS_LOG2 + 1) as usize) << STEPS_LOG2;

impl Default for Histogram {
    fn default() -> Self {
        Self { buckets: Box::new([0; BUCKETS]), count: 0, max: 0 }
    }
}

impl Histogram {
    /// Counts one duration.
    pub fn record(&mut self, duration: Duration) {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(nanos)] += 1;
        self.count += 1;
        self.max = self.max.max(nanos);
    }

    /// How many durations were counted.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The largest duration; zero when there is none.
    #[must_use]
    pub const fn max(&self) -> Duration {
        Duration::from_nanos(self.max)
    }

    /// The duration that a share of `quantile` (0..=1) of all does not exceed: the upper end of its
    /// bucket, and never more than [`Histogram::max`]. Zero when there is none.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> Duration {
        let rank = (quantile.clamp(0.0, 1.0) * self.count as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (index, &count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return Duration::from_nanos(upper_end(index).min(self.max));
            }
        }
        self.max()
    }
}

/// Values below [`STEPS`] have a bucket each; above, the leading bit and the four bits behind it
/// name the bucket.
fn bucket(nanos: u64) -> usize {
    if nanos < STEPS {
        return nanos as usize;
    }
    let shift = nanos.ilog2() - STEPS_LOG2;
    let step = nanos >> shift; // STEPS..2 * STEPS
    (u64::from(shift) * STEPS + step) as usize
}

/// Largest value of a bucket.
fn upper_end(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < 2 * STEPS {
        return bucket;
    }
    let shift = bucket / STEPS - 1;
    let step = bucket % STEPS + STEPS;
    // The last bucket ends at u64::MAX, where `step + 1` would shift out of the number.
    (step << shift) + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentiles_of_a_ramp_are_where_they_belong() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(0.5), Duration::ZERO);
        for micros in 1..=1000 {
            histogram.record(Duration::from_micros(micros));
        }
        let p50 = histogram.quantile(0.5).as_nanos() as f64;
        assert!((500_000.0..=531_250.0).contains(&p50), "{p50}");
        assert_eq!(histogram.quantile(1.0), Duration::from_millis(1));
        assert_eq!((histogram.count(), histogram.max()), (1000, Duration::from_millis(1)));
    }

    proptest! {
        #[test]
        fn every_duration_lies_in_a_narrow_bucket(nanos in any::<u64>(), shift in 0u32..64) {
            let nanos = nanos >> shift;
            let end = upper_end(bucket(nanos));
            prop_assert!(end >= nanos);
            prop_assert!(end - nanos <= nanos / STEPS, "{nanos} in a bucket up to {end}");
        }
    }
}
