//! Cortical ids against the golden vectors (`cortical_ids.json`), every entry of every list.

mod golden;

use feagi_types::cortical_id::{
    CorticalIdError, Direction, FrameHandling, Kind, KindError, PoseSchema, Positioning, UnitAddress,
    UnitCode, UnitType, legacy,
};
use feagi_types::{CoreArea, CorticalId};
use serde_json::{Value, json};

fn vectors() -> Value {
    golden::read_json("cortical_ids.json")
}

fn entries<'a>(vectors: &'a Value, list: &str) -> &'a Vec<Value> {
    let entries = vectors[list].as_array().expect("a list of entries");
    assert!(!entries.is_empty(), "{list} is empty");
    entries
}

fn text(entry: &Value) -> &str {
    entry["text"].as_str().expect("entry has a text")
}

fn from_hex(hex: &str) -> [u8; 8] {
    u64::from_str_radix(hex, 16).expect("8 bytes in hex").to_be_bytes()
}

fn id_class(error: &CorticalIdError) -> &'static str {
    match error {
        CorticalIdError::UnknownKind(_) | CorticalIdError::NotBase64 => "DeserializationError",
        other => panic!("no class is stated for {other}"),
    }
}

fn kind_class(error: &KindError) -> &'static str {
    match error {
        KindError::UnknownCore(_) => "BadParameters",
        KindError::UnknownCoding(_) | KindError::FractionalNotAllowed(_) => "ConstError",
        other => panic!("decoding cannot fail with {other}"),
    }
}

fn core_name(area: CoreArea) -> &'static str {
    match area {
        CoreArea::Death => "death",
        CoreArea::Power => "power",
        CoreArea::Fatigue => "fatigue",
        CoreArea::Pain => "pain",
        CoreArea::Pleasure => "pleasure",
        CoreArea::Fear => "fear",
        CoreArea::Hope => "hope",
    }
}

fn pose_name(pose: PoseSchema) -> &'static str {
    match pose {
        PoseSchema::HumanBody => "human_body",
        PoseSchema::HumanHand => "human_hand",
        PoseSchema::HumanFace => "human_face",
        PoseSchema::Quadruped => "quadruped",
        PoseSchema::Avian => "avian",
        PoseSchema::Arthropod => "arthropod",
        PoseSchema::Object6Dof => "object_6dof",
        PoseSchema::Custom => "custom",
    }
}

fn describe_unit(group: &str, address: &UnitAddress) -> Value {
    let configuration = address.configuration();
    let frame = configuration.frame().map(|frame| match frame {
        FrameHandling::Absolute => "absolute",
        FrameHandling::Incremental => "incremental",
    });
    let positioning = configuration.positioning().map(|positioning| match positioning {
        Positioning::Linear => "linear",
        Positioning::Fractional => "fractional",
    });
    let options: Vec<_> =
        frame.into_iter().chain(positioning).chain(configuration.pose().map(pose_name)).collect();
    json!({
        "group": group,
        "unit_type": address.code().to_string(),
        "coding": format!("{:?}", configuration.coding()),
        "options": options,
        "sub_unit": address.sub_unit(),
        "unit": address.unit(),
    })
}

fn describe_kind(id: &CorticalId) -> Value {
    match id.kind() {
        Ok(Kind::Core(area)) => json!({ "group": "core", "name": core_name(area) }),
        Ok(Kind::Custom) => json!({ "group": "custom" }),
        Ok(Kind::Memory) => json!({ "group": "memory" }),
        Ok(Kind::Modulator { .. }) => json!({ "group": "modulator" }),
        Ok(Kind::Input(address)) => describe_unit("input", &address),
        Ok(Kind::Output(address)) => describe_unit("output", &address),
        Err(error) => json!({ "error": kind_class(&error) }),
    }
}

/// The id in the form of the vector file.
fn describe(id: &CorticalId) -> Value {
    assert_eq!(CorticalId::from_u64(id.to_u64()), Ok(*id));
    assert_eq!(CorticalId::from_base64(&id.to_base64()), Ok(*id));
    json!({
        "base64": id.to_string(),
        "hex": format!("{:016x}", u64::from_be_bytes(*id.as_bytes())),
        "u64": id.to_u64().to_string(),
        "kind": describe_kind(id),
    })
}

fn describe_result(id: Result<CorticalId, CorticalIdError>) -> Value {
    match id {
        Ok(id) => describe(&id),
        Err(error) => json!({ "error": id_class(&error) }),
    }
}

#[test]
fn bytes_mean_what_the_vectors_say() {
    for entry in entries(&vectors(), "from_bytes") {
        let hex = entry["hex"].as_str().expect("entry has bytes");
        assert_eq!(describe_result(CorticalId::from_bytes(from_hex(hex))), entry["current"], "{hex}");
    }
}

#[test]
fn base64_is_read_strictly() {
    for entry in entries(&vectors(), "from_base64") {
        assert_eq!(describe_result(CorticalId::from_base64(text(entry))), entry["current"], "{entry}");
    }
}

#[test]
fn old_text_is_padded_as_the_published_id_parser_does() {
    for entry in entries(&vectors(), "from_legacy_ascii") {
        let id = legacy::pad(text(entry)).expect("the entries are ASCII");
        assert_eq!(describe(&id), entry["current"], "{entry}");
    }
}

#[test]
fn names_with_a_fixed_new_id_are_those_of_the_published_table() {
    for entry in entries(&vectors(), "legacy_migration") {
        let id = legacy::fixed(text(entry)).map(|id| id.to_base64());
        assert_eq!(json!(id), entry["base64"], "{entry}");
    }
}

#[test]
fn genome_texts_become_the_ids_of_the_vectors() {
    for entry in entries(&vectors(), "text_to_id") {
        match legacy::from_text(text(entry)) {
            Ok(id) => assert_eq!(json!(id.to_base64()), entry["base64"], "{entry}"),
            Err(_) => assert_eq!(entry["error"], json!(true), "{entry}"),
        }
    }
}

#[test]
fn segmented_vision_ids_follow_from_sub_unit_and_unit() {
    let vision = UnitType::find(Direction::Input, UnitCode(*b"svi")).expect("segmented vision is known");
    for entry in entries(&vectors(), "segmented_vision_absolute") {
        let unit = entry["unit"].as_u64().and_then(|unit| u16::try_from(unit).ok()).expect("a unit index");
        let ids: Vec<_> =
            (0..9).filter_map(|tile| vision.area(tile, unit)).map(|id| id.to_base64()).collect();
        assert_eq!(json!(ids), entry["base64_by_sub_unit"], "unit {unit}");
    }
}
