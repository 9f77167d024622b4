//! `feagi info`: what a genome holds and develops into, or what a saved brain holds.

use std::io::{self, Write};
use std::path::Path;

use feagi_development::{Settings, develop};
use feagi_genome::{Genome, GenomePrecision, Limits};
use feagi_runtime::AssemblyError;
use feagi_types::CorticalId;
use feagi_types::cortical_id::Kind;
use serde_json::{Value, json};

use crate::assemble::{Bars, GenomeFile};
use crate::cli::InfoArgs;
use crate::config::Config;
use crate::error::Failure;
use crate::listing::{ListedArea, Listing, Origin, layout_name};
use crate::saved::{SavedBrain, is_saved_brain};
use crate::text::{counted, fit, printable};

/// Prints tables, or JSON.
///
/// # Errors
/// [`Failure`] when the file cannot be read or is refused.
pub(crate) fn info(args: &InfoArgs) -> Result<(), Failure> {
    let config = Config::load(args.development.config.as_deref())?;
    let settings = config.development(&args.development);
    let listing = match config.subject(args.genome.as_deref()) {
        Some(path) if is_saved_brain(path) => {
            let SavedBrain { brain, rate, .. } = SavedBrain::look_into(path, &settings)?;
            Listing::of_brain(brain, rate)
        }
        path => of_genome(path, &settings)?,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.json {
        writeln!(out, "{:#}", to_json(&listing))?;
    } else {
        print(&mut out, &listing)?;
    }
    out.flush()?;
    Ok(())
}

fn of_genome(path: Option<&Path>, settings: &Settings) -> Result<Listing, Failure> {
    let file = GenomeFile::open(path)?;
    let refused = |reason: AssemblyError| Failure::Genome { source_name: file.name.clone(), reason };
    let reading =
        Genome::read_bytes(&file.bytes, &Limits::default()).map_err(|reason| refused(reason.into()))?;
    let mut bars = Bars::new();
    let developed = develop(&reading.genome, settings, &mut |progress| bars.show(progress))
        .map_err(|reason| refused(reason.into()))?;
    Ok(Listing::of_genome(reading, developed))
}

fn print(out: &mut impl Write, listing: &Listing) -> io::Result<()> {
    let genome = &listing.genome;
    writeln!(out, "{} ({})", printable(&genome.title), printable(&genome.id))?;
    if !genome.description.is_empty() {
        writeln!(out, "{}", printable(&genome.description))?;
    }
    let version = printable(&genome.version);
    let step = genome.physiology.simulation_timestep;
    match &listing.origin {
        Origin::Genome { schema, layout } => {
            writeln!(out, "version {version}, schema {schema}, {}", layout_name(*layout))?;
            writeln!(out, "a burst every {step} s, {}", precision_name(genome.physiology.precision))?;
        }
        Origin::Saved { burst, rate, precision } => {
            writeln!(out, "version {version}, saved after burst {burst}")?;
            writeln!(
                out,
                "{} bursts a second, {precision}; the genome asks for one every {step} s",
                rate.hz()
            )?;
        }
    }
    writeln!(out, "\n{} areas, {} neurons", listing.areas.len(), listing.neurons())?;
    writeln!(out, "  {:24} {:12} {:16} {:>16} {:>10}  position", "name", "id", "kind", "size", "neurons")?;
    for area in &listing.areas {
        let position = area.position;
        writeln!(
            out,
            "  {} {:12} {:16} {:>16} {:>10}  {}, {}, {}",
            fit(&area.name, 24),
            area.id.to_base64(),
            kind_name(area.id),
            size(area),
            area.neurons,
            position.x,
            position.y,
            position.z
        )?;
    }
    writeln!(out, "\n{} mappings, {} synapses", listing.mappings.len(), listing.synapses())?;
    let names = listing.names();
    for mapping in &listing.mappings {
        let plastic = if mapping.plastic { ", plastic" } else { "" };
        writeln!(
            out,
            "  {} -> {} {} {:>10} synapses{plastic}",
            fit(names[&mapping.source], 24),
            fit(names[&mapping.target], 24),
            fit(&mapping.rule, 24),
            mapping.synapses
        )?;
    }
    writeln!(out, "\n{} regions", genome.regions.len())?;
    for region in &genome.regions {
        writeln!(out, "  {} {} areas", fit(&region.title, 24), region.areas.len())?;
    }
    let warnings = listing.warnings.len();
    let where_listed = if warnings > 0 { "; `feagi check` lists them" } else { "" };
    writeln!(out, "\n{}{where_listed}", counted(warnings as u64, "warning"))
}

fn to_json(listing: &Listing) -> Value {
    let genome = &listing.genome;
    let areas = listing.areas.iter().map(|area| {
        json!({
            "name": area.name,
            "id": area.id.to_base64(),
            "kind": kind_name(area.id),
            "dimensions": area.dimensions.to_array(),
            "neurons_per_voxel": area.neurons_per_voxel,
            "neurons": area.neurons,
            "position": [area.position.x, area.position.y, area.position.z],
        })
    });
    let mappings = listing.mappings.iter().map(|mapping| {
        json!({
            "source": mapping.source.to_base64(),
            "target": mapping.target.to_base64(),
            "rule": mapping.rule,
            "synapses": mapping.synapses,
            "plastic": mapping.plastic,
        })
    });
    let regions = genome.regions.iter().map(|region| {
        let areas: Vec<String> = region.areas.iter().map(CorticalId::to_base64).collect();
        json!({ "id": region.id, "title": region.title, "parent": region.parent, "areas": areas })
    });
    let mut all = json!({
        "id": genome.id,
        "title": genome.title,
        "description": genome.description,
        "version": genome.version,
        "simulation_timestep": genome.physiology.simulation_timestep,
        "neurons": listing.neurons(),
        "synapses": listing.synapses(),
        "areas": areas.collect::<Vec<_>>(),
        "mappings": mappings.collect::<Vec<_>>(),
        "regions": regions.collect::<Vec<_>>(),
        "warnings": listing
            .warnings
            .iter()
            .map(|warning| json!({ "place": warning.place, "message": warning.message }))
            .collect::<Vec<_>>(),
    });
    match &listing.origin {
        Origin::Genome { schema, layout } => {
            all["schema"] = Value::from(*schema);
            all["layout"] = Value::from(layout_name(*layout));
            all["precision"] = Value::from(precision_name(genome.physiology.precision));
        }
        Origin::Saved { burst, rate, precision } => {
            all["saved_after_burst"] = Value::from(*burst);
            all["bursts_a_second"] = Value::from(rate.hz());
            all["precision"] = Value::from(precision.to_string());
        }
    }
    all
}

fn size(area: &ListedArea) -> String {
    match area.neurons_per_voxel {
        1 => area.dimensions.to_string(),
        several => format!("{} of {several}", area.dimensions),
    }
}

fn kind_name(id: CorticalId) -> String {
    match id.kind() {
        Ok(Kind::Core(_)) => "core".to_owned(),
        Ok(Kind::Custom) => "custom".to_owned(),
        Ok(Kind::Memory) => "memory".to_owned(),
        Ok(Kind::Input(unit)) => format!("input {}", unit.code()),
        Ok(Kind::Output(unit)) => format!("output {}", unit.code()),
        Ok(Kind::Modulator { .. }) => "modulator".to_owned(),
        Err(_) => "unknown".to_owned(),
    }
}

const fn precision_name(precision: GenomePrecision) -> &'static str {
    match precision {
        GenomePrecision::Fp32 => "fp32",
        GenomePrecision::Fp16 => "fp16",
        GenomePrecision::Int8 => "int8",
    }
}
