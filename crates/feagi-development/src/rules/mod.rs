//! Connection rules: who connects to whom between two areas (`genome.md` section 5).
//!
//! This folder owns the rules' geometry: from a rule and two sizes to target voxels. It knows
//! nothing of weights, limits, names of areas or the order of mappings.
//!
//! Nearly every rule treats the axes independently, so it is kept as a [`product`] of three
//! relations of [`axis`], which count their pairs in closed form; a list of vectors or patterns is a
//! [`union`] of products. [`rotation`] is the exception. Sets of voxels travel as runs of
//! consecutive numbers ([`run`]).

mod axis;
mod bits;
mod functions;
mod grid;
mod patterns;
mod product;
mod rotation;
mod run;
mod scale;
mod union;
mod wiring;

pub(crate) use functions::{ASSOCIATIVE, Function, function, tile};
pub(crate) use grid::Grid;
pub(crate) use product::Ends;
pub(crate) use run::{Run, count};
pub(crate) use wiring::{Pick, Wiring};

use crate::work::{Flow, Work};

/// Takes a source voxel, its targets and what is left of the effort, for work of its own.
pub(crate) type Visitor<'a> = &'a mut dyn FnMut(u32, &[Run], &mut Work) -> Flow;

/// Why a connection rule cannot be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// A pattern is not about three axes.
    #[error("pattern {position} has {count} elements where x, y and z need 3")]
    AxisCount { position: usize, count: usize },
    /// A pattern names a voxel that cannot exist.
    #[error("pattern {position} has the negative coordinate {value}; use 0 or more, or `?-k` for a distance")]
    Negative { position: usize, value: i64 },
}
