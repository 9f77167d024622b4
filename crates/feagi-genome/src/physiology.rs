//! Settings of the whole brain (`genome.md` section 2.3).

use serde_json::{Map, Number, Value};

use crate::error::{GenomeError, describe};
use crate::model::{GenomePrecision, Physiology};
use crate::warnings::Warnings;

const TIMESTEP: &str = "simulation_timestep";
const OLD_TIMESTEP: &str = "burst_delay";
const PRECISION: &str = "quantization_precision";
const DEFAULT_TIMESTEP: f64 = 0.025;

/// Reads the block; `None` is a genome without one.
///
/// # Errors
/// [`GenomeError::Value`] when the burst period or the precision has another type.
pub(crate) fn read(
    block: Option<Map<String, Value>>,
    warnings: &mut Warnings,
) -> Result<Physiology, GenomeError> {
    // A genome without the block asks for int8, a block without the member for fp32.
    let absent = if block.is_some() { GenomePrecision::Fp32 } else { GenomePrecision::Int8 };
    let mut raw = block.unwrap_or_default();
    let simulation_timestep = timestep(&mut raw, warnings)?;
    let precision = precision(&raw, absent, warnings)?;
    if raw.get("max_age").is_some_and(|age| age.as_f64() == Some(0.0)) {
        warnings.add("physiology.max_age", "0 becomes 10000000");
        raw.insert(String::from("max_age"), Value::from(10_000_000));
    }
    let mut physiology = Physiology { simulation_timestep, precision, raw };
    physiology.raw = physiology.members();
    Ok(physiology)
}

fn timestep(raw: &mut Map<String, Value>, warnings: &mut Warnings) -> Result<f64, GenomeError> {
    let old = raw.remove(OLD_TIMESTEP);
    let (name, value) = match raw.get(TIMESTEP) {
        Some(value) => (TIMESTEP, Some(value)),
        None => (OLD_TIMESTEP, old.as_ref()),
    };
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(DEFAULT_TIMESTEP) };
    match value.as_f64() {
        Some(seconds) if seconds > 0.0 => Ok(seconds),
        Some(seconds) => {
            let message = format!("{seconds} s is no burst period; it becomes {DEFAULT_TIMESTEP} s");
            warnings.add(format!("physiology.{name}"), message);
            Ok(DEFAULT_TIMESTEP)
        }
        None => Err(GenomeError::value(format!("physiology.{name}"), value, "a number of seconds above 0")),
    }
}

fn precision(
    raw: &Map<String, Value>,
    absent: GenomePrecision,
    warnings: &mut Warnings,
) -> Result<GenomePrecision, GenomeError> {
    let place = format!("physiology.{PRECISION}");
    let text = match raw.get(PRECISION) {
        None | Some(Value::Null) => return Ok(absent),
        Some(Value::String(text)) => text,
        Some(other) => return Err(GenomeError::value(place, other, "`fp32`, `fp16` or `int8`")),
    };
    Ok(match text.to_ascii_lowercase().as_str() {
        "fp32" | "f32" => GenomePrecision::Fp32,
        "int8" => GenomePrecision::Int8,
        "fp16" | "f16" => {
            warnings.add(place, "16-bit floats are run as 32-bit floats");
            GenomePrecision::Fp16
        }
        _ => {
            let found = describe(&Value::from(text.as_str()));
            warnings.add(place, format!("{found} is none of fp32, fp16, int8; it becomes fp32"));
            GenomePrecision::Fp32
        }
    })
}

impl Physiology {
    /// The block as it is written: the members as they were, with the typed fields over them.
    pub(crate) fn members(&self) -> Map<String, Value> {
        let mut members = self.raw.clone();
        let seconds = Number::from_f64(self.simulation_timestep).map_or(Value::Null, Value::Number);
        if members.get(TIMESTEP).and_then(Value::as_f64) != Some(self.simulation_timestep) {
            members.insert(TIMESTEP.to_owned(), seconds);
        }
        let precision = match self.precision {
            GenomePrecision::Fp32 => "fp32",
            GenomePrecision::Fp16 => "fp16",
            GenomePrecision::Int8 => "int8",
        };
        members.insert(PRECISION.to_owned(), Value::from(precision));
        members
    }
}
