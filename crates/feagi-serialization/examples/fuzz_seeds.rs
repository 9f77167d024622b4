//! Writes one small container of each layout into a folder, for the fuzz target `fbc_decode` to
//! start from: `cargo run -p feagi-serialization --example fuzz_seeds -- fuzz/seeds/fbc_decode`.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use feagi_serialization::{FeagiByteContainer, JsonStruct, Layout};
use feagi_structures::CorticalMappedVoxels;
use feagi_types::CorticalId;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("name the folder to write into")?;
    let mut voxels = CorticalMappedVoxels::new();
    for id in [*b"cust01__", *b"mem_01__"] {
        let area = voxels.ensure_clear_and_borrow_mut(CorticalId::from_bytes(id)?);
        area.push_raw(1, 2, 3, 0.5);
        area.push_raw(u32::MAX, 0, 7, f32::NAN);
    }
    let json = JsonStruct::from_json_string(r#"{"agent":["id",null,-1.5e9],"on":true}"#)?;
    for layout in Layout::ALL {
        let mut container = FeagiByteContainer::new_empty_with_layout(layout);
        container.overwrite_byte_data_with_multiple_struct_data(&[&json, &voxels], 258)?;
        let name = format!("{layout:?}.bin").to_lowercase();
        fs::write(Path::new(&folder).join(name), container.get_byte_ref())?;
    }
    Ok(())
}
