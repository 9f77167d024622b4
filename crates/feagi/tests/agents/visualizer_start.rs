//! What the published Brain Visualizer does from its start to its first pictures: it asks over REST where
//! everything is, registers over WebSocket, reads the whole genome over REST, and watches.

use std::collections::{BTreeMap, BTreeSet};

use feagi_genome::{Genome, Limits};
use feagi_types::CorticalId;
use serde_json::Value;

use crate::case::server;
use crate::control_cases::{recorded, text};
use crate::support::agent::LONG;
use crate::support::http::get;
use crate::support::wire::cells_of;
use crate::support::{Server, essential_genome};
use crate::visualizer::open_session;

/// What it asks before it registers.
const BEFORE: [&str; 2] = ["/v1/system/health_check", "/v1/network/connection_info"];

const GEOMETRY: &str = "/v1/cortical_area/cortical_area/geometry";
const MAP: &str = "/v1/cortical_area/cortical_map_detailed";
const REGIONS: &str = "/v1/region/regions_members";
const RULES: &str = "/v1/morphology/morphologies";
const CHANGES: &str = "/v1/genome/changes?since=";

/// What it asks when it reads the genome, and then `CHANGES`.
const GENOME: [&str; 13] = [
    GEOMETRY,
    RULES,
    MAP,
    REGIONS,
    "/v1/cortical_area/classifiers",
    "/v1/cortical_area/ipu/types",
    "/v1/cortical_area/opu/types",
    "/v1/agent/capabilities/all",
    "/v1/agent/capabilities/all?include_device_registrations=true",
    "/v1/burst_engine/simulation_timestep",
    "/v1/neuroplasticity/plasticity_queue_depth",
    "/v1/system/cortical_area_visualization_skip_rate",
    "/v1/system/cortical_area_visualization_suppression_threshold",
];

/// Requests of a start in all: the rest asks again for health and changes.
const CALLS: usize = 25;

/// A server that counts what it is asked.
struct Asked<'a> {
    server: &'a Server,
    calls: usize,
    paths: BTreeSet<String>,
}

impl Asked<'_> {
    fn ask(&mut self, path: &str) -> Value {
        let answer = get(self.server.http, path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        self.calls += 1;
        self.paths.insert(path.split('?').next().unwrap_or(path).to_owned());
        serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{path}: {error}: {}", answer.body))
    }
}

#[test]
fn the_visualizer_starts_and_sees_the_genome_and_what_fires() {
    let server = server();
    let genome = genome();
    let mut asked = Asked { server: &server, calls: 0, paths: BTreeSet::new() };
    let health = asked.ask(BEFORE[0]);
    assert_eq!((&health["brain_readiness"], &health["genome_availability"]), (&true.into(), &true.into()));
    let places = asked.ask(BEFORE[1]);
    assert_eq!(places["websocket"]["ports"]["registration"], server.websocket.port());

    let events = recorded("ws_session_brain_visualizer.json");
    let first = |direction: &str| {
        let found =
            events.iter().find(|event| text(event, "dir") == direction && text(event, "kind") == "binary");
        found.unwrap_or_else(|| panic!("nothing recorded of {direction}"))
    };
    let (_link, _, mut pictures) = open_session(&server, first("client->9053"), first("9053->client"));

    let answers: BTreeMap<&str, Value> = GENOME.map(|path| (path, asked.ask(path))).into();
    let newest = asked.ask(&format!("{CHANGES}0"))["latest_sequence"].as_u64().expect("a number");
    assert!(newest >= 1);
    while asked.calls + 1 < CALLS {
        assert_eq!(asked.ask(BEFORE[0])["genome_change_sequence"], newest);
        assert_eq!(asked.ask(&format!("{CHANGES}{newest}"))["changes"], Value::Array(Vec::new()));
    }
    asked.ask(BEFORE[0]);
    assert_eq!((asked.calls, asked.paths.len()), (CALLS, 15));

    shows_the_areas(&answers[GEOMETRY], &genome);
    shows_the_mappings(&answers[MAP], &genome);
    let regions = answers[REGIONS].as_object().expect("an object");
    let areas: usize = regions.values().map(|region| region["areas"].as_array().map_or(0, Vec::len)).sum();
    assert_eq!((regions.len(), areas), (genome.regions.len(), genome.areas.len()));
    assert!(answers[RULES].as_object().expect("an object").keys().eq(genome.morphologies.keys()));

    let mut spikes = 0;
    for _ in 0..20 {
        let picture = pictures.receive(LONG).expect("a picture");
        for area in &genome.areas {
            let inside = |&(x, y, z, _): &(u32, u32, u32, f32)| {
                let [width, height, depth] = area.dimensions.to_array();
                x < width && y < height && z < depth
            };
            let cells = cells_of(&picture, *area.id.as_bytes());
            assert!(cells.iter().all(inside), "{}: {cells:?}", area.name);
            spikes += cells.len();
        }
    }
    assert!(spikes >= 20, "{spikes} voxels in 20 pictures");
    drop(pictures);
    assert!(server.stop().0.success());
}

/// The genome that the server runs, as its file says it.
fn genome() -> Genome {
    let bytes = essential_genome().map(|path| std::fs::read(path).expect("a genome file"));
    let bytes = bytes.unwrap_or_else(|| include_bytes!("../../genomes/visual_reflex.genome").to_vec());
    Genome::read_bytes(&bytes, &Limits::default()).expect("a genome").genome
}

fn shows_the_areas(geometry: &Value, genome: &Genome) {
    let shown = geometry.as_object().expect("an object");
    assert_eq!(shown.len(), genome.areas.len());
    for area in &genome.areas {
        let shown = &shown[&area.id.to_base64()];
        let position = [area.position.x, area.position.y, area.position.z];
        assert_eq!(shown["cortical_name"], area.name);
        assert_eq!(shown["coordinates_3d"], Value::from(position.to_vec()), "{}", area.name);
        assert_eq!(shown["cortical_dimensions"], Value::from(area.dimensions.to_array().to_vec()));
        assert_eq!(shown["cortical_neuron_per_vox_count"], area.neurons_per_voxel);
    }
}

fn shows_the_mappings(map: &Value, genome: &Genome) {
    let rules = |map: &Value| {
        let mut rules = BTreeMap::new();
        for (source, targets) in map.as_object().expect("an object") {
            for (target, list) in targets.as_object().expect("an object") {
                let names = list
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(|rule| text(rule, "morphology_id").to_owned());
                rules.insert((source.clone(), target.clone()), names.collect::<Vec<_>>());
            }
        }
        rules
    };
    let expected: BTreeMap<_, _> = genome
        .areas
        .iter()
        .flat_map(|area| {
            let mappings = area.mappings.iter().filter(|(_, rules)| !rules.is_empty());
            mappings.map(|(target, rules)| {
                let names = rules.iter().map(|rule| rule.morphology.clone()).collect::<Vec<_>>();
                ((CorticalId::to_base64(&area.id), target.clone()), names)
            })
        })
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(rules(map), expected);
}
