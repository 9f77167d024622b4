//! Runs: the form in which sets of coordinates and of voxels are kept while rules are applied.

/// The numbers from `start` up to, but not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Run {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Run {
    pub(crate) const fn len(self) -> u64 {
        (self.end - self.start) as u64
    }
}

/// Appends the numbers `start..end` to runs that all end at or before `start`.
pub(crate) fn push(runs: &mut Vec<Run>, start: u32, end: u32) {
    if start >= end {
        return;
    }
    match runs.last_mut() {
        Some(last) if last.end == start => last.end = end,
        _ => runs.push(Run { start, end }),
    }
}

/// Whether runs are in ascending order and none touches another.
pub(crate) fn is_normal(runs: &[Run]) -> bool {
    runs.windows(2).all(|pair| pair[0].end < pair[1].start)
}

/// Puts runs in ascending order and joins those that touch or overlap.
pub(crate) fn normalise(runs: &mut Vec<Run>) {
    if is_normal(runs) {
        return;
    }
    runs.sort_unstable();
    let mut kept = 0;
    for at in 1..runs.len() {
        let run = runs[at];
        if run.start <= runs[kept].end {
            runs[kept].end = runs[kept].end.max(run.end);
        } else {
            kept += 1;
            runs[kept] = run;
        }
    }
    runs.truncate(kept + 1);
}

/// How many numbers the runs hold.
pub(crate) fn count(runs: &[Run]) -> u64 {
    runs.iter().map(|run| run.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn normalised_runs_hold_the_same_numbers_once(
            pairs in prop::collection::vec((0u32..40, 1u32..6), 1..20)
        ) {
            let mut runs: Vec<_> = pairs.iter().map(|&(start, len)| Run { start, end: start + len }).collect();
            let expected: BTreeSet<u32> = runs.iter().flat_map(|run| run.start..run.end).collect();
            normalise(&mut runs);
            prop_assert_eq!(count(&runs), expected.len() as u64);
            let found: Vec<u32> = runs.iter().flat_map(|run| run.start..run.end).collect();
            prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
