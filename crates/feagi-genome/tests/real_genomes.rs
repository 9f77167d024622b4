//! Genomes of the field against what the published server made of them. The folder is named by
//! `FEAGI_GENOMES`; without it the tests say so and end.

use std::collections::BTreeMap;
use std::path::PathBuf;

use feagi_genome::{Genome, GenomeError, NEWEST_SCHEMA, Reading};
use feagi_types::CorticalId;
use serde_json::Value;

struct Folder {
    path: PathBuf,
    expected: Value,
}

fn folder() -> Option<Folder> {
    let Some(path) = std::env::var_os("FEAGI_GENOMES").map(PathBuf::from) else {
        println!("skipped: FEAGI_GENOMES does not name the folder of genomes");
        return None;
    };
    let expected = std::fs::read_to_string(path.join("expected.json")).expect("expected.json is readable");
    Some(Folder { path, expected: serde_json::from_str(&expected).expect("expected.json is JSON") })
}

impl Folder {
    fn read(&self, name: &str) -> Result<Reading, GenomeError> {
        let text = std::fs::read_to_string(self.path.join(format!("{name}.genome")));
        Genome::read(&text.expect("the genome is readable"))
    }

    /// Name, expectation and reading of every genome that loads.
    fn loading(&self) -> impl Iterator<Item = (&String, &Value, Reading)> {
        self.expected["genomes"]
            .as_object()
            .expect("expected.json lists genomes")
            .iter()
            .filter(|(_, expected)| expected["loads"] == true)
            .map(|(name, expected)| {
                (name, expected, self.read(name).unwrap_or_else(|e| panic!("{name}: {e}")))
            })
    }
}

#[test]
fn every_genome_gives_the_areas_of_the_published_server() {
    let Some(folder) = folder() else { return };
    for (name, expected, reading) in folder.loading() {
        let areas = expected["areas"].as_object().unwrap();
        let ids: Vec<String> = reading.genome.areas.iter().map(|area| area.id.to_base64()).collect();
        let mut sorted = ids.clone();
        sorted.sort();
        assert_eq!(sorted, areas.keys().cloned().collect::<Vec<_>>(), "{name}");
        for (area, id) in reading.genome.areas.iter().zip(&ids) {
            let expected = &areas[id];
            let place = format!("{name} {id}");
            assert_eq!(area.name, expected["name"], "{place}");
            assert_eq!(serde_json::json!(area.dimensions.to_array()), expected["dimensions"], "{place}");
            let position = [area.position.x, area.position.y, area.position.z];
            assert_eq!(serde_json::json!(position), expected["position"], "{place}");
            assert_eq!(area.neurons_per_voxel, expected["neurons_per_voxel"], "{place}");
            let neurons = area.dimensions.neuron_count(area.neurons_per_voxel);
            assert_eq!(neurons, expected["neurons"].as_u64(), "{place}");
            let psp = expected["postsynaptic_potential"].as_f64().unwrap() as f32;
            assert_eq!(area.parameters.postsynaptic_current, psp, "{place}");
            let threshold = expected["fire_threshold"].as_f64().unwrap() as f32;
            assert_eq!(area.parameters.threshold, threshold, "{place}");
            assert_eq!(area.id.core_area().is_some(), expected["type"] == "core", "{place}");
            area.parameters.validate().unwrap_or_else(|error| panic!("{place}: {error}"));
        }
    }
}

#[test]
fn every_genome_gives_the_catalogue_size_and_the_burst_period_of_the_published_server() {
    let Some(folder) = folder() else { return };
    for (name, expected, reading) in folder.loading() {
        assert_eq!(reading.genome.morphologies.len(), expected["morphology_count"], "{name}");
        assert_eq!(
            reading.genome.physiology.simulation_timestep, expected["simulation_timestep_s"],
            "{name}"
        );
        let chain = format!("{} -> {NEWEST_SCHEMA}", reading.schema);
        assert_eq!(expected["schema"], chain, "{name}");
    }
}

#[test]
fn every_genome_gives_the_regions_of_the_published_server() {
    let Some(folder) = folder() else { return };
    for (name, expected, reading) in folder.loading() {
        let titles: BTreeMap<&str, &str> =
            reading.genome.regions.iter().map(|region| (region.id.as_str(), region.title.as_str())).collect();
        let sorted = |ids: &[CorticalId]| {
            let mut ids: Vec<String> = ids.iter().map(CorticalId::to_base64).collect();
            ids.sort();
            ids
        };
        let mut regions: Vec<Value> = reading
            .genome
            .regions
            .iter()
            .map(|region| {
                serde_json::json!({
                    "title": region.title,
                    "parent": region.parent.as_deref().map(|parent| titles[parent]),
                    "areas": sorted(&region.areas),
                    "inputs": sorted(&region.inputs),
                    "outputs": sorted(&region.outputs),
                })
            })
            .collect();
        regions.sort_by_key(|region| region["title"].as_str().map(str::to_owned));
        let mut expected = expected["regions"].as_array().unwrap().clone();
        expected.sort_by_key(|region| region["title"].as_str().map(str::to_owned));
        for region in &mut expected {
            for list in ["areas", "inputs", "outputs"] {
                region[list].as_array_mut().unwrap().sort_by_key(|id| id.as_str().map(str::to_owned));
            }
        }
        assert_eq!(regions, expected, "{name}");
    }
}

#[test]
fn genomes_that_the_published_server_refuses_are_refused_with_their_reason() {
    let Some(folder) = folder() else { return };
    let error = folder.read("default_vision").unwrap_err();
    let GenomeError::Region { place, reason } = &error else { panic!("{error}") };
    assert_eq!(place, "brain_regions.region_autogen_39e44152.parent_region_id");
    assert!(reason.contains("parent region `root` does not exist"), "{reason}");
    let error = folder.read("old_static_dash_refused").unwrap_err();
    assert!(matches!(&error, GenomeError::Version { place: "version", .. }), "{error}");
}

#[test]
fn everything_the_published_server_reports_or_drops_while_reading_is_a_warning() {
    let Some(folder) = folder() else { return };
    for (name, expected, reading) in folder.loading() {
        let warned = |part: &str| {
            reading
                .warnings
                .iter()
                .any(|warning| warning.place.contains(part) || warning.message.contains(part))
        };
        for event in expected["events"].as_array().unwrap() {
            let named = match event["event"].as_str().unwrap() {
                "area skipped: id not convertible" => &event["id"],
                "unknown target skipped" | "plastic rule dropped on reading: keys missing" => {
                    &event["target"]
                }
                _ => continue,
            };
            let named = named.as_str().unwrap();
            let known_by = reading.genome.area(named).map_or(named, |area| &area.name);
            assert!(warned(named) || warned(known_by), "{name} {event}: {:#?}", reading.warnings);
        }
    }
}

#[test]
fn writing_and_reading_again_gives_the_same_genome() {
    let Some(folder) = folder() else { return };
    for (name, _, reading) in folder.loading() {
        let genome = &reading.genome;
        assert_eq!(&Genome::read(&genome.write_flat()).unwrap().genome, genome, "{name}, flat");
        assert_eq!(
            &Genome::read(&genome.write_hierarchical()).unwrap().genome,
            genome,
            "{name}, hierarchical"
        );
    }
}
