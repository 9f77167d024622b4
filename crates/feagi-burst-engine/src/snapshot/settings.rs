//! Section `ENGI`: how the engine computes, and when it is.

use feagi_types::Precision;

use super::SnapshotError;
use super::wire::{Reader, Writer};
use crate::brain::{Brain, EPOCH_RESERVE, stored_power_amount};
use crate::config::{Compatibility, EngineConfig};
use crate::fatigue::{Capacity, Fatigue};

/// Far more bursts than any brain lives for; counting on from here never overflows.
const LAST_BURST: u64 = 1 << 62;

pub(super) fn write(brain: &Brain, writer: &mut Writer) {
    writer.word(match brain.precision {
        Precision::Fp32 => 0_u8,
        Precision::Int8 => 1,
    });
    writer.word(brain.power_amount);
    writer.flag(brain.compatibility.leak_edit_covers_idle_stretch);
    writer.flag(brain.compatibility.removed_synapses_linger);
    let Fatigue { capacity, asked_for, exhausted } = brain.fatigue;
    writer.flag(asked_for);
    writer.flag(exhausted);
    writer.flag(capacity.is_some());
    if let Some(Capacity { neurons, synapses }) = capacity {
        writer.word(neurons);
        writer.word(synapses);
    }
    writer.word(brain.burst);
    writer.word(brain.now());
    writer.flag(brain.records_candidates);
}

pub(super) fn read(reader: &mut Reader<'_>) -> Result<Brain, SnapshotError> {
    let precision = match reader.word()? {
        0_u8 => Precision::Fp32,
        1 => Precision::Int8,
        _ => return Err(reader.wrong("the precision is unknown")),
    };
    let power_amount: f32 = reader.word()?;
    reader.check(
        stored_power_amount(power_amount).to_bits() == power_amount.to_bits(),
        "the power is not finite",
    )?;
    let compatibility = Compatibility {
        leak_edit_covers_idle_stretch: reader.flag()?,
        removed_synapses_linger: reader.flag()?,
    };
    let (asked_for, exhausted) = (reader.flag()?, reader.flag()?);
    let capacity = match reader.flag()? {
        true => Some(Capacity { neurons: reader.word()?, synapses: reader.word()? }),
        false => None,
    };
    let (burst, now): (u64, u32) = (reader.word()?, reader.word()?);
    reader.check(burst <= LAST_BURST, "the burst number is too large")?;
    reader.check(u64::from(now) <= burst && now <= u32::MAX - EPOCH_RESERVE, "the epoch is out of range")?;
    let config = EngineConfig { precision, power_amount, threads: 1, capacity, compatibility };
    let mut brain = Brain::new(&config);
    brain.fatigue = Fatigue { capacity, asked_for, exhausted };
    (brain.burst, brain.epoch) = (burst, burst - u64::from(now));
    brain.records_candidates = reader.flag()?;
    Ok(brain)
}
