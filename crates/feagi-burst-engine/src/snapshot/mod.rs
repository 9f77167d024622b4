//! Snapshots: everything an engine knows, spikes in flight included, in memory and as bytes.
//!
//! This module owns the byte form. It must not know files, and it takes bytes for what they are:
//! something from outside. Whatever [`Snapshot::from_bytes`] accepts satisfies every invariant that
//! bursts and edits rely on. The parts: `wire` has the words of the format, `settings`,
//! `populations`, `neurons`, `synapses` and `flight` one or two sections each.
//!
//! # Format
//!
//! Numbers are little endian; *varint* is LEB128 of at most 64 bits. The bytes are
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | `FEAGIENG` |
//! | 4 | version of the format, 1 |
//! | … | sections: 4 bytes name, 8 bytes length, content |
//! | 4 | CRC-32 (IEEE) of everything before |
//!
//! All sections are there, in this order: `ENGI` settings of the engine, `AREA` areas, `POPU`
//! populations, `NEUR` state of neurons, `SYNA` synapses, `FIRE` the last fired set, `WAIT` what is
//! under way, `HIST` the fire ledger.
//!
//! * A **list** of known length is a row of pieces: varint `2 n` and `n` values, or varint
//!   `2 n + 1` and one value that stands `n` times. So idle neurons cost next to nothing.
//! * A **column** is the byte 0 and one value, or the byte 1 and a list.
//! * What follows from something else is not stored: ids and slots of neurons (populations come in id
//!   order), which populations an area has, activity flags, degrees, cuts, shares of threads.
//! * Rows of synapses are lengths and distances: each target is the distance to the one before it in
//!   the row, the first the distance to the first neuron of the target population.
//! * Contributions under way are sorted by arrival and target, so that the bytes do not depend on the
//!   number of threads.

mod error;
mod flight;
mod neurons;
mod populations;
mod settings;
mod synapses;
mod wire;

use alloc::boxed::Box;
use alloc::vec::Vec;

use feagi_types::BurstCount;

use crate::brain::Brain;

pub use error::SnapshotError;
use wire::{Budget, Reader, Writer};

/// The first bytes of every snapshot.
const MAGIC: [u8; 8] = *b"FEAGIENG";
/// The format that is written and read.
const VERSION: u32 = 1;
/// Bytes of magic and version.
const HEAD: usize = MAGIC.len() + size_of::<u32>();
/// Bytes of the checksum at the end.
const CHECKSUM: usize = size_of::<u32>();

/// The complete state of an engine between two bursts. An engine made from it continues bit for
/// bit like the one it was taken from, on any number of threads.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) brain: Box<Brain>,
}

/// How much a snapshot from outside may ask for. `Default` is what development allows by default,
/// 6 GiB of memory and 1 GiB of history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotLimits {
    /// Neurons that were not retired with their area. Default 10 000 000.
    pub neurons: u64,
    /// Synapses of all areas together. Default 50 000 000.
    pub synapses: u64,
    /// Estimated memory in bytes of an engine that runs it. A small file can ask for much of it:
    /// retired neurons keep their ids. Default 6 GiB.
    pub memory: u64,
    /// Bytes of history of tracked areas, which a small file can ask for all of. Default 1 GiB.
    pub history: u64,
}

impl Default for SnapshotLimits {
    fn default() -> Self {
        Self { neurons: 10_000_000, synapses: 50_000_000, memory: 6 << 30, history: 1 << 30 }
    }
}

impl Snapshot {
    /// The last burst that had run.
    #[must_use]
    pub fn burst(&self) -> BurstCount {
        BurstCount(self.brain.burst)
    }

    /// The snapshot in the format above. Equal states give equal bytes, on any number of threads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let brain = &*self.brain;
        // About what a busy brain takes.
        let mut writer = Writer::new(4 * (brain.slots.len() + brain.synapse_count()) + (1 << 12));
        writer.raw(&MAGIC);
        writer.raw(&VERSION.to_le_bytes());
        writer.section(*b"ENGI", |writer| settings::write(brain, writer));
        writer.section(*b"AREA", |writer| populations::write_areas(brain, writer));
        writer.section(*b"POPU", |writer| populations::write(brain, writer));
        writer.section(*b"NEUR", |writer| neurons::write(brain, writer));
        writer.section(*b"SYNA", |writer| synapses::write(brain, writer));
        writer.section(*b"FIRE", |writer| flight::write_fired(brain, writer));
        writer.section(*b"WAIT", |writer| flight::write_waiting(brain, writer));
        writer.section(*b"HIST", |writer| flight::write_history(brain, writer));
        let checksum = crc32fast::hash(writer.bytes());
        writer.raw(&checksum.to_le_bytes());
        writer.into_bytes()
    }

    /// Reads what [`Snapshot::to_bytes`] wrote. Memory is taken only for what `limits` allow, and
    /// everything that bursts and edits rely on is checked.
    ///
    /// # Errors
    /// [`SnapshotError`] with the section and what is wrong in it.
    pub fn from_bytes(bytes: &[u8], limits: &SnapshotLimits) -> Result<Self, SnapshotError> {
        let mut sections = Reader::new(opened(bytes)?, "sections");
        let mut budget = Budget::new(limits);
        let mut section = sections.section(*b"ENGI", "settings")?;
        let mut brain = settings::read(&mut section)?;
        section.end()?;
        let mut read = |tag: [u8; 4], name, read: ReadSection| {
            let mut section = sections.section(tag, name)?;
            read(&mut brain, &mut section, &mut budget)?;
            section.end()
        };
        read(*b"AREA", "areas", populations::read_areas)?;
        read(*b"POPU", "populations", populations::read)?;
        read(*b"NEUR", "neurons", neurons::read)?;
        read(*b"SYNA", "synapses", synapses::read)?;
        read(*b"FIRE", "fired set", flight::read_fired)?;
        read(*b"WAIT", "contributions under way", flight::read_waiting)?;
        read(*b"HIST", "history", flight::read_history)?;
        sections.end()?;
        Ok(Self { brain: Box::new(brain) })
    }
}

/// Reads one section into a brain.
type ReadSection = fn(&mut Brain, &mut Reader<'_>, &mut Budget) -> Result<(), SnapshotError>;

/// The sections of a snapshot whose head and checksum are as they should be.
fn opened(bytes: &[u8]) -> Result<&[u8], SnapshotError> {
    let Some((magic, rest)) = bytes.split_first_chunk::<8>().filter(|(magic, _)| **magic == MAGIC) else {
        return Err(SnapshotError::NotASnapshot);
    };
    let Some((version, _)) = rest.split_first_chunk().filter(|_| bytes.len() >= HEAD + CHECKSUM) else {
        return Err(SnapshotError::Damaged);
    };
    debug_assert_eq!(magic.len() + version.len(), HEAD);
    let found = u32::from_le_bytes(*version);
    if found != VERSION {
        return Err(SnapshotError::Version { found });
    }
    let (content, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    if crc32fast::hash(content).to_le_bytes() != checksum {
        return Err(SnapshotError::Damaged);
    }
    Ok(&content[HEAD..])
}
