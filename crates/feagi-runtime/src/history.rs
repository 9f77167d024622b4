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
}

impl Entry {
    /// How much it keeps: areas, one at least.
    fn weight(&self) -> usize {
        1 + self.before.areas.len().max(self.after.areas.len())
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
    /// Areas that all kept edits have changed, counted with repetition.
    const WEIGHT: usize = 10_000;

    /// What can be taken back, newest first.
    pub fn undoable(&self) -> impl Iterator<Item = &str> {
        self.done.iter().rev().map(|entry| entry.label.as_str())
    }

    /// What can be done again, next first.
    pub fn redoable(&self) -> impl Iterator<Item = &str> {
        self.undone.iter().rev().map(|entry| entry.label.as_str())
    }

    fn push(&mut self, entry: Entry) {
        self.done.push_back(entry);
        let mut weight: usize = self.done.iter().map(Entry::weight).sum();
        while self.done.len() > Self::LONGEST || (weight > Self::WEIGHT && self.done.len() > 1) {
            let Some(oldest) = self.done.pop_front() else { break };
            weight -= oldest.weight();
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
        let Revised { edited, before, after } = self.revise(revision)?;
        if before != after {
            self.history.undone.clear();
            self.history.push(Entry { label: label.into(), before, after });
        }
        Ok(edited)
    }

    /// Takes the newest edit back; `None` when there is none.
    ///
    /// # Errors
    /// [`EditError`], [`EditError::Overtaken`] among others; the brain and the history stay as they are.
    pub fn undo(&mut self) -> Result<Option<Retraced>, EditError> {
        let Some(entry) = self.history.done.back() else { return Ok(None) };
        let revision = rebase(&self.brain.genome, &entry.after, &entry.before)?;
        let Revised { edited, before: after, after: before } = self.revise(revision)?;
        let label = self.history.done.pop_back().map(|entry| entry.label).unwrap_or_default();
        self.history.undone.push(Entry { label: label.clone(), before, after });
        Ok(Some(Retraced { label, edited }))
    }

    /// Does the edit again that was taken back last; `None` when there is none.
    ///
    /// # Errors
    /// As for [`Running::undo`].
    pub fn redo(&mut self) -> Result<Option<Retraced>, EditError> {
        let Some(entry) = self.history.undone.last() else { return Ok(None) };
        let revision = rebase(&self.brain.genome, &entry.before, &entry.after)?;
        let Revised { edited, before, after } = self.revise(revision)?;
        let label = self.history.undone.pop().map(|entry| entry.label).unwrap_or_default();
        self.history.push(Entry { label: label.clone(), before, after });
        Ok(Some(Retraced { label, edited }))
    }

    fn revise(&mut self, revision: Revision) -> Result<Revised, EditError> {
        let revised = self.brain.revise(revision)?;
        if let Some(rate) = revised.after.timestep.and_then(|seconds| Rate::from_period_secs(seconds).ok()) {
            self.rate = rate;
        }
        Ok(revised)
    }
}
