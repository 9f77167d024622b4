//! What all requests have in common: counting, time limits, pages and fallbacks.

mod limits;
mod pages;
mod requests;

pub(crate) use limits::{Patience, Turns, in_time, in_turn};
pub(crate) use pages::{Document, index, openapi_json, to_index};
pub(crate) use requests::{Requests, count};
