//! Agents as clients see them, and the measurements.

use crate::support::agents::{Agents, two_motors};
use crate::support::{Life, SMALL};
use axum::http::StatusCode;
use feagi_api::Limits;
use serde_json::json;

#[tokio::test]
async fn registered_agents_are_listed_with_what_they_may_do() {
    let mut agents = Agents::none();
    let camera = agents.register("camera", &["send_sensor_data"], None);
    let robot = agents.register("robot", &["send_sensor_data", "receive_motor_data"], Some(&two_motors()));
    let viewer = agents.register("viewer", &["receive_neuron_visualizations"], None);
    let life = Life::with(SMALL.as_bytes(), agents.directory.clone(), Limits::default());
    assert_eq!(life.see("/v1/agent/list").await, json!([camera, robot, viewer]));

    let all = life.see("/v1/agent/capabilities/all").await;
    assert_eq!(
        all[&camera],
        json!({"agent_name": "camera",
        "capabilities": {"send_sensor_data": true, "sensory": true}})
    );
    assert_eq!(all.as_object().unwrap().len(), 3);
    for (filter, names) in [
        ("agent_type=both", vec![&robot]),
        ("agent_type=visualization", vec![&viewer]),
        ("capability=sensory", vec![&camera, &robot]),
        ("capability=motor,visualization", vec![&robot, &viewer]),
        ("agent_type=sensory&capability=motor", vec![]),
    ] {
        let some = life.see(&format!("/v1/agent/capabilities/all?{filter}")).await;
        let mut found: Vec<String> = some.as_object().unwrap().keys().cloned().collect();
        let mut names: Vec<String> = names.into_iter().cloned().collect();
        found.sort();
        names.sort();
        assert_eq!(found, names, "{filter}");
    }
    let with_devices = life.see("/v1/agent/capabilities/all?include_device_registrations=true").await;
    assert_eq!(with_devices[&robot]["device_registrations"], two_motors());
    assert_eq!(with_devices[&camera]["device_registrations"], json!({}));
    let answer = life.get("/v1/agent/capabilities/all?include_device_registrations=perhaps").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_agent_is_described_whether_its_id_stands_in_path_or_query() {
    let mut agents = Agents::none();
    let robot = agents.register("robot", &["send_sensor_data", "receive_motor_data"], None);
    let life = Life::with(SMALL.as_bytes(), agents.directory.clone(), Limits::default());
    let escaped = robot.replace('/', "%2F").replace('+', "%2B");
    let properties = life.see(&format!("/v1/agent/properties?agent_id={escaped}")).await;
    assert_eq!(properties, life.see(&format!("/v1/agent/properties/{escaped}")).await);
    assert_eq!(properties["agent_type"], "both");
    assert_eq!(properties["agent_version"], "1");
    assert_eq!(properties["agent_router_address"], "tcp://127.0.0.1:30001");
    let info = life.see(&format!("/v1/agent/info/{escaped}")).await;
    let streams: Vec<&str> =
        info["endpoints"].as_array().unwrap().iter().map(|end| end["stream"].as_str().unwrap()).collect();
    assert_eq!(streams, ["sensory", "motor"]);
    assert_eq!((&info["agent_name"], &info["manufacturer"]), (&json!("robot"), &json!("probe")));
}

#[tokio::test]
async fn agents_stay_and_go_over_http() {
    let mut agents = Agents::none();
    let robot = agents.register("robot", &["receive_motor_data"], None);
    let life = Life::with(SMALL.as_bytes(), agents.directory.clone(), Limits::default());
    let before = life.see("/v1/system/health_check").await;
    assert_eq!(before["connected_agents"], 1);
    let body = json!({"agent_id": robot});
    let answer = life.tell("POST", "/v1/agent/heartbeat", &body).await;
    assert_eq!((answer.status, &answer.json()["success"]), (StatusCode::OK, &json!(true)));
    let answer = life.tell("DELETE", "/v1/agent/deregister", &body).await;
    assert_eq!(answer.status, StatusCode::OK);
    agents.turn();
    assert_eq!(life.see("/v1/agent/list").await, json!([]));
    let after = life.see("/v1/system/health_check").await;
    assert_ne!(before["agent_data_hash"], after["agent_data_hash"]);
    assert_eq!(life.tell("POST", "/v1/agent/heartbeat", &body).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn measurements_are_openmetrics() {
    let mut agents = Agents::none();
    agents.register("robot", &["send_sensor_data", "receive_motor_data"], None);
    let life = Life::with(SMALL.as_bytes(), agents.directory.clone(), Limits::default());
    life.see("/v1/system/version").await;
    life.get("/v1/nope").await;
    let answer = life.get("/metrics").await;
    assert_eq!(answer.content_type(), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let text = answer.text();
    assert!(text.ends_with("# EOF\n"));
    for line in [
        "feagi_brain_up 1.0",
        "feagi_neurons 64.0",
        "feagi_agents 1.0",
        "feagi_agents_by_capability{capability=\"motor\"} 1.0",
        "feagi_agents_by_capability{capability=\"visualization\"} 0.0",
        "feagi_registrations_total 1",
        "feagi_sessions_ended_total{how=\"left\"} 0",
        "feagi_http_requests_total{status=\"200\"} 1",
        "feagi_http_requests_total{status=\"404\"} 1",
        "feagi_frames_total{direction=\"in\"} 0",
        "feagi_stream_peers{stream=\"motor\"} 0.0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    for name in
        ["feagi_bursts_total ", "feagi_burst_time_seconds{quantile=\"0.99\"}", "feagi_bursts_missed_total "]
    {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name}");
    }
}

#[tokio::test]
async fn the_interface_describes_itself() {
    let life = Life::small();
    for path in ["/swagger-ui/", "/swagger-ui"] {
        let answer = life.get(path).await;
        assert_eq!(
            (answer.status, &answer.headers["location"]),
            (StatusCode::PERMANENT_REDIRECT, &"/api-docs/".parse().unwrap())
        );
    }
    let api = life.see("/api-docs/openapi.json").await;
    let paths = api["paths"].as_object().unwrap();
    assert!(paths.len() >= 50, "{}", paths.len());
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            let summary = operation["summary"].as_str().unwrap_or_default();
            assert!(summary.len() > 10, "{method} {path} has no summary");
        }
    }
    let page = life.get("/api-docs/").await;
    assert!(page.content_type().starts_with("text/html"));
    assert!(page.text().contains("/v1/agent/{agent_id}/device_registrations"));
}

#[tokio::test]
async fn what_agents_tell_over_http_is_kept_within_bounds() {
    let life = Life::small();
    let id = |at: u64| {
        let mut bytes = [0_u8; 48];
        bytes[..8].copy_from_slice(&at.to_le_bytes());
        feagi_serialization::AgentId(bytes).to_base64()
    };
    let registration = |agent_id: String, devices| {
        json!({"agent_id": agent_id, "agent_type": "motor", "agent_data_port": 0, "agent_version": "1",
            "controller_version": "1", "capabilities": {"device_registrations": devices}})
    };
    for at in 0..=256 {
        let body = registration(id(at), json!({ "at": at }));
        assert_eq!(life.tell("POST", "/v1/agent/register", &body).await.status, StatusCode::OK);
    }
    let devices = async |at| life.get(&format!("/v1/agent/{}/device_registrations", id(at))).await;
    assert_eq!(devices(0).await.status, StatusCode::NOT_FOUND, "the oldest is forgotten");
    assert_eq!(devices(256).await.json()["device_registrations"], json!({"at": 256}));
    let large = registration(id(1), json!({"text": "x".repeat(64 << 10)}));
    let answer = life.tell("POST", "/v1/agent/register", &large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(devices(1).await.json()["device_registrations"], json!({"at": 1}));
    for wrong in ["", "none", "AAAA", &"A".repeat(1000)] {
        let answer =
            life.tell("POST", "/v1/agent/register", &registration(wrong.to_owned(), json!({}))).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}
