//! `feagi info`: what a genome holds and develops into.

use std::collections::BTreeMap;
use std::io::{self, Write};

use feagi_development::{Development, develop};
use feagi_genome::{Genome, GenomePrecision, Layout, Limits, Reading};
use feagi_runtime::AssemblyError;
use feagi_types::cortical_id::Kind;
use feagi_types::{Area, Connectome, CorticalId, CorticalIdx};
use serde_json::{Value, json};

use crate::assemble::{Bars, GenomeFile};
use crate::cli::InfoArgs;
use crate::config::Config;
use crate::error::Failure;
use crate::text::{counted, fit, printable};

/// Prints tables, or JSON.
///
/// # Errors
/// [`Failure`] when the genome cannot be read or is refused.
pub(crate) fn info(args: &InfoArgs) -> Result<(), Failure> {
    let config = Config::load(args.development.config.as_deref())?;
    let file = GenomeFile::open(config.genome(args.genome.as_deref()))?;
    let refused = |reason: AssemblyError| Failure::Genome { source_name: file.name.clone(), reason };
    let reading =
        Genome::read_bytes(&file.bytes, &Limits::default()).map_err(|reason| refused(reason.into()))?;
    let mut bars = Bars::new();
    let settings = config.development(&args.development);
    let developed = develop(&reading.genome, &settings, &mut |progress| bars.show(progress))
        .map_err(|reason| refused(reason.into()))?;
    drop(bars);
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.json {
        writeln!(out, "{:#}", to_json(&reading, &developed))?;
    } else {
        print(&mut out, &reading, &developed)?;
    }
    out.flush()?;
    Ok(())
}

fn print(out: &mut impl Write, reading: &Reading, developed: &Development) -> io::Result<()> {
    let Reading { genome, schema, layout, .. } = reading;
    let connectome = &developed.connectome;
    writeln!(out, "{} ({})", printable(&genome.title), printable(&genome.id))?;
    if !genome.description.is_empty() {
        writeln!(out, "{}", printable(&genome.description))?;
    }
    writeln!(out, "version {}, schema {schema}, {}", printable(&genome.version), layout_name(*layout))?;
    let step = genome.physiology.simulation_timestep;
    writeln!(out, "a burst every {step} s, {}", precision_name(genome.physiology.precision))?;

    writeln!(out, "\n{} areas, {} neurons", connectome.areas.len(), neurons(connectome))?;
    writeln!(out, "  {:24} {:12} {:16} {:>16} {:>10}  position", "name", "id", "kind", "size", "neurons")?;
    for area in &connectome.areas {
        let position = area.position;
        writeln!(
            out,
            "  {} {:12} {:16} {:>16} {:>10}  {}, {}, {}",
            fit(&area.name, 24),
            area.id.to_base64(),
            kind_name(area.id),
            size(area),
            area_neurons(area),
            position.x,
            position.y,
            position.z
        )?;
    }
    writeln!(out, "\n{} mappings, {} synapses", connectome.mappings.len(), synapses(connectome))?;
    let areas = by_idx(connectome);
    for mapping in &connectome.mappings {
        let plastic = if mapping.plasticity.is_some() { ", plastic" } else { "" };
        writeln!(
            out,
            "  {} -> {} {} {:>10} synapses{plastic}",
            fit(&areas[&mapping.source].name, 24),
            fit(&areas[&mapping.target].name, 24),
            fit(&mapping.rule, 24),
            mapping.rows.synapse_count()
        )?;
    }
    writeln!(out, "\n{} regions", genome.regions.len())?;
    for region in &genome.regions {
        writeln!(out, "  {} {} areas", fit(&region.title, 24), region.areas.len())?;
    }
    let warnings = reading.warnings.len() + developed.warnings.len();
    let where_listed = if warnings > 0 { "; `feagi check` lists them" } else { "" };
    writeln!(out, "\n{}{where_listed}", counted(warnings as u64, "warning"))
}

fn to_json(reading: &Reading, developed: &Development) -> Value {
    let Reading { genome, schema, layout, .. } = reading;
    let connectome = &developed.connectome;
    let by_idx = by_idx(connectome);
    let areas = connectome.areas.iter().map(|area| {
        json!({
            "name": area.name,
            "id": area.id.to_base64(),
            "kind": kind_name(area.id),
            "dimensions": area.dimensions.to_array(),
            "neurons_per_voxel": area.neurons_per_voxel,
            "neurons": area_neurons(area),
            "position": [area.position.x, area.position.y, area.position.z],
        })
    });
    let mappings = connectome.mappings.iter().map(|mapping| {
        json!({
            "source": by_idx[&mapping.source].id.to_base64(),
            "target": by_idx[&mapping.target].id.to_base64(),
            "rule": mapping.rule,
            "synapses": mapping.rows.synapse_count(),
            "plastic": mapping.plasticity.is_some(),
        })
    });
    let regions = genome.regions.iter().map(|region| {
        let areas: Vec<String> = region.areas.iter().map(CorticalId::to_base64).collect();
        json!({ "id": region.id, "title": region.title, "parent": region.parent, "areas": areas })
    });
    let warnings = reading.warnings.iter().chain(&developed.warnings);
    json!({
        "id": genome.id,
        "title": genome.title,
        "description": genome.description,
        "version": genome.version,
        "schema": schema,
        "layout": layout_name(*layout),
        "simulation_timestep": genome.physiology.simulation_timestep,
        "precision": precision_name(genome.physiology.precision),
        "neurons": neurons(connectome),
        "synapses": synapses(connectome),
        "areas": areas.collect::<Vec<_>>(),
        "mappings": mappings.collect::<Vec<_>>(),
        "regions": regions.collect::<Vec<_>>(),
        "warnings": warnings
            .map(|warning| json!({ "place": warning.place, "message": warning.message }))
            .collect::<Vec<_>>(),
    })
}

/// Areas by index, as mappings name them.
fn by_idx(connectome: &Connectome) -> BTreeMap<CorticalIdx, &Area> {
    connectome.areas.iter().map(|area| (area.idx, area)).collect()
}

fn area_neurons(area: &Area) -> u64 {
    // Development has counted it.
    area.dimensions.neuron_count(area.neurons_per_voxel).unwrap_or(u64::MAX)
}

fn neurons(connectome: &Connectome) -> u64 {
    connectome.areas.iter().map(area_neurons).sum()
}

fn synapses(connectome: &Connectome) -> u64 {
    connectome.mappings.iter().map(|mapping| mapping.rows.synapse_count() as u64).sum()
}

fn size(area: &Area) -> String {
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

const fn layout_name(layout: Layout) -> &'static str {
    match layout {
        Layout::Flat => "flat",
        Layout::Hierarchical => "hierarchical",
    }
}

const fn precision_name(precision: GenomePrecision) -> &'static str {
    match precision {
        GenomePrecision::Fp32 => "fp32",
        GenomePrecision::Fp16 => "fp16",
        GenomePrecision::Int8 => "int8",
    }
}
