//! Descriptions of devices against those that published clients write.

use std::path::Path;

use feagi_agent::{
    AgentError, Colours, Devices, FrameChanges, PositionalServos, Positions, Resolution, RotaryMotors,
    SegmentedVision, Vision,
};
use feagi_types::cortical_id::Direction;
use serde_json::{Value, json};

/// Recorded descriptions, without the stages that cut pictures: they change no area.
fn recorded() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../feagi-io/vectors/devices/python_client.json");
    let mut recorded: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = recorded["cases"].as_array_mut().unwrap();
    cases.iter_mut().for_each(|case| without_stages(&mut case["configuration"]));
    cases.iter().map(|case| case["configuration"].clone()).collect()
}

fn without_stages(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(without_stages),
        Value::Object(members) => {
            if let Some(stages) = members.get_mut("pipeline_stages") {
                *stages = json!([]);
            }
            members.values_mut().for_each(without_stages);
        }
        _ => {}
    }
}

#[test]
fn descriptions_are_those_that_published_clients_write() {
    let recorded = recorded();
    let mut expected = Vec::new();
    for changes in [FrameChanges::Absolute, FrameChanges::Incremental] {
        let (edge, centre) = (Resolution::new(6, 4), Resolution::new(12, 10));
        let eye = SegmentedVision::new(centre, edge).colours(Colours::RedGreenBlue, Colours::Grey);
        expected.push(Devices::new().with(0, eye.changes(changes)));
        for positions in [Positions::Linear, Positions::Fractional] {
            for count in [1, 2] {
                let motors = RotaryMotors::new(count, 7).positions(positions).changes(changes);
                expected.push(Devices::new().with(0, motors));
                let servos = PositionalServos::new(count, 7).positions(positions).changes(changes);
                expected.push(Devices::new().with(0, servos));
            }
        }
    }
    for devices in expected {
        assert!(recorded.contains(&devices.to_json()), "{}", devices.to_json());
        assert!(!devices.areas().unwrap().is_empty());
    }
}

#[test]
fn units_of_one_kind_are_told_apart_by_their_group() {
    let eye = Vision::new(Resolution::new(4, 3)).colours(Colours::Grey);
    let areas = Devices::new().with(0, eye).with(3, eye).areas().unwrap();
    let ids: Vec<_> = areas.iter().map(|area| *area.id.as_bytes()).collect();
    assert_eq!(ids, [*b"iimg\x09\0\0\0", *b"iimg\x09\0\x03\0"]);
    assert!(areas.iter().all(|area| area.dimensions.to_array() == [4, 3, 1]));
}

#[test]
fn units_without_a_builder_are_given_as_json() {
    for recorded in recorded() {
        let whole = Devices::from_json(recorded.clone());
        let areas = whole.areas().unwrap();
        let mut built = Devices::new();
        for (side, direction) in [
            ("input_units_and_encoder_properties", Direction::Input),
            ("output_units_and_decoder_properties", Direction::Output),
        ] {
            for (unit_type, units) in recorded[side].as_object().unwrap() {
                for unit in units.as_array().unwrap() {
                    built = built.with_unit(direction, unit_type, unit.clone());
                }
            }
        }
        assert_eq!(built.areas().unwrap(), areas);
        assert_eq!(built.to_json(), recorded);
    }
}

#[test]
fn what_a_brain_would_not_take_is_refused_with_the_reason() {
    let empty = Devices::new().with(0, RotaryMotors::new(0, 9)).with(0, Vision::new(Resolution::new(0, 4)));
    let refused = empty.areas().unwrap_err().to_string();
    assert!(refused.contains("no devices") && refused.contains("width"), "{refused}");
    let refused = Devices::from_json(json!([])).areas().unwrap_err();
    assert!(matches!(refused, AgentError::Devices(_)), "{refused}");
    let many = Devices::new().with(0, RotaryMotors::new(u16::MAX, 9)).areas().unwrap_err();
    assert!(matches!(many, AgentError::TooManyDevices { .. }), "{many}");
}
