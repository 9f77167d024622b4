//! The projector's scaling along one axis, in 32-bit floating point (`genome.md` section 5.3).
//!
//! Sizes are divided first, then coordinates by the ratio; the quotient is truncated. That map never
//! falls, so the targets of a source are a run and every end can be found from an estimate that
//! rounding has moved by a few places at most.

use super::axis::Sizes;
use super::run::Run;

/// The coordinate in the smaller area that `coordinate` of the larger area falls into.
fn shrink(coordinate: u32, ratio: f32) -> u32 {
    (coordinate as f32 / ratio) as u32
}

/// The first coordinate below `end` of the larger area that falls into `wanted` or later; `end` when none does.
fn first_reaching(wanted: u32, ratio: f32, end: u32) -> u32 {
    let mut at = ((wanted as f32 * ratio) as u32).min(end);
    while at > 0 && shrink(at - 1, ratio) >= wanted {
        at -= 1;
    }
    while at < end && shrink(at, ratio) < wanted {
        at += 1;
    }
    at
}

/// Targets of source coordinate `c`.
pub(super) fn targets(c: u32, Sizes { source, target }: Sizes) -> Run {
    if source < target {
        let ratio = target as f32 / source as f32;
        return Run { start: first_reaching(c, ratio, target), end: first_reaching(c + 1, ratio, target) };
    }
    let start = if source == target { c } else { shrink(c, source as f32 / target as f32) };
    Run { start, end: (start + 1).min(target) }
}

/// Sources from 0 on that have a target.
pub(super) fn sources(sizes: Sizes) -> u32 {
    let Sizes { source, target } = sizes;
    if source < target { source } else { pairs(sizes) as u32 }
}

/// Number of pairs.
pub(super) fn pairs(Sizes { source, target }: Sizes) -> u64 {
    // Rounding may put the last few coordinates of the larger area just outside the smaller one.
    let (small, large) = (source.min(target), source.max(target));
    let ratio = large as f32 / small as f32;
    u64::from(if small == large { large } else { first_reaching(small, ratio, large) })
}
