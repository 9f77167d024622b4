//! Loading other genomes while a brain runs, and what clients notice of it.

use std::sync::Arc;

use crate::support::agents::{Agents, two_motors};
use crate::support::{Answer, BARE, Life, SMALL, until};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use feagi_api::Limits;
use serde_json::{Value, json};

async fn health(life: &Life) -> Value {
    life.see("/v1/system/health_check").await
}

fn upload(path: &str, kind: &str, body: &str) -> Request<Body> {
    Request::post(path).header("content-type", kind).body(Body::from(body.to_owned())).unwrap()
}

#[tokio::test]
async fn a_genome_takes_the_place_of_another_and_clients_can_tell() {
    let life = Life::small();
    let before = health(&life).await;
    let answer = life.send(upload("/v1/genome/upload", "application/json", BARE)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let loaded = answer.json();
    assert_eq!((&loaded["genome_id"], &loaded["genome_title"]), (&json!("bare"), &json!("Bare")));
    assert_eq!((&loaded["cortical_area_count"], &loaded["success"]), (&json!(7), &json!(true)));

    let after = health(&life).await;
    assert_eq!((&before["genome_num"], &after["genome_num"]), (&json!(1), &json!(2)));
    assert_eq!((&after["neuron_count"], &after["synapse_count"]), (&json!(7), &json!(0)));
    for changed in
        ["cortical_areas_hash", "brain_geometry_hash", "cortical_mappings_hash", "brain_regions_hash"]
    {
        assert_ne!(before[changed], after[changed], "{changed}");
    }
    for same in ["feagi_session", "classifiers_hash", "agent_data_hash", "morphologies_hash"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_eq!(after["simulation_timestep"], json!(0.025), "the pace is the new genome's");
    assert_eq!((&after["genome_loading"], &after["genome_state"]), (&json!(false), &json!("loaded")));

    let changes = life.see("/v1/genome/changes?since=0").await;
    assert_eq!(changes["latest_sequence"], after["genome_change_sequence"]);
    let kinds: Vec<&Value> =
        changes["changes"].as_array().unwrap().iter().map(|change| &change["operation"]["kind"]).collect();
    assert_eq!(kinds, [&json!("genome_loaded"), &json!("genome_loaded")]);
}

#[tokio::test]
async fn a_genome_can_be_brought_in_every_way() {
    let life = Life::small();
    let form = format!(
        "--b\r\ncontent-disposition: form-data; name=\"other\"\r\n\r\n1\r\n\
         --b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"g.json\"\r\n\r\n{SMALL}\r\n--b--\r\n"
    );
    for (path, kind, body, id) in [
        ("/v1/genome/upload/string", "text/plain", BARE, "bare"),
        ("/v1/genome/upload/file", "multipart/form-data; boundary=b", form.as_str(), "small"),
        ("/v1/genome/upload", "application/json; charset=utf-8", BARE, "bare"),
    ] {
        let answer = life.send(upload(path, kind, body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert_eq!(answer.json()["genome_id"], id);
    }
    let answer = life.send(upload("/v1/genome/upload/barebones", "application/json", "{}")).await;
    assert_eq!(answer.json()["message"], "barebones genome loaded successfully");
    assert_eq!(health(&life).await["genome_num"], 5);
}

#[tokio::test]
async fn what_is_no_genome_leaves_the_brain_as_it_is() {
    let life = Life::small();
    let before = health(&life).await;
    let too_large = r#"{"version": "3.0", "blueprint": {"Y19lY2hvX18=":
        {"cortical_name": "echo", "block_boundaries": [100000, 100000, 100000]}}}"#;
    for (path, kind, body, status) in [
        ("/v1/genome/upload", "application/json", "[1, 2]", 500),
        ("/v1/genome/upload", "application/json", too_large, 500),
        ("/v1/genome/upload", "application/json", r#"{"foo": 1}"#, 500),
        ("/v1/genome/upload", "application/json", r#"{"genome": 5"#, 400),
        ("/v1/genome/upload", "text/plain", BARE, 415),
        ("/v1/genome/upload/string", "text/plain", "no genome", 500),
        ("/v1/genome/upload/file", "multipart/form-data; boundary=b", "--b--\r\n", 400),
        ("/v1/genome/upload/file", "multipart/form-data; boundary=b", "garbage", 400),
        ("/v1/genome/upload/file", "application/json", BARE, 400),
    ] {
        let answer = life.send(upload(path, kind, body)).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.text());
    }
    assert_eq!(health(&life).await, before);
}

#[tokio::test]
async fn a_genome_that_was_downloaded_gives_the_same_brain_again() {
    let life = Life::small();
    let before = health(&life).await;
    for path in ["/v1/genome/download", "/v1/genome/download?layout=hierarchical"] {
        let answer = life.get(path).await;
        assert_eq!(answer.content_type(), "application/vnd.feagi.genome+json");
        let genome = answer.text();
        let answer = life.send(upload("/v1/genome/upload", "application/json", &genome)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let after = health(&life).await;
        for same in [
            "neuron_count",
            "synapse_count",
            "simulation_timestep",
            "brain_geometry_hash",
            "cortical_areas_hash",
            "cortical_mappings_hash",
            "morphologies_hash",
            "brain_regions_hash",
        ] {
            assert_eq!(before[same], after[same], "{same} after {path}");
        }
    }
}

#[tokio::test]
async fn a_new_pace_is_kept_and_saved_with_the_genome() {
    let life = Life::small();
    let body = json!({"simulation_timestep": 0.004});
    let answer = life.tell("POST", "/v1/burst_engine/simulation_timestep", &body).await;
    assert_eq!(answer.json()["message"], "Timestep set to 0.004");
    assert_eq!(life.see("/v1/burst_engine/simulation_timestep").await, json!(0.004));
    assert_eq!(life.see("/v1/genome/download").await["physiology"]["simulation_timestep"], json!(0.004));
    for refused in [json!(0), json!(-1), json!(1e-9), json!(1e9), json!("fast"), Value::Null] {
        let body = json!({"simulation_timestep": refused});
        let answer = life.tell("POST", "/v1/burst_engine/simulation_timestep", &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
    }
}

/// Whether an answer is one that loading may give when many come at once.
fn loaded_or_sent_away(answer: &Answer) -> bool {
    match answer.status {
        StatusCode::OK => true,
        StatusCode::SERVICE_UNAVAILABLE => false,
        other => panic!("{other}: {}", answer.text()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn genomes_that_come_at_once_are_loaded_one_after_the_other() {
    let life = Arc::new(Life::small());
    let mut uploads = tokio::task::JoinSet::new();
    for turn in 0..12 {
        let uploading = Arc::clone(&life);
        let genome = if turn % 2 == 0 { BARE } else { SMALL };
        uploads.spawn(async move {
            loaded_or_sent_away(
                &uploading.send(upload("/v1/genome/upload", "application/json", genome)).await,
            )
        });
        // Others go on asking meanwhile.
        let asked = Arc::clone(&life);
        uploads.spawn(async move {
            assert!(asked.get("/v1/cortical_area/cortical_area_id_list").await.status.is_success());
            false
        });
    }
    let mut loaded = 0;
    while let Some(done) = uploads.join_next().await {
        loaded += u64::from(done.unwrap());
    }
    assert!(loaded >= 4, "as many as may wait are loaded, not {loaded}");
    let health = health(&life).await;
    assert_eq!(health["genome_num"], loaded + 1);
    assert_eq!(health["genome_loading"], false);
}

#[tokio::test]
async fn the_devices_of_registered_agents_get_their_areas_in_the_new_brain() {
    let mut agents = Agents::none();
    agents.register("motors", &["receive_motor_data"], Some(&two_motors()));
    let life = Life::with(SMALL.as_bytes(), agents.directory.clone(), Limits::default());
    let answer = life.send(upload("/v1/genome/upload", "application/json", BARE)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(life.see("/v1/cortical_area/opu").await, json!(["b21vdAUAAAA="]));
    let body = json!(["b21vdAUAAAA="]);
    let answer = life.tell("POST", "/v1/cortical_area/multi/cortical_area_properties", &body).await;
    assert_eq!(answer.json()["b21vdAUAAAA="]["cortical_dimensions"], json!([2, 1, 9]));
}

#[tokio::test]
async fn devices_that_agents_told_over_http_get_their_areas_in_the_new_brain_too() {
    let mut agents = Agents::none();
    let robot = agents.register("robot", &["receive_motor_data"], None);
    let life = Life::with(BARE.as_bytes(), agents.directory.clone(), Limits::default());
    let escaped = robot.replace('/', "%2F").replace('+', "%2B");
    let path = format!("/v1/agent/{escaped}/device_registrations");
    let body = json!({"device_registrations": two_motors()});
    assert_eq!(life.tell("POST", &path, &body).await.status, StatusCode::OK);
    let answer = life.send(upload("/v1/genome/upload", "application/json", BARE)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(life.see("/v1/cortical_area/opu").await, json!(["b21vdAUAAAA="]));
}

#[tokio::test]
async fn what_agents_do_to_the_brain_is_seen_at_once() {
    let life = Life::of(BARE.as_bytes());
    let before = health(&life).await;
    assert_eq!(life.see("/v1/cortical_area/opu").await, json!([]));
    let id = "AQAAAHByb2JlAAAAAAAAAAAAAAAAAAAAcmVzdAAAAAAAAAAAAAAAAAAAAAABAAAA";
    let registration = json!({"agent_id": id, "agent_type": "motor", "agent_data_port": 0,
        "agent_version": "1", "controller_version": "1", "capabilities": {}});
    assert_eq!(life.tell("POST", "/v1/agent/register", &registration).await.status, StatusCode::OK);
    let path = format!("/v1/agent/{id}/device_registrations");
    assert_eq!(life.see(&path).await["device_registrations"], json!({}));
    let body = json!({"device_registrations": two_motors()});
    let answer = life.tell("POST", &path, &body).await;
    assert_eq!((answer.status, &answer.json()["success"]), (StatusCode::OK, &json!(true)));

    assert_eq!(life.see("/v1/cortical_area/opu").await, json!(["b21vdAUAAAA="]));
    assert_eq!(life.see(&path).await["device_registrations"], two_motors());
    let after = health(&life).await;
    assert_eq!(after["genome_num"], before["genome_num"]);
    assert_ne!(after["brain_geometry_hash"], before["brain_geometry_hash"]);
    assert_eq!(after["cortical_mappings_hash"], before["cortical_mappings_hash"]);
    let since = before["genome_change_sequence"].as_u64().unwrap();
    let changes = life.see(&format!("/v1/genome/changes?since={since}")).await;
    assert_eq!(changes["changes"][0]["operation"]["kind"], "create_cortical_areas");
    assert_eq!(changes["changes"][0]["targets"][0]["id"], "b21vdAUAAAA=");
}

#[tokio::test]
async fn stimulated_voxels_fire_once_whatever_else_was_asked_for() {
    let life = Life::small();
    // Power fires in every burst; whatever is above that comes of the stimulation.
    let above = async || {
        let text = life.get("/metrics").await.text();
        let of = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap();
            line.rsplit(' ').next().unwrap().parse::<i64>().unwrap()
        };
        of("feagi_spikes_total ") - of("feagi_bursts_total ")
    };
    assert_eq!(above().await, 0);
    let body = json!({"stimulation_payload": {
        "b21vdAUAAAA=": [[0, 0, 0], [1, 0, 0], [1, 0, 0], [9, 0, 0], [-1, 0, 0], [0, 0], []],
        "AAAAAAAAAAA=": [[0, 0, 0]]}});
    let answer = life.tell("POST", "/v1/agent/manual_stimulation", &body).await.json();
    let expected = json!({"success": true, "mode": "force_fire", "requested_coordinates": 8,
        "matched_coordinates": 3, "total_coordinates": 3, "unique_neuron_ids": 2,
        "successful_areas": 1, "failed_areas": ["AAAAAAAAAAA="]});
    assert_eq!(answer, expected);
    until(async || (above().await == 2).then_some(())).await;
}
