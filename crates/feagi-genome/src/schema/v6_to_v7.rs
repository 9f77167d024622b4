//! Schema 6 → 7: gates leave the rules and become modulators with a driver area.

use super::drivers::{Modulation, replace};
use crate::document::Document;

const GATE: Modulation = Modulation { member: "gate_source_area", kind: "synaptic.gate", magnitude: 100 };

pub(super) fn migrate(document: &mut Document) {
    replace(document, &GATE);
}
