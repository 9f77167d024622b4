//! One turn of the loop, input to fired set, on every genome in `FEAGI_GENOMES` (on a small one of its
//! own when that is not set); and the two flows with 200 000 voxels, beside a plain copy of as many
//! bytes.

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use feagi_burst_engine::{BurstEngine, EngineConfig, FireQueue};
use feagi_io::SharedFBC;
use feagi_io::core::SensoryDataEvent;
use feagi_runtime::{
    Assembly, Brain, BrainArea, BurstLoop, Incoming, Inlet, Mailboxes, ManualClock, Outgoing, Rate, Report,
    Running, Source, StopFlag, commands,
};
use feagi_types::cortical_id::Kind;
use feagi_types::{AreaParameters, BurstCount, CorticalId, CorticalIdx, Dimensions, Voxel};

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
        let is_input = |area: &&BrainArea| matches!(area.id.kind(), Ok(Kind::Input(_)));
        let inputs = brain.areas.iter().filter(is_input).map(|area| (area.idx, area.dimensions.width));
        let mut drive = Drive(inputs.collect());
        let mut observer = |fired: &FireQueue<'_>, _: &Report| {
            black_box(fired.areas().flat_map(|area| area.voxels()).count());
        };
        let (mut running, (_handle, commands)) = (Running::new(brain, rate), commands());
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let bursts = BurstLoop::new(&clock, &stop, &commands).limit(Some(BURSTS));
                bursts.source(&mut drive).observer(&mut observer).run(&mut running);
            });
        });
    }
    group.finish();
}

/// An area of 200 000 voxels.
const AREA: CorticalIdx = CorticalIdx(10);
const SIZE: Dimensions = Dimensions::new(200, 100, 10);

fn engine() -> BurstEngine {
    let mut engine = BurstEngine::new(&EngineConfig::default());
    let id = CorticalId::from_bytes(*b"ceye____").expect("a custom id");
    engine.add_area(AREA, id, &AreaParameters::default()).expect("a new area");
    engine.add_grid(AREA, SIZE, 1).expect("a grid");
    engine
}

/// The frame with every voxel of the area.
fn full_frame(engine: &mut BurstEngine) -> SharedFBC {
    engine.force_fire(AREA, (0..200_000).map(|index| (SIZE.voxel_at(index), 100.0)));
    engine.burst();
    let (mut outgoing, (frames, frame)) = (Outgoing::default(), std::sync::mpsc::channel());
    outgoing.visualization_ready.connect(move |frame| frames.send(Arc::clone(frame)).expect("it is read"));
    outgoing.burst(engine.fire_queue(), 1);
    frame.recv().expect("all fired")
}

fn frames(criterion: &mut Criterion) {
    let mut engine = engine();
    let frame = full_frame(&mut engine);
    let bytes = frame.get_byte_ref().to_vec();
    let mut group = criterion.benchmark_group("200k voxels");
    group.throughput(Throughput::Bytes(bytes.len() as u64));

    let mut copy = bytes.clone();
    group.bench_function("memcpy", |bencher| {
        bencher.iter(|| black_box(&mut copy).copy_from_slice(black_box(&bytes)));
    });

    let mut outgoing = Outgoing::default();
    outgoing.visualization_ready.connect(|frame| drop(black_box(Arc::clone(frame))));
    group.bench_function("outgoing", |bencher| {
        bencher.iter(|| outgoing.burst(black_box(engine.fire_queue()), 1));
    });

    let mailboxes = Mailboxes::default();
    mailboxes.open(&"camera".into());
    let mut incoming = Incoming::new(mailboxes.clone());
    let event = SensoryDataEvent { agent_id: "camera".into(), fbc: frame };
    group.bench_function("incoming", |bencher| {
        bencher.iter_custom(|times| {
            let mut taken = Duration::ZERO;
            for _ in 0..times {
                mailboxes.deliver(&event);
                let start = Instant::now();
                black_box(incoming.feed(&mut engine));
                taken += start.elapsed();
                // Uses up what was staged.
                engine.burst();
            }
            taken
        });
    });
    group.finish();
}

criterion_group!(benches, flow, frames);
criterion_main!(benches);
