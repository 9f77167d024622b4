//! `feagi check`: whether a genome is sound.

use std::io::{self, Write};

use feagi_development::{Counts, Settings, count};
use feagi_genome::{Genome, Limits, Warning};
use feagi_runtime::{AssemblyError, Rate};

use crate::assemble::GenomeFile;
use crate::cli::CheckArgs;
use crate::config::Config;
use crate::error::Failure;
use crate::text::{counted, printable};

/// Prints warnings and a verdict. A genome that is refused is the error.
///
/// # Errors
/// [`Failure`] when the file cannot be read or is refused.
pub(crate) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let config = Config::load(args.development.config.as_deref())?;
    let file = GenomeFile::open(Some(&args.genome))?;
    let mut warnings = Vec::new();
    let outcome = examine(&file, &config.development(&args.development), &mut warnings);
    let printed = print_verdict(&file.name, outcome.as_ref().ok(), &warnings);
    match outcome {
        Ok(_) => Ok(printed?),
        // The verdict counts, also when nobody reads the rest.
        Err(reason) => Err(Failure::Genome { source_name: file.name, reason }),
    }
}

/// Reads and counts. `warnings` gets what was found, also when the genome is refused later.
fn examine(
    file: &GenomeFile,
    settings: &Settings,
    warnings: &mut Vec<Warning>,
) -> Result<Counts, AssemblyError> {
    let reading = Genome::read_bytes(&file.bytes, &Limits::default())?;
    warnings.extend(reading.warnings);
    let mut counts = count(&reading.genome, settings)?;
    warnings.append(&mut counts.warnings);
    if let Err(reason) = Rate::from_period_secs(reading.genome.physiology.simulation_timestep) {
        let place = "physiology.simulation_timestep".to_owned();
        warnings.push(Warning { place, message: format!("{reason}; `feagi run` needs --hz") });
    }
    Ok(counts)
}

fn print_verdict(name: &str, counts: Option<&Counts>, warnings: &[Warning]) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for Warning { place, message } in warnings {
        let separator = if place.is_empty() { "" } else { ": " };
        writeln!(out, "warning: {}{separator}{}", printable(place), printable(message))?;
    }
    let warnings = counted(warnings.len() as u64, "warning");
    match counts {
        Some(counts) => writeln!(
            out,
            "{name}: sound; {}, {}, {}, {}, {warnings}",
            counted(counts.areas as u64, "area"),
            counted(counts.neurons, "neuron"),
            counted(counts.mappings as u64, "mapping"),
            counted(counts.synapses, "synapse")
        )?,
        None => writeln!(out, "{name}: refused; 1 error, {warnings}")?,
    }
    out.flush()
}
