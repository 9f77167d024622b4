//! The real engine does what the reference does, bit for bit, on any number of threads, whatever
//! the network is and whatever is done to it while it runs.

mod reference;
mod scenario;
mod subject;

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
}

fn run_burst(subject: &mut impl Subject, edits: &[reference::Edit]) {
    edits.iter().for_each(|edit| subject.apply(edit));
    subject.burst();
}
