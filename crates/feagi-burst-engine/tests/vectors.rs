//! Golden traces of the published engine, one test per file and engine.
//!
//! The files are read from `$FEAGI_VECTORS/npu` when that variable is set, else from the copy
//! beside this test. Files about plasticity and memory areas need a learning rule and are reported
//! as ignored here.

mod calls;
mod reference;
mod subject;
mod trace;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use reference::Reference;
use reference::state::Quirks;
use subject::Real;
use trace::Trace;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit_code()
}

fn folder() -> PathBuf {
    std::env::var_os("FEAGI_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/npu"),
        |vectors| Path::new(&vectors).join("npu"),
    )
}

fn trials() -> Vec<Trial> {
    let folder = folder();
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable folder").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    paths.iter().flat_map(|path| trials_of(path)).collect()
}

fn trials_of(path: &Path) -> Vec<Trial> {
    let name = path.file_stem().and_then(|name| name.to_str()).expect("file names are text").to_owned();
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: serde_json::Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    match file["format"].as_str() {
        Some("npu-trace/1") => trace_trials(&name, &text, &file),
        Some("propagate-trace/1") => {
            vec![Trial::test(format!("engine::{name}"), move || calls::check(&text))]
        }
        other => panic!("{}: unknown format {other:?}", path.display()),
    }
}

fn trace_trials(name: &str, text: &str, file: &serde_json::Value) -> Vec<Trial> {
    let learns = ["stdp", "memory_areas", "twins"].iter().any(|key| file.get(key).is_some());
    let quirks = quirks_of(file);
    [("reference", reference_matches as fn(&str, Quirks) -> Result<(), Failed>), ("engine", engine_matches)]
        .map(|(kind, matches)| {
            let text = text.to_owned();
            let trial = Trial::test(format!("{kind}::{name}"), move || matches(&text, quirks));
            trial.with_ignored_flag(learns)
        })
        .into()
}

/// The compatibility switches that a file exercises. The traces were recorded with both quirks, but
/// only a leak edit shows the one, and only a synapse removed while no area has a psp flag the other.
fn quirks_of(file: &serde_json::Value) -> Quirks {
    let events = file["events"].as_array().map_or(&[][..], Vec::as_slice);
    let has = |name: &str| events.iter().any(|event| event["op"] == name);
    let areas = file["areas"].as_array().map_or(&[][..], Vec::as_slice);
    let flagged = |area: &serde_json::Value| {
        ["psp_uniform", "mp_driven_psp"]
            .iter()
            .any(|flag| area.get(flag).is_some_and(|value| !value.is_null()))
    };
    Quirks {
        leak_edit_covers_idle_stretch: has("set_neuron_leak") || has("set_area_leak"),
        removed_synapses_linger: has("remove_synapse") && !areas.iter().any(flagged),
    }
}

fn reference_matches(text: &str, quirks: Quirks) -> Result<(), Failed> {
    let (network, trace) = Trace::parse(text)?;
    let seen = trace.play(&mut Reference::new(&network, quirks));
    Ok(trace.check(&seen)?)
}

/// Plays the trace with 1, 2 and 7 threads; each has to match the file and all have to agree bit
/// for bit.
fn engine_matches(text: &str, quirks: Quirks) -> Result<(), Failed> {
    let (network, trace) = Trace::parse(text)?;
    let one_thread = trace.play(&mut Real::new(&network, quirks, 1));
    trace.check(&one_thread)?;
    for threads in [2, 7] {
        let more_threads = trace.play(&mut Real::new(&network, quirks, threads));
        for (burst, (one, more)) in (1..).zip(one_thread.iter().zip(&more_threads)) {
            if let Some(difference) = more.difference(one) {
                return Err(format!("burst {burst}, {threads} threads against one: {difference}").into());
            }
        }
    }
    Ok(())
}
