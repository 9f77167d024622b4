//! Edits of a running brain over REST: the published shapes, what comes of them, and the way back.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Life, until};

const EYE: &str = "aXN2aUkAAAA=";
const FORWARD: &str = "Y19fZm9yX18=";
const MOTOR: &str = "b21vdAUAAAA=";

async fn ask(life: &Life, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    life.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// The answer to a request that has to be served.
async fn done(life: &Life, method: &str, path: &str, body: Value) -> Value {
    let answer = ask(life, method, path, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{method} {path}: {}", answer.text());
    answer.json()
}

/// Status and fields of the answer to a request that has to be refused, without a trace.
async fn refused(life: &Life, method: &str, path: &str, body: Value) -> (StatusCode, Vec<String>) {
    let before = genome(life).await;
    let answer = ask(life, method, path, body).await;
    assert_ne!(answer.status, StatusCode::OK, "{method} {path}");
    let told = answer.json();
    assert_eq!(told["code"], json!(answer.status.as_u16()));
    assert!(told["message"].as_str().is_some_and(|message| !message.is_empty()));
    assert_eq!(genome(life).await, before);
    let fields = told["fields"].as_object().map(|fields| fields.keys().cloned().collect());
    (answer.status, fields.unwrap_or_default())
}

async fn genome(life: &Life) -> Value {
    life.see("/v1/genome/download?layout=hierarchical").await
}

async fn properties(life: &Life, id: &str) -> Value {
    done(life, "POST", "/v1/cortical_area/cortical_area_properties", json!({ "cortical_id": id })).await
}

async fn region(life: &Life) -> String {
    let created = done(life, "POST", "/v1/region/region", json!({"title": "r1"})).await;
    created["region_id"].as_str().unwrap().to_owned()
}

/// A custom area in a region of its own; its id.
async fn custom(life: &Life, name: &str) -> String {
    let region = region(life).await;
    let request = json!({"brain_region_id": region, "coordinates_2d": [null, null], "coordinates_3d": [300, 0, 0],
        "cortical_dimensions": [4, 4, 4], "cortical_group": "CUSTOM", "cortical_name": name,
        "cortical_sub_group": ""});
    let created = done(life, "POST", "/v1/cortical_area/custom_cortical_area", request).await;
    assert_eq!(created["message"], json!("Custom cortical area created successfully"));
    assert_eq!(created["cortical_name"], json!(name));
    created["cortical_id"].as_str().unwrap().to_owned()
}

async fn undo(life: &Life) -> Value {
    done(life, "POST", "/v1/genome/changes/undo", json!({})).await
}

#[tokio::test]
async fn every_parameter_of_an_area_is_set_shown_and_taken_back() {
    let life = Life::small();
    let before = genome(&life).await;
    let fields = json!({
        "cortical_name": "ahead", "coordinates_3d": [1, -2, 3], "coordinates_2d": [4, 5], "visible": false,
        "cortical_dimensions": [3, 2, 1], "neurons_per_voxel": 2, "neuron_fire_threshold": 2.5,
        "neuron_fire_threshold_increment": [0.5, 0.0, 0.25], "neuron_firing_threshold_limit": 90.0,
        "neuron_leak_coefficient": 0.125, "neuron_refractory_period": 3, "neuron_excitability": 50.0,
        "neuron_consecutive_fire_count": 7, "neuron_snooze_period": 2, "neuron_mp_charge_accumulation": true,
        "neuron_post_synaptic_potential": 1.5, "neuron_psp_uniform_distribution": true,
        "neuron_mp_driven_psp": true, "neuron_degeneracy_coefficient": 0.5, "neuron_plasticity_constant": 0.75,
        "visualization_voxel_granularity": [2, 2, 1]
    });
    let mut request = fields.clone();
    request["cortical_id"] = json!(FORWARD);
    let answer = done(&life, "PUT", "/v1/cortical_area/cortical_area", request).await;
    let expected =
        json!({"cortical_id": FORWARD, "previous_cortical_id": FORWARD, "message": "Cortical area updated"});
    assert_eq!(answer, expected);
    let shown = properties(&life, FORWARD).await;
    for (name, value) in fields.as_object().unwrap() {
        if name == "coordinates_2d" {
            assert_eq!(shown["properties"]["2d_coordinate"], *value);
        } else {
            assert_eq!(shown[name], *value, "{name}");
        }
    }
    assert_eq!(shown["neuron_count"], json!(12));
    let label = undo(&life).await["label"].clone();
    assert!(label.as_str().unwrap().contains("\"forward\""), "{label}");
    assert_eq!(genome(&life).await, before);
    let again = done(&life, "POST", "/v1/genome/changes/redo", json!({})).await;
    assert_eq!((&again["label"], &again["redo"]), (&label, &json!([])));
    assert_eq!(properties(&life, FORWARD).await["cortical_name"], json!("ahead"));
}

#[tokio::test]
async fn values_that_cannot_be_are_told_at_their_fields_and_change_nothing() {
    let life = Life::small();
    let path = "/v1/cortical_area/cortical_area";
    for (field, value) in [
        ("cortical_name", json!("")),
        ("coordinates_3d", json!([1, 2])),
        ("coordinates_3d", json!([1, 2, 3_000_000_000_i64])),
        ("cortical_dimensions", json!([0, 1, 1])),
        ("cortical_dimensions", json!([100_000, 100_000, 100_000])),
        ("neurons_per_voxel", json!(0)),
        ("neuron_fire_threshold", json!("high")),
        ("neuron_fire_threshold", json!(1e39)),
        ("neuron_fire_threshold_increment", json!([1, 2])),
        ("neuron_leak_coefficient", json!(1.5)),
        ("neuron_excitability", json!(101)),
        ("neuron_refractory_period", json!(70_000)),
        ("neuron_snooze_period", json!(1.5)),
        ("neuron_mp_driven_psp", json!(1)),
        ("parent_region_id", json!(7)),
        ("neuron_burst_engine_active", json!("yes")),
    ] {
        let request = json!({"cortical_id": FORWARD, field: value, "neuron_degeneracy_coefficient": 0.5});
        let (status, fields) = refused(&life, "PUT", path, request).await;
        assert_eq!((status, fields), (StatusCode::BAD_REQUEST, vec![field.to_owned()]), "{field}");
    }
    let both = json!({"cortical_id": FORWARD, "neuron_leak_coefficient": -1, "neuron_excitability": null,
        "neuron_snooze_period": -1});
    let (_, fields) = refused(&life, "PUT", path, both).await;
    assert_eq!(fields, ["neuron_leak_coefficient", "neuron_snooze_period"]);
    for (request, expected) in [
        (json!({}), StatusCode::BAD_REQUEST),
        (json!({"cortical_id": "no id"}), StatusCode::INTERNAL_SERVER_ERROR),
        (json!({"cortical_id": "Y19fX19fX18=", "visible": true}), StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        assert_eq!(refused(&life, "PUT", path, request).await.0, expected);
    }
    let told = done(&life, "PUT", path, json!({"cortical_id": FORWARD, "colour": "red"})).await;
    assert_eq!(told["ignored"], json!(["colour"]));
}

#[tokio::test]
async fn a_threshold_takes_effect_on_the_next_burst() {
    let life = Life::small();
    done(&life, "POST", "/v1/burst_engine/hold", json!({})).await;
    let eye = json!({"stimulation_payload": {EYE: [[0, 0, 0]]}});
    let mut fired = Vec::new();
    for threshold in [1.0, 50.0, 1.0] {
        let request = json!({"cortical_id": FORWARD, "neuron_fire_threshold": threshold});
        done(&life, "PUT", "/v1/cortical_area/cortical_area", request).await;
        done(&life, "POST", "/v1/agent/manual_stimulation", eye.clone()).await;
        done(&life, "POST", "/v1/burst_engine/step", json!({"bursts": 2})).await;
        let queue = life.see("/v1/burst_engine/fire_queue").await;
        fired.push(queue["cortical_areas"].get(FORWARD).is_some());
        done(&life, "POST", "/v1/burst_engine/step", json!({"bursts": 5})).await;
    }
    assert_eq!(fired, [true, false, true]);
}

#[tokio::test]
async fn a_held_brain_steps_and_says_so() {
    let life = Life::small();
    let (status, fields) = refused(&life, "POST", "/v1/burst_engine/step", json!({})).await;
    assert_eq!((status, fields), (StatusCode::BAD_REQUEST, Vec::new()));
    let held = done(&life, "POST", "/v1/burst_engine/hold", json!({})).await;
    assert_eq!(held, json!({"message": "Burst engine paused successfully"}));
    let count = life.see("/v1/burst_engine/burst_counter").await.as_u64().unwrap();
    assert_eq!(life.see("/v1/burst_engine/status").await["paused"], json!(true));
    assert_eq!(life.see("/v1/burst_engine/config").await["is_paused"], json!(true));
    let stepped = done(&life, "POST", "/v1/burst_engine/step", json!({"bursts": 3})).await;
    assert_eq!(stepped["burst_count"], json!(count + 3));
    assert_eq!(
        done(&life, "POST", "/v1/burst_engine/step", json!({})).await["burst_count"],
        json!(count + 4)
    );
    assert_eq!(life.see("/v1/burst_engine/burst_counter").await, json!(count + 4));
    let (status, _) = refused(&life, "POST", "/v1/burst_engine/step", json!({"bursts": 0})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let resumed = done(&life, "POST", "/v1/burst_engine/resume", json!({})).await;
    assert_eq!(resumed, json!({"message": "Burst engine resumed successfully"}));
    until(async || {
        let bursts = life.see("/v1/burst_engine/burst_counter").await.as_u64().unwrap();
        (bursts > count + 4).then_some(())
    })
    .await;
}

#[tokio::test]
async fn areas_come_into_regions_are_copied_moved_and_go() {
    let life = Life::small();
    let first = genome(&life).await;
    let id = custom(&life, "testarea").await;
    assert!(id.starts_with("Y3Rlc3Rh"), "{id}");
    let cloned = done(
        &life,
        "POST",
        "/v1/cortical_area/clone",
        json!({"source_area_id": id, "new_name": "testarea", "coordinates_3d": [360, 0, 0],
            "coordinates_2d": [5, 5], "clone_cortical_mapping": true}),
    )
    .await;
    assert_eq!(cloned["message"], json!("Cortical area cloned"));
    let copy = cloned["new_area_id"].as_str().unwrap();
    assert_ne!(copy, id);
    let [original, shown] = [properties(&life, &id).await, properties(&life, copy).await];
    assert_eq!(shown["parent_region_id"], original["parent_region_id"]);
    assert_eq!((&shown["coordinates_3d"], &shown["neuron_count"]), (&json!([360, 0, 0]), &json!(64)));
    let updated = done(
        &life,
        "PUT",
        "/v1/cortical_area/multi/cortical_area",
        json!({"cortical_id_list": [id, copy], "neuron_leak_coefficient": 0.25}),
    )
    .await;
    assert_eq!(updated["message"], json!("Updated 2 cortical areas"));
    assert_eq!(properties(&life, copy).await["neuron_leak_coefficient"], json!(0.25));
    let deleted = done(&life, "DELETE", "/v1/cortical_area/multi/cortical_area", json!([id, copy])).await;
    let told = deleted["cortical_ids"].as_str().unwrap();
    assert!(told.contains(&id) && told.contains(copy), "{told}");
    assert_eq!(deleted["message"], json!("Deleted 2 cortical areas"));
    let missing = json!({ "cortical_id": id });
    let (status, _) = refused(&life, "DELETE", "/v1/cortical_area/cortical_area", missing).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let labels = life.see("/v1/genome/changes/undoable").await;
    assert_eq!(labels["undo"].as_array().unwrap().len(), 5, "{labels}");
    for _ in 0..5 {
        undo(&life).await;
    }
    assert_eq!(genome(&life).await, first);
    let (status, _) = refused(&life, "POST", "/v1/genome/changes/undo", json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn custom_areas_stay_out_of_the_root_region_and_within_the_limits() {
    let life = Life::small();
    let root = life.see("/v1/system/health_check").await["brain_regions_root"].clone();
    let path = "/v1/cortical_area/custom_cortical_area";
    let request = |region: &Value, size: Value| {
        json!({"brain_region_id": region, "coordinates_3d": [0, 0, 0], "cortical_dimensions": size,
            "cortical_group": "CUSTOM", "cortical_name": "x"})
    };
    let (status, fields) = refused(&life, "POST", path, request(&root, json!([1, 1, 1]))).await;
    assert_eq!((status, fields), (StatusCode::INTERNAL_SERVER_ERROR, vec!["brain_region_id".to_owned()]));
    let (status, _) = refused(&life, "POST", path, request(&json!("nowhere"), json!([1, 1, 1]))).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let region = json!(region(&life).await);
    let huge = request(&region, json!([100_000, 100_000, 100_000]));
    let (status, fields) = refused(&life, "POST", path, huge).await;
    assert_eq!((status, fields), (StatusCode::BAD_REQUEST, vec!["cortical_dimensions".to_owned()]));
    let core = json!({"cortical_id": "X19fcG93ZXI=", "cortical_dimensions": [2, 1, 1]});
    assert_eq!(
        refused(&life, "PUT", "/v1/cortical_area/cortical_area", core).await.0,
        StatusCode::BAD_REQUEST
    );
    let core = json!({"cortical_id": "X19fcG93ZXI="});
    assert_eq!(
        refused(&life, "DELETE", "/v1/cortical_area/cortical_area", core).await.0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn units_of_devices_get_the_areas_of_their_type() {
    let life = Life::small();
    let path = "/v1/cortical_area/cortical_area";
    let request = json!({"coordinates_2d": [null, null], "coordinates_3d": [340, 0, 0], "cortical_id": "iinf",
        "cortical_type": "IPU", "data_type_configs_by_subunit": {"0": 1}, "device_count": 2,
        "neurons_per_voxel": 1, "unit_id": 0});
    let created = done(&life, "POST", path, request.clone()).await;
    assert_eq!((&created["cortical_id"], &created["unit_count"]), (&json!("aWluZgEAAAA="), &json!(1)));
    let area = &created["areas"][0];
    assert_eq!(
        (&area["coordinates_3d"], &area["cortical_dimensions"]),
        (&json!([350, 0, -20]), &json!([2, 1, 10]))
    );
    assert_eq!(
        (&area["cortical_name"], &area["neuron_count"]),
        (&json!("Infrared Sensor Unit 0"), &json!(20))
    );
    let (status, fields) = refused(&life, "POST", path, request).await;
    assert_eq!((status, fields), (StatusCode::BAD_REQUEST, vec!["unit_id".to_owned()]));
    for (field, value) in [
        ("cortical_id", json!("ixxx")),
        ("cortical_id", json!("omot")),
        ("cortical_type", json!("CUSTOM")),
        ("device_count", json!(0)),
        ("unit_id", json!(-1)),
        ("data_type_configs_by_subunit", json!({"0": 65_535})),
    ] {
        let mut request =
            json!({"cortical_id": "iinf", "cortical_type": "IPU", "unit_id": 3, "device_count": 1});
        request[field] = value;
        assert_eq!(refused(&life, "POST", path, request).await.1, [field], "{field}");
    }
}

#[tokio::test]
async fn mappings_come_change_and_go() {
    let life = Life::small();
    let path = "/v1/cortical_mapping/mapping_properties";
    let pair = |rules: Value| json!({"src_cortical_area": MOTOR, "dst_cortical_area": FORWARD, "mapping_string": rules});
    let rule = json!({"morphology_id": "all_to_0-0-0", "morphology_scalar": [1, 1, 1],
        "postSynapticCurrent_multiplier": -2.0, "plasticity_flag": false, "plasticity_constant": 1,
        "ltp_multiplier": 1, "ltd_multiplier": 1, "synaptic_delay_bursts": 3});
    let before = genome(&life).await;
    let set = done(&life, "PUT", path, pair(json!([rule]))).await;
    assert_eq!((&set["synapse_count"], &set["src_region"]), (&json!(8), &Value::Null));
    let detailed = life.see("/v1/cortical_area/cortical_map_detailed").await;
    assert_eq!(detailed[MOTOR][FORWARD][0]["morphology_id"], json!("all_to_0-0-0"));
    assert_eq!(properties(&life, MOTOR).await["outgoing_synapse_count"], json!(8));
    for (field, value) in [
        ("morphology_id", json!("nothing")),
        ("postSynapticCurrent_multiplier", json!("much")),
        ("synaptic_delay_bursts", json!(0)),
        ("plasticity_flag", json!(7)),
    ] {
        let mut wrong = rule.clone();
        wrong[field] = value;
        let (status, fields) = refused(&life, "PUT", path, pair(json!([rule, wrong]))).await;
        assert_eq!((status, fields), (StatusCode::BAD_REQUEST, vec![format!("mapping_string[1].{field}")]));
    }
    let again = done(&life, "PUT", path, pair(json!([rule]))).await;
    assert_eq!(again["synapse_count"], json!(8), "the same rules again change nothing");
    let gone = done(&life, "PUT", path, pair(json!([]))).await;
    assert_eq!(gone["synapse_count"], json!(0));
    assert_eq!(properties(&life, MOTOR).await["outgoing_synapse_count"], json!(0));
    undo(&life).await;
    assert_eq!(properties(&life, MOTOR).await["outgoing_synapse_count"], json!(8));
    undo(&life).await;
    assert_eq!(genome(&life).await, before);
}

#[tokio::test]
async fn morphologies_come_change_get_names_and_go_and_mappings_follow() {
    let life = Life::small();
    let path = "/v1/morphology/morphology";
    let vector = |vector: Value| {
        json!({"morphology_name": "m_vec", "morphology_type": "vectors",
            "morphology_parameters": {"vectors": [vector]}})
    };
    let success = json!({"status": "success"});
    assert_eq!(done(&life, "POST", path, vector(json!([1, 0, 0]))).await, success);
    let mapping = json!({"src_cortical_area": MOTOR, "dst_cortical_area": MOTOR,
        "mapping_string": [{"morphology_id": "m_vec"}]});
    let set = done(&life, "PUT", "/v1/cortical_mapping/mapping_properties", mapping).await;
    assert_eq!(set["synapse_count"], json!(7));
    assert_eq!(done(&life, "PUT", path, vector(json!([5, 0, 0]))).await, success);
    assert_eq!(properties(&life, MOTOR).await["outgoing_synapse_count"], json!(3));
    let (status, _) = refused(&life, "DELETE", path, json!({"morphology_name": "m_vec"})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "a mapping follows it");
    let renamed = json!({"old_morphology_id": "m_vec", "new_morphology_id": "m_vec2"});
    let told = done(&life, "PUT", "/v1/morphology/rename", renamed).await;
    assert_eq!(told["status"], json!("success"));
    assert_eq!(properties(&life, MOTOR).await["outgoing_synapse_count"], json!(3));
    undo(&life).await;
    undo(&life).await;
    assert_eq!(properties(&life, MOTOR).await["outgoing_synapse_count"], json!(7));
    for (method, body) in [
        ("POST", vector(json!([1, 0]))),
        ("POST", json!({"morphology_name": "f", "morphology_type": "functions"})),
        (
            "PUT",
            json!({"morphology_name": "projector", "morphology_type": "vectors",
            "morphology_parameters": {"vectors": []}}),
        ),
        ("DELETE", json!({"morphology_name": "projector"})),
        ("DELETE", json!({"morphology_name": "nothing"})),
    ] {
        refused(&life, method, path, body).await;
    }
}

#[tokio::test]
async fn regions_come_change_move_and_go_and_keep_what_belongs_to_them() {
    let life = Life::small();
    let before = genome(&life).await;
    let created = done(
        &life,
        "POST",
        "/v1/region/region",
        json!({"title": "r1", "areas": [MOTOR], "regions": [], "coordinates_2d": [1, 1],
            "coordinates_3d": [400, 0, 0]}),
    )
    .await;
    assert_eq!((&created["coordinate_3d"], &created["areas"]), (&json!([400, 0, 0]), &json!([MOTOR])));
    let id = created["region_id"].as_str().unwrap();
    let change = json!({"region_id": id, "region_title": "r1b", "coordinate_3d": [405, 0, 0]});
    let told = done(&life, "PUT", "/v1/region/region", change).await;
    assert_eq!(told, json!({"message": "Brain region updated", "region_id": id}));
    let moved =
        done(&life, "PUT", "/v1/region/relocate_members", json!({id: {"coordinate_2d": [9, 9]}})).await;
    assert_eq!(moved, json!({"message": "Updated 1 brain regions", "region_ids": id}));
    let members = life.see("/v1/region/regions_members").await;
    assert_eq!(members[id]["coordinate_2d"], json!([9, 9]));
    assert_eq!((&members[id]["title"], &members[id]["coordinate_3d"]), (&json!("r1b"), &json!([405, 0, 0])));
    let told = done(&life, "DELETE", "/v1/region/region", json!({"region_id": id})).await;
    assert_eq!(told, json!({"message": "Brain region deleted", "region_id": id}));
    let root = life.see("/v1/system/health_check").await["brain_regions_root"].clone();
    assert_eq!(properties(&life, MOTOR).await["parent_region_id"], root);
    for (method, body) in [
        ("DELETE", json!({ "region_id": root })),
        ("DELETE", json!({"region_id": "nowhere"})),
        ("POST", json!({"title": ""})),
        ("POST", json!({"title": "x", "parent_region_id": "nowhere"})),
        ("PUT", json!({"region_id": root, "coordinate_3d": [1, 2]})),
        ("PUT", json!({"region_id": root, "title": "My brain"})),
        ("POST", json!({"title": "Root Brain Region"})),
        ("PUT", json!({"region_id": root, "description": "x".repeat(20_000)})),
    ] {
        refused(&life, method, "/v1/region/region", body).await;
    }
    for _ in 0..4 {
        undo(&life).await;
    }
    assert_eq!(genome(&life).await, before);
}

#[tokio::test]
async fn resting_neurons_is_told_with_their_number() {
    let life = Life::small();
    let told = done(&life, "PUT", "/v1/cortical_area/reset", json!({"area_list": [EYE]})).await;
    assert_eq!((&told["message"], &told["results"][0]["neurons_reset"]), (&json!("ok"), &json!(48)));
    refused(&life, "PUT", "/v1/cortical_area/reset", json!({"area_list": ["Y19fX19fX18="]})).await;
}

#[tokio::test]
async fn another_pace_is_an_edit_and_another_genome_forgets_edits() {
    let life = Life::small();
    let pace = json!({"simulation_timestep": 0.05});
    done(&life, "POST", "/v1/burst_engine/simulation_timestep", pace).await;
    assert_eq!(life.see("/v1/burst_engine/simulation_timestep").await, json!(0.05));
    undo(&life).await;
    assert_eq!(life.see("/v1/burst_engine/simulation_timestep").await, json!(0.002));
    done(&life, "POST", "/v1/genome/upload/barebones", json!({})).await;
    assert_eq!(life.see("/v1/genome/changes/undoable").await, json!({"undo": [], "redo": []}));
}

#[tokio::test]
async fn viewers_are_spared_what_somebody_sets() {
    let life = Life::small();
    for (path, least, said) in [
        ("/v1/system/cortical_area_visualization_skip_rate", 1, "Skip rate set to 4"),
        ("/v1/system/cortical_area_visualization_suppression_threshold", 0, "Suppression threshold set to 4"),
    ] {
        assert_eq!(life.see(path).await, json!(least));
        assert_eq!(done(&life, "PUT", path, json!(4)).await, json!({ "message": said }));
        assert_eq!(life.see(path).await, json!(4));
        for wrong in [json!(-1), json!(1.5), json!({}), json!(5_000_000_000_u64)] {
            refused(&life, "PUT", path, wrong).await;
        }
    }
}

#[tokio::test]
async fn long_lists_and_names_are_bounded_and_ids_count_once() {
    let life = Life::small();
    let many: Vec<&str> = vec![EYE; 1001];
    for (method, path, body) in [
        ("DELETE", "/v1/cortical_area/multi/cortical_area", json!(many)),
        ("PUT", "/v1/cortical_area/reset", json!({ "area_list": many })),
        ("PUT", "/v1/cortical_area/multi/cortical_area", json!({"cortical_id_list": many, "visible": false})),
    ] {
        assert_eq!(refused(&life, method, path, body).await.0, StatusCode::BAD_REQUEST, "{path}");
    }
    let told = done(&life, "PUT", "/v1/cortical_area/reset", json!({"area_list": [EYE, EYE]})).await;
    assert_eq!(told["results"].as_array().unwrap().len(), 1);
    let id = custom(&life, "x").await;
    let copy = json!({"source_area_id": id, "new_name": "y".repeat(1000)});
    assert_eq!(refused(&life, "POST", "/v1/cortical_area/clone", copy).await.1, ["new_name"]);
    let long = json!({"cortical_id": EYE, "cortical_name": "z".repeat(256)});
    done(&life, "PUT", "/v1/cortical_area/cortical_area", long).await;
    done(&life, "DELETE", "/v1/cortical_area/cortical_area", json!({"cortical_id": EYE})).await;
    let labels = life.see("/v1/genome/changes/undoable").await;
    for label in labels["undo"].as_array().unwrap() {
        assert!(label.as_str().unwrap().len() < 200, "{label}");
    }
}

#[tokio::test]
async fn a_unit_without_a_place_stands_above_the_one_before() {
    let life = Life::small();
    let path = "/v1/cortical_area/cortical_area";
    let mut places = Vec::new();
    for unit in [0, 1] {
        let request =
            json!({"cortical_id": "iinf", "cortical_type": "IPU", "device_count": 1, "unit_id": unit});
        places.push(done(&life, "POST", path, request).await["areas"][0]["coordinates_3d"].clone());
    }
    assert_ne!(places[0], places[1]);
    let request =
        json!({"cortical_id": "iinf", "cortical_type": "IPU", "device_count": 1_000_000, "unit_id": 2});
    let (_, fields) = refused(&life, "POST", path, request).await;
    assert_eq!(fields, ["device_count"]);
}
