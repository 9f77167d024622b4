//! Golden traces in the format `npu-trace/1`: reading, playing and comparing them.
//!
//! Sums in the files are exact or nearly so; floats are compared within 1e-6 relative, everything
//! else exactly.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Deserialize;

use crate::reference::{Edit, Network};
use crate::subject::{Observation, Subject};

/// What happens in a trace and what is expected of it; the network is read on its own.
#[derive(Deserialize)]
pub(crate) struct Trace {
    pub(crate) bursts: u64,
    /// Inputs staged before a burst, as (neuron, potential).
    pub(crate) inputs: BTreeMap<u64, Vec<(u32, f32)>>,
    #[serde(default)]
    pub(crate) events: Vec<Event>,
    pub(crate) expected: Expected,
}

#[derive(Deserialize)]
pub(crate) struct Event {
    before_burst: u64,
    #[serde(flatten)]
    edit: Edit,
}

#[derive(Deserialize)]
pub(crate) struct Expected {
    bursts: Vec<ExpectedBurst>,
    final_state: Option<Vec<State>>,
    neuron_layout: Option<Vec<Layout>>,
}

#[derive(Deserialize)]
struct ExpectedBurst {
    burst: u64,
    fired: Vec<u32>,
    potential: Vec<f32>,
    candidates: Option<Vec<(u32, f32)>>,
    state: Option<Vec<State>>,
    /// Absent when nothing changed since the burst before.
    synapses: Option<Vec<WeightedSynapse>>,
}

/// Id, potential, refractory countdown, consecutive count.
type State = (u32, f32, u16, u16);
/// Id, area, voxel, threshold.
type Layout = (u32, u32, [u32; 3], f32);
/// Source, target, weight, psp, type.
type WeightedSynapse = (u32, u32, f32, f32, u8);

impl Trace {
    /// The network and the trace in the text of a file.
    pub(crate) fn parse(text: &str) -> Result<(Network, Self), serde_json::Error> {
        Ok((serde_json::from_str(text)?, serde_json::from_str(text)?))
    }

    /// Plays the trace and notes what is visible after each burst.
    pub(crate) fn play(&self, subject: &mut impl Subject) -> Vec<Observation> {
        (1..=self.bursts)
            .map(|burst| {
                for event in self.events.iter().filter(|event| event.before_burst == burst) {
                    subject.apply(&event.edit);
                }
                for &(neuron, potential) in self.inputs.get(&burst).into_iter().flatten() {
                    subject.apply(&Edit::Inject { neuron, potential });
                }
                subject.burst();
                subject.observe()
            })
            .collect()
    }

    /// Compares what was seen with what the file expects; the first difference is the error.
    pub(crate) fn check(&self, seen: &[Observation]) -> Result<(), String> {
        let mut synapses = None;
        for (expected, seen) in self.expected.bursts.iter().zip(seen) {
            synapses = expected.synapses.as_ref().or(synapses);
            expected.check(seen, synapses).map_err(|what| format!("burst {}: {what}", expected.burst))?;
        }
        same("number of bursts", &self.expected.bursts.len(), &seen.len())?;
        let Some(last) = seen.last() else { return Ok(()) };
        if let Some(expected) = &self.expected.final_state {
            check_states(expected, last)?;
        }
        if let Some(expected) = &self.expected.neuron_layout {
            let layout = |layout: &Layout| (layout.0, layout.1, layout.2);
            let places: Vec<_> = last.neurons.iter().map(|seen| (seen.id, seen.area, seen.voxel)).collect();
            same("layout", &expected.iter().map(layout).collect(), &places)?;
            let thresholds = expected.iter().zip(&last.neurons);
            all_close("threshold of neuron", thresholds.map(|(e, seen)| (seen.id, e.3, seen.threshold)))?;
        }
        Ok(())
    }
}

impl ExpectedBurst {
    fn check(&self, seen: &Observation, synapses: Option<&Vec<WeightedSynapse>>) -> Result<(), String> {
        let fired = self.fired.iter().copied().zip(self.potential.iter().copied());
        check_pairs("fired", &fired.collect::<Vec<_>>(), &seen.fired)?;
        if let Some(candidates) = &self.candidates {
            check_pairs("candidates", candidates, &seen.candidates)?;
        }
        if let Some(states) = &self.state {
            check_states(states, seen)?;
        }
        synapses.map_or(Ok(()), |synapses| check_synapses(synapses, seen))
    }
}

fn check_pairs(what: &str, expected: &[(u32, f32)], seen: &[(u32, f32)]) -> Result<(), String> {
    let ids = |pairs: &[(u32, f32)]| pairs.iter().map(|pair| pair.0).collect::<Vec<_>>();
    same(what, &ids(expected), &ids(seen))?;
    all_close(what, expected.iter().zip(seen).map(|(expected, seen)| (seen.0, expected.1, seen.1)))
}

fn check_states(expected: &[State], seen: &Observation) -> Result<(), String> {
    let expected_counts: Vec<_> = expected.iter().map(|state| (state.0, state.2, state.3)).collect();
    let counts: Vec<_> =
        seen.neurons.iter().map(|seen| (seen.id, seen.countdown, seen.consecutive)).collect();
    same("countdowns and counts", &expected_counts, &counts)?;
    let potentials = expected.iter().zip(&seen.neurons);
    all_close("potential of neuron", potentials.map(|(expected, seen)| (seen.id, expected.1, seen.potential)))
}

fn check_synapses(expected: &[WeightedSynapse], seen: &Observation) -> Result<(), String> {
    let mut expected = expected.to_vec();
    let mut seen: Vec<WeightedSynapse> = seen
        .synapses
        .iter()
        .map(|seen| (seen.source, seen.target, seen.weight, seen.psp, seen.kind))
        .collect();
    for rows in [&mut expected, &mut seen] {
        rows.sort_by_key(|row| (row.0, row.1));
    }
    let ends = |rows: &[WeightedSynapse]| rows.iter().map(|row| (row.0, row.1, row.4)).collect::<Vec<_>>();
    same("synapses", &ends(&expected), &ends(&seen))?;
    let rows = || expected.iter().zip(&seen);
    all_close(
        "weight of a synapse from neuron",
        rows().map(|(expected, seen)| (seen.0, expected.2, seen.2)),
    )?;
    all_close("psp of a synapse from neuron", rows().map(|(expected, seen)| (seen.0, expected.3, seen.3)))
}

fn same<T: PartialEq + Debug>(what: &str, expected: &T, seen: &T) -> Result<(), String> {
    if expected == seen { Ok(()) } else { Err(format!("{what}: expected {expected:?}, got {seen:?}")) }
}

/// Compares rows of (neuron, expected, seen).
fn all_close(what: &str, rows: impl Iterator<Item = (u32, f32, f32)>) -> Result<(), String> {
    for (neuron, expected, seen) in rows {
        let tolerance = 1e-6 * expected.abs().max(seen.abs());
        if (expected - seen).abs() > tolerance {
            return Err(format!("{what} {neuron}: expected {expected}, got {seen}"));
        }
    }
    Ok(())
}
