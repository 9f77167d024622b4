//! Checkpoints: a brain as bytes, with its genome and all of its state, spikes in flight included.
//!
//! Owns the file around an engine's [`Snapshot`](feagi_burst_engine::Snapshot) and the check that genome
//! and engine belong together. It must not know files. `write.rs` and `read.rs` mirror each other.
//!
//! # Format
//!
//! Numbers are little endian; a *text* is 4 bytes length and UTF-8.
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | `FEAGICKP` |
//! | 4 | version of the format, 1 |
//! | 4 | length of the description |
//! | … | description |
//! | 4 | CRC-32 (IEEE) of everything before |
//! | … | the engine's snapshot, in its own format, to the end |
//!
//! The description holds, in this order:
//!
//! * burst rate in bursts a second, 8 bytes floating point; seed of development, 8 bytes;
//! * the genome as it is, hierarchical JSON, as a text;
//! * areas: 4 bytes number, each 4 bytes index, 8 bytes id, name as a text;
//! * mappings: 4 bytes number, each 4 bytes id inside the engine, 8 bytes source, 8 bytes target,
//!   4 bytes place of the rule in the genome's list;
//! * warnings: 4 bytes number, each place and message as texts.

mod error;
mod read;
mod write;

use feagi_burst_engine::Snapshot;
use feagi_genome::{Genome, Warning};

pub use error::CheckpointError;

use crate::edits::BrainMapping;
use crate::{Assembly, Brain, BrainArea, Rate, Running};

/// The first bytes of every checkpoint.
const MAGIC: [u8; 8] = *b"FEAGICKP";
/// The format that is written and read.
const VERSION: u32 = 1;
/// Bytes before the description.
const HEAD: usize = 16;
/// Bytes of the checksum behind it.
const CHECKSUM: usize = 4;

/// A brain as bytes.
///
/// ```
/// use feagi_runtime::{Assembly, Brain, Checkpoint, Rate, Running};
/// # let text = r#"{"version": "3.0", "blueprint": {}}"#;
/// let assembly = Assembly::default();
/// let brain = Brain::assemble(text.as_bytes(), &assembly, &mut |_| {})?;
/// let mut running = Running::new(brain, Rate::from_hz(30.0)?);
/// // On the burst thread, between two bursts; the rest on any thread.
/// let capture = Checkpoint::capture(&running);
/// let bytes = capture.into_bytes();
/// let (brain, rate) = Checkpoint::read(&bytes, &assembly)?;
/// drop(running.replace_brain(brain));
/// running.rate = rate;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Checkpoint;

/// What a checkpoint is made of, copied off a running brain.
#[derive(Clone, Debug)]
pub struct Capture {
    snapshot: Snapshot,
    genome: Genome,
    areas: Vec<BrainArea>,
    mappings: Vec<BrainMapping>,
    warnings: Vec<Warning>,
    seed: u64,
    rate: Rate,
}

impl Checkpoint {
    /// Copies what a checkpoint needs; for the burst thread. It takes about as long as copying the
    /// brain's memory: 4 bytes a synapse and 20 bytes a neuron.
    #[must_use]
    pub fn capture(running: &Running) -> Capture {
        Capture::of(&running.brain, running.rate)
    }

    /// Whether `bytes` start as those of checkpoints do.
    #[must_use]
    pub fn recognises(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC)
    }

    /// Reads a checkpoint: the brain, which goes on bit for bit like the one that was captured, and the
    /// rate it ran at.
    ///
    /// Limits, number of threads and, where it is given, the power are those of `assembly`; precision
    /// and seed are those of the checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError`]. The bytes may come from anywhere: whatever is accepted can be run and edited.
    pub fn read(bytes: &[u8], assembly: &Assembly) -> Result<(Brain, Rate), CheckpointError> {
        read::brain(bytes, assembly)
    }
}

impl Capture {
    /// Copies what a checkpoint of `brain` needs, with the rate that it is to run at.
    #[must_use]
    pub fn of(brain: &Brain, rate: Rate) -> Self {
        Self {
            snapshot: brain.engine.export(),
            genome: brain.genome.clone(),
            areas: brain.areas.clone(),
            mappings: brain.mappings.clone(),
            warnings: brain.warnings.clone(),
            seed: brain.assembly.development.seed,
            rate,
        }
    }

    /// Title of the genome.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.genome.title
    }

    /// The checkpoint. Large brains take a while: not for the burst thread.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        write::checkpoint(self)
    }
}
