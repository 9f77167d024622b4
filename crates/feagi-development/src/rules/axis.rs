//! Relations between the coordinates of two areas along one axis, with their counts in closed form.

use super::run::{self, Run};
use super::{bits, scale};

/// Sizes of both areas along one axis, in voxels: at least 1 and far below `i32::MAX`, since areas
/// with more neurons than there are ids are refused before rules are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) source: u32,
    pub(crate) target: u32,
}

/// The coordinates from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// End of a range of target coordinates; may lie outside the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    /// This coordinate.
    At(i32),
    /// The source coordinate plus this.
    Offset(i32),
}

/// Which target coordinates belong to a source coordinate `c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Relation {
    /// For `c` in `sources`: from `low` to `high`, as far as they lie in the area.
    Between { sources: Span, low: Bound, high: Bound },
    /// For `c` in `sources`: all but `c`.
    AllBut { sources: Span },
    /// `c`, or the last coordinate when the target area ends before it.
    Clamp,
    /// The projector's scaling between different sizes.
    Scale,
    /// Coordinates whose bit number `c` is set.
    Encode,
    /// The numbers of the bits that are set in `c`.
    Decode,
    /// `c` modulo the target size.
    Fold,
    /// `c`, `c` plus the source size, and so on.
    Replicate,
}

impl Bound {
    /// A bound at a coordinate of any size; beyond `i32` nothing changes, as no area is that large.
    pub(crate) fn at(coordinate: i64) -> Self {
        Self::At(clamped(coordinate))
    }

    /// A bound at a distance of any size.
    pub(crate) fn offset(distance: i64) -> Self {
        Self::Offset(clamped(distance))
    }

    fn value(self, c: u32) -> i64 {
        match self {
            Self::At(k) => i64::from(k),
            Self::Offset(a) => i64::from(c) + i64::from(a),
        }
    }
}

fn clamped(value: i64) -> i32 {
    value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

impl Span {
    /// Every coordinate of an axis of `size` voxels.
    pub(crate) const fn all(size: u32) -> Self {
        Self { first: 0, last: size - 1 }
    }

    /// The part of `first..=last` that lies inside an axis of `size` voxels.
    pub(crate) fn clipped(first: i64, last: i64, size: u32) -> Option<Self> {
        let (first, last) = (first.max(0), last.min(i64::from(size) - 1));
        (first <= last).then_some(Self { first: first as u32, last: last as u32 })
    }

    pub(crate) const fn len(self) -> u64 {
        (self.last - self.first) as u64 + 1
    }
}

impl Relation {
    /// The source coordinate plus `distance`.
    pub(crate) fn shifted(sizes: Sizes, distance: i64) -> Self {
        let bound = Bound::offset(distance);
        Self::Between { sources: Span::all(sizes.source), low: bound, high: bound }
    }

    /// Outside these source coordinates there are no targets; the first one and, except for
    /// `Decode`, all others have some.
    pub(crate) fn active(&self, sizes: Sizes) -> Option<Span> {
        match *self {
            Self::Between { sources, low, high } => active_between(sources, low, high, sizes),
            Self::AllBut { sources } if sizes.target == 1 => {
                Span::clipped(i64::from(sources.first.max(1)), i64::from(sources.last), sizes.source)
            }
            Self::AllBut { sources } => Some(sources),
            Self::Scale => Some(Span { first: 0, last: scale::sources(sizes).checked_sub(1)? }),
            Self::Encode => bits::encoding_sources(sizes),
            Self::Decode => Span::clipped(1, i64::from(sizes.source) - 1, sizes.source),
            Self::Clamp | Self::Fold => Some(Span::all(sizes.source)),
            Self::Replicate => Some(Span::all(sizes.source.min(sizes.target))),
        }
    }

    /// Number of pairs of a source and a target coordinate.
    pub(crate) fn pairs(&self, sizes: Sizes) -> u64 {
        match *self {
            Self::Between { low, high, .. } => {
                self.active(sizes).map_or(0, |active| pairs_between(active, low, high, sizes.target))
            }
            Self::AllBut { sources } => {
                let inside = u64::from((sources.last + 1).min(sizes.target).saturating_sub(sources.first));
                sources.len() * u64::from(sizes.target) - inside
            }
            Self::Scale => scale::pairs(sizes),
            Self::Encode => bits::encoded_pairs(sizes),
            Self::Decode => bits::decoded_pairs(sizes),
            Self::Clamp | Self::Fold => u64::from(sizes.source),
            Self::Replicate => u64::from(sizes.target),
        }
    }

    /// Writes the targets of source coordinate `c` into `out`, ascending. `c` has to be active.
    pub(crate) fn targets(&self, c: u32, sizes: Sizes, out: &mut Vec<Run>) {
        out.clear();
        let size = sizes.target;
        match *self {
            Self::Between { low, high, .. } => {
                let first = low.value(c).max(0) as u32;
                let end = high.value(c).min(i64::from(size) - 1) as u32 + 1;
                run::push(out, first, end);
            }
            Self::AllBut { .. } => {
                run::push(out, 0, c.min(size));
                run::push(out, c + 1, size);
            }
            Self::Clamp => {
                let at = c.min(size - 1);
                run::push(out, at, at + 1);
            }
            Self::Scale => {
                let Run { start, end } = scale::targets(c, sizes);
                run::push(out, start, end);
            }
            Self::Encode => bits::encode(c, sizes, out),
            Self::Decode => bits::decode(c, sizes, out),
            Self::Fold => run::push(out, c % size, c % size + 1),
            Self::Replicate => {
                for at in (c..size).step_by(sizes.source as usize) {
                    run::push(out, at, at + 1);
                }
            }
        }
    }
}

/// The sources for which `low..=high` meets the target area: each of the conditions low ≤ high,
/// low ≤ last coordinate and 0 ≤ high holds on a range of sources.
fn active_between(sources: Span, low: Bound, high: Bound, sizes: Sizes) -> Option<Span> {
    let (mut first, mut last) = (i64::from(sources.first), i64::from(sources.last));
    let end = i64::from(sizes.target) - 1;
    match low {
        Bound::At(k) if i64::from(k) > end => return None,
        Bound::At(_) => {}
        Bound::Offset(a) => last = last.min(end - i64::from(a)),
    }
    match high {
        Bound::At(k) if k < 0 => return None,
        Bound::At(_) => {}
        Bound::Offset(b) => first = first.max(-i64::from(b)),
    }
    match (low, high) {
        (Bound::At(k), Bound::At(m)) | (Bound::Offset(k), Bound::Offset(m)) if k > m => return None,
        (Bound::At(k), Bound::Offset(b)) => first = first.max(i64::from(k) - i64::from(b)),
        (Bound::Offset(a), Bound::At(m)) => last = last.min(i64::from(m) - i64::from(a)),
        _ => {}
    }
    Span::clipped(first, last, sizes.source)
}

/// Sum over active sources of `min(high, end) - max(low, 0) + 1`, where `end` is the last target.
fn pairs_between(active: Span, low: Bound, high: Bound, size: u32) -> u64 {
    let (first, last) = (i64::from(active.first), i64::from(active.last));
    let sources = last - first + 1;
    let end = i64::from(size) - 1;
    let lows = match low {
        Bound::At(k) => sources * i64::from(k).max(0),
        Bound::Offset(a) => sum_of_positive(first + i64::from(a), last + i64::from(a)),
    };
    // min(high, end) = end - max(end - high, 0).
    let short = match high {
        Bound::At(k) => sources * (end - i64::from(k)).max(0),
        Bound::Offset(b) => sum_of_positive(end - last - i64::from(b), end - first - i64::from(b)),
    };
    (sources * (end + 1) - short - lows) as u64
}

/// Sum of the positive ones among the numbers `first..=last`.
fn sum_of_positive(first: i64, last: i64) -> i64 {
    let first = first.max(0);
    if first > last { 0 } else { (first + last) * (last - first + 1) / 2 }
}
