//! The bitmask functions along their axis (`genome.md` section 5.3).
//!
//! Bits are numbered from the most significant one of as many bits as the axis of the encoded side
//! has voxels; bit `i` of `n` stands at position `n - 1 - i` from the right. Positions from 32 on
//! are never set.

use super::axis::{Sizes, Span};
use super::run::{self, Run};

const POSITIONS: u32 = u32::BITS;

/// How many numbers below `end` have the bit at `position` set.
fn numbers_with_bit(end: u32, position: u32) -> u64 {
    let (end, half) = (u64::from(end), 1_u64 << position);
    end / (2 * half) * half + (end % (2 * half)).saturating_sub(half)
}

/// Appends the targets whose bit number `c`, of as many bits as there are sources, is set.
pub(super) fn encode(c: u32, Sizes { source, target }: Sizes, out: &mut Vec<Run>) {
    let position = source - 1 - c;
    if position >= POSITIONS {
        return;
    }
    let (half, end) = (1_u64 << position, u64::from(target));
    for start in (half..end).step_by(2 * half as usize) {
        run::push(out, start as u32, (start + half).min(end) as u32);
    }
}

/// The sources whose bit is set in some target.
pub(super) fn encoding_sources(Sizes { source, target }: Sizes) -> Option<Span> {
    let highest = (target - 1).checked_ilog2()?;
    let last = i64::from(source) - 1;
    Span::clipped(last - i64::from(highest), last, source)
}

/// Number of pairs that [`encode`] gives.
pub(super) fn encoded_pairs(Sizes { source, target }: Sizes) -> u64 {
    (0..source.min(POSITIONS)).map(|position| numbers_with_bit(target, position)).sum()
}

/// Appends the numbers of the bits, of as many bits as there are targets, that are set in `c`.
pub(super) fn decode(c: u32, Sizes { target, .. }: Sizes, out: &mut Vec<Run>) {
    for position in (0..target.min(POSITIONS)).rev() {
        if c >> position & 1 == 1 {
            let bit = target - 1 - position;
            run::push(out, bit, bit + 1);
        }
    }
}

/// Number of pairs that [`decode`] gives.
pub(super) fn decoded_pairs(Sizes { source, target }: Sizes) -> u64 {
    (0..target.min(POSITIONS)).map(|position| numbers_with_bit(source, position)).sum()
}
