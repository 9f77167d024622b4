//! Develops a genome into a connectome: areas become neurons, mapping rules become synapses
//! (`genome.md` sections 4 to 6).
//!
//! This crate knows genomes and the connectome value; it must not know files, engines or agents.
//! Everything is counted in 64 bits before memory is taken for it, so a genome that asks for more
//! than [`Settings`] allow is refused at once, and faults of single mappings become warnings.
//!
//! Where to go next: [`develop`] and [`count`] are the two entries; [`develop_mappings`] serves brains
//! that are edited while they run. `areas` places areas, `survey`
//! walks the mappings and counts, `connection` turns one rule into rows of synapses, and `rules`
//! holds the geometry of every connection rule.

mod areas;
mod connection;
mod develop;
mod error;
mod progress;
mod rules;
mod settings;
mod survey;
mod work;

pub use develop::{DevelopedMappings, Development, RulePlace, develop, develop_mappings, mapping_places};
pub use error::{Count, DevelopmentError, MappingName};
pub use progress::{Progress, Stage};
pub use settings::Settings;
pub use survey::{Counts, count};
