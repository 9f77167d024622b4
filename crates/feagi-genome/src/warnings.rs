//! Collects what a genome's author should know about and the reader could go on without.

use crate::error::shorten;
use crate::model::Warning;

/// Warnings in the order in which they were found. Beyond [`Warnings::MOST`] they are only counted,
/// so that a hostile file cannot fill the memory with them.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    list: Vec<Warning>,
    unlisted: usize,
}

impl Warnings {
    const MOST: usize = 1000;

    pub(crate) fn add(&mut self, place: impl AsRef<str>, message: impl Into<String>) {
        if self.list.len() < Self::MOST {
            self.list.push(Warning { place: place.as_ref().to_owned(), message: message.into() });
        } else {
            self.unlisted += 1;
        }
    }

    pub(crate) fn into_list(mut self) -> Vec<Warning> {
        if self.unlisted > 0 {
            let message = format!("{} more warnings are not listed", self.unlisted);
            self.list.push(Warning { place: String::new(), message });
        }
        self.list
    }
}

/// Joins names to a path, shortening each.
pub(crate) fn path(parts: &[&str]) -> String {
    parts.iter().map(|part| shorten(part)).collect::<Vec<_>>().join(".")
}
