//! A network so busy that the engine shares every burst out over its threads.

use feagi_types::Precision;

use crate::reference::edits::MappingRow;
use crate::reference::network::{AreaRow, Grid, Settings};
use crate::reference::{Edit, Network};

const AREAS: [u32; 2] = [10, 11];
const DIMENSIONS: [u32; 3] = [20, 10, 50];
const PER_VOXEL: u32 = 2;
/// Neurons of each area.
const NEURONS: u32 = 20_000;
const BURSTS: usize = 6;

/// Two areas of 20 000 neurons without synapses.
pub(crate) fn network() -> Network {
    let area = |idx, psp_uniform| AreaRow {
        idx,
        psp_uniform: Some(psp_uniform),
        mp_driven_psp: None,
        degeneration: 0.1,
    };
    Network {
        engine: Settings { precision: Precision::Fp32, power_amount: 1.0 },
        areas: vec![area(AREAS[0], true), area(AREAS[1], false)],
        grids: AREAS.map(grid).into(),
        neurons: Vec::new(),
        synapses: Vec::new(),
    }
}

fn grid(area: u32) -> Grid {
    Grid {
        area,
        dims: DIMENSIONS,
        per_voxel: PER_VOXEL,
        threshold: 0.1,
        increment: [0.0, 0.01, 0.0],
        threshold_limit: None,
        leak: 0.3,
        refractory: 0,
        excitability: 0.8,
        fire_limit: 5,
        snooze: 1,
        accumulate: area == AREAS[0],
    }
}

/// What happens before each burst: mappings and input to every neuron first, edits later.
pub(crate) fn steps() -> Vec<Vec<Edit>> {
    let mut steps = vec![Vec::new(); BURSTS];
    let [first, second] = AREAS;
    steps[0].extend((0..2 * NEURONS).map(|neuron| Edit::Inject { neuron, potential: 1.3 }));
    steps[0].extend([
        mapping(first, second, 7919, 0, 1),
        mapping(first, first, 31, 0, 2),
        mapping(second, first, 101, 1, 1),
        mapping(second, second, 7, 0, 3),
        mapping(second, first, 3, 0, 1),
    ]);
    steps[2].extend([0, 4_095, 20_001].map(|neuron| Edit::DeleteNeuron { neuron }));
    steps[3].push(Edit::RemoveMapping { mapping: 2 });
    steps[4].push(Edit::SetAreaLeak { area: first, value: 0.1 });
    steps
}

/// Two synapses from each neuron, scattered by `stride`.
fn mapping(source: u32, target: u32, stride: u32, kind: u8, delay: u8) -> Edit {
    let ends = |neuron: u32| [(neuron, neuron * stride % NEURONS), (neuron, neuron * stride / 3 % NEURONS)];
    let pairs = (0..NEURONS).flat_map(ends).collect();
    Edit::AddMapping { mapping: MappingRow { source, target, pairs, weight: 0.7, psp: 1.3, kind, delay } }
}
