//! Saving a brain with its state, and going on from there.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use feagi_api::Limits;
use serde_json::{Value, json};

use crate::support::agents::Agents;
use crate::support::{Answer, Life, SMALL};

const EYE: &str = "aXN2aUkAAAA=";

fn form(bytes: &[u8]) -> Request<Body> {
    let mut body =
        b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x.connectome\"\r\n\r\n".to_vec();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    Request::post("/v1/connectome/upload")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::from(body))
        .unwrap()
}

async fn post(life: &Life, path: &str, body: Value) -> Value {
    let request = Request::post(path).header("content-type", "application/json");
    let answer = life.send(request.body(Body::from(body.to_string())).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer.json()
}

/// What fires in each of the next bursts.
async fn bursts(life: &Life, count: usize) -> Vec<Value> {
    let mut fired = Vec::new();
    for _ in 0..count {
        post(life, "/v1/burst_engine/step", json!({})).await;
        fired.push(life.see("/v1/burst_engine/fire_queue").await["cortical_areas"].clone());
    }
    fired
}

async fn saved(life: &Life) -> Answer {
    let answer = life.get("/v1/connectome/download-bytes").await;
    assert_eq!(answer.status, StatusCode::OK);
    answer
}

#[tokio::test]
async fn a_restored_brain_goes_on_where_it_was_saved() {
    let life = Life::small();
    post(&life, "/v1/burst_engine/hold", json!({})).await;
    let eye = json!({"stimulation_payload": {EYE: [[0, 0, 0], [1, 1, 1]]}});
    post(&life, "/v1/agent/manual_stimulation", eye).await;
    post(&life, "/v1/burst_engine/step", json!({})).await;
    let answer = saved(&life).await;
    assert_eq!(answer.content_type(), "application/octet-stream");
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"small.connectome\"");
    let genome = life.see("/v1/genome/download").await;
    let expected = bursts(&life, 6).await;
    assert!(expected.iter().any(|fired| fired.as_object().unwrap().len() > 1), "spikes were in flight");

    post(&life, "/v1/genome/upload/barebones", json!({})).await;
    let count = life.see("/v1/burst_engine/burst_counter").await;
    let restored = life.send(form(&answer.body)).await;
    assert_eq!(restored.status, StatusCode::OK, "{}", restored.text());
    assert_eq!(restored.json()["genome_title"], json!("Small"));
    assert_eq!(life.see("/v1/genome/download").await, genome);
    assert_eq!(bursts(&life, 6).await, expected);
    let bursts = life.see("/v1/burst_engine/burst_counter").await.as_u64().unwrap();
    assert!(bursts > count.as_u64().unwrap(), "the count of bursts never falls");
}

#[tokio::test]
async fn what_is_no_saved_brain_is_refused_and_the_one_that_runs_stays() {
    let life = Life::with(
        SMALL.as_bytes(),
        Agents::none().directory,
        Limits { checkpoint: 1 << 20, ..Limits::default() },
    );
    let genome = life.see("/v1/genome/download").await;
    let good = saved(&life).await.body;
    let mut damaged = good.clone();
    damaged[good.len() / 2] ^= 1;
    for bytes in [&b""[..], b"no brain", &good[..good.len() / 2], &damaged, SMALL.as_bytes()] {
        let answer = life.send(form(bytes)).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", answer.text());
        let told = answer.json();
        assert!(told["message"].as_str().unwrap().starts_with("Failed to restore brain: "), "{told}");
    }
    assert_eq!(life.send(form(&vec![0; 2 << 20])).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(life.see("/v1/genome/download").await, genome);
}
