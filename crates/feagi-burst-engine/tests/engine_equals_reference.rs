//! The real engine does what the reference does, bit for bit, on any number of threads, whatever
//! the network is and whatever is done to it while it runs.

mod busy;
mod reference;
mod scenario;
mod subject;

use feagi_types::CorticalIdx;
use proptest::prelude::*;
use reference::Reference;
use reference::state::Quirks;
use scenario::scenarios;
use subject::{Real, Subject};

proptest! {
    #[test]
    fn every_burst_is_bit_identical_on_any_number_of_threads(scenario in scenarios(45)) {
        let quirks = Quirks::default();
        let mut reference = Reference::new(&scenario.network, quirks);
        let mut engines = [1, 2, 7].map(|threads| (threads, Real::new(&scenario.network, quirks, threads)));
        for (burst, edits) in (1..).zip(&scenario.steps) {
            run_burst(&mut reference, edits);
            let expected = reference.observe();
            for (threads, engine) in &mut engines {
                run_burst(engine, edits);
                let difference = engine.observe().difference(&expected);
                prop_assert!(
                    difference.is_none(),
                    "burst {burst}, {threads} threads: engine against reference: {}",
                    difference.unwrap_or_default()
                );
            }
        }
    }

    #[test]
    fn the_ledger_holds_what_fired(scenario in scenarios(30)) {
        const WINDOW: usize = 3;
        let mut real = Real::new(&scenario.network, Quirks::default(), 1);
        let areas: Vec<u32> = scenario.network.areas.iter().map(|area| area.idx).collect();
        for &area in &areas {
            real.engine.track(CorticalIdx(area), WINDOW).expect("the area exists");
        }
        let mut fired = Vec::new();
        for edits in &scenario.steps {
            run_burst(&mut real, edits);
            let seen = real.observe();
            fired.push(seen.fired.iter().map(|&(id, _)| id).collect::<Vec<_>>());
            for &area in &areas {
                let depth = WINDOW.min(fired.len());
                // A removed area is not tracked any more, and one that replaced it never was.
                let Ok(frames) = real.engine.ledger().frames(CorticalIdx(area), depth) else { continue };
                for (frame, fired) in frames.zip(&fired[fired.len() - depth..]) {
                    // Deleted neurons may or may not be remembered.
                    let here = |id: u32| seen.neurons.iter().any(|neuron| (neuron.id, neuron.area) == (id, area));
                    let kept: Vec<u32> = frame.ids().map(|id| id.0).filter(|&id| here(id)).collect();
                    let expected: Vec<u32> = fired.iter().copied().filter(|&id| here(id)).collect();
                    prop_assert_eq!(kept, expected, "area {}, burst {}", area, frame.burst());
                }
            }
        }
    }
}

/// Bursts are shared out over threads only when much is going on, so this network is large.
#[test]
fn a_burst_that_is_shared_out_over_threads_is_bit_identical() {
    let network = busy::network();
    let quirks = Quirks::default();
    let mut reference = Reference::new(&network, quirks);
    let mut engines = [1, 2, 7].map(|threads| (threads, Real::new(&network, quirks, threads)));
    for (burst, edits) in (1..).zip(busy::steps()) {
        run_burst(&mut reference, &edits);
        let expected = reference.observe();
        assert!(expected.fired.len() > 10_000, "burst {burst}: only {} spikes", expected.fired.len());
        for (threads, engine) in &mut engines {
            run_burst(engine, &edits);
            assert_eq!(engine.observe().difference(&expected), None, "burst {burst}, {threads} threads");
        }
    }
}

fn run_burst(subject: &mut impl Subject, edits: &[reference::Edit]) {
    edits.iter().for_each(|edit| subject.apply(edit));
    subject.burst();
}
