//! A small brain, frames by hand, and what others see of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use feagi_burst_engine::FireQueue;
use feagi_io::SharedFBC;
use feagi_io::core::SensoryDataEvent;
use feagi_runtime::{
    Assembly, Brain, BurstLoop, Commands, ManualClock, Observer, Rate, Running, StopFlag, commands,
};
use feagi_serialization::{FeagiByteContainer, Serializable};
use feagi_structures::{CorticalMappedVoxels, XyzpArrays, XyzpVoxel};
use feagi_types::{CorticalId, CorticalIdx, Voxel};

pub(crate) const EYE: &str = "ceye____";
pub(crate) const EAR: &str = "cear____";
pub(crate) const WHEELS: &str = "omot\x05\0\0\0";
pub(crate) const DEATH: &str = "___death";

const GENOME: &str = r#"{"version": "3.0", "genome_title": "Small", "blueprint": {
    "Y2V5ZV9fX18=": {"cortical_name": "eye", "block_boundaries": [4, 3, 2]},
    "Y2Vhcl9fX18=": {"cortical_name": "ear", "block_boundaries": [5, 1, 1]},
    "b21vdAUAAAA=": {"cortical_name": "wheels", "block_boundaries": [4, 1, 9]}
}}"#;

/// One voxel: x, y, z and the potential.
pub(crate) type Cell = ([u32; 3], f32);

pub(crate) fn id(text: &str) -> CorticalId {
    CorticalId::from_bytes(text.as_bytes().try_into().expect("8 characters")).expect("the kind exists")
}

/// A brain without power: nothing fires by itself.
pub(crate) fn brain() -> Brain {
    let assembly = Assembly { power: Some(0.0), ..Assembly::default() };
    Brain::assemble(GENOME.as_bytes(), &assembly, &mut |_| {}).expect("a small genome")
}

pub(crate) fn running() -> Running {
    Running::new(brain(), Rate::from_hz(100.0).expect("a possible rate"))
}

pub(crate) fn idx(running: &Running, area: &str) -> CorticalIdx {
    running.brain.engine.area_idx(id(area)).expect("the area exists")
}

/// Makes voxels fire in the next burst with these potentials.
pub(crate) fn fire(running: &mut Running, area: &str, cells: &[Cell]) {
    let area = idx(running, area);
    let voxels = cells.iter().map(|&(voxel, potential)| (Voxel::from(voxel), potential));
    assert_eq!(running.brain.engine.force_fire(area, voxels), cells.len());
}

/// Runs so many bursts.
pub(crate) fn run(running: &mut Running, bursts: u64) {
    run_with(running, bursts, &commands().1, &mut |_: &FireQueue<'_>, _: &_| {});
}

pub(crate) fn run_with(running: &mut Running, bursts: u64, commands: &Commands, observer: &mut dyn Observer) {
    let (clock, stop) = (ManualClock::default(), StopFlag::default());
    BurstLoop::new(&clock, &stop, commands).limit(Some(bursts)).observer(observer).run(running);
}

/// A frame with one struct of these areas, which may repeat.
pub(crate) fn frame(areas: &[(&str, &[Cell])]) -> SharedFBC {
    let structs: Vec<CorticalMappedVoxels> = areas.iter().map(|(area, cells)| voxels(area, cells)).collect();
    frame_of(&structs.iter().map(|voxels| voxels as &dyn Serializable).collect::<Vec<_>>())
}

pub(crate) fn frame_of(structs: &[&dyn Serializable]) -> SharedFBC {
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_multiple_struct_data(structs, 0).expect("a small frame");
    Arc::new(container)
}

pub(crate) fn voxels(area: &str, cells: &[Cell]) -> CorticalMappedVoxels {
    let voxels = cells.iter().map(|&([x, y, z], p)| XyzpVoxel { x, y, z, p });
    [(id(area), voxels.collect::<XyzpArrays>())].into_iter().collect()
}

/// The cells of each area of a frame's only struct.
pub(crate) fn cells(frame: &FeagiByteContainer) -> BTreeMap<CorticalId, Vec<Cell>> {
    let views: Vec<_> = frame.xyzp_views().collect();
    let [Ok(view)] = views[..] else { panic!("one sound struct: {views:?}") };
    let cells = view
        .areas()
        .map(|area| (area.id(), area.voxels().map(|XyzpVoxel { x, y, z, p }| ([x, y, z], p)).collect()));
    let cells: BTreeMap<_, _> = cells.collect();
    assert_eq!(cells.len(), view.len(), "every area stands there once");
    cells
}

pub(crate) fn event(agent_id: &str, fbc: SharedFBC) -> SensoryDataEvent {
    SensoryDataEvent { agent_id: agent_id.into(), fbc }
}

/// What came, in order.
pub(crate) type Log<T> = Arc<Mutex<Vec<T>>>;

pub(crate) fn taken<T>(log: &Log<T>) -> Vec<T> {
    std::mem::take(&mut *log.lock().expect("nobody panicked"))
}

/// Keeps every visualization frame.
pub(crate) fn viewer(running: &mut Running) -> Log<SharedFBC> {
    let log = Log::default();
    let keep = |log: &mut Vec<SharedFBC>, frame: &SharedFBC| log.push(Arc::clone(frame));
    running.outgoing.visualization_ready.connect_with_shared_state(Arc::clone(&log), keep);
    log
}

/// Keeps every motor command.
pub(crate) fn robot(running: &mut Running) -> Log<(Arc<str>, SharedFBC)> {
    let log = Log::default();
    running.outgoing.motor_commands.connect_with_shared_state(Arc::clone(&log), |log, command| {
        log.push((Arc::clone(&command.agent_id), Arc::clone(&command.fbc)));
    });
    log
}
