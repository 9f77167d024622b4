//! The number rules: leak, charge storage, firing window, excitability draw (`npu.md` section 3).

use feagi_types::Precision;

/// Share of the potential that is left after `bursts` bursts: exactly 1 without leak, the plain
/// f32 difference for one burst, else a power by squaring in f64 of that difference.
pub(crate) fn retained(leak: f32, bursts: u64) -> f32 {
    match bursts {
        _ if leak == 0.0 => 1.0,
        0 => 1.0,
        1 => 1.0 - leak,
        _ => power(f64::from(1.0 - leak), bursts) as f32,
    }
}

fn power(mut base: f64, mut exponent: u64) -> f64 {
    let mut product = 1.0;
    while exponent > 0 {
        if exponent & 1 == 1 {
            product *= base;
        }
        base *= base;
        exponent >>= 1;
    }
    product
}

/// A charge as it is kept after an addition.
pub(crate) fn stored_charge(precision: Precision, charge: f32) -> f32 {
    match precision {
        Precision::Fp32 => charge,
        Precision::Int8 if charge <= 0.0 || !charge.is_finite() => 0.0,
        Precision::Int8 => charge.min(255.0),
    }
}

/// A threshold as it is kept.
pub(crate) fn stored_threshold(precision: Precision, threshold: f32) -> f32 {
    match precision {
        Precision::Fp32 => threshold,
        Precision::Int8 => threshold.clamp(0.0, 255.0),
    }
}

/// Whether `charge` is at most the limit; 0 is no limit, and so is the top level of int8, which
/// keeps a limit as a whole level.
fn within_limit(precision: Precision, charge: f32, limit: f32) -> bool {
    match precision {
        _ if limit == 0.0 => true,
        Precision::Fp32 => charge <= limit,
        Precision::Int8 => {
            let level = (limit + 0.5).floor().clamp(0.0, 255.0);
            level == 255.0 || charge <= level
        }
    }
}

/// Whether `charge` lies between threshold and limit, both included.
pub(crate) fn in_firing_window(precision: Precision, charge: f32, threshold: f32, limit: f32) -> bool {
    threshold <= charge && within_limit(precision, charge, limit)
}

/// Whether a neuron in its firing window fires in this burst.
pub(crate) fn is_excited(excitability: f32, neuron: u32, burst: u64) -> bool {
    if excitability >= 0.999 {
        true
    } else if excitability <= 0.0 {
        false
    } else {
        draw(neuron, burst) < excitability
    }
}

/// The draw of `neuron` in `burst`, 0..=1 (section 3.2).
fn draw(neuron: u32, burst: u64) -> f32 {
    let seed = neuron.wrapping_mul(2_654_435_761).wrapping_add((burst as u32).wrapping_mul(1_597_334_677));
    let a = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((a >> ((a >> 28) + 4)) ^ a).wrapping_mul(277_803_737);
    let hash = (word >> 22) ^ word;
    hash as f32 / 4_294_967_296.0
}
