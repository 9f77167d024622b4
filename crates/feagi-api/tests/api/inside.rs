//! What areas are made of and how they are joined.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use feagi_api::Limits;
use serde_json::{Value, json};

use crate::listening::Listening;
use crate::support::{Life, until};

const EYE: &str = "aXN2aUkAAAA=";
const FORWARD: &str = "Y19fZm9yX18=";
const MOTOR: &str = "b21vdAUAAAA=";

/// 120 neurons that lead to one, which leads to one of the three in a voxel.
const FUNNEL: &str = r#"{"version": "3.0", "genome_id": "funnel", "genome_title": "Funnel",
    "physiology": {"simulation_timestep": 0.002},
    "blueprint": {
        "aXN2aUkAAAA=": {"cortical_name": "many", "block_boundaries": [12, 10, 1],
            "cortical_mapping_dst": {"Y19fZm9yX18=": [{"morphology_id": "all_to_0-0-0",
                "morphology_scalar": [1, 1, 1], "postSynapticCurrent_multiplier": 1}]}},
        "Y19fZm9yX18=": {"cortical_name": "one", "block_boundaries": [1, 1, 1],
            "cortical_mapping_dst": {"b21vdAUAAAA=": [{"morphology_id": "projector",
                "morphology_scalar": [1, 1, 1], "postSynapticCurrent_multiplier": -2}]}},
        "b21vdAUAAAA=": {"cortical_name": "three", "block_boundaries": [1, 1, 1], "per_voxel_neuron_cnt": 3,
            "firing_threshold": 7}
    }}"#;

fn voxel(id: &str, page: u32) -> String {
    format!("/v1/cortical_area/voxel_neurons?cortical_id={id}&x=0&y=0&z=0&synapse_page={page}")
}

#[tokio::test]
async fn synapses_of_a_voxel_come_fifty_a_page() {
    let life = Life::of(FUNNEL.as_bytes());
    let mut sources = Vec::new();
    for (page, (listed, more)) in [(50, true), (50, true), (20, false), (0, false)].into_iter().enumerate() {
        let seen = life.see(&voxel(FORWARD, page as u32)).await;
        assert_eq!((&seen["neuron_count"], &seen["synapse_page"]), (&json!(1), &json!(page)));
        let neuron = &seen["neurons"][0];
        assert_eq!(
            (&neuron["incoming_synapse_count"], &neuron["outgoing_synapse_count"]),
            (&json!(120), &json!(1))
        );
        let synapses = neuron["incoming_synapses"].as_array().unwrap();
        assert_eq!((synapses.len(), neuron["incoming_synapses_has_more"].as_bool()), (listed, Some(more)));
        for synapse in synapses {
            assert_eq!(
                (&synapse["source_cortical_id"], &synapse["synapse_type"]),
                (&json!(EYE), &json!("excitatory"))
            );
            sources.push([&synapse["source_x"], &synapse["source_y"]].map(|at| at.as_u64().unwrap()));
        }
    }
    sources.sort_unstable();
    let all: Vec<_> = (0..12).flat_map(|x| (0..10).map(move |y| [x, y])).collect();
    assert_eq!(sources, all);
}

#[tokio::test]
async fn all_neurons_of_a_voxel_are_described() {
    let life = Life::of(FUNNEL.as_bytes());
    let seen = life.see(&voxel(MOTOR, 0)).await;
    let neurons = seen["neurons"].as_array().unwrap();
    assert_eq!(
        (neurons.len(), &seen["neuron_count"], &seen["cortical_name"]),
        (3, &json!(3), &json!("three"))
    );
    for neuron in neurons {
        assert_eq!(neuron["threshold"], 7.0);
        for synapse in neuron["incoming_synapses"].as_array().unwrap() {
            let ends = (&synapse["synapse_type"], &synapse["target_neuron_id"]);
            assert_eq!(ends, (&json!("inhibitory"), &neuron["neuron_id"]));
        }
        let id = neuron["neuron_id"].as_u64().unwrap();
        let by_id = life.see(&format!("/v1/connectome/neuron/{id}/properties")).await;
        assert_eq!(by_id["threshold"], neuron["threshold"]);
    }
    // Connection rules lead to one neuron of a voxel.
    let arriving = neurons.iter().map(|neuron| neuron["incoming_synapse_count"].as_u64().unwrap());
    assert_eq!(arriving.sum::<u64>(), 1);
    let body = json!({"cortical_id": MOTOR, "x": 0, "y": 0, "z": 0});
    let by_body = life.tell("POST", "/v1/cortical_area/voxel_neurons", &body).await.json();
    assert_eq!(by_body["neurons"].as_array().unwrap().len(), 3);
    let first =
        life.see(&format!("/v1/connectome/neuron_properties_at?cortical_id={MOTOR}&x=0&y=0&z=0")).await;
    assert_eq!(first["neuron_id"], neurons[0]["neuron_id"]);
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let life = Life::small();
    for path in [
        "/v1/cortical_area/voxel_neurons?cortical_id=Y19fbm9uZV8=&x=0&y=0&z=0",
        "/v1/connectome/neuron_properties_at?cortical_id=Y19fbm9uZV8=&x=0&y=0&z=0",
        "/v1/connectome/neuron_properties_at?cortical_id=Y19fZm9yX18=&x=9&y=0&z=4294967295",
        "/v1/connectome/neuron/4000000000/properties",
        "/v1/region/region/nowhere",
        "/v1/morphology/info/nothing",
    ] {
        let answer = life.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text());
    }
    let beside = life.see("/v1/cortical_area/voxel_neurons?cortical_id=Y19fZm9yX18=&x=9&y=0&z=0").await;
    assert_eq!((&beside["neuron_count"], &beside["neurons"]), (&json!(0), &json!([])));
    let answer = life.get("/v1/cortical_area/voxel_neurons?cortical_id=Y19fZm9yX18=&x=-1&y=0&z=0").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn mappings_are_listed_with_their_rules_and_synapses() {
    let life = Life::of(FUNNEL.as_bytes());
    let counts = life.see("/v1/cortical_mapping/synapse_counts").await;
    let counts: BTreeMap<_, _> = counts
        .as_array()
        .unwrap()
        .iter()
        .map(|count| {
            let end = |name: &str| count[name].as_str().unwrap().to_owned();
            ((end("src_cortical_area"), end("dst_cortical_area")), count["synapse_count"].as_u64().unwrap())
        })
        .collect();
    let pair = |source: &str, target: &str| (source.to_owned(), target.to_owned());
    assert_eq!(counts, BTreeMap::from([(pair(EYE, FORWARD), 120), (pair(FORWARD, MOTOR), 1)]));
    assert_eq!(
        life.see("/v1/cortical_mapping/mapping_list").await,
        json!([[FORWARD, MOTOR], [EYE, FORWARD]])
    );
    let ask = json!({"src_cortical_area": EYE, "dst_cortical_area": FORWARD});
    let rules = life.tell("POST", "/v1/cortical_mapping/mapping_properties", &ask).await.json();
    assert_eq!((rules.as_array().unwrap().len(), &rules[0]["morphology_id"]), (1, &json!("all_to_0-0-0")));
    let usage = json!({"morphology_name": "projector"});
    let usage = life.tell("POST", "/v1/morphology/morphology_usage", &usage).await.json();
    assert_eq!(usage, json!([[FORWARD, MOTOR]]));
}

#[tokio::test]
async fn regions_and_rules_are_told_of_one_by_one() {
    let life = Life::small();
    let members = life.see("/v1/region/regions_members").await;
    let titles = life.see("/v1/region/region_titles").await;
    for id in life.see("/v1/region/regions").await.as_array().unwrap() {
        let id = id.as_str().unwrap();
        let region = life.see(&format!("/v1/region/region/{id}")).await;
        for name in ["title", "areas", "regions", "coordinate_3d", "parent_region_id"] {
            assert_eq!(region[name], members[id][name], "{name}");
        }
        assert_eq!((&region["region_id"], &region["title"]), (&json!(id), &titles[id]));
    }
    assert_eq!(titles.as_object().unwrap().len(), members.as_object().unwrap().len());
    let rules = life.see("/v1/morphology/morphologies").await;
    let names = life.see("/v1/morphology/list").await;
    assert!(
        names
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .eq(rules.as_object().unwrap().keys())
    );
    let rule = life.see("/v1/morphology/info/projector").await;
    assert_eq!(rule["type"], rules["projector"]["type"]);
    assert_eq!(life.see("/v1/genome/name").await, "Small");
    assert_eq!(life.see("/v1/genome/genome_number").await, 1);
}

#[test]
fn every_spike_of_the_last_burst_is_listed() {
    let server = Listening::held();
    let stimulation = json!({"stimulation_payload": {EYE: [[0, 0, 0], [3, 2, 1]]}});
    let stimulated =
        server.runtime.block_on(server.life.tell("POST", "/v1/agent/manual_stimulation", &stimulation));
    assert_eq!(stimulated.status, StatusCode::OK);
    let burst = server.step(1);
    let detailed = server.see("/v1/burst_engine/fire_queue/detailed");
    let counted = server.see("/v1/burst_engine/fire_queue");
    assert_eq!((&detailed["timestep"], &detailed["total_fired"]), (&json!(burst), &counted["total_fired"]));
    for (id, count) in counted["cortical_areas"].as_object().unwrap() {
        let area = &detailed["cortical_areas"][id];
        assert_eq!(&area["fired_count"], count);
        for name in ["neuron_ids", "coordinates_x", "coordinates_y", "coordinates_z", "membrane_potentials"] {
            assert_eq!(area[name].as_array().unwrap().len() as u64, count.as_u64().unwrap(), "{id} {name}");
        }
    }
    let eye = &detailed["cortical_areas"][EYE];
    let at =
        |at: usize| ["coordinates_x", "coordinates_y", "coordinates_z"].map(|name| eye[name][at].clone());
    assert_eq!([at(0), at(1)], [[json!(0), json!(0), json!(0)], [json!(3), json!(2), json!(1)]]);
}

#[test]
fn a_search_in_a_brain_that_changes_all_the_time_ends() {
    let server = Listening::of(FUNNEL.as_bytes(), Limits::default());
    let brain = server.life.state.brain().clone();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let stopped = std::sync::Arc::clone(&stop);
    let editor = std::thread::spawn(move || {
        while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
            let _ = brain.call(|running| running.brain.revision += 1);
        }
    });
    let seen: Value = server.runtime.block_on(until(async || {
        let seen = server.life.see(&voxel(FORWARD, 0)).await;
        (seen["neuron_count"] == 1).then_some(seen)
    }));
    assert!(seen["neurons"][0]["incoming_synapse_count"].as_u64().unwrap() <= 120);
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    editor.join().unwrap();
}
