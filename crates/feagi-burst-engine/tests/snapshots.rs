//! An engine that was exported and imported in the middle of a run goes on bit for bit, with
//! staged inputs and spikes in flight, on any number of threads.

mod reference;
mod scenario;
mod subject;

use feagi_burst_engine::BurstEngine;
use proptest::prelude::*;
use reference::Reference;
use reference::state::Quirks;
use scenario::scenarios;
use subject::{Real, Subject};

const BURSTS: usize = 20;

proptest! {
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
