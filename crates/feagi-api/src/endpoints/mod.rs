//! The endpoints, one file for each family.

pub(crate) mod cortical_area;
pub(crate) mod system;
