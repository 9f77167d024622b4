//! Spikes over synapses: what each spike of this burst adds to which target, and when.
//!
//! Targets, not sources, are shared out over threads: each thread walks the whole fired set and
//! adds only to its own range, so nobody waits and sums are made in one fixed order: burst of the
//! spike, source id, creation order of the synapse.

use core::ops::Range;

use feagi_types::Column;

use crate::area::AreaRecord;
use crate::brain::{Brain, part_of};
use crate::dynamics::take;
use crate::fired::Fired;
use crate::pending::{Record, Ring};
use crate::pool::{MAX_THREADS, Pool};
use crate::population::Population;
use crate::segment::Segment;
use crate::slots::{BLOCK, HAS_INPUT};

/// Below this many spikes and contributions one thread is faster than waking others.
const PARALLEL_WORK: usize = 32 * 1024;

/// What all threads read.
#[derive(Clone, Copy)]
struct Sources<'a> {
    burst: u64,
    fired: &'a Fired,
    areas: &'a [AreaRecord],
    populations: &'a [Population],
    segments: &'a [Segment],
    parts: &'a [Range<usize>],
    any_psp_flag: bool,
}

/// The targets one thread adds to.
struct Targets<'a> {
    /// First slot and number of slots.
    first: usize,
    input: &'a mut [f32],
    activity: &'a mut [u8],
    /// Rings of the parts that this range covers, the first of which is part `first_part`.
    rings: &'a mut [Ring],
    first_part: usize,
}

/// One spike as its synapses see it.
#[derive(Clone, Copy)]
struct Spike {
    /// Local index of the neuron.
    local: usize,
    /// The potential it fired with, where that replaces the psp.
    psp: Option<f32>,
    /// Number of live synapses to share the contribution; 1 where it is not divided.
    divisor: f32,
}

/// Schedules the contributions of this burst's spikes. Afterwards the input array holds all that
/// synapses bring to the next burst.
pub(crate) fn run(brain: &mut Brain, pool: &mut Pool) {
    let everything = 0..brain.slots.blocks();
    let busy = brain.fired.ids.len() * (1 + brain.mean_out_degree) >= PARALLEL_WORK;
    let ranges = if busy { brain.parts.as_slice() } else { core::slice::from_ref(&everything) };
    let sources = Sources {
        burst: brain.burst,
        fired: &brain.fired,
        areas: &brain.areas,
        populations: &brain.populations,
        segments: &brain.segments,
        parts: &brain.parts,
        any_psp_flag: brain.any_psp_flag,
    };
    let mut input = brain.slots.input.as_mut_slice();
    let mut activity = brain.slots.activity.as_mut_slice();
    let mut rings = brain.rings.as_mut_slice();
    let mut jobs = [const { None }; MAX_THREADS];
    for (position, (blocks, job)) in ranges.iter().zip(&mut jobs).enumerate() {
        let owned = if busy { 1 } else { rings.len() };
        *job = Some(Targets {
            first: blocks.start * BLOCK,
            input: take(&mut input, blocks.len() * BLOCK),
            activity: take(&mut activity, blocks.len()),
            rings: take(&mut rings, owned),
            first_part: position,
        });
    }
    let alone = ranges.len() == 1;
    pool.run(&mut jobs[..ranges.len()], |targets: &mut Targets<'_>| {
        targets.take_due(sources.burst + 1);
        if alone {
            sources.deliver_all::<false>(targets);
        } else {
            sources.deliver_all::<true>(targets);
        }
    });
}

/// Lowers the psp of the synapses that this burst's spikes used, where their area degenerates.
pub(crate) fn degenerate(brain: &mut Brain) {
    for (position, entries) in brain.fired.runs() {
        let population = &brain.populations[position];
        let loss = brain.areas[population.area].degeneration();
        if loss <= 0.0 {
            continue;
        }
        for &segment in &population.outgoing {
            let segment = &mut brain.segments[segment];
            let synapses = segment.len();
            for &id in &brain.fired.ids[entries.clone()] {
                let row = segment.row((id - population.first_id) as usize);
                for psp in &mut segment.psp.expand(synapses)[row] {
                    *psp = (*psp - loss).max(0.0);
                }
            }
        }
    }
}

impl Targets<'_> {
    /// Adds the delayed contributions that are due in `burst`.
    fn take_due(&mut self, burst: u64) {
        for ring in &mut *self.rings {
            ring.drain(burst, |Record { slot, value }| {
                let at = slot as usize - self.first;
                self.input[at] += value;
                self.activity[at / BLOCK] |= HAS_INPUT;
            });
        }
    }

    /// The positions of a row whose targets are in range. Without `SHARED` all are.
    #[inline(always)]
    fn own<const SHARED: bool>(&self, segment: &Segment, local: usize) -> Range<usize> {
        if SHARED { segment.row_in_part(local, self.first_part) } else { segment.row(local) }
    }

    /// Adds `value` to a target in range.
    #[inline(always)]
    fn add(&mut self, slot: u32, value: f32) {
        let at = slot as usize - self.first;
        self.input[at] += value;
        self.activity[at / BLOCK] = HAS_INPUT;
    }

    /// Adds or schedules `value` for a target in range, by its delay.
    #[inline]
    fn send(&mut self, sources: &Sources<'_>, slot: u32, value: f32, delay: u8) {
        if delay == 1 {
            self.add(slot, value);
            return;
        }
        let part = part_of(sources.parts, slot as usize / BLOCK) - self.first_part;
        self.rings[part].push(sources.burst + u64::from(delay), Record { slot, value });
    }
}

impl Sources<'_> {
    fn deliver_all<const SHARED: bool>(&self, targets: &mut Targets<'_>) {
        for (position, entries) in self.fired.runs() {
            let population = &self.populations[position];
            // Segments to the same target population are walked spike by spike, so that each
            // target sees sources in rising order; others segment by segment, which is faster.
            for segments in
                population.outgoing.chunk_by(|&a, &b| self.segments[a].target == self.segments[b].target)
            {
                self.deliver_group::<SHARED>(population, entries.clone(), segments, targets);
            }
        }
    }

    fn deliver_group<const SHARED: bool>(
        &self,
        population: &Population,
        entries: Range<usize>,
        segments: &[usize],
        targets: &mut Targets<'_>,
    ) {
        let Some(&first) = segments.first() else { return };
        let reached = self.populations[self.segments[first].target].slots();
        if reached.end <= targets.first || reached.start >= targets.first + targets.input.len() {
            return;
        }
        if let [only] = segments {
            return self.deliver_segment::<SHARED>(population, entries, &self.segments[*only], targets);
        }
        for entry in entries {
            for &segment in segments {
                let one = entry..entry + 1;
                self.deliver_segment::<SHARED>(population, one, &self.segments[segment], targets);
            }
        }
    }

    /// Sends spikes of a population over one segment, choosing once how its synapses are read.
    #[inline]
    fn deliver_segment<const SHARED: bool>(
        &self,
        population: &Population,
        entries: Range<usize>,
        segment: &Segment,
        targets: &mut Targets<'_>,
    ) {
        let area = &self.areas[population.area];
        let (divides, driven) = (area.divides(self.any_psp_flag), area.is_mp_driven());
        let psp = if driven { Some(1.0) } else { segment.psp.uniform() };
        let spikes = entries.map(|entry| {
            let local = (self.fired.ids[entry] - population.first_id) as usize;
            Spike {
                local,
                psp: driven.then(|| driving_psp(self.fired.potentials[entry])),
                divisor: if divides { population.out_degree[local] as f32 } else { 1.0 },
            }
        });
        let (Some(kind), Some(psp), Some(1)) = (segment.kind.uniform(), psp, segment.delay.uniform()) else {
            spikes.for_each(|spike| self.deliver_mixed::<SHARED>(segment, spike, targets));
            return;
        };
        let sign = kind.sign();
        match &segment.weight {
            Column::Uniform(weight) => {
                for spike in spikes {
                    let value = contribution(*weight, spike.psp.unwrap_or(psp), sign, spike.divisor);
                    let row = targets.own::<SHARED>(segment, spike.local);
                    for &slot in &segment.targets[row] {
                        targets.add(slot, value);
                    }
                }
            }
            Column::PerRow(weights) => {
                for spike in spikes {
                    let row = targets.own::<SHARED>(segment, spike.local);
                    let psp = spike.psp.unwrap_or(psp);
                    for (&slot, &weight) in segment.targets[row.clone()].iter().zip(&weights[row]) {
                        targets.add(slot, contribution(weight, psp, sign, spike.divisor));
                    }
                }
            }
        }
    }

    /// Sends one spike over synapses that differ in more than their weight, or are slow.
    fn deliver_mixed<const SHARED: bool>(&self, segment: &Segment, spike: Spike, targets: &mut Targets<'_>) {
        for position in targets.own::<SHARED>(segment, spike.local) {
            let psp = spike.psp.unwrap_or_else(|| segment.psp.get(position));
            let sign = segment.kind.get(position).sign();
            let value = contribution(segment.weight.get(position), psp, sign, spike.divisor);
            targets.send(self, segment.targets[position], value, segment.delay.get(position));
        }
    }
}

/// What one spike adds over one synapse. Never -0.0, which marks slots without input.
#[inline(always)]
fn contribution(weight: f32, psp: f32, sign: f32, divisor: f32) -> f32 {
    let full = weight * psp * sign;
    // Dividing by 1 changes no bit, so undivided areas take the same way.
    full / divisor + 0.0
}

/// The psp of a spike whose potential drives it: negative and non-finite potentials count as 0.
fn driving_psp(potential: f32) -> f32 {
    if potential.is_finite() { potential.max(0.0) } else { 0.0 }
}
