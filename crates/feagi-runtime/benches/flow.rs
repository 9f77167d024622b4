//! One turn of the loop, input to fired set, on every genome in `FEAGI_GENOMES`; on a small one of
//! its own when that is not set.

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use feagi_burst_engine::FireQueue;
use feagi_runtime::{Assembly, Brain, BrainArea, Inlet, ManualClock, Rate, Report, Source, StopFlag, run};
use feagi_types::cortical_id::Kind;
use feagi_types::{BurstCount, CorticalIdx, Voxel};

const ECHO: &str = r#"{"version": "3.0", "blueprint": {
    "aWltZwkAAAA=": {"cortical_name": "eye", "block_boundaries": [64, 64, 1],
        "cortical_mapping_dst": {"Y19lY2hvX18=": [{"morphology_id": "projector"}]}},
    "Y19lY2hvX18=": {"cortical_name": "echo", "block_boundaries": [64, 64, 1]}
}}"#;

/// Bursts that one measurement takes.
const BURSTS: u64 = 10;

/// Drives the first voxels of every input area in every burst.
struct Drive(Vec<(CorticalIdx, u32)>);

impl Source for Drive {
    fn feed(&mut self, _burst: BurstCount, inlet: &mut Inlet<'_>) {
        for &(area, width) in &self.0 {
            inlet.voxels(area, (0..width).map(|x| (Voxel::new(x, 0, 0), 200.0)));
        }
    }
}

fn genomes() -> Vec<(String, Vec<u8>)> {
    let Some(folder) = std::env::var_os("FEAGI_GENOMES").map(PathBuf::from) else {
        return vec![("echo".to_owned(), ECHO.as_bytes().to_vec())];
    };
    let mut genomes: Vec<(String, Vec<u8>)> = std::fs::read_dir(&folder)
        .expect("FEAGI_GENOMES names a folder")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "genome"))
        .filter_map(|path| {
            Some((path.file_stem()?.to_string_lossy().into_owned(), std::fs::read(path).ok()?))
        })
        .collect();
    genomes.sort();
    genomes
}

fn flow(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("{BURSTS} bursts"));
    let rate = Rate::from_hz(40.0).expect("a possible rate");
    let (clock, stop) = (ManualClock::default(), StopFlag::default());
    for (name, bytes) in genomes() {
        // Some published genomes are refused; they have no bursts to measure.
        let Ok(brain) = Brain::assemble(&bytes, &Assembly::default(), &mut |_| {}) else { continue };
        let Brain { mut engine, areas, .. } = brain;
        let is_input = |area: &&BrainArea| matches!(area.id.kind(), Ok(Kind::Input(_)));
        let inputs = areas.iter().filter(is_input).map(|area| (area.idx, area.dimensions.width));
        let mut drive = Drive(inputs.collect());
        let mut observer = |fired: &FireQueue<'_>, _: &Report| {
            black_box(fired.areas().flat_map(|area| area.voxels()).count());
        };
        group.bench_function(name, |bencher| {
            bencher.iter(|| run(&mut engine, rate, Some(BURSTS), &clock, &stop, &mut drive, &mut observer));
        });
    }
    group.finish();
}

criterion_group!(benches, flow);
criterion_main!(benches);
