//! Saved brains: checkpoints as files, read with suspicion and written so that a file is whole or is not
//! there.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use feagi_development::Settings;
use feagi_runtime::{Assembly, Brain, Checkpoint, CheckpointError, Rate, Running};

use crate::error::Failure;
use crate::files;
use crate::text::printable;

/// Generous bounds of what a checkpoint takes in a file, in bytes: whatever the brain, for a neuron,
/// for a synapse.
const BASE_BYTES: u64 = 256 << 20;
const NEURON_BYTES: u64 = 128;
const SYNAPSE_BYTES: u64 = 32;

/// A brain that was saved, and what to call its file in messages.
pub(crate) struct SavedBrain {
    pub(crate) name: String,
    pub(crate) brain: Brain,
    pub(crate) rate: Rate,
}

impl SavedBrain {
    /// Reads the file and makes a brain of it that is to run as `assembly` says.
    ///
    /// # Errors
    /// [`Failure::Arithmetic`] when another precision is asked for than the brain has, and those of
    /// [`SavedBrain::look_into`].
    pub(crate) fn open(path: &Path, assembly: &Assembly) -> Result<Self, Failure> {
        let Self { name, brain, rate } = Self::read(path, assembly)?;
        match assembly.development.precision {
            Some(wanted) if wanted != brain.precision => {
                Err(Failure::Arithmetic { source_name: name, saved: brain.precision, wanted })
            }
            _ => Ok(Self { name, brain, rate }),
        }
    }

    /// Reads the file to see what is in it, within the limits of `settings`.
    ///
    /// # Errors
    /// [`Failure::Saved`] with the section and the reason, [`Failure::NotSaved`],
    /// [`Failure::SavedTooLarge`], and those of [`files::read`].
    pub(crate) fn look_into(path: &Path, settings: &Settings) -> Result<Self, Failure> {
        let development = settings.clone();
        Self::read(path, &Assembly { development, threads: Some(1), ..Assembly::default() })
    }

    fn read(path: &Path, assembly: &Assembly) -> Result<Self, Failure> {
        let name = printable(&path.to_string_lossy());
        let limit = most_bytes(&assembly.development);
        let bytes = files::read(path, limit)?;
        if bytes.len() as u64 > limit {
            return Err(Failure::SavedTooLarge { source_name: name, limit });
        }
        match Checkpoint::read(&bytes, assembly) {
            Ok((brain, rate)) => Ok(Self { name, brain, rate }),
            Err(CheckpointError::NotACheckpoint) => Err(Failure::NotSaved { source_name: name }),
            Err(reason) => Err(Failure::Saved { source_name: name, reason }),
        }
    }
}

/// Whether a file starts as saved brains do. What cannot be read is left to whoever reads it all.
pub(crate) fn is_saved_brain(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = files::expect_file(path).is_ok()
        && File::open(path).is_ok_and(|file| file.take(16).read_to_end(&mut start).is_ok());
    read && Checkpoint::recognises(&start)
}

fn most_bytes(settings: &Settings) -> u64 {
    let neurons = settings.max_neurons.saturating_mul(NEURON_BYTES);
    neurons.saturating_add(settings.max_synapses.saturating_mul(SYNAPSE_BYTES)).saturating_add(BASE_BYTES)
}

/// A file that a brain will be saved to.
#[derive(Debug)]
pub(crate) struct SaveFile {
    path: PathBuf,
    /// Where the bytes go until they are all there: beside the file, so that renaming moves nothing.
    part: PathBuf,
}

impl SaveFile {
    /// Makes sure, before the brain has lived, that it can be saved.
    ///
    /// # Errors
    /// [`Failure::NotAFile`] when something else has the name, [`Failure::Unwritable`] when nothing can
    /// be written beside it.
    pub(crate) fn prepare(path: &Path) -> Result<Self, Failure> {
        if path.exists() {
            files::expect_file(path)?;
        }
        let mut part = OsString::from(path);
        part.push(format!(".{}.part", std::process::id()));
        let file = Self { path: path.to_owned(), part: PathBuf::from(part) };
        file.create().and_then(|_| fs::remove_file(&file.part)).map_err(|reason| file.unwritable(reason))?;
        Ok(file)
    }

    /// The file's name for messages.
    pub(crate) fn name(&self) -> String {
        printable(&self.path.to_string_lossy())
    }

    /// Saves the brain in place of what the file held; returns the number of bytes.
    ///
    /// # Errors
    /// [`Failure::Unwritable`]; the file is as it was then.
    pub(crate) fn save(&self, running: &Running) -> Result<u64, Failure> {
        let bytes = Checkpoint::capture(running).into_bytes();
        let written = self.create().and_then(|mut file| {
            file.write_all(&bytes)?;
            // The name must not be there before the bytes are.
            file.sync_all()?;
            fs::rename(&self.part, &self.path)
        });
        match written {
            Ok(()) => Ok(bytes.len() as u64),
            Err(reason) => {
                // Nothing is lost when it stays.
                let _ = fs::remove_file(&self.part);
                Err(self.unwritable(reason))
            }
        }
    }

    fn create(&self) -> io::Result<File> {
        OpenOptions::new().write(true).create(true).truncate(true).open(&self.part)
    }

    fn unwritable(&self, reason: io::Error) -> Failure {
        Failure::Unwritable { path: self.path.clone(), reason }
    }
}
