//! Random networks, and random things done to them while they run.
//!
//! Edits name areas, neurons and mappings out of a small fixed range, whether they exist at that
//! moment or not: what does not exist any more must be left alone by both engines. Weights and
//! leaks are no dyadic fractions, so that a sum in another order shows in its last bit.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::reference::edits::MappingRow;
use crate::reference::network::{AreaRow, Grid, NeuronRow, Settings, SynapseRow};
use crate::reference::{Edit, Network};

/// A network, and the edits and inputs before each burst.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) network: Network,
    pub(crate) steps: Vec<Vec<Edit>>,
}

/// Core areas of every network; neurons 0, 1 and 2.
const CORE_AREAS: [u32; 3] = [0, 1, 2];
/// Areas whose neurons form a volume. The last ones do not exist at first.
const VOLUMES: [u32; 5] = [10, 11, 12, 13, 14];
const VOLUMES_AT_FIRST: usize = 3;
/// The area of neurons that are added one by one.
const LISTED: u32 = 20;
/// Ids that edits and inputs name; a network has about as many neurons.
const IDS: u32 = 60;
const LONGEST_DELAY: u8 = 5;

/// Scenarios of up to `bursts` bursts.
pub(crate) fn scenarios(bursts: usize) -> impl Strategy<Value = Scenario> {
    let steps = vec(step(), 1..=bursts);
    (networks(), starting_mappings(), steps).prop_map(|(network, mappings, mut steps)| {
        if let Some(first) = steps.first_mut() {
            first.splice(0..0, mappings);
        }
        Scenario { network, steps }
    })
}

fn networks() -> impl Strategy<Value = Network> {
    let settings = (select(vec!["fp32", "int8"]), charge()).prop_map(|(precision, power_amount)| Settings {
        precision: precision.parse().expect("both are precisions"),
        power_amount,
    });
    (settings, flags(), vec(grid(), VOLUMES_AT_FIRST), vec(neuron(), 4..16), vec(any::<(u32, u32)>(), 0..120))
        .prop_flat_map(|(engine, flags, mut grids, mut neurons, ends)| {
            for (grid, &area) in grids.iter_mut().zip(&VOLUMES) {
                grid.area = area;
            }
            let size = |grid: &Grid| grid.dims.iter().product::<u32>() * grid.per_voxel;
            let first = CORE_AREAS.len() as u32 + grids.iter().map(size).sum::<u32>();
            for (id, neuron) in (first..).zip(&mut neurons) {
                neuron.id = id;
            }
            let ids = first + neurons.len() as u32;
            let ends: Vec<_> =
                ends.into_iter().map(|(source, target)| (source % ids, target % ids)).collect();
            let synapses: Vec<_> =
                ends.into_iter().map(|(source, target)| synapse(Just(source), Just(target))).collect();
            let areas = CORE_AREAS.iter().chain(&VOLUMES[..VOLUMES_AT_FIRST]).chain([&LISTED]);
            let areas: Vec<_> = areas.zip(flags).map(|(&idx, flags)| AreaRow { idx, ..flags }).collect();
            synapses.prop_map(move |synapses| Network {
                engine: engine.clone(),
                areas: areas.clone(),
                grids: grids.clone(),
                neurons: neurons.clone(),
                synapses,
            })
        })
}

/// Flags of all areas; often none is configured at all, which is a case of its own.
fn flags() -> impl Strategy<Value = Vec<AreaRow>> {
    let areas = CORE_AREAS.len() + VOLUMES_AT_FIRST + 1;
    prop_oneof![vec(area(Just(None).boxed()), areas), vec(area(option::of(any::<bool>()).boxed()), areas)]
}

fn area(flag: BoxedStrategy<Option<bool>>) -> impl Strategy<Value = AreaRow> {
    (flag.clone(), flag, degeneration()).prop_map(|(psp_uniform, mp_driven_psp, degeneration)| AreaRow {
        idx: 0,
        psp_uniform,
        mp_driven_psp,
        degeneration,
    })
}

fn grid() -> impl Strategy<Value = Grid> {
    let increments = [select(vec![0.0, 0.1]), select(vec![0.0, -0.3]), select(vec![0.0, 0.7])];
    let size = (dimensions(), 1..=2_u32);
    (size, threshold(), increments, limit(), leak(), rhythm(), excitability(), any::<bool>()).prop_map(
        |(
            (dims, per_voxel),
            threshold,
            increment,
            threshold_limit,
            leak,
            rhythm,
            excitability,
            accumulate,
        )| {
            let (refractory, fire_limit, snooze) = rhythm;
            Grid {
                area: 0,
                dims,
                per_voxel,
                threshold,
                increment,
                threshold_limit,
                leak,
                refractory,
                excitability,
                fire_limit,
                snooze,
                accumulate,
            }
        },
    )
}

fn neuron() -> impl Strategy<Value = NeuronRow> {
    (voxel(), threshold(), limit(), leak(), rhythm(), excitability(), any::<bool>()).prop_map(
        |(
            pos,
            threshold,
            threshold_limit,
            leak,
            (refractory, fire_limit, snooze),
            excitability,
            accumulate,
        )| {
            NeuronRow {
                id: 0,
                area: LISTED,
                pos,
                threshold,
                threshold_limit,
                leak,
                refractory,
                excitability,
                fire_limit,
                snooze,
                accumulate,
            }
        },
    )
}

fn synapse(
    source: impl Strategy<Value = u32>,
    target: impl Strategy<Value = u32>,
) -> impl Strategy<Value = SynapseRow> {
    (source, target, weight(), psp(), kind(), delay()).prop_map(
        |(source, target, weight, psp, kind, delay)| SynapseRow { source, target, weight, psp, kind, delay },
    )
}

fn starting_mappings() -> impl Strategy<Value = Vec<Edit>> {
    vec(mapping().prop_map(|mapping| Edit::AddMapping { mapping }), 0..5)
}

fn mapping() -> impl Strategy<Value = MappingRow> {
    let pairs = vec((0..6_u32, 0..6_u32), 0..24).prop_map(|mut pairs| {
        pairs.sort_by_key(|&(source, _)| source);
        pairs
    });
    (volume(), volume(), pairs, weight(), psp(), kind(), delay()).prop_map(
        |(source, target, pairs, weight, psp, kind, delay)| MappingRow {
            source,
            target,
            pairs,
            weight,
            psp,
            kind,
            delay,
        },
    )
}

/// What happens before one burst: inputs always, edits now and then.
fn step() -> impl Strategy<Value = Vec<Edit>> {
    let edits = prop_oneof![3 => Just(Vec::new()), 1 => vec(edit(), 1..4)];
    (edits, vec(input(), 0..28)).prop_map(|(mut edits, inputs)| {
        edits.extend(inputs);
        edits
    })
}

fn input() -> impl Strategy<Value = Edit> {
    prop_oneof![
        12 => (id(), charge()).prop_map(|(neuron, potential)| Edit::Inject { neuron, potential }),
        2 => (area_idx(), xyzp()).prop_map(|(area, xyzp)| Edit::InjectXyzp { area, xyzp }),
        1 => (area_idx(), xyzp()).prop_map(|(area, xyzp)| Edit::ForceFire { area, xyzp }),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![3 => area_edit(), 2 => neuron_or_synapse_edit(), 1 => structural_edit(), 1 => engine_edit()]
}

fn area_edit() -> impl Strategy<Value = Edit> {
    let gradient = [select(vec![0.0, 0.3]), select(vec![0.0, 0.1]), select(vec![0.0, -0.7])];
    let limit = limit().prop_map(Option::unwrap_or_default);
    prop_oneof![
        (area_idx(), threshold()).prop_map(|(area, value)| Edit::SetAreaThreshold { area, value }),
        (area_idx(), threshold(), gradient).prop_map(|(area, value, increment)| {
            Edit::SetAreaThresholdGradient { area, value, increment }
        }),
        (area_idx(), limit).prop_map(|(area, value)| Edit::SetAreaThresholdLimit { area, value }),
        (area_idx(), any_leak()).prop_map(|(area, value)| Edit::SetAreaLeak { area, value }),
        (area_idx(), 0..4_u16).prop_map(|(area, value)| Edit::SetAreaRefractory { area, value }),
        (area_idx(), excitability()).prop_map(|(area, value)| Edit::SetAreaExcitability { area, value }),
        (area_idx(), 0..4_u16).prop_map(|(area, value)| Edit::SetAreaFireLimit { area, value }),
        (area_idx(), 0..4_u16).prop_map(|(area, value)| Edit::SetAreaSnooze { area, value }),
        (area_idx(), any::<bool>()).prop_map(|(area, value)| Edit::SetAreaAccumulate { area, value }),
        (area_idx(), psp()).prop_map(|(area, value)| Edit::SetAreaPsp { area, value }),
        (area_idx(), any::<bool>()).prop_map(|(area, value)| Edit::SetAreaPspUniform { area, value }),
        (area_idx(), any::<bool>()).prop_map(|(area, value)| Edit::SetAreaMpDriven { area, value }),
        (area_idx(), degeneration()).prop_map(|(area, value)| Edit::SetAreaDegeneration { area, value }),
        area_idx().prop_map(|area| Edit::ResetAreaState { area }),
    ]
}

fn neuron_or_synapse_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (id(), any_leak()).prop_map(|(neuron, value)| Edit::SetNeuronLeak { neuron, value }),
        (id(), -0.5..1.5_f32).prop_map(|(neuron, value)| Edit::SetNeuronExcitability { neuron, value }),
        id().prop_map(|neuron| Edit::DeleteNeuron { neuron }),
        vec(synapse(id(), id()), 1..4).prop_map(|rows| Edit::AddSynapses { rows }),
        (id(), id()).prop_map(|(source, target)| Edit::RemoveSynapse { source, target }),
        (id(), id(), weight()).prop_map(|(source, target, value)| Edit::SetWeight { source, target, value }),
    ]
}

fn structural_edit() -> impl Strategy<Value = Edit> {
    let row = area(option::of(any::<bool>()).boxed());
    let new_area = (volume(), row, grid()).prop_map(|(idx, row, grid)| Edit::AddArea {
        row: AreaRow { idx, ..row },
        grid: Grid { area: idx, ..grid },
    });
    prop_oneof![
        2 => new_area,
        1 => (volume(), dimensions(), 1..=2_u32).prop_map(|(area, dims, per_voxel)| {
            Edit::ResizeArea { area, dims, per_voxel }
        }),
        1 => select(vec![10, 11, 12, 13, 14, LISTED]).prop_map(|area| Edit::RemoveArea { area }),
        4 => mapping().prop_map(|mapping| Edit::AddMapping { mapping }),
        2 => (0..8_u32).prop_map(|mapping| Edit::RemoveMapping { mapping }),
    ]
}

fn engine_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        charge().prop_map(|value| Edit::SetPower { value }),
        any::<bool>().prop_map(|value| Edit::SetFatigue { value }),
    ]
}

fn id() -> impl Strategy<Value = u32> {
    0..IDS
}

fn volume() -> impl Strategy<Value = u32> {
    select(VOLUMES.to_vec())
}

fn area_idx() -> impl Strategy<Value = u32> {
    select([&CORE_AREAS[..], &VOLUMES, &[LISTED]].concat())
}

/// Mostly a few voxels; now and then more neurons than the engine keeps in one block.
fn dimensions() -> impl Strategy<Value = [u32; 3]> {
    prop_oneof![15 => [1..=3_u32, 1..=3, 1..=2], 1 => Just([9, 4, 2])]
}

fn voxel() -> impl Strategy<Value = [u32; 3]> {
    [0..3_u32, 0..2, 0..2]
}

fn xyzp() -> impl Strategy<Value = Vec<(u32, u32, u32, f32)>> {
    vec((voxel(), charge()).prop_map(|([x, y, z], potential)| (x, y, z, potential)), 1..6)
}

fn charge() -> impl Strategy<Value = f32> {
    select(vec![0.3, 0.9, 1.1, 1.7, 2.3, 4.1, 300.0, 0.0, -0.0, -0.7, -2.9])
}

fn threshold() -> impl Strategy<Value = f32> {
    select(vec![0.5, 0.7, 1.0, 1.0, 1.9, 3.3, -0.5, 270.0])
}

fn limit() -> impl Strategy<Value = Option<f32>> {
    prop_oneof![3 => Just(None), 1 => select(vec![2.6, 7.0, 254.9, 256.0]).prop_map(Some)]
}

fn leak() -> impl Strategy<Value = f32> {
    select(vec![0.0, 0.0, 0.1, 0.3, 0.77, 1.0])
}

/// Leaks as edits name them: those outside 0..=1 have to be ignored.
fn any_leak() -> impl Strategy<Value = f32> {
    prop_oneof![6 => leak(), 1 => select(vec![-0.1, 1.5])]
}

/// Refractory period, fire limit, snooze.
fn rhythm() -> impl Strategy<Value = (u16, u16, u16)> {
    (select(vec![0, 0, 0, 1, 3]), select(vec![0, 0, 1, 2, u16::MAX]), select(vec![0, 0, 2]))
}

fn excitability() -> impl Strategy<Value = f32> {
    select(vec![1.0, 1.0, 1.0, 0.999, 0.5, 0.0])
}

fn weight() -> impl Strategy<Value = f32> {
    select(vec![0.1, 0.7, 1.1, 1.9, 2.7, 0.0])
}

fn psp() -> impl Strategy<Value = f32> {
    select(vec![0.6, 1.0, 1.3, 2.2, 3.7, -0.9])
}

fn degeneration() -> impl Strategy<Value = f32> {
    select(vec![0.0, 0.0, 0.0, 0.1, 0.7, -1.0])
}

fn kind() -> impl Strategy<Value = u8> {
    select(vec![0, 0, 0, 1])
}

fn delay() -> impl Strategy<Value = u8> {
    prop_oneof![2 => Just(1), 1 => 1..=LONGEST_DELAY]
}
