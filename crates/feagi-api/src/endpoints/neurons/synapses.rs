//! Synapses from and to the neurons of a voxel.
//!
//! What leaves a neuron is one row for each mapping. What arrives has to be searched for in the rows of
//! all neurons that lead to its area, so the search goes in steps between which bursts run, and is given
//! up after some time: an answer about a huge brain is then a part of the truth, and says so.

use std::ops::Range;
use std::time::{Duration, Instant};

use feagi_runtime::{IncomingScan, Running, Synapse};
use feagi_types::{NeuronId, SynapseKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;
use crate::portrait::{Version, version};
use crate::refusal::Refusal;

/// Synapses of a page, for each neuron and direction.
pub(super) const PAGE: usize = 50;
/// Rows of a step: about a millisecond.
const ROWS: usize = 20_000;
/// How long a search may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// A synapse.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SynapseFacts {
    #[serde(flatten)]
    source: Source,
    #[serde(flatten)]
    target: Target,
    weight: f32,
    postsynaptic_potential: f32,
    /// `excitatory` or `inhibitory`.
    synapse_type: &'static str,
    /// Bursts from spike to arrival.
    synaptic_delay_bursts: u8,
}

/// Where a synapse begins.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Source {
    source_neuron_id: u32,
    /// Null for a neuron that is gone.
    source_cortical_id: Option<String>,
    source_x: u32,
    source_y: u32,
    source_z: u32,
}

/// Where a synapse ends.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Target {
    target_neuron_id: u32,
    /// Null for a neuron that is gone.
    target_cortical_id: Option<String>,
    target_x: u32,
    target_y: u32,
    target_z: u32,
}

/// Synapses of a neuron in one direction.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) count: usize,
    /// Those of the page that was asked for.
    pub(super) page: Vec<SynapseFacts>,
    pub(super) has_more: bool,
}

impl Found {
    /// One more, which is listed when it belongs to `page`.
    fn add(&mut self, page: usize, facts: impl FnOnce() -> SynapseFacts) {
        if self.count / PAGE == page {
            self.page.push(facts());
        }
        self.count += 1;
        self.has_more = self.count > (page.saturating_add(1)).saturating_mul(PAGE);
    }
}

/// What leaves a neuron.
pub(super) fn outgoing(running: &Running, id: NeuronId, page: usize) -> Found {
    let engine = &running.brain.engine;
    let mut found = Found { count: engine.outgoing_count(id), ..Found::default() };
    let first = page.saturating_mul(PAGE);
    found.page.extend(engine.outgoing(id).skip(first).take(PAGE).map(|synapse| facts(running, synapse)));
    found.has_more = found.count > first.saturating_add(PAGE);
    found
}

/// What arrives at each of the neurons `ids`, which have to rise.
///
/// # Errors
/// As [`ApiState::ask`].
pub(super) async fn incoming(state: &ApiState, ids: &[u32], page: usize) -> Result<Vec<Found>, Refusal> {
    let begun = Instant::now();
    let mut all = Vec::with_capacity(ids.len());
    // Neurons of a voxel were mostly made together and have ids in a row.
    for run in ids.chunk_by(|id, next| *id + 1 == *next) {
        let search = Search {
            targets: run[0]..run[0] + run.len() as u32,
            page,
            scan: IncomingScan::default(),
            of: None,
            found: vec![Found::default(); run.len()],
        };
        all.extend(search.run(state, begun).await?);
    }
    Ok(all)
}

/// A search that goes to the burst thread and back in steps.
struct Search {
    targets: Range<u32>,
    page: usize,
    scan: IncomingScan,
    /// The brain, and its state, that was looked at so far.
    of: Option<Version>,
    found: Vec<Found>,
}

/// How a step ended.
enum Step {
    Done,
    More,
    /// The brain is not what it was, so that what was not found yet cannot be.
    Changed,
}

impl Search {
    async fn run(mut self, state: &ApiState, begun: Instant) -> Result<Vec<Found>, Refusal> {
        while begun.elapsed() < PATIENCE {
            let step;
            (self, step) = state
                .ask(move |running| {
                    let step = self.step(running);
                    (self, step)
                })
                .await?;
            match step {
                Step::Done => return Ok(self.found),
                Step::More => {}
                Step::Changed => break,
            }
        }
        // What was found is true, and not all.
        self.found.iter_mut().for_each(|found| found.has_more = true);
        Ok(self.found)
    }

    fn step(&mut self, running: &Running) -> Step {
        let now = version(running);
        if *self.of.get_or_insert(now) != now {
            return Step::Changed;
        }
        let Self { targets, page, scan, found, .. } = self;
        let done = running.brain.engine.scan_incoming(targets.clone(), scan, ROWS, |synapse| {
            if let Some(found) = found.get_mut((synapse.target.get() - targets.start) as usize) {
                found.add(*page, || facts(running, synapse));
            }
        });
        if done { Step::Done } else { Step::More }
    }
}

fn facts(running: &Running, synapse: Synapse) -> SynapseFacts {
    let engine = &running.brain.engine;
    let end = |id: NeuronId| {
        let state = engine.neuron(id);
        let area =
            state.as_ref().and_then(|state| running.brain.areas.iter().find(|area| area.idx == state.area));
        let area = area.map(|area| area.id.to_base64());
        (id.get(), area, state.map(|state| state.voxel).unwrap_or_default())
    };
    let (source_neuron_id, source_cortical_id, from) = end(synapse.source);
    let (target_neuron_id, target_cortical_id, to) = end(synapse.target);
    SynapseFacts {
        source: Source {
            source_neuron_id,
            source_cortical_id,
            source_x: from.x,
            source_y: from.y,
            source_z: from.z,
        },
        target: Target {
            target_neuron_id,
            target_cortical_id,
            target_x: to.x,
            target_y: to.y,
            target_z: to.z,
        },
        weight: synapse.weight,
        postsynaptic_potential: synapse.psp,
        synapse_type: match synapse.kind {
            SynapseKind::Excitatory => "excitatory",
            SynapseKind::Inhibitory => "inhibitory",
        },
        synaptic_delay_bursts: synapse.delay.get(),
    }
}
