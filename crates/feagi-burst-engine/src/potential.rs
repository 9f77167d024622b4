//! Arithmetic of membrane potentials: how they are stored, and what idle bursts leave of them.

use feagi_types::Precision;

/// A charge as the precision stores it: `int8` never falls below 0 and saturates at 255.
#[inline(always)]
pub(crate) fn charge(value: f32, precision: Precision) -> f32 {
    match precision {
        Precision::Fp32 => value,
        Precision::Int8 if !value.is_finite() || value <= 0.0 => 0.0,
        Precision::Int8 => value.min(255.0),
    }
}

/// Share of a potential that is left after `bursts` bursts with coefficient `leak`:
/// `(1 - leak)^bursts`, squared in f64 and rounded once; exactly 1 without leak.
#[inline]
pub(crate) fn remaining(leak: f32, bursts: u32) -> f32 {
    if leak == 0.0 || bursts == 0 {
        return 1.0;
    }
    let share = 1.0 - leak;
    if bursts == 1 {
        return share;
    }
    let mut base = f64::from(share);
    let mut exponent = bursts;
    let mut product = 1.0_f64;
    while exponent > 0 {
        if exponent & 1 == 1 {
            product *= base;
        }
        base *= base;
        exponent >>= 1;
    }
    product as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_leak_leaves_everything_and_full_leak_nothing() {
        assert_eq!(remaining(0.0, 1_000_000), 1.0);
        assert_eq!(remaining(1.0, 1), 0.0);
        assert_eq!(remaining(0.5, 3), 0.125);
        assert_eq!(remaining(0.1, 0), 1.0);
    }

    #[test]
    fn long_idle_stretches_end_at_zero_without_loops_over_bursts() {
        assert_eq!(remaining(0.25, u32::MAX), 0.0);
    }

    #[test]
    fn eight_bit_charge_saturates_at_both_ends() {
        assert_eq!(charge(-3.0, Precision::Int8), 0.0);
        assert_eq!(charge(f32::INFINITY, Precision::Int8), 0.0);
        assert_eq!(charge(300.5, Precision::Int8), 255.0);
        assert_eq!(charge(7.25, Precision::Int8), 7.25);
    }
}
