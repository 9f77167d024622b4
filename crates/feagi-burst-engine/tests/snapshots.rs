//! An engine that was exported and imported in the middle of a run goes on bit for bit, with
//! staged inputs and spikes in flight, on any number of threads.

mod reference;
mod scenario;
mod subject;

use feagi_burst_engine::{BurstEngine, EngineConfig, Snapshot, SnapshotError, SnapshotLimits};
use feagi_types::{CoreArea, CorticalIdx};
use proptest::prelude::*;
use reference::Reference;
use reference::state::Quirks;
use scenario::{Scenario, scenarios};
use subject::{Real, Subject};

const BURSTS: usize = 20;
/// Bytes of the checksum at the end of a snapshot.
const CHECKSUM: usize = 4;
/// Enough for every scenario.
const SMALL: SnapshotLimits =
    SnapshotLimits { neurons: 10_000, synapses: 100_000, memory: 64 << 20, history: 32 << 20 };

/// Keeps history, so that snapshots have some.
fn track_all(real: &mut Real, scenario: &Scenario) {
    for area in &scenario.network.areas {
        real.engine.track(CorticalIdx(area.idx), 3).expect("the area exists");
    }
}

/// Puts in place of the engine the one that is read from its bytes.
fn through_bytes(real: &mut Real, threads: usize) -> Result<(), TestCaseError> {
    let bytes = real.engine.export().to_bytes();
    let read = Snapshot::from_bytes(&bytes, &SnapshotLimits::default());
    let read = read.map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(read.to_bytes(), bytes, "what was read is written again");
    let before = real.observe();
    real.engine = BurstEngine::import(read, threads);
    let difference = real.observe().difference(&before);
    prop_assert!(difference.is_none(), "before any burst: {}", difference.unwrap_or_default());
    Ok(())
}

proptest! {
    #[test]
    fn an_engine_read_from_bytes_goes_on_where_the_written_one_was(
        scenario in scenarios(BURSTS),
        moves in prop::collection::vec((0..BURSTS, prop::sample::select(vec![1, 2, 7])), 1..4),
    ) {
        let quirks = Quirks::default();
        let mut reference = Reference::new(&scenario.network, quirks);
        let mut real = Real::new(&scenario.network, quirks, 2);
        track_all(&mut real, &scenario);
        for (burst, edits) in scenario.steps.iter().enumerate() {
            for edit in edits {
                reference.apply(edit);
                Subject::apply(&mut real, edit);
            }
            for &(_, threads) in moves.iter().filter(|(at, _)| *at == burst) {
                through_bytes(&mut real, threads)?;
            }
            reference.burst();
            Subject::burst(&mut real);
            let difference = real.observe().difference(&Subject::observe(&reference));
            prop_assert!(difference.is_none(), "burst {}: {}", burst + 1, difference.unwrap_or_default());
        }
    }

    #[test]
    fn the_bytes_do_not_depend_on_the_number_of_threads(scenario in scenarios(BURSTS)) {
        let quirks = Quirks { removed_synapses_linger: true, ..Quirks::default() };
        let mut engines = [1, 2, 7].map(|threads| Real::new(&scenario.network, quirks, threads));
        engines.iter_mut().for_each(|real| track_all(real, &scenario));
        for edits in &scenario.steps {
            for real in &mut engines {
                edits.iter().for_each(|edit| Subject::apply(real, edit));
                through_bytes(real, real.engine.threads())?;
            }
            let [first, others @ ..] = engines.each_ref().map(|real| real.engine.export().to_bytes());
            prop_assert!(others.iter().all(|other| *other == first));
            engines.iter_mut().for_each(Subject::burst);
        }
    }

    #[test]
    fn whatever_is_read_can_be_run_and_edited(
        scenario in scenarios(BURSTS),
        at in 0..BURSTS,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..4),
        threads in 1..4_usize,
    ) {
        let quirks = Quirks { removed_synapses_linger: at % 2 == 0, ..Quirks::default() };
        let mut real = Real::new(&scenario.network, quirks, 1);
        track_all(&mut real, &scenario);
        let (before, after) = scenario.steps.split_at(at.min(scenario.steps.len()));
        for edits in before {
            edits.iter().for_each(|edit| Subject::apply(&mut real, edit));
            Subject::burst(&mut real);
        }
        let mut bytes = real.engine.export().to_bytes();
        let content = bytes.len() - CHECKSUM;
        for (at, change) in changes {
            bytes[at.index(content)] ^= change;
        }
        prop_assert!(Snapshot::from_bytes(&bytes, &SMALL).is_err(), "the checksum does not fit");
        let checksum = crc32fast::hash(&bytes[..content]);
        bytes[content..].copy_from_slice(&checksum.to_le_bytes());
        let Ok(snapshot) = Snapshot::from_bytes(&bytes, &SMALL) else { return Ok(()) };
        let again = Snapshot::from_bytes(&snapshot.to_bytes(), &SMALL);
        prop_assert!(again.is_ok_and(|again| again.to_bytes() == snapshot.to_bytes()));
        real.engine = BurstEngine::import(snapshot, threads);
        for edits in after.iter().chain(before) {
            edits.iter().for_each(|edit| Subject::apply(&mut real, edit));
            Subject::burst(&mut real);
            let _seen = real.observe();
        }
    }

    #[test]
    fn an_imported_engine_goes_on_where_the_exported_one_was(
        scenario in scenarios(BURSTS),
        moves in prop::collection::vec((0..BURSTS, 1..4_usize), 1..4),
    ) {
        let quirks = Quirks::default();
        let mut reference = Reference::new(&scenario.network, quirks);
        let mut real = Real::new(&scenario.network, quirks, 2);
        for (burst, edits) in scenario.steps.iter().enumerate() {
            for edit in edits {
                reference.apply(edit);
                Subject::apply(&mut real, edit);
            }
            for &(_, threads) in moves.iter().filter(|(at, _)| *at == burst) {
                real.engine = BurstEngine::import(real.engine.export(), threads);
            }
            reference.burst();
            Subject::burst(&mut real);
            let difference = real.observe().difference(&Subject::observe(&reference));
            prop_assert!(difference.is_none(), "burst {}: {}", burst + 1, difference.unwrap_or_default());
        }
    }
}

#[test]
fn history_beyond_the_limits_is_refused_before_memory_is_taken() {
    let mut engine = BurstEngine::new(&EngineConfig::default());
    engine.add_core_area(CoreArea::Power).expect("the area is new");
    engine.track(CoreArea::Power.idx(), 1 << 20).expect("8 MiB");
    let bytes = engine.export().to_bytes();
    assert!(bytes.len() < 1000, "silence costs little: {} bytes", bytes.len());
    assert!(Snapshot::from_bytes(&bytes, &SMALL).is_ok());
    let refused = Snapshot::from_bytes(&bytes, &SnapshotLimits { history: 1 << 20, ..SMALL });
    let Err(SnapshotError::TooMuch { section: "history", count, limit, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((count, limit), (8 << 20, 1 << 20));
}
