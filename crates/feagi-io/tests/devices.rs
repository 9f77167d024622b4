//! Areas that device configurations need, against what published clients use.

use std::path::Path;

use feagi_io::core::AreaRequest;
use feagi_io::wire::current::devices::areas;
use feagi_types::Dimensions;
use proptest::prelude::*;
use serde_json::{Value, json};

fn motor(unit: u16, channels: usize, resolution: u32) -> Value {
    let device = json!({"channel_index_override": null, "device_properties": {}, "pipeline_stages": []});
    json!([
        {"cortical_unit_index": unit, "device_grouping": vec![device; channels], "friendly_name": null,
         "io_configuration_flags": {"frame_change_handling": "Absolute", "percentage_neuron_positioning": "Linear"}},
        {"Percentage": [{"value": resolution}, "Linear", true, "D1"]}
    ])
}

fn motors(units: &[Value]) -> Value {
    json!({"input_units_and_encoder_properties": {}, "feedbacks": {"registered_feedbacks": []},
           "output_units_and_decoder_properties": {"RotaryMotor": units}})
}

fn hex(request: &AreaRequest) -> String {
    request.id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn areas_are_those_that_published_clients_use() {
    let folder = std::env::var_os("FEAGI_VECTORS").map(|folder| Path::new(&folder).join("devices"));
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/devices");
    let folder = folder.filter(|folder| folder.exists()).unwrap_or(beside);
    let text = std::fs::read_to_string(folder.join("python_client.json")).unwrap();
    let recorded: Value = serde_json::from_str(&text).unwrap();
    let cases = recorded["cases"].as_array().unwrap();
    assert!(cases.len() > 100);
    for case in cases {
        let (found, problems) = areas(&case["configuration"]);
        assert!(problems.is_empty(), "{problems:?} in {}", case["configuration"]);
        let found: Vec<Value> =
            found.iter().map(|area| json!([hex(area), area.dimensions.to_array()])).collect();
        assert_eq!(Value::from(found), case["areas"], "{}", case["configuration"]);
    }
}

#[test]
fn an_area_is_named_once_with_the_size_that_serves_all_its_devices() {
    let (found, problems) = areas(&motors(&[motor(0, 5, 3), motor(0, 2, 9), motor(1, 1, 4)]));
    assert!(problems.is_empty(), "{problems:?}");
    let found: Vec<_> = found.iter().map(|area| (area.name.as_str(), area.dimensions)).collect();
    let expected = [
        ("Rotary Motor Unit 0", Dimensions::new(5, 1, 9)),
        ("Rotary Motor Unit 1", Dimensions::new(1, 1, 4)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_wrong_is_told_and_the_rest_counts() {
    let definition = motor(0, 1, 9)[0].clone();
    let mut configuration = motors(&[
        json!(7),
        motor(0, 0, 9),
        motor(0, 1, 0),
        motor(3, 2, 9),
        json!([definition, {"Percentage": [{"value": 9}, "Sideways", true, "D1"]}]),
        json!([definition, {"GazeProperties": [{"value": 9}, {"value": 9}, "Linear"]}]),
        json!([definition, {"Telepathy": {}}]),
        json!([motor(0, 3, 9)[0], {"MiscData": {"width": u32::MAX, "height": 1, "depth": 1}}]),
    ]);
    configuration["input_units_and_encoder_properties"] = json!({"Sonar\n": [], "Shock": {}});
    let (found, problems) = areas(&configuration);
    assert_eq!(found.len(), 1);
    assert_eq!(hex(&found[0]), "6f6d6f7405000300");
    let problems = problems.join("; ");
    for part in [
        "no input unit type is named \"Sonar\\n\"",
        "Shock: the units have to be a list",
        "RotaryMotor[0]: a unit is a list",
        "RotaryMotor[1]: the unit has no devices",
        "RotaryMotor[2]: a resolution has to be an integer from 1",
        "RotaryMotor[4]: positioning has to be Linear or Fractional",
        "RotaryMotor[5]: GazeProperties are properties of a unit with 2 areas",
        "RotaryMotor[6]: properties of the kind \"Telepathy\" are not known",
        "RotaryMotor[7]: 3 channels of 4294967295×1×1 voxels are wider",
    ] {
        assert!(problems.contains(part), "{part:?} not in {problems}");
    }
}

#[test]
fn areas_and_problems_of_one_configuration_are_bounded() {
    let units: Vec<Value> = (0..5000).map(|unit| motor(unit, 1, 9)).collect();
    let (found, problems) = areas(&motors(&units));
    assert_eq!(found.len(), 4096);
    assert_eq!(problems, ["904 areas are left out: a configuration may ask for 4096"]);
    let (found, problems) = areas(&motors(&vec![Value::Null; 5000]));
    assert!(found.is_empty());
    assert_eq!((problems.len(), problems[64].as_str()), (65, "4936 more problems are not listed"));
}

#[test]
fn devices_may_name_channels_beyond_their_number() {
    let mut unit = motor(0, 2, 9);
    unit[0]["device_grouping"][1]["channel_index_override"] = json!(6);
    assert_eq!(areas(&motors(&[unit.clone()])).0[0].dimensions, Dimensions::new(7, 1, 9));
    unit[0]["device_grouping"][1]["channel_index_override"] = json!(u64::MAX);
    assert_eq!(areas(&motors(&[unit])).0.len(), 0);
}

/// Words that mean something in a configuration, so that random values get past the first check.
const WORDS: [&str; 24] = [
    "input_units_and_encoder_properties",
    "output_units_and_decoder_properties",
    "RotaryMotor",
    "SegmentedVision",
    "PositionalServo",
    "Gaze",
    "MiscData",
    "cortical_unit_index",
    "device_grouping",
    "channel_index_override",
    "io_configuration_flags",
    "frame_change_handling",
    "percentage_neuron_positioning",
    "Incremental",
    "Fractional",
    "Percentage",
    "GazeProperties",
    "SegmentedImageFrame",
    "width",
    "height",
    "value",
    "D4",
    "pose_schema",
    "Boolean",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![prop::sample::select(&WORDS[..]).prop_map(str::to_owned), ".{0,9}"]
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_u64..4).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A good configuration in which one value is replaced by another.
fn damaged() -> impl Strategy<Value = Value> {
    (any::<prop::sample::Index>(), anything()).prop_map(|(place, value)| {
        let mut configuration = motors(&[motor(0, 2, 9), motor(1, 1, 4)]);
        let mut paths = Vec::new();
        list_paths(&configuration, String::new(), &mut paths);
        if let Some(spot) = configuration.pointer_mut(place.get(&paths[..]).as_str()) {
            *spot = value;
        }
        configuration
    })
}

fn list_paths(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| list_paths(item, format!("{path}/{at}"), paths));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| list_paths(member, format!("{path}/{name}"), paths));
        }
        _ => {}
    }
    paths.push(path);
}

proptest! {
    #[test]
    fn no_value_can_break_it(configuration in prop_oneof![anything(), damaged()]) {
        let (found, problems) = areas(&configuration);
        prop_assert!(found.len() <= 4096 && problems.len() <= 65);
        for area in found {
            prop_assert!(area.id.kind().is_ok());
            prop_assert!(area.dimensions.to_array().iter().all(|&size| size > 0));
        }
    }
}
