//! Lazy leak: what is left of a potential after idle bursts.

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
}
