//! Slots: where a neuron's hot state lies.
//!
//! Ids are handed out without gaps; slots start every population at a multiple of [`BLOCK`], so a
//! block of 64 slots, one word of each bitmap, belongs to one population. Slots rise with ids and
//! are never reused: whatever is in slot order is in id order.

use alloc::vec::Vec;

/// Slots per bitmap word.
pub(crate) const BLOCK: usize = 64;

/// The input of a slot that nothing was added to. No sum of contributions is ever -0.0, because
/// contributions are made +0.0 before they are added, so this value marks "not a candidate".
pub(crate) const NO_INPUT: f32 = -0.0;

/// Block flag: something was added to the block's inputs since the last burst.
pub(crate) const HAS_INPUT: u8 = 1;
/// Block flag: the block had candidates in the last burst.
pub(crate) const HAD_CANDIDATES: u8 = 2;

/// Whether an input is a candidate's sum.
#[inline]
pub(crate) fn is_input(value: f32) -> bool {
    value.to_bits() != NO_INPUT.to_bits()
}

/// Hot state of all neurons, structure of arrays. All per-slot arrays have one length, a multiple
/// of [`BLOCK`]; all per-block arrays have one word or byte per block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    /// Membrane potential as of burst `updated`.
    pub(crate) potential: Vec<f32>,
    /// Burst in which `potential` was last settled.
    pub(crate) updated: Vec<u32>,
    /// Last burst of the running refractory countdown; 0: none, or over and accounted for.
    pub(crate) blocked_until: Vec<u32>,
    /// Spikes in a row.
    pub(crate) consecutive: Vec<u16>,
    /// Sum of this burst's candidates, or [`NO_INPUT`].
    pub(crate) input: Vec<f32>,
    /// [`HAS_INPUT`] and [`HAD_CANDIDATES`] per block.
    pub(crate) activity: Vec<u8>,
    /// Which slots were candidates in the last burst.
    pub(crate) candidates: Vec<u64>,
    /// Which slots fired in the last burst.
    pub(crate) fired: Vec<u64>,
    /// Which slots hold a neuron that was not deleted.
    pub(crate) live: Vec<u64>,
}

impl Slots {
    /// Number of slots.
    pub(crate) fn len(&self) -> usize {
        self.potential.len()
    }

    /// Number of blocks.
    pub(crate) fn blocks(&self) -> usize {
        self.activity.len()
    }

    /// Appends slots for `neurons` neurons, rounded up to whole blocks; returns the first.
    pub(crate) fn append(&mut self, neurons: usize, now: u32) -> usize {
        let first = self.len();
        let blocks = neurons.div_ceil(BLOCK);
        let len = first + blocks * BLOCK;
        self.potential.resize(len, 0.0);
        self.updated.resize(len, now);
        self.blocked_until.resize(len, 0);
        self.consecutive.resize(len, 0);
        self.input.resize(len, NO_INPUT);
        let words = self.blocks() + blocks;
        self.activity.resize(words, 0);
        self.candidates.resize(words, 0);
        self.fired.resize(words, 0);
        self.live.resize(words, u64::MAX);
        let spare = blocks * BLOCK - neurons;
        if spare > 0 {
            self.live[words - 1] = u64::MAX >> spare;
        }
        first
    }

    /// Adds `value` to the input of `slot`.
    #[inline]
    pub(crate) fn add_input(&mut self, slot: usize, value: f32) {
        // `+ 0.0` turns -0.0, which would look like "no input", into +0.0.
        self.input[slot] += value + 0.0;
        self.activity[slot / BLOCK] |= HAS_INPUT;
    }

    /// Whether the slot holds a neuron that was not deleted.
    #[inline]
    pub(crate) fn is_live(&self, slot: usize) -> bool {
        self.live[slot / BLOCK] >> (slot % BLOCK) & 1 == 1
    }

    /// Forgets the neuron in `slot`: it is no candidate, did not fire, and never will.
    pub(crate) fn kill(&mut self, slot: usize) {
        let bit = !(1_u64 << (slot % BLOCK));
        self.live[slot / BLOCK] &= bit;
        self.candidates[slot / BLOCK] &= bit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn populations_start_at_block_borders() {
        let mut slots = Slots::default();
        assert_eq!(slots.append(1, 0), 0);
        assert_eq!(slots.append(65, 0), 64);
        assert_eq!(slots.append(64, 0), 192);
        assert_eq!(slots.live, [1, u64::MAX, 1, u64::MAX]);
    }

    #[test]
    fn a_sum_of_zero_is_still_an_input() {
        let mut slots = Slots::default();
        slots.append(3, 0);
        slots.add_input(0, -0.0);
        slots.add_input(1, 2.5);
        slots.add_input(1, -2.5);
        assert!(is_input(slots.input[0]) && is_input(slots.input[1]) && !is_input(slots.input[2]));
    }
}
