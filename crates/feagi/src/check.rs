//! `feagi check`: whether a genome or a saved brain is sound.

use std::io::{self, Write};
use std::path::Path;

use feagi_development::{Settings, count};
use feagi_genome::{Genome, Limits, Warning};
use feagi_runtime::{AssemblyError, Rate};

use crate::assemble::GenomeFile;
use crate::cli::CheckArgs;
use crate::config::Config;
use crate::error::Failure;
use crate::saved::{SavedBrain, is_saved_brain};
use crate::text::{counted, printable};

/// What a sound file holds, in numbers.
struct Content {
    /// The last burst of a saved brain.
    burst: Option<u64>,
    areas: usize,
    neurons: u64,
    mappings: usize,
    synapses: u64,
}

/// Prints warnings and a verdict. A file that is refused is the error.
///
/// # Errors
/// [`Failure`] when the file cannot be read or is refused.
pub(crate) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let config = Config::load(args.development.config.as_deref())?;
    let settings = config.development(&args.development);
    let mut warnings = Vec::new();
    let (name, outcome) = if is_saved_brain(&args.genome) {
        let name = printable(&args.genome.to_string_lossy());
        (name, examine_saved(&args.genome, &settings, &mut warnings))
    } else {
        let file = GenomeFile::open(Some(&args.genome))?;
        let outcome = examine(&file, &settings, &mut warnings);
        let refused = |reason| Failure::Genome { source_name: file.name.clone(), reason };
        (file.name.clone(), outcome.map_err(refused))
    };
    let printed = print_verdict(&name, outcome.as_ref().ok(), &warnings);
    // The verdict counts, also when nobody reads the rest.
    outcome?;
    Ok(printed?)
}

/// Reads and counts a genome. `warnings` gets what was found, also when the genome is refused later.
fn examine(
    file: &GenomeFile,
    settings: &Settings,
    warnings: &mut Vec<Warning>,
) -> Result<Content, AssemblyError> {
    let reading = Genome::read_bytes(&file.bytes, &Limits::default())?;
    warnings.extend(reading.warnings);
    let mut counts = count(&reading.genome, settings)?;
    warnings.append(&mut counts.warnings);
    if let Err(reason) = Rate::from_period_secs(reading.genome.physiology.simulation_timestep) {
        let place = "physiology.simulation_timestep".to_owned();
        warnings.push(Warning { place, message: format!("{reason}; `feagi run` needs --hz") });
    }
    let (areas, neurons) = (counts.areas, counts.neurons);
    Ok(Content { burst: None, areas, neurons, mappings: counts.mappings, synapses: counts.synapses })
}

/// Reads a saved brain. `warnings` gets those that were saved with it.
fn examine_saved(path: &Path, settings: &Settings, warnings: &mut Vec<Warning>) -> Result<Content, Failure> {
    let SavedBrain { brain, .. } = SavedBrain::look_into(path, settings)?;
    warnings.extend(brain.warnings);
    Ok(Content {
        burst: Some(brain.engine.burst_count().get()),
        areas: brain.areas.len(),
        neurons: brain.engine.neuron_count() as u64,
        mappings: brain.mappings.len(),
        synapses: brain.engine.synapse_count() as u64,
    })
}

fn print_verdict(name: &str, content: Option<&Content>, warnings: &[Warning]) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for Warning { place, message } in warnings {
        let separator = if place.is_empty() { "" } else { ": " };
        writeln!(out, "warning: {}{separator}{}", printable(place), printable(message))?;
    }
    let warnings = counted(warnings.len() as u64, "warning");
    match content {
        Some(content) => writeln!(
            out,
            "{name}: sound; {}{}, {}, {}, {}, {warnings}",
            content.burst.map_or_else(String::new, |burst| format!("saved after burst {burst}, ")),
            counted(content.areas as u64, "area"),
            counted(content.neurons, "neuron"),
            counted(content.mappings as u64, "mapping"),
            counted(content.synapses, "synapse")
        )?,
        None => writeln!(out, "{name}: refused; 1 error, {warnings}")?,
    }
    out.flush()
}
