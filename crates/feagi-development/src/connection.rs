//! The synapses of one mapping rule, neuron by neuron: counted, or written as rows.

use feagi_types::SynapseRows;

use crate::rules::{Pick, Run, Wiring, count};
use crate::work::{Flow, Stop, Work};

/// A mapping rule, ready to be counted or made.
pub(crate) struct Connection {
    pub(crate) wiring: Wiring,
    /// Neurons in each source voxel; all of them connect.
    pub(crate) source_copies: u32,
    /// Neurons in each target voxel; one of them is connected to.
    pub(crate) target_copies: u32,
    /// Which candidates become synapses; `None`: all.
    pub(crate) draw: Option<Draw>,
}

/// Keeps a share of all candidates. Whether one is kept depends on the two neurons and the key only,
/// not on what was drawn before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draw {
    key: u64,
    percent: u64,
}

/// Outcome of counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tally {
    /// All counted.
    Exactly(u64),
    /// More than allowed; at least this many.
    AtLeast(u64),
    /// The effort is used up. `candidates` is an upper bound.
    TooMuchWork { candidates: u64 },
}

impl Draw {
    /// Keeps about `percent` of 100 candidates. The key is made of `parts`, in order.
    pub(crate) fn new(percent: u8, parts: impl IntoIterator<Item = u64>) -> Self {
        let key = parts.into_iter().fold(0, |key, part| mix(key ^ part));
        Self { key, percent: u64::from(percent) }
    }

    fn keeps(self, source: u32, target: u32) -> bool {
        let pair = u64::from(source) << 32 | u64::from(target);
        let (upper, share) = (mix(self.key ^ mix(pair)) >> 32, self.percent << 32);
        upper * 100 < share
    }
}

/// The finaliser of SplitMix64: every bit of the result depends on every bit of the input.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

impl Connection {
    /// Counts the synapses and stops beyond `most`. Nothing is allocated for them.
    pub(crate) fn count(&self, most: u64, work: &mut Work) -> Tally {
        let copies = u64::from(self.source_copies);
        if self.draw.is_none() {
            let least = self.wiring.least_pairs().saturating_mul(copies);
            match self.wiring.exact_pairs().map(|pairs| pairs.saturating_mul(copies)) {
                Some(exact) => return Tally::Exactly(exact),
                None if least > most => return Tally::AtLeast(least),
                None => {}
            }
        }
        let mut total = 0;
        let stopped = match self.draw {
            Some(_) => self.each_neuron(work, &mut |_, targets| {
                total += targets.len() as u64;
                if total > most { Flow::Break(Stop::Enough) } else { Flow::Continue(()) }
            }),
            None => self.wiring.visit(work, &mut |_, runs, _| {
                total += count(runs) * copies;
                if total > most { Flow::Break(Stop::Enough) } else { Flow::Continue(()) }
            }),
        };
        match stopped {
            Flow::Continue(()) => Tally::Exactly(total),
            Flow::Break(Stop::Enough) => Tally::AtLeast(total),
            Flow::Break(Stop::Exhausted) => {
                Tally::TooMuchWork { candidates: self.wiring.most_pairs().saturating_mul(copies) }
            }
        }
    }

    /// Rows between the first and the last source neuron that may have synapses.
    pub(crate) fn row_span(&self) -> u64 {
        self.wiring.source_span() * u64::from(self.source_copies)
    }

    /// Makes the synapses, of which there are `synapses`, a number that fits into 32 bits.
    pub(crate) fn rows(&self, synapses: usize) -> SynapseRows {
        let mut rows = Rows { first: None, offsets: Vec::new(), targets: Vec::with_capacity(synapses) };
        // Unlimited work and a visitor that never breaks: the enumeration comes to its end.
        let _ = self.each_neuron(&mut Work::unlimited(), &mut |source, targets| {
            rows.push(source, targets);
            Flow::Continue(())
        });
        rows.finish()
    }

    /// Calls `visit` with source neurons in ascending order, each with its target neurons in
    /// ascending order.
    fn each_neuron(&self, work: &mut Work, visit: &mut dyn FnMut(u32, &[u32]) -> Flow) -> Flow {
        let (mut targets, mut kept) = (Vec::new(), Vec::new());
        self.wiring.visit(work, &mut |voxel, runs, work| {
            self.target_neurons(runs, &mut targets);
            let first = voxel * self.source_copies;
            for source in first..first + self.source_copies {
                let Some(draw) = self.draw else {
                    visit(source, &targets)?;
                    continue;
                };
                work.spend(1 + targets.len() as u64)?;
                kept.clear();
                kept.extend(targets.iter().copied().filter(|&target| draw.keeps(source, target)));
                visit(source, &kept)?;
            }
            Flow::Continue(())
        })
    }

    fn target_neurons(&self, runs: &[Run], out: &mut Vec<u32>) {
        out.clear();
        let picked = match self.wiring.pick {
            Pick::First => 0,
            Pick::Last => self.target_copies - 1,
        };
        for run in runs {
            out.extend((run.start..run.end).map(|voxel| voxel * self.target_copies + picked));
        }
    }
}

/// Rows in the making.
struct Rows {
    first: Option<u32>,
    offsets: Vec<u32>,
    targets: Vec<u32>,
}

impl Rows {
    /// Appends the row of `source`, which comes after all before it. Empty rows cost nothing at
    /// either end.
    fn push(&mut self, source: u32, targets: &[u32]) {
        if targets.is_empty() {
            return;
        }
        let first = *self.first.get_or_insert(source);
        self.offsets.resize((source - first) as usize + 1, self.targets.len() as u32);
        self.targets.extend_from_slice(targets);
    }

    fn finish(mut self) -> SynapseRows {
        let Some(first_source) = self.first else {
            return SynapseRows::default();
        };
        self.offsets.push(self.targets.len() as u32);
        self.offsets.shrink_to_fit();
        SynapseRows { first_source, offsets: self.offsets, targets: self.targets }
    }
}
