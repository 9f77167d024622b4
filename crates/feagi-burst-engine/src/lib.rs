//! The burst engine: neurons and synapses go in as a [`feagi_types::Connectome`] or one by one,
//! inputs are staged, [`BurstEngine::burst`] advances the brain by one burst and hands out the
//! [`FireQueue`]. The rules are those of `npu.md`, revision R53.
//!
//! The engine has no clock, no files, no sockets and no learning rules; it knows only
//! `feagi-types`. It is `no_std` with `alloc`; the `std` feature adds a fixed pool of threads.
//! Fired sets are bit-identical on any number of threads.
//!
//! ```
//! use feagi_burst_engine::{BurstEngine, EngineConfig, Neuron, Synapse};
//! use feagi_types::{AreaParameters, CorticalId, CorticalIdx, NeuronId};
//!
//! let mut engine = BurstEngine::new(&EngineConfig::default());
//! let area = CorticalIdx(10);
//! engine.add_area(area, CorticalId::from_bytes(*b"cexample")?, &AreaParameters::default())?;
//! engine.add_neurons(area, &[Neuron::default(), Neuron::default()])?;
//! engine.add_synapses(&[Synapse::new(NeuronId(0), NeuronId(1))])?;
//!
//! engine.inject(NeuronId(0), 1.0);
//! assert_eq!(engine.burst().ids(), [0]);
//! assert_eq!(engine.burst().ids(), [1]); // the spike arrives one burst later
//! assert!(engine.burst().ids().is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Where to go next: `engine.rs` is the burst, phase by phase; `dynamics.rs` is the rule of one
//! neuron; `propagation.rs` carries spikes over synapses; `population.rs` and `segment.rs` are how
//! neurons and synapses are stored; [`SynapticPropagationEngine`] is the stand-alone propagation of
//! the first design, with its own normalised formula.

#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

mod area;
mod brain;
mod cells;
mod config;
mod dynamics;
mod engine;
mod error;
mod fatigue;
mod fire_queue;
mod fired;
mod inputs;
mod inspect;
mod inventory;
mod ledger;
mod neuron;
mod parameters;
mod pending;
#[cfg(feature = "std")]
mod pool;
#[cfg(not(feature = "std"))]
#[path = "pool_single.rs"]
mod pool;
mod population;
mod potential;
mod propagation;
mod segment;
mod slots;
mod snapshot;
mod standalone;
mod structure;
mod synapses;

pub use cells::Cells;
pub use config::{Compatibility, EngineConfig};
pub use engine::BurstEngine;
pub use error::EngineError;
pub use fatigue::Capacity;
pub use fire_queue::{FireQueue, FiredArea};
pub use inspect::IncomingScan;
pub use ledger::{FireLedger, Frame, LedgerError};
pub use neuron::{Neuron, NeuronState};
pub use parameters::AreaEdit;
pub use snapshot::{Snapshot, SnapshotError, SnapshotLimits};
pub use standalone::{IndexError, Propagation, SynapticPropagationEngine};
pub use structure::Replaced;
pub use synapses::Synapse;
