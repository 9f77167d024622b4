//! Single neurons: their state, their parameters, and the synapses that lead from and to them.

mod state;
mod synapses;
mod voxel;

pub(crate) use state::*;
pub(crate) use voxel::*;
