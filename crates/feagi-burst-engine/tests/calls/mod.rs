//! Recorded calls of the stand-alone propagation in the format `propagate-trace/1`.

use std::collections::BTreeMap;

use feagi_burst_engine::SynapticPropagationEngine;
use libtest_mimic::Failed;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    tolerance: f32,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    /// Neuron to area.
    mapping: BTreeMap<u32, u32>,
    synapses: Vec<Row>,
    calls: Vec<Call>,
}

/// Source, target, weight, conductance, type, whether it is live (0 or 1).
type Row = (u32, u32, u8, u8, u8, u8);

#[derive(Deserialize)]
struct Call {
    fired: Vec<u32>,
    /// Per area the list of (target, contribution).
    result: BTreeMap<u32, Vec<(u32, f32)>>,
    /// Calls and visited synapses so far.
    stats: (u64, u64),
}

/// Plays every case of a file and compares lists in order.
pub(crate) fn check(text: &str) -> Result<(), Failed> {
    let file: File = serde_json::from_str(text)?;
    for case in &file.cases {
        case.check(file.tolerance).map_err(|what| format!("{}: {what}", case.name))?;
    }
    Ok(())
}

impl Case {
    fn engine(&self) -> Result<SynapticPropagationEngine, String> {
        fn column<T>(rows: &[Row], value: impl Fn(&Row) -> T) -> Vec<T> {
            rows.iter().map(value).collect()
        }
        let rows = &self.synapses;
        let mut engine = SynapticPropagationEngine::new();
        engine
            .build_index(
                &column(rows, |row| row.0),
                &column(rows, |row| row.1),
                &column(rows, |row| row.2),
                &column(rows, |row| row.3),
                &column(rows, |row| row.4),
                &column(rows, |row| row.5 != 0),
            )
            .map_err(|error| error.to_string())?;
        engine.set_neuron_mapping(self.mapping.iter().map(|(&neuron, &area)| (neuron, area)));
        Ok(engine)
    }

    fn check(&self, tolerance: f32) -> Result<(), String> {
        let mut engine = self.engine()?;
        for (number, call) in self.calls.iter().enumerate() {
            let result: BTreeMap<u32, Vec<(u32, f32)>> =
                engine.propagate(&call.fired).iter().map(|(area, list)| (area, list.to_vec())).collect();
            if !agree(&call.result, &result, tolerance) {
                return Err(format!("call {number}: expected {:?}, got {result:?}", call.result));
            }
            if engine.statistics() != call.stats {
                let seen = engine.statistics();
                return Err(format!("call {number}: expected counts {:?}, got {seen:?}", call.stats));
            }
        }
        Ok(())
    }
}

type Lists = BTreeMap<u32, Vec<(u32, f32)>>;

fn agree(expected: &Lists, seen: &Lists, tolerance: f32) -> bool {
    let close = |(a, b): (&(u32, f32), &(u32, f32))| a.0 == b.0 && (a.1 - b.1).abs() <= tolerance;
    expected.keys().eq(seen.keys())
        && expected
            .values()
            .zip(seen.values())
            .all(|(expected, seen)| expected.len() == seen.len() && expected.iter().zip(seen).all(close))
}
