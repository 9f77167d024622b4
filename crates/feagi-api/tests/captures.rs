//! Every recorded exchange with the published server is repeated here: the same status, content type
//! and shape, and the same values where they do not depend on time, ids or order.
//!
//! Shapes are compared with a small genome of this project's own; values with the genome that the
//! recordings were made with, when `FEAGI_GENOMES` names its folder.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod compare;
mod support;

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use axum::body::Body;
use axum::http::Request;
use compare::{Exact, compare};
use feagi_api::Limits;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use support::agents::{Agents, two_motors};
use support::{Life, genome_file};

/// What the recordings hold that is not the same here, and why.
struct Case {
    /// File without `.json`.
    name: &'static str,
    /// Places whose values differ, see [`compare::Exact`].
    differs: &'static [&'static str],
    /// Whether an agent with two motors is registered.
    with_agent: bool,
}

const fn case(name: &'static str, differs: &'static [&'static str]) -> Case {
    Case { name, differs, with_agent: false }
}

const fn agent_case(name: &'static str, differs: &'static [&'static str]) -> Case {
    Case { name, differs, with_agent: true }
}

/// Ids of regions are made anew by every server; indices follow another order of areas here.
const AREA: &[&str] = &["**.parent_region_id", "**.cortical_idx", "**.upstream_cortical_areas"];

/// Ids and indices of neurons and areas follow another order of areas here, and counts depend on time.
/// The published server has another default for the excitability of core areas, and tells the largest number
/// for no limit.
const NEURON: &[&str] = &[
    "**.cortical_area",
    "**.cortical_idx",
    "**.neuron_id",
    "**.consecutive_fire_count",
    "**.consecutive_fire_limit",
    "**.excitability",
    "**.threshold_limit",
];

const NEW_UNIT: &[&str] = &[
    "**.parent_region_id",
    "**.cortical_idx",
    "**.properties",
    "**.visualization_voxel_granularity",
    "**.neuron_init_lifespan",
    "**.neuron_lifespan_growth_rate",
    "**.neuron_longterm_mem_threshold",
];

const CASES: &[Case] = &[
    case("delete_agent_deregister__unknown", &[]),
    // Messages are in our words.
    case("delete_cortical_area_cortical_area__missing", &[]),
    case("err_bad_cortical_id", &[]),
    case("err_genome_malformed", &[]),
    case("err_genome_not_a_genome", &["message"]),
    case("err_malformed_json", &[]),
    case("err_missing_field", &[]),
    case("err_unknown_path", &[]),
    case("err_wrong_content_type", &[]),
    case("err_wrong_method", &[]),
    case("get_agent_capabilities", &[]),
    agent_case("get_agent_capabilities__with_agent", &[]),
    case("get_agent_capabilities_all", &[]),
    agent_case("get_agent_capabilities_all__with_agent", &[]),
    agent_case("get_agent_device_registrations", &["agent_id"]),
    case("get_agent_device_registrations__bad_id", &["message"]),
    case("get_agent_info_agent_id", &[]),
    case("get_agent_list", &[]),
    agent_case("get_agent_list__with_agent", &["*"]),
    case("get_agent_properties", &[]),
    case("get_agent_properties_agent_id", &[]),
    case("get_burst_engine_burst_counter", &["."]),
    case("get_burst_engine_config", &[]),
    case("get_burst_engine_fire_queue", &["timestep"]),
    case("get_burst_engine_fire_queue_detailed", &["timestep", "**.cortical_idx", "**.neuron_ids"]),
    case("get_burst_engine_fire_queue_counts", &["timestep"]),
    case("get_burst_engine_simulation_timestep", &[]),
    case("get_burst_engine_stats", &["burst_count"]),
    case("post_burst_engine_hold", &[]),
    case("post_burst_engine_resume", &[]),
    case("post_burst_engine_start", &[]),
    case("post_burst_engine_stop", &[]),
    // Genes that are not set are the genome's defaults here; the published server answers with zeros, and
    // without what has no field of its own.
    case("post_cortical_area_cortical_area", NEW_UNIT),
    // The recorded region is no region here.
    case("post_cortical_area_custom_cortical_area__in_root_refused", &["message"]),
    case("post_morphology_morphology", &[]),
    case("put_cortical_area_multi_cortical_area__map_form", &[]),
    case("put_system_cortical_area_visualization_skip_rate", &[]),
    case("put_system_cortical_area_visualization_suppression_threshold", &[]),
    case("get_burst_engine_status", &["burst_count"]),
    case("get_connectome_neuron_neuron_id_properties", NEURON),
    case("get_connectome_neuron_properties_at", NEURON),
    case("get_cortical_area_classifiers", &[]),
    case("get_cortical_area_cortical_area_geometry", GEOMETRY),
    case("get_cortical_area_cortical_area_id_list", &[]),
    case("get_cortical_area_cortical_area_name_list", &[]),
    case("get_cortical_area_cortical_id_name_mapping", &[]),
    case("get_cortical_area_cortical_map_detailed", &[]),
    case("get_cortical_area_ipu", &[]),
    case("get_cortical_area_ipu_list", &[]),
    case("get_cortical_area_ipu_types", &[]),
    case("get_cortical_area_opu", &[]),
    case("get_cortical_area_opu_list", &[]),
    case("get_cortical_area_opu_types", &[]),
    case("get_cortical_area_voxel_neurons", NEURON),
    // Pairs come in the order of ids here, in any order there.
    case("get_cortical_mapping_mapping_list", &["*"]),
    case("get_genome_changes", GENOME_LOADED),
    case("get_genome_changes__since0", GENOME_LOADED),
    case("get_genome_defaults_files", &["*"]),
    case("get_genome_download", DOWNLOAD),
    // There is no file behind a genome that came over HTTP, in both servers.
    case("get_genome_file_name", &[]),
    // The published server says these whatever runs.
    case("get_genome_genome_number", &["."]),
    case("get_genome_name", &["."]),
    case("get_genome_timestamp", &["."]),
    case("get_morphology_info_morphology_id", &[]),
    case("get_morphology_list", &[]),
    case("get_morphology_morphologies", &[]),
    case("get_morphology_morphology_list", &[]),
    // The published server names a rule among the kinds of rules.
    case("get_morphology_morphology_types", &["*"]),
    // Ports of data streams: the first viewer gets the last port of the pool, in both servers.
    case("get_network_connection_info", CONNECTIONS),
    // The published server says no although it listens.
    case("get_network_status", &["websocket_enabled", "zmq_enabled"]),
    // The published server says 0 whatever the genome says.
    case("get_neuroplasticity_plasticity_queue_depth", &["."]),
    case("get_region_region_titles", &["*"]),
    case("get_region_regions", &["*"]),
    case("get_region_regions_members", &["**"]),
    case("get_system_cortical_area_visualization_skip_rate", &[]),
    case("get_system_cortical_area_visualization_suppression_threshold", &[]),
    case("get_system_health_check", HEALTH),
    case("get_system_version", &["."]),
    case("post_agent_heartbeat__unknown", &[]),
    case("post_agent_manual_stimulation", &[]),
    case("post_agent_manual_stimulation__out_of_range", &[]),
    // A second transport is offered here.
    case("post_agent_register__rest_legacy", &["transports"]),
    case("post_burst_engine_simulation_timestep", &[]),
    case("post_burst_engine_simulation_timestep__negative", &[]),
    case("post_cortical_area_cortical_area_properties", AREA),
    case("post_cortical_area_multi_cortical_area_properties", AREA),
    case("post_cortical_area_multi_cortical_area_properties__objectform", AREA),
    case("post_cortical_area_multi_cortical_area_properties__unknown", &[]),
    case("post_cortical_area_voxel_neurons", NEURON),
    case("post_cortical_mapping_mapping_properties", &[]),
    // The published server forgets id and title of what it loads.
    case("post_genome_upload_barebones", &["genome_id", "genome_title"]),
    case("post_genome_upload_essential", &["genome_id", "genome_title"]),
    case("post_morphology_morphology_properties", &[]),
    case("post_morphology_morphology_usage", &["*"]),
];

/// The published server leaves places on the map out, shows a leak of 10 for 1, which is the most there
/// can be, and reads only one of the two genes for snoozing.
const GEOMETRY: &[&str] =
    &["**.parent_region_id", "**.coordinates_2d", "**.leak_coefficient", "**.snooze_period"];

/// The published server forgets some of what it has read, this one keeps it.
const DOWNLOAD: &[&str] = &[
    "brain_regions",
    "brain_regions_root",
    "genome_description",
    "neuron_morphologies.*.morphology_name",
    "physiology",
    "stats",
    "version",
];

const GENOME_LOADED: &[&str] = &[
    "**.change_id",
    "**.group_id",
    "**.recorded_at_ms",
    "**.timestamp_ms",
    "**.id",
    "**.genome_id",
    "**.genome_title",
];

const CONNECTIONS: &[&str] = &[
    "shm.*",
    "**.note",
    "stream_status.*",
    "websocket.ports.rest_api",
    "zmq.ports.api_control",
    "zmq.ports.visualization",
    "zmq.endpoints.visualization",
];

/// Hashes and times; room for synapses and memory neurons is another here. The published server leaves
/// the neurons of core areas out.
const HEALTH: &[&str] = &[
    "neuron_count",
    "regular_neuron_count",
    "*_hash",
    "feagi_session",
    "genome_timestamp",
    "genome_change_sequence",
    "brain_regions_root",
    "estimated_brain_size_in_MB",
    "memory_pool.pool_capacity",
    "synapse_count_max",
];

/// A recorded exchange.
struct Capture {
    method: String,
    path: String,
    body: Value,
    status: u16,
    content_type: String,
    response: Value,
}

fn folder() -> PathBuf {
    match std::env::var_os("FEAGI_VECTORS") {
        Some(folder) => PathBuf::from(folder).join("rest"),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/rest"),
    }
}

impl Capture {
    fn read(name: &str) -> Self {
        let path = folder().join(format!("{name}.json"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut file: Value = serde_json::from_str(&text).unwrap();
        Self {
            method: file["request"]["method"].as_str().unwrap().to_owned(),
            path: file["request"]["path"].as_str().unwrap().to_owned(),
            body: file["request"]["body"].take(),
            status: file["status"].as_u64().unwrap().try_into().unwrap(),
            content_type: file["content_type"].as_str().unwrap_or_default().to_owned(),
            response: file["response"].take(),
        }
    }

    fn request(&self) -> Request<Body> {
        let request = Request::builder().method(self.method.as_str()).uri(&self.path);
        match &self.body {
            Value::Null => request.body(Body::empty()),
            // Bodies that are no JSON were recorded as text; one of them to get the wrong content type.
            body => match body.get("__raw__").and_then(Value::as_str) {
                Some(raw) if self.status == 415 => {
                    request.header("content-type", "text/plain").body(Body::from(raw.to_owned()))
                }
                Some(raw) => {
                    request.header("content-type", "application/json").body(Body::from(raw.to_owned()))
                }
                None => request.header("content-type", "application/json").body(Body::from(body.to_string())),
            },
        }
        .unwrap()
    }
}

/// The id that the recordings give to their agent.
const RECORDED_ID: &str = "Lt0E2pc9uKkYFTqX8/68/IzFjXOsBUmiSQKHoZTJR1Sk0W8qM6SUxZCA4ICfjtSj";

fn replay(case: &Case, genome: &[u8], values: bool) -> Result<(), Failed> {
    let mut capture = Capture::read(case.name);
    let mut agents = Agents::none();
    if case.with_agent {
        let id = agents.register("cfg", &["send_sensor_data", "receive_motor_data"], Some(&two_motors()));
        let escaped = |id: &str| id.replace('/', "%2F").replace('+', "%2B");
        capture.path = capture.path.replace(&escaped(RECORDED_ID), &escaped(&id));
        let response = capture.response.to_string().replace(RECORDED_ID, &id);
        capture.response = serde_json::from_str(&response)?;
    }
    let life = Life::with(genome, agents.directory, Limits::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answer = runtime.block_on(async {
        // Some figures need a burst before they are what they were when recorded.
        support::until(async || (life.see("/v1/burst_engine/burst_counter").await != 0).then_some(())).await;
        life.send(capture.request()).await
    });
    if answer.status.as_u16() != capture.status {
        return Err(
            format!("status {} instead of {}: {}", answer.status, capture.status, answer.text()).into()
        );
    }
    if answer.content_type() != capture.content_type {
        return Err(format!(
            "content type {:?} instead of {:?}",
            answer.content_type(),
            capture.content_type
        )
        .into());
    }
    if let Some(text) = capture.response.get("__non_json__") {
        // The recorder wrote its bodies with other gaps, so columns differ.
        let sentence = |text: &str| text.split(" at line ").next().map(str::to_owned);
        let same = !values || sentence(text.as_str().unwrap_or_default()) == sentence(&answer.text());
        return if same { Ok(()) } else { Err(format!("{:?} instead of {text}", answer.text()).into()) };
    }
    let exact = if values { Exact::But(case.differs) } else { Exact::Nowhere(case.differs) };
    let differences = compare(&capture.response, &answer.json(), &exact);
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n").into()) }
}

/// A comparison that finds nothing would let every answer pass.
fn finds_differences() -> Result<(), Failed> {
    use serde_json::json;

    let recorded = json!({"a": 1, "b": ["x", "y"], "c": {"d": true}, "e": null});
    let differences = |found: Value, exact: Exact| compare(&recorded, &found, &exact).len();
    assert_eq!(differences(recorded.clone(), Exact::But(&[])), 0);
    assert_eq!(differences(json!({"a": 1, "b": ["y", "x"], "c": {"d": true}, "e": 7}), Exact::But(&[])), 0);
    let other = json!({"a": 2, "b": ["x"], "c": {"d": false}, "e": null});
    assert_eq!(differences(other.clone(), Exact::But(&[])), 3);
    assert_eq!(differences(other.clone(), Exact::But(&["a", "b.*", "**.d"])), 0);
    assert_eq!(differences(other, Exact::Nowhere(&[])), 0);
    let another = json!({"a": "1", "b": [1], "c": {}, "f": 0, "e": null});
    assert_eq!(differences(another.clone(), Exact::Nowhere(&[])), 4);
    assert_eq!(differences(another, Exact::Nowhere(&["a", "b", "c", "f"])), 0);
    Ok(())
}

fn main() {
    let essential: Option<Arc<[u8]>> = genome_file("default_essential.genome").map(Into::into);
    let mut trials = vec![Trial::test("comparing_finds_differences", finds_differences)];
    for case in CASES {
        trials.push(Trial::test(format!("shape::{}", case.name), || {
            replay(case, support::SMALL.as_bytes(), false)
        }));
        let genome = essential.clone();
        let ignored = genome.is_none();
        let trial = Trial::test(format!("values::{}", case.name), move || {
            // One at a time: the genome's areas take memory.
            static TURN: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);
            let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            replay(case, genome.as_deref().unwrap_or_default(), true)
        });
        trials.push(trial.with_ignored_flag(ignored));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
