//! Why a command failed, in words for the person at the terminal: file, place, reason and fix.

use std::io;
use std::path::PathBuf;

use feagi_burst_engine::SnapshotError;
use feagi_runtime::{AssemblyError, CheckpointError, RateError};
use feagi_types::Precision;

/// Why a command failed. Usage errors are reported by the parser of arguments and are not here.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{}: {reason}; name a readable file", .path.display())]
    Unreadable { path: PathBuf, reason: io::Error },
    #[error("{}: {found}; name a file", .path.display())]
    NotAFile { path: PathBuf, found: &'static str },
    #[error("{source_name}: {reason}")]
    Genome { source_name: String, reason: AssemblyError },
    #[error("{source_name}: is a saved brain; `feagi run --restore {source_name}` goes on with it")]
    NotAGenome { source_name: String },
    #[error("{source_name}: is no saved brain; a genome is run with `feagi run {source_name}`")]
    NotSaved { source_name: String },
    #[error("{source_name}: {reason}{}", saved_fix(.reason))]
    Saved { source_name: String, reason: CheckpointError },
    #[error(
        "{source_name}: has more than the {limit} bytes that brains within --max-neurons and --max-synapses take; \
         raise these"
    )]
    SavedTooLarge { source_name: String, limit: u64 },
    #[error(
        "{source_name}: the brain was saved with {saved} arithmetic, which stays; leave out --precision {wanted}"
    )]
    Arithmetic { source_name: String, saved: Precision, wanted: Precision },
    #[error(
        "{source_name}: physiology.simulation_timestep: {seconds:?} s means {:?} bursts a second, which is not \
         between 0.01 and 100000; change it or give --hz",
        .reason.0
    )]
    Timestep { source_name: String, seconds: f64, reason: RateError },
    #[error("{}: {place}{reason}; see `feagi run --help` for the settings", .path.display())]
    Config { path: PathBuf, place: String, reason: String },
    #[error("{}: {reason}", .path.display())]
    Image { path: PathBuf, reason: String },
    #[error(
        "{}: the folder holds no images ({}); name a folder with some, or one image", .path.display(),
        crate::input::EXTENSIONS.join(", ")
    )]
    NoImages { path: PathBuf },
    #[error(
        "{}: a video file is not decoded; take its pictures out and name the folder:\n  \
         mkdir frames && ffmpeg -i {} -vf fps=15 frames/%06d.png", .path.display(), .path.display()
    )]
    Video { path: PathBuf },
    #[error(
        "{}: {pictures} pictures for {voxels} vision voxels take {bytes} bytes, more than the {limit} that are \
         kept in memory; use fewer pictures", .path.display()
    )]
    TooManyPictures { path: PathBuf, pictures: usize, voxels: u64, bytes: u64, limit: u64 },
    #[error(
        "{source_name}: no area takes pictures (input units img and svi do); add one or leave out --input"
    )]
    NoVision { source_name: String },
    #[error("{}: exists; give another name, or --force to replace it", .path.display())]
    Exists { path: PathBuf },
    #[error("{}: {reason}; give a name in a folder that can be written", .path.display())]
    Unwritable { path: PathBuf, reason: io::Error },
    #[error(
        "cannot listen at {host}:{port}: {reason}; stop the program that has the port, or give another one \
         (--api-port), or let the system choose (--free-ports)"
    )]
    Listen { host: String, port: u16, reason: io::Error },
    #[error(
        "{0} (--zmq-port and --websocket-port choose the ports of agents, --free-ports lets the system choose)"
    )]
    Agents(#[from] feagi_io::core::IoError),
    #[error(transparent)]
    Agent(#[from] feagi_agent::AgentError),
    #[error("no handler for Ctrl-C could be set: {0}; run without it is not possible here")]
    Signals(#[from] ctrlc::Error),
    #[error("standard output: {0}")]
    Output(io::Error),
    /// The reader of the output has gone. Not worth a message.
    #[error("standard output was closed")]
    Closed,
}

impl From<io::Error> for Failure {
    /// Errors of writing output; errors of files carry their path and are made where it is known.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Output(error) }
    }
}

/// What to do about a saved brain that is refused, where the reason does not say it.
fn saved_fix(reason: &CheckpointError) -> &'static str {
    match reason {
        CheckpointError::Snapshot(SnapshotError::TooMuch { .. }) => " with --max-neurons or --max-synapses",
        CheckpointError::Version { .. }
        | CheckpointError::Damaged
        | CheckpointError::Genome(_)
        | CheckpointError::Snapshot(SnapshotError::Version { .. } | SnapshotError::Damaged) => "",
        _ => "; use a file that `feagi run --save-on-exit` wrote",
    }
}
