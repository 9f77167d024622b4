//! `feagi check`: whether a genome is sound.

use std::io::{self, Write};

use feagi_development::{Counts, Settings, count};
use feagi_genome::{Genome, Limits, Warning};
use feagi_runtime::AssemblyError;

use crate::assemble::GenomeFile;
use crate::cli::CheckArgs;
use crate::config::Config;
use crate::error::Failure;
use crate::files::printable;

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
    Ok(counts)
}

fn print_verdict(name: &str, counts: Option<&Counts>, warnings: &[Warning]) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for Warning { place, message } in warnings {
        let separator = if place.is_empty() { "" } else { ": " };
        writeln!(out, "warning: {}{separator}{}", printable(place), printable(message))?;
    }
    let found = warnings.len();
    match counts {
        Some(Counts { areas, neurons, mappings, synapses, .. }) => writeln!(
            out,
            "{name}: sound; {areas} areas, {neurons} neurons, {mappings} mappings, {synapses} synapses, \
             {found} warnings"
        )?,
        None => writeln!(out, "{name}: refused; 1 error, {found} warnings")?,
    }
    out.flush()
}
