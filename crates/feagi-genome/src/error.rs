//! Why a text is not a genome.

use feagi_types::cortical_id::KindError;
use serde_json::Value;

/// Why a genome was refused. Every message names the place in the file, what was found there and
/// what belongs there.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GenomeError {
    /// The file is larger than [`crate::Limits::max_bytes`].
    #[error("the file has {bytes} bytes, more than the limit of {limit}; a genome of this size is not read")]
    FileTooLarge {
        /// Size of the file.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The file holds more of something than [`crate::Limits`] allows.
    #[error("{place}: more than {limit} {what}; split the genome (programs may set other `Limits`)")]
    TooMany {
        /// Path in the file.
        place: String,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The bytes are not UTF-8.
    #[error("byte {offset} is not UTF-8; save the genome as UTF-8 text")]
    NotUtf8 {
        /// Position of the first wrong byte.
        offset: usize,
    },
    /// The text is not JSON.
    #[error(
        "line {line}, column {column}: {message}; a genome is one complete JSON object, without NaN or comments"
    )]
    Json {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// What the JSON reader expected there.
        message: String,
    },
    /// No `version` and no `genome_schema_version`, or values that no release has written.
    #[error("{place}: {found}; write \"version\": \"2.0\", \"2.1\" or \"3.0\"")]
    Version {
        /// `version` or `genome_schema_version`.
        place: &'static str,
        /// What is wrong with it.
        found: String,
    },
    /// The schema lies outside the range this reader migrates.
    #[error("genome_schema_version: schema {found} is not between {oldest} and {newest}; {fix}")]
    Schema {
        /// The schema the file names.
        found: String,
        /// Oldest schema that is read.
        oldest: u32,
        /// Newest schema that is read.
        newest: u32,
        /// What to do.
        fix: &'static str,
    },
    /// A member that every genome needs is not there.
    #[error("{place}: missing; it has to be {expected}")]
    Missing {
        /// Path in the file.
        place: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// A value of the wrong type or out of range.
    #[error("{place}: found {found}, but it has to be {expected}")]
    Value {
        /// Path in the file.
        place: String,
        /// The value, shortened.
        found: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// A cortical id that names no possible area.
    #[error("{place}: {source}; give the area another id")]
    AreaId {
        /// Path in the file.
        place: String,
        /// What is wrong with the id.
        source: KindError,
    },
    /// A connection rule that cannot be read. One such rule refuses the genome, used or not.
    #[error("{place}: {reason}")]
    Morphology {
        /// Path in the file.
        place: String,
        /// What is wrong and what belongs there.
        reason: String,
    },
    /// A region without a place in the tree of regions.
    #[error("{place}: {reason}")]
    Region {
        /// Path in the file.
        place: String,
        /// What is wrong and what to do.
        reason: String,
    },
}

impl GenomeError {
    pub(crate) fn value(place: impl Into<String>, found: &Value, expected: &'static str) -> Self {
        Self::Value { place: place.into(), found: describe(found), expected }
    }
}

/// A value for a message: numbers, short texts and short lists as they are, the rest by name.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Array(items) if is_short(items) => shorten(&value.to_string()),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(members) => format!("an object of {}", members.len()),
        Value::String(text) => format!("the text `{}`", shorten(text)),
        other => other.to_string(),
    }
}

/// Whether items say more than their number: a few plain ones, such as a vector with a fault.
fn is_short(items: &[Value]) -> bool {
    items.len() <= 4 && items.iter().all(|item| !item.is_array() && !item.is_object())
}

/// The first 40 characters with control characters written out, so that a message neither repeats a
/// whole file nor steers a terminal.
pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 40;
    let mut short = String::with_capacity(text.len().min(MOST));
    for (count, character) in text.chars().enumerate() {
        if count == MOST {
            short.push('…');
            break;
        }
        if character.is_control() {
            short.extend(character.escape_default());
        } else {
            short.push(character);
        }
    }
    short
}
