//! Genomes of the field, developed, against what the published server made of them: one test per
//! genome of `expected.json`.
//!
//! The folder is `$FEAGI_GENOMES`, or `tests/genomes` beside this file. Without either, one test is
//! reported as ignored.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use feagi_development::{DevelopmentError, Settings, count, develop};
use feagi_genome::Genome;
use feagi_types::{Area, Connectome, Mapping};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit_code()
}

fn trials() -> Vec<Trial> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/genomes");
    let folder = std::env::var_os("FEAGI_GENOMES").map_or(beside, PathBuf::from);
    if std::env::var_os("FEAGI_GENOMES").is_none() && !folder.exists() {
        eprintln!("skipped: FEAGI_GENOMES does not name a folder with genomes and their expected.json");
        return vec![Trial::test("genomes_of_the_field", || Ok(())).with_ignored_flag(true)];
    }
    let path = folder.join("expected.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let expected: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let genomes = expected["genomes"].as_object().expect("expected.json lists genomes");
    let trial = |(name, expected): (&String, &Value)| {
        let (path, expected) = (folder.join(format!("{name}.genome")), expected.clone());
        Trial::test(name.clone(), move || check(&path, &expected))
    };
    genomes.iter().map(trial).collect()
}

fn check(path: &Path, expected: &Value) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let reading = match Genome::read(&text) {
        Ok(reading) if expected["loads"] == true => reading,
        Ok(_) => return Err(format!("is read, but {} refuses it", expected["reason"]).into()),
        Err(error) if expected["loads"] == true => return Err(error.into()),
        Err(error) => {
            println!("refused: {error}");
            return Ok(());
        }
    };
    let settings = Settings::default();
    let development = develop(&reading.genome, &settings, &mut |_| {})?;
    let connectome = &development.connectome;
    connectome.validate()?;
    same("cortical areas", connectome.areas.len() as u64, &expected["cortical_areas"])?;
    same("neurons", connectome.neuron_count(), &expected["neurons_total"])?;
    same("synapses", connectome.synapse_count(), &expected["synapses_total"])?;
    check_mappings(connectome, &expected["mappings"])?;
    counts_agree(&reading.genome, connectome, &settings)
}

/// Counting without building has to give what was built, with exactly as much room and not with less.
fn counts_agree(genome: &Genome, connectome: &Connectome, settings: &Settings) -> Result<(), Failed> {
    let neurons = connectome.neuron_count();
    let synapses = connectome.synapse_count();
    let exact = Settings { max_neurons: neurons, max_synapses: synapses, ..settings.clone() };
    let counts = count(genome, &exact)?;
    if (counts.neurons, counts.synapses) != (neurons, synapses) {
        return Err(format!("{counts:?} counted, but {neurons} neurons and {synapses} synapses made").into());
    }
    let few_neurons = Settings { max_neurons: neurons - 1, ..exact.clone() };
    if !matches!(count(genome, &few_neurons), Err(DevelopmentError::TooManyNeurons { .. })) {
        return Err("one neuron too many is not refused".into());
    }
    if synapses > 0 {
        let few_synapses = Settings { max_synapses: synapses - 1, ..exact };
        if !matches!(count(genome, &few_synapses), Err(DevelopmentError::TooManySynapses { .. })) {
            return Err("one synapse too many is not refused".into());
        }
    }
    Ok(())
}

fn check_mappings(connectome: &Connectome, expected: &Value) -> Result<(), Failed> {
    let mut lines: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for mapping in connectome.mappings.iter().filter(|mapping| mapping.rows.synapse_count() > 0) {
        let [source, target] =
            [mapping.source, mapping.target].map(|idx| connectome.area(idx).expect("validated"));
        let pair = (source.id.to_base64(), target.id.to_base64());
        append_lines(mapping, source, target, lines.entry(pair).or_default());
    }
    let expected = expected.as_object().ok_or("expected.json lists no mappings")?;
    let pairs = expected.iter().flat_map(|(source, targets)| {
        let targets = targets.as_object().into_iter().flatten();
        targets.map(move |(target, mapping)| ((source.clone(), target.clone()), mapping))
    });
    for (pair, mapping) in pairs {
        let place = format!("mapping {} -> {}: ", pair.0, pair.1);
        let mut lines = lines.remove(&pair).unwrap_or_default();
        lines.sort_unstable();
        same(&format!("{place}synapses"), lines.len() as u64, &mapping["count"])?;
        if lines.first().map(|line| line.trim_end()) != mapping["first"].as_str() {
            return Err(format!("{place}first line is {:?}, not {}", lines.first(), mapping["first"]).into());
        }
        let digest = Sha256::digest(lines.concat().as_bytes());
        let digest = digest.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        if mapping["sha256"] != digest.as_str() {
            return Err(format!("{place}SHA-256 is {digest}, not {}", mapping["sha256"]).into());
        }
    }
    match lines.keys().next() {
        Some((source, target)) => {
            Err(format!("mapping {source} -> {target} makes synapses, but should not").into())
        }
        None => Ok(()),
    }
}

fn same(what: &str, found: u64, expected: &Value) -> Result<(), Failed> {
    if expected.as_u64() == Some(found) {
        Ok(())
    } else {
        Err(format!("{found} {what}, not {expected}").into())
    }
}

/// One line per synapse: `sx,sy,sz>tx,ty,tz weight psp type`.
fn append_lines(mapping: &Mapping, source: &Area, target: &Area, lines: &mut Vec<String>) {
    for (row, (from, to)) in mapping.rows.iter().enumerate() {
        lines.push(format!(
            "{}>{} {} {} {}\n",
            place(source, from),
            place(target, to),
            six_digits(mapping.weight.get(row)),
            six_digits(mapping.psp.get(row)),
            mapping.kind.get(row).code()
        ));
    }
}

/// Voxel of a neuron, with its number in the voxel where there are several.
fn place(area: &Area, neuron: u32) -> String {
    let [x, y, z] = area.dimensions.voxel_at(u64::from(neuron / area.neurons_per_voxel)).to_array();
    match area.neurons_per_voxel {
        1 => format!("{x},{y},{z}"),
        several => format!("{x},{y},{z}.{}", neuron % several),
    }
}

/// At most six significant digits, without trailing zeros, as C prints `%g`.
fn six_digits(value: f32) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let scientific = format!("{value:.5e}");
    let (digits, exponent) = scientific.split_once('e').expect("scientific notation");
    let exponent: i32 = exponent.parse().expect("an integer");
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..6).contains(&exponent) {
        trimmed(&format!("{value:.*}", (5 - exponent) as usize))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", trimmed(digits), exponent.abs())
    }
}
