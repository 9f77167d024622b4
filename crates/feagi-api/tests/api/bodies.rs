//! Whatever JSON comes, every endpoint answers and the brain goes on.

use std::sync::{Arc, LazyLock};

use crate::support::Life;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Endpoints that take a body.
const POSTS: [(&str, &str); 11] = [
    ("POST", "/v1/agent/register"),
    ("POST", "/v1/agent/heartbeat"),
    ("DELETE", "/v1/agent/deregister"),
    ("POST", "/v1/agent/manual_stimulation"),
    (
        "POST",
        "/v1/agent/AQAAAHByb2JlAAAAAAAAAAAAAAAAAAAAcmVzdAAAAAAAAAAAAAAAAAAAAAABAAAA/device_registrations",
    ),
    ("POST", "/v1/burst_engine/simulation_timestep"),
    ("POST", "/v1/cortical_area/cortical_area_properties"),
    ("POST", "/v1/cortical_area/multi/cortical_area_properties"),
    ("POST", "/v1/genome/upload"),
    ("POST", "/v1/genome/upload/string"),
    ("POST", "/v1/genome/upload/file"),
];

/// Words that endpoints look for, and others.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "agent_id", "agent_type", "agent_data_port", "agent_version", "controller_version",
            "capabilities", "device_registrations", "stimulation_payload", "simulation_timestep",
            "cortical_id", "cortical_id_list", "version", "blueprint", "physiology", "b21vdAUAAAA=",
            "aXN2aUkAAAA=", "cortical_name", "block_boundaries", "neuron_morphologies", "brain_regions",
            "input_units_and_encoder_properties", "output_units_and_decoder_properties", "RotaryMotor",
            "AQAAAHByb2JlAAAAAAAAAAAAAAAAAAAAcmVzdAAAAAAAAAAAAAAAAAAAAAABAAAA", "3.0",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3_i64..12).prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// One brain for all cases: whatever it got before must not matter.
static LIFE: LazyLock<(Arc<Life>, tokio::runtime::Runtime)> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let life = Arc::new(Life::small());
    let registration = json!({"agent_id": "AQAAAHByb2JlAAAAAAAAAAAAAAAAAAAAcmVzdAAAAAAAAAAAAAAAAAAAAAABAAAA",
        "agent_type": "motor", "agent_data_port": 0, "agent_version": "1", "controller_version": "1",
        "capabilities": {}});
    runtime.block_on(async {
        assert!(life.tell("POST", "/v1/agent/register", &registration).await.status.is_success());
    });
    (life, runtime)
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_answered_and_the_brain_goes_on(at in 0..POSTS.len(), body in json_value()) {
        let (life, runtime) = &*LIFE;
        let (method, path) = POSTS[at];
        let answer = runtime.block_on(life.tell(method, path, &body));
        // 500 is how the published server tells callers of mistakes; then there is a sentence.
        if answer.status.is_server_error() {
            prop_assert_eq!(answer.status.as_u16(), 500, "{} {}", path, body);
            let said = answer.json();
            prop_assert!(said["message"].as_str().is_some_and(|message| message.len() > 10), "{}", said);
        }
        let bursts = runtime.block_on(life.get("/v1/burst_engine/burst_counter"));
        prop_assert!(bursts.status.is_success(), "the brain died of {} {}", path, body);
    }
}
