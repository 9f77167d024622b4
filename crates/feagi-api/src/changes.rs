//! What happened to the genome: the ledger that viewers read to follow along.
//!
//! Entries come from comparing one portrait with the next, so that whoever changes a brain need not
//! know of the ledger.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use feagi_genome::{AreaGenes, Genome, Region};
use feagi_types::CorticalId;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::endpoints::cortical_area::mappings;
use crate::portrait::Portrait;
use crate::state::now_ms;

/// Entries that are kept; the oldest goes first.
const MOST_ENTRIES: usize = 1000;

/// One change of the genome.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Change {
    /// Counts up from 1 since the start of the program.
    pub(crate) sequence: u64,
    /// A UUID of this entry.
    change_id: String,
    /// The same for entries that were seen together.
    group_id: String,
    /// What was done: `kind`, and members that depend on it.
    #[schema(value_type = Object)]
    operation: Value,
    /// What it was done to.
    targets: Vec<Target>,
    /// How the target was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// How it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    /// Always `local`.
    origin: &'static str,
    /// Always false: entries tell that something changed, not how to do it again.
    replayable: bool,
    /// When it was seen, in milliseconds since 1970.
    recorded_at_ms: u64,
    /// The same.
    timestamp_ms: u64,
}

/// What a change was done to.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Target {
    /// `genome`, `cortical_area`, `cortical_mapping`, `brain_region` or `morphology`.
    kind: &'static str,
    id: String,
    /// The other end of a mapping.
    #[serde(skip_serializing_if = "Option::is_none")]
    related_id: Option<String>,
}

/// The ledger.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    ledger: Mutex<Ledger>,
}

#[derive(Debug, Default)]
struct Ledger {
    newest: u64,
    entries: VecDeque<Change>,
    seen: Option<Arc<Portrait>>,
}

/// A part of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Excerpt {
    /// Oldest first.
    changes: Vec<Change>,
    /// Whether entries between the question's cursor and the first one here are forgotten.
    gap: bool,
    /// Whether there are more behind the last one here.
    has_more: bool,
    /// The newest entry; 0 when there is none.
    latest_sequence: u64,
    /// The oldest entry that is kept; 0 when there is none.
    oldest_available_sequence: u64,
}

impl Changes {
    /// The newest entry's number; 0 when there is none.
    pub(crate) fn newest(&self) -> u64 {
        self.lock().newest
    }

    /// At most `limit` entries behind number `since`.
    pub(crate) fn since(&self, since: u64, limit: usize) -> Excerpt {
        let ledger = self.lock();
        let oldest = ledger.entries.front().map_or(0, |change| change.sequence);
        let mut behind = ledger.entries.iter().filter(|change| change.sequence > since);
        Excerpt {
            changes: behind.by_ref().take(limit).cloned().collect(),
            has_more: behind.next().is_some(),
            gap: since.saturating_add(1) < oldest,
            latest_sequence: ledger.newest,
            oldest_available_sequence: oldest,
        }
    }

    /// Writes down what is new in `portrait`, unless a newer one was seen already.
    pub(crate) fn see(&self, portrait: &Arc<Portrait>) {
        let mut ledger = self.lock();
        let before = ledger.seen.clone();
        let drafts = match &before {
            Some(before) if before.version >= portrait.version => return,
            Some(before) if before.version.0 == portrait.version.0 => {
                differences(&before.genome, &portrait.genome)
            }
            _ => vec![loaded(&portrait.genome)],
        };
        ledger.seen = Some(Arc::clone(portrait));
        ledger.write(drafts);
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ledger {
    fn write(&mut self, drafts: Vec<Draft>) {
        let now = now_ms();
        let group_id = uuid(now, self.newest + 1);
        for draft in drafts {
            self.newest += 1;
            if self.entries.len() >= MOST_ENTRIES {
                self.entries.pop_front();
            }
            self.entries.push_back(Change {
                sequence: self.newest,
                change_id: uuid(now, self.newest),
                group_id: group_id.clone(),
                operation: draft.operation,
                targets: vec![draft.target],
                before: draft.before,
                after: draft.after,
                origin: "local",
                replayable: false,
                recorded_at_ms: now,
                timestamp_ms: now,
            });
        }
    }
}

/// A UUID of version 7: the time, and a number that is unique in the process.
pub(crate) fn uuid(ms: u64, number: u64) -> String {
    let (high, low) = (ms >> 16 & 0xffff_ffff, ms & 0xffff);
    let (a, b) = (number >> 48 & 0xfff, number & 0xffff_ffff_ffff);
    format!("{high:08x}-{low:04x}-7{a:03x}-8000-{b:012x}")
}

/// An entry without its number.
struct Draft {
    operation: Value,
    target: Target,
    before: Option<Value>,
    after: Option<Value>,
}

impl Draft {
    fn new(kind: &'static str, id: impl Into<String>, operation: Value) -> Self {
        let target = Target { kind, id: id.into(), related_id: None };
        Self { operation, target, before: None, after: None }
    }

    /// With how the target was and is; a target that was not or is not leaves the member out.
    fn with(self, before: Option<Value>, after: Option<Value>) -> Self {
        Self { before, after, ..self }
    }
}

fn loaded(genome: &Genome) -> Draft {
    let operation = json!({ "kind": "genome_loaded", "genome_id": genome.id, "genome_title": genome.title });
    Draft::new("genome", genome.id.clone(), operation)
}

fn differences(before: &Genome, after: &Genome) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let areas = |genome: &Genome| {
        genome.areas.iter().map(|area| (area.id.to_base64(), area.clone())).collect::<BTreeMap<_, _>>()
    };
    compare(&areas(before), &areas(after), |id, before, after| {
        let same =
            matches!((before, after), (Some(before), Some(after)) if same_without_mappings(before, after));
        if !same {
            drafts.push(area_changed(id, before, after));
        }
        mappings_changed(id, before, after, &mut drafts);
    });
    let regions = |genome: &Genome| {
        genome.regions.iter().map(|region| (region.id.clone(), region.clone())).collect::<BTreeMap<_, _>>()
    };
    compare(&regions(before), &regions(after), |id, before, after| {
        let kind = kind(before.is_some(), after.is_some(), KINDS_OF_REGIONS);
        let draft = Draft::new("brain_region", id, json!({ "kind": kind, "region_id": id }));
        drafts.push(draft.with(before.map(region_summary), after.map(region_summary)));
    });
    compare(&before.morphologies, &after.morphologies, |id, before, after| {
        let kind = kind(before.is_some(), after.is_some(), KINDS_OF_MORPHOLOGIES);
        let draft = Draft::new("morphology", id, json!({ "kind": kind, "morphology_id": id }));
        drafts.push(draft.with(before.map(|rule| rule.raw.clone()), after.map(|rule| rule.raw.clone())));
    });
    drafts
}

/// Names of coming, changing and going.
type Kinds = [&'static str; 3];

const KINDS_OF_AREAS: Kinds = ["create_cortical_areas", "update_cortical_area", "delete_cortical_area"];
const KINDS_OF_REGIONS: Kinds = ["create_brain_region", "update_brain_region", "delete_brain_region"];
const KINDS_OF_MORPHOLOGIES: Kinds = ["create_morphology", "update_morphology", "delete_morphology"];

const fn kind(was: bool, is: bool, [came, changed, went]: Kinds) -> &'static str {
    match (was, is) {
        (false, _) => came,
        (true, true) => changed,
        (true, false) => went,
    }
}

/// Shows every key whose values differ to `differs`.
fn compare<T: PartialEq>(
    before: &BTreeMap<String, T>,
    after: &BTreeMap<String, T>,
    mut differs: impl FnMut(&str, Option<&T>, Option<&T>),
) {
    for (key, was) in before {
        let is = after.get(key);
        if is != Some(was) {
            differs(key, Some(was), is);
        }
    }
    for (key, is) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        differs(key, None, Some(is));
    }
}

fn same_without_mappings(before: &AreaGenes, after: &AreaGenes) -> bool {
    // Only what differs at all is looked at, so copies are few.
    let mut before = before.clone();
    before.mappings.clone_from(&after.mappings);
    before == *after
}

fn area_changed(id: &str, before: Option<&AreaGenes>, after: Option<&AreaGenes>) -> Draft {
    let kind = kind(before.is_some(), after.is_some(), KINDS_OF_AREAS);
    let draft = Draft::new("cortical_area", id, json!({ "kind": kind, "cortical_id": id }));
    draft.with(before.map(area_summary), after.map(area_summary))
}

fn mappings_changed(
    id: &str,
    before: Option<&AreaGenes>,
    after: Option<&AreaGenes>,
    drafts: &mut Vec<Draft>,
) {
    let rules = |area: Option<&AreaGenes>| match area.map(mappings) {
        Some(Value::Object(rules)) => rules.into_iter().collect::<BTreeMap<_, _>>(),
        _ => BTreeMap::new(),
    };
    compare(&rules(before), &rules(after), |target, before, after| {
        let operation = json!({
            "kind": "update_cortical_mapping", "src_area_id": id, "dst_area_id": target,
            "mapping_data": after.cloned().unwrap_or_else(|| json!([])),
        });
        let mut draft = Draft::new("cortical_mapping", id, operation).with(before.cloned(), after.cloned());
        draft.target.related_id = Some(target.to_owned());
        drafts.push(draft);
    });
}

fn area_summary(genes: &AreaGenes) -> Value {
    let [width, height, depth] = genes.dimensions.to_array();
    let position = genes.position;
    json!({
        "cortical_id": genes.id.to_base64(),
        "cortical_id_s": genes.id.to_base64(),
        "name": genes.name,
        "area_type": crate::endpoints::cortical_area::group(genes.id),
        "dimensions": { "width": width, "height": height, "depth": depth },
        "position": { "x": position.x, "y": position.y, "z": position.z },
        "neurons_per_voxel": genes.neurons_per_voxel,
        "visible": genes.visible,
    })
}

fn region_summary(region: &Region) -> Value {
    let areas: Vec<String> = region.areas.iter().map(CorticalId::to_base64).collect();
    json!({
        "region_id": region.id,
        "name": region.title,
        "parent_id": region.parent,
        "cortical_areas": areas,
        "properties": region.extra,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn genome(text: &str) -> Genome {
        Genome::read(text).unwrap().genome
    }

    fn portrait(version: (u64, u64), genome: &Genome) -> Arc<Portrait> {
        Arc::new(Portrait::new(version, Arc::new(genome.clone()), Vec::new(), None))
    }

    const TEXT: &str = r#"{"version": "3.0", "genome_id": "g", "blueprint": {
        "Y19leWVfX18=": {"cortical_name": "eye", "block_boundaries": [2, 1, 1],
            "cortical_mapping_dst": {"Y19lY2hvX18=": [{"morphology_id": "projector"}]}},
        "Y19lY2hvX18=": {"cortical_name": "echo", "block_boundaries": [2, 1, 1]}}}"#;

    /// Kind and target of every entry behind `since`.
    fn kinds(changes: &Changes, since: u64) -> Vec<(String, String)> {
        let excerpt = changes.since(since, usize::MAX);
        let of = |change: &Change| {
            (change.operation["kind"].as_str().unwrap().to_owned(), change.targets[0].id.clone())
        };
        excerpt.changes.iter().map(of).collect()
    }

    #[test]
    fn loading_and_changing_a_genome_is_written_down_once() {
        let changes = Changes::default();
        assert_eq!((changes.newest(), changes.since(0, 10).changes.len()), (0, 0));
        let mut genome = genome(TEXT);
        changes.see(&portrait((0, 0), &genome));
        changes.see(&portrait((0, 0), &genome));
        assert_eq!(kinds(&changes, 0), [("genome_loaded".to_owned(), "g".to_owned())]);

        let echo = genome.areas.iter_mut().find(|area| area.name == "echo").unwrap();
        echo.dimensions.depth = 9;
        let eye = genome.areas.iter_mut().find(|area| area.name == "eye").unwrap();
        eye.mappings.clear();
        genome.morphologies.remove("projector");
        genome.regions[0].title.push('s');
        changes.see(&portrait((0, 1), &genome));
        let seen = kinds(&changes, 1);
        let expected = [
            ("update_cortical_area", "Y19lY2hvX18="),
            ("update_cortical_mapping", "Y19leWVfX18="),
            ("update_brain_region", genome.regions[0].id.as_str()),
            ("delete_morphology", "projector"),
        ];
        assert_eq!(seen, expected.map(|(kind, id)| (kind.to_owned(), id.to_owned())));

        changes.see(&portrait((0, 0), &genome));
        assert_eq!(changes.newest(), 5, "an older portrait tells nothing new");
        changes.see(&portrait((1, 0), &genome));
        assert_eq!(kinds(&changes, 5), [("genome_loaded".to_owned(), "g".to_owned())]);
    }

    #[test]
    fn a_reader_that_is_too_late_is_told_about_the_gap() {
        let changes = Changes::default();
        let genome = genome(TEXT);
        for load in 0..=MOST_ENTRIES as u64 {
            changes.see(&portrait((load, 0), &genome));
        }
        let all = changes.since(0, usize::MAX);
        assert_eq!((all.gap, all.changes.len(), all.oldest_available_sequence), (true, MOST_ENTRIES, 2));
        let some = changes.since(1, 3);
        assert_eq!((some.gap, some.has_more, some.changes.len()), (false, true, 3));
        let none = changes.since(u64::MAX, 3);
        assert_eq!((none.gap, none.has_more, none.changes.len()), (false, false, 0));
    }
}
