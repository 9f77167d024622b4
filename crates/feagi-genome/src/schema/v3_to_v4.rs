//! Schema 3 → 4: reward and punishment leave the rules and become modulators with a driver area.

use super::drivers::{Modulation, modulators, replace};
use crate::document::Document;

const REWARD: Modulation =
    Modulation { member: "reward_source_area", kind: "synaptic.reward", magnitude: 100 };
const PUNISHMENT: Modulation =
    Modulation { member: "punishment_source_area", kind: "synaptic.reward", magnitude: -100 };

pub(super) fn migrate(document: &mut Document) {
    modulators(&mut document.root);
    replace(document, &REWARD);
    replace(document, &PUNISHMENT);
}
