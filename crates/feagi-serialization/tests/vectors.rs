//! Golden vectors of the byte container: one reported test for each entry of `index.json`.
//!
//! A valid vector must give exactly the content it states, and that content must give exactly its
//! bytes where the vector says so. A malformed one must fail with the stated class at the stated stage.

mod golden;
mod vectors_support;

use std::process::ExitCode;

use feagi_serialization::{DataError, FeagiByteContainer, Serializable, Struct, StructType, XyzpView};
use feagi_structures::CorticalMappedVoxels;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

use vectors_support::content::{Content, expected_structs};
use vectors_support::{bytes_of, hex, layout_of, text};

type Outcome = Result<(), Failed>;

macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(Failed::from(format!($($message)+)));
        }
    };
}

fn main() -> ExitCode {
    let index = golden::read_json("index.json");
    let vectors = index["vectors"].as_array().expect("index.json lists vectors");
    let trials = vectors.iter().cloned().map(|vector| {
        let name = text(&vector, "name").to_owned();
        Trial::test(name, move || check(&vector))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

fn check(vector: &Value) -> Outcome {
    let bytes = bytes_of(vector);
    let mut container = FeagiByteContainer::new_empty_with_layout(layout_of(vector));
    let loaded = load_every_way(&mut container, &bytes)?;
    match vector["stage"].as_str() {
        None => {
            loaded?;
            check_content(vector, &container)?;
            check_views(&container)?;
            check_encoding(vector, &bytes)
        }
        Some("container") => check_refused(vector, &container, loaded),
        Some("struct") => {
            loaded?;
            check_header(&vector["decoded_header"], &container)?;
            check_views(&container)?;
            check_struct_results(vector, &container)
        }
        Some(other) => Err(Failed::from(format!("unknown stage {other}"))),
    }
}

/// All three ways of loading must agree.
fn load_every_way(container: &mut FeagiByteContainer, bytes: &[u8]) -> Result<Result<(), DataError>, Failed> {
    let owned = container.clone().try_write_data_by_ownership_to_container_and_verify(bytes.to_vec());
    let filled = container.clone().try_write_data_to_container_and_verify(|target| {
        target.clear();
        target.extend_from_slice(bytes);
        Ok::<(), DataError>(())
    });
    let copied = container.try_write_data_by_copy_and_verify(bytes);
    ensure!(owned == copied && filled == copied, "by copy {copied:?}, owned {owned:?}, filled {filled:?}");
    Ok(copied)
}

fn check_refused(vector: &Value, container: &FeagiByteContainer, loaded: Result<(), DataError>) -> Outcome {
    let Err(error) = loaded else { return Err(Failed::from("loading must fail")) };
    let expected = text(vector, "expected_error");
    ensure!(error.class() == expected, "{expected} expected, got {error:?}");
    ensure!(!container.is_valid(), "valid after a failed load");
    ensure!(container.get_contained_struct_types().is_empty(), "structs after a failed load");
    Ok(())
}

fn check_header(header: &Value, container: &FeagiByteContainer) -> Outcome {
    let counter = u64::from(container.get_increment_counter()?);
    ensure!(header["counter"] == counter, "counter {counter} instead of {}", header["counter"]);
    let count = container.try_get_number_contained_structures()?;
    ensure!(header["num_structs"] == count, "{count} structs instead of {}", header["num_structs"]);
    let types: Vec<_> = container.get_contained_struct_types().iter().map(|kind| kind.id()).collect();
    ensure!(header["struct_types"] == Value::from(types.clone()), "struct types {types:?}");
    if let Some(expected) = header["agent_id_hex"].as_str() {
        let id = container.get_agent_identifier_bytes()?;
        ensure!(id == hex(expected), "agent id {id:?} instead of {expected}");
    }
    Ok(())
}

fn check_struct_results(vector: &Value, container: &FeagiByteContainer) -> Outcome {
    let results = vector["struct_results"].as_array().expect("struct_results is a list");
    for (index, result) in (0..=u8::MAX).zip(results) {
        match (container.try_create_new_struct_from_index(index), result["ok"] == true) {
            (Ok(_), true) => {}
            (Err(error), false) => {
                let expected = text(result, "expected_error");
                ensure!(error.class() == expected, "struct {index}: {expected} expected, got {error:?}");
            }
            (Ok(_), false) => return Err(Failed::from(format!("struct {index} must fail"))),
            (Err(error), true) => return Err(Failed::from(format!("struct {index}: {error}"))),
        }
    }
    Ok(())
}

fn check_content(vector: &Value, container: &FeagiByteContainer) -> Outcome {
    check_header(&vector["decoded"], container)?;
    let expected = expected_structs(vector);
    ensure!(
        container.try_get_number_contained_structures()? == expected.len(),
        "{} structs expected",
        expected.len()
    );
    for (index, expected) in (0..=u8::MAX).zip(&expected) {
        let found = Content::of(container.try_create_new_struct_from_index(index)?);
        ensure!(found == *expected, "struct {index} holds {found:?} instead of {expected:?}");
    }
    Ok(())
}

/// Voxels read where they lie must be those that are taken out, and refused for the same reason.
fn check_views(container: &FeagiByteContainer) -> Outcome {
    let types = container.get_contained_struct_types();
    let voxels = (0..=u8::MAX).zip(types).filter(|(_, found)| *found == StructType::Xyzp);
    let taken = voxels.map(|(index, _)| container.try_create_new_struct_from_index(index).map(Content::of));
    let seen =
        container.xyzp_views().map(|view| view.map(|view| Content::of(Struct::Xyzp(voxels_of(&view)))));
    let (taken, seen): (Vec<_>, Vec<_>) = (taken.collect(), seen.collect());
    ensure!(taken == seen, "read in place {seen:?}, taken out {taken:?}");
    Ok(())
}

fn voxels_of(view: &XyzpView<'_>) -> CorticalMappedVoxels {
    let mut voxels = CorticalMappedVoxels::new();
    for area in view.areas() {
        let arrays = voxels.ensure_clear_and_borrow_mut(area.id());
        area.voxels().for_each(|voxel| arrays.push(&voxel));
    }
    voxels
}

/// Writes the stated content, which must give the vector's bytes or, where the order of areas is
/// free, bytes that read back as the same content.
fn check_encoding(vector: &Value, bytes: &[u8]) -> Outcome {
    let decoded = &vector["decoded"];
    let structs: Vec<_> = expected_structs(vector).into_iter().map(Content::into_struct).collect();
    let refs: Vec<&dyn Serializable> = structs.iter().map(Struct::as_serializable).collect();
    let counter = decoded["counter"].as_u64().and_then(|counter| u16::try_from(counter).ok());
    let mut container = FeagiByteContainer::new_empty_with_layout(layout_of(vector));
    if let Some(id) = decoded["agent_id_hex"].as_str() {
        container.set_agent_identifier(hex(id))?;
    }
    container.overwrite_byte_data_with_multiple_struct_data(&refs, counter.expect("a 16-bit counter"))?;
    if vector["byte_exact_encode"] == true {
        ensure!(container.get_byte_ref() == bytes, "written as {:?}", container.get_byte_ref());
    }
    let mut again = FeagiByteContainer::new_empty_with_layout(layout_of(vector));
    again.try_write_data_by_copy_and_verify(container.get_byte_ref())?;
    check_content(vector, &again)
}
