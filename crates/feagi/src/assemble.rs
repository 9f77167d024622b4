//! Reading and developing a genome, with progress bars on a terminal.

use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use feagi_development::{Progress, Stage};
use feagi_runtime::{Assembly, Brain, Checkpoint};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::Failure;
use crate::files;
use crate::text::printable;

/// The brain that runs when no genome is named.
pub(crate) const BUILT_IN: &[u8] = include_bytes!("../genomes/visual_reflex.genome");

/// A genome's bytes and what to call them in messages.
pub(crate) struct GenomeFile {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl GenomeFile {
    /// Reads the named file, or takes the built-in genome.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be read. Of a file that is too large just enough is read for
    /// the reader of genomes to say so.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self { name: "built-in genome".to_owned(), bytes: BUILT_IN.to_vec() });
        };
        let limit = feagi_genome::Limits::default().max_bytes as u64;
        Ok(Self { name: printable(&path.to_string_lossy()), bytes: files::read(path, limit)? })
    }

    /// Reads, develops and loads the genome.
    ///
    /// # Errors
    /// [`Failure::Genome`] with the reason; [`Failure::NotAGenome`] for a saved brain.
    pub(crate) fn assemble(&self, assembly: &Assembly) -> Result<Brain, Failure> {
        if Checkpoint::recognises(&self.bytes) {
            return Err(Failure::NotAGenome { source_name: self.name.clone() });
        }
        let mut bars = Bars::new();
        let brain = Brain::assemble(&self.bytes, assembly, &mut |progress| bars.show(progress))
            .map_err(|reason| Failure::Genome { source_name: self.name.clone(), reason })?;
        bars.clear();
        Ok(brain)
    }
}

/// A bar on standard error for each stage of development that takes long enough to be seen.
pub(crate) struct Bars {
    stage: Option<Stage>,
    bar: ProgressBar,
}

impl Bars {
    pub(crate) fn new() -> Self {
        Self { stage: None, bar: ProgressBar::hidden() }
    }

    pub(crate) fn show(&mut self, progress: Progress) {
        if self.stage != Some(progress.stage) {
            self.stage = Some(progress.stage);
            self.bar.finish_and_clear();
            let what = match progress.stage {
                Stage::Counting => "Counting",
                Stage::Neurons => "Neurons",
                Stage::Synapses => "Synapses",
                _ => "Developing",
            };
            self.bar = bar(what, progress.total);
        }
        self.bar.set_position(progress.done);
    }

    pub(crate) fn clear(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A bar named `what` on standard error; hidden when that is no terminal.
pub(crate) fn bar(what: &'static str, total: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg:>10} [{bar:40}] {human_pos} of {human_len}");
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
    bar.set_style(style.expect("the template is well formed").progress_chars("=> "));
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
