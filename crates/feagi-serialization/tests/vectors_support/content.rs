//! What a struct holds, in a form that compares bit for bit.

use std::collections::BTreeMap;

use feagi_serialization::{JsonStruct, Layout, Struct, six_byte_id};
use feagi_structures::{CorticalMappedVoxels, XyzpArrays, XyzpVoxel};
use feagi_types::CorticalId;
use serde_json::Value;

use super::formula::evaluate;
use super::{hex, layout_of, text};

/// x, y, z and the bits of p of each voxel.
type Voxels = Vec<[u32; 4]>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Json(Value),
    Xyzp(BTreeMap<CorticalId, Voxels>),
}

impl Content {
    pub(crate) fn of(value: Struct) -> Self {
        match value {
            Struct::Json(json) => Self::Json(json.borrow_json_value().clone()),
            Struct::Xyzp(voxels) => {
                Self::Xyzp(voxels.into_iter().map(|(id, area)| (id, bits(&area))).collect())
            }
            other => panic!("no vector describes {other:?}"),
        }
    }

    pub(crate) fn into_struct(self) -> Struct {
        match self {
            Self::Json(value) => Struct::Json(JsonStruct::from_json_value(value)),
            Self::Xyzp(areas) => {
                let areas = areas.into_iter().map(|(id, voxels)| (id, arrays(&voxels)));
                Struct::Xyzp(areas.collect::<CorticalMappedVoxels>())
            }
        }
    }
}

fn bits(area: &XyzpArrays) -> Voxels {
    area.iter().map(|voxel| [voxel.x, voxel.y, voxel.z, voxel.p.to_bits()]).collect()
}

fn arrays(voxels: &[[u32; 4]]) -> XyzpArrays {
    voxels.iter().map(|&[x, y, z, p]| XyzpVoxel { x, y, z, p: f32::from_bits(p) }).collect()
}

/// The structs that a valid vector states, however it writes them down.
pub(crate) fn expected_structs(vector: &Value) -> Vec<Content> {
    let (decoded, layout) = (&vector["decoded"], layout_of(vector));
    if let Some(structs) = decoded["structs"].as_array() {
        return structs.iter().map(|item| content(item, layout)).collect();
    }
    let one = if decoded["structs_formula"].is_object() {
        content(&decoded["structs_formula"], layout)
    } else {
        content(&decoded["structs_all_equal_to"], layout)
    };
    let count = decoded["num_structs"].as_u64().and_then(|count| usize::try_from(count).ok());
    vec![one; count.expect("num_structs is a number")]
}

fn content(item: &Value, layout: Layout) -> Content {
    match text(item, "type") {
        "json" => Content::Json(match item["text"].as_str() {
            Some(formula) => nested_lists(formula),
            None => item["value"].clone(),
        }),
        "xyzp" => {
            let areas = item["areas"].as_array().expect("areas is a list");
            Content::Xyzp(areas.iter().map(|area| (id_of(area, layout), voxels_of(area))).collect())
        }
        other => panic!("no struct type is named {other}"),
    }
}

fn id_of(area: &Value, layout: Layout) -> CorticalId {
    let bytes = hex(text(area, "id_hex"));
    if layout == Layout::V2SixByteIds {
        let narrow = bytes.try_into().expect("a 6-byte id");
        return six_byte_id::widen(narrow, 0).expect("a valid 6-byte id");
    }
    let id = CorticalId::from_bytes(bytes.try_into().expect("an 8-byte id")).expect("a valid id");
    assert_eq!(area["id_base64"].as_str().unwrap_or(&id.to_base64()), id.to_base64());
    id
}

fn voxels_of(area: &Value) -> Voxels {
    let formulas = &area["for i in 0..count"];
    if formulas.is_object() {
        let count = area["count"].as_u64().expect("count is a number");
        let coordinate = |axis, i| evaluate(text(formulas, axis), i) as u32;
        let potential = |i| (evaluate(text(formulas, "p"), i) as f32).to_bits();
        return (0..count)
            .map(|i| [coordinate("x", i), coordinate("y", i), coordinate("z", i), potential(i)])
            .collect();
    }
    let column = |name: &str| -> Vec<u32> {
        let numbers = area[name].as_array().unwrap_or_else(|| panic!("{name} is a list"));
        let word = |number: &Value| number.as_u64().and_then(|number| u32::try_from(number).ok());
        numbers.iter().map(|number| word(number).expect("a 32-bit number")).collect()
    };
    let (x, y, z, p) = (column("x"), column("y"), column("z"), column("p_bits"));
    assert!(x.len() == y.len() && x.len() == z.len() && x.len() == p.len());
    (0..x.len()).map(|i| [x[i], y[i], z[i], p[i]]).collect()
}

/// `"127 times [ then 127 times ]"` as a value.
fn nested_lists(formula: &str) -> Value {
    let depth = formula.split(' ').next().and_then(|depth| depth.parse().ok());
    let depth: usize = depth.unwrap_or_else(|| panic!("unknown formula {formula}"));
    assert_eq!(formula, format!("{depth} times [ then {depth} times ]"));
    (1..depth).fold(Value::Array(Vec::new()), |inner, _| Value::Array(vec![inner]))
}
