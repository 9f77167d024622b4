//! Edits by people, and their way back and forth.
//!
//! Agents change a brain too: their devices make areas grow. Taking back an edit therefore does not
//! bring back a genome of the past; it changes just what the edit had changed (`rebase.rs`).

use std::collections::VecDeque;

use crate::rebase::rebase;
use crate::{EditError, Edited, Rate, Revised, Revision, Running};

/// Edits that can be taken back, and those that can be done again.
#[derive(Debug, Default)]
pub struct History {
    /// Newest last.
    done: VecDeque<Entry>,
    /// The one that was taken back last is last.
    undone: Vec<Entry>,
}

/// An edit.
#[derive(Debug)]
struct Entry {
    label: String,
    before: Revision,
    after: Revision,
    /// The rate before and after.
    rates: [Rate; 2],
    /// Memory that it keeps, about.
    weight: usize,
}

impl Entry {
    fn new(label: String, before: Revision, after: Revision, rates: [Rate; 2]) -> Self {
        let parts = before.footprint() + after.footprint();
        let weight = parts.tree.saturating_add(label.len());
        Self { label, before, after, rates, weight }
    }
}

/// What was taken back or done again.
#[derive(Clone, Debug, PartialEq)]
pub struct Retraced {
    /// What the edit was called.
    pub label: String,
    /// What changed in the engine.
    pub edited: Edited,
}

impl History {
    /// Edits that are kept; the oldest goes first.
    pub const LONGEST: usize = 100;
    /// Memory of all kept edits, but for the newest.
    const WEIGHT: usize = 64 << 20;
    /// Bytes of a label.
    const LABEL: usize = 160;

    /// What can be taken back, newest first.
    pub fn undoable(&self) -> impl Iterator<Item = &str> {
        self.done.iter().rev().map(|entry| entry.label.as_str())
    }

    /// What can be done again, next first.
    pub fn redoable(&self) -> impl Iterator<Item = &str> {
        self.undone.iter().rev().map(|entry| entry.label.as_str())
    }

    fn push(&mut self, mut entry: Entry) {
        if entry.label.len() > Self::LABEL {
            let end = (0..=Self::LABEL).rev().find(|&end| entry.label.is_char_boundary(end));
            entry.label.truncate(end.unwrap_or(0));
            entry.label.push('\u{2026}');
        }
        self.done.push_back(entry);
        let mut weight: usize = self.done.iter().map(|entry| entry.weight).sum();
        while self.done.len() > Self::LONGEST || (weight > Self::WEIGHT && self.done.len() > 1) {
            let Some(oldest) = self.done.pop_front() else { break };
            weight -= oldest.weight;
        }
    }
}

impl Running {
    /// Carries out an edit that can be taken back. A revision of the time between two bursts changes
    /// the rate, too.
    ///
    /// # Errors
    /// As for [`Brain::revise`](crate::Brain::revise).
    pub fn edit(&mut self, label: impl Into<String>, revision: Revision) -> Result<Edited, EditError> {
        let rate = self.rate;
        let Revised { edited, before, after } = self.brain.revise(revision)?;
        if let Some(rate) = after.timestep.and_then(|seconds| Rate::from_period_secs(seconds).ok()) {
            self.rate = rate;
        }
        if before != after || rate != self.rate {
            self.history.undone.clear();
            let rates = [rate, self.rate];
            self.history.push(Entry::new(label.into(), before, after, rates));
        }
        Ok(edited)
    }

    /// Takes the newest edit back; `None` when there is none.
    ///
    /// # Errors
    /// [`EditError`]; the brain stays as it is then. An edit that was [overtaken](EditError::Overtaken) is
    /// forgotten, so that it does not stand before older ones for ever.
    pub fn undo(&mut self) -> Result<Option<Retraced>, EditError> {
        let Some(entry) = self.history.done.pop_back() else { return Ok(None) };
        match self.retrace(&entry.after, &entry.before) {
            Ok(Revised { edited, before: after, after: before }) => {
                let Entry { label, rates: [old, new], .. } = entry;
                if self.rate == new {
                    self.rate = old;
                }
                self.history.undone.push(Entry::new(label.clone(), before, after, [old, new]));
                Ok(Some(Retraced { label, edited }))
            }
            Err(refusal) => {
                if !matches!(refusal, EditError::Overtaken { .. }) {
                    self.history.done.push_back(entry);
                }
                Err(refusal)
            }
        }
    }

    /// Does the edit again that was taken back last; `None` when there is none.
    ///
    /// # Errors
    /// As for [`Running::undo`].
    pub fn redo(&mut self) -> Result<Option<Retraced>, EditError> {
        let Some(entry) = self.history.undone.pop() else { return Ok(None) };
        match self.retrace(&entry.before, &entry.after) {
            Ok(Revised { edited, before, after }) => {
                let Entry { label, rates: [old, new], .. } = entry;
                if self.rate == old {
                    self.rate = new;
                }
                self.history.push(Entry::new(label.clone(), before, after, [old, new]));
                Ok(Some(Retraced { label, edited }))
            }
            Err(refusal) => {
                if !matches!(refusal, EditError::Overtaken { .. }) {
                    self.history.undone.push(entry);
                }
                Err(refusal)
            }
        }
    }

    /// Leads from one state of some parts to another.
    fn retrace(&mut self, from: &Revision, to: &Revision) -> Result<Revised, EditError> {
        let revision = rebase(&self.brain.genome, from, to)?;
        self.brain.revise(revision)
    }
}
