//! From the id of a neuron in a grid to its voxel, without division.

use feagi_types::{Dimensions, Voxel};

/// Where the neurons of a grid are. Meant for many look-ups: making one costs three divisions, a
/// look-up none, and a loop of look-ups has no branches.
#[derive(Clone, Copy, Debug)]
pub struct Cells {
    first_id: u32,
    copies: Divisor,
    depth: Divisor,
    height: Divisor,
}

impl Cells {
    /// For a grid with `per_voxel` neurons in each voxel, the first of which has `first_id`.
    pub(crate) fn new(first_id: u32, dimensions: Dimensions, per_voxel: u32) -> Self {
        let Dimensions { height, depth, .. } = dimensions;
        let (copies, depth) = (Divisor::new(per_voxel), Divisor::new(depth));
        Self { first_id, copies, depth, height: Divisor::new(height) }
    }

    /// Voxel of a neuron of the grid. What other ids give means nothing.
    #[inline]
    #[must_use]
    pub fn voxel_of(&self, id: u32) -> Voxel {
        let index = self.copies.divide(id.wrapping_sub(self.first_id));
        let row = self.depth.divide(index);
        let x = self.height.divide(row);
        let y = row.wrapping_sub(x.wrapping_mul(self.height.divisor));
        Voxel::new(x, y, index.wrapping_sub(row.wrapping_mul(self.depth.divisor)))
    }
}

/// Division of numbers below 2^31 by a fixed number, as a multiplication and a shift.
///
/// With `shift = 31 + ⌈log2 d⌉` and `factor = ⌈2^shift / d⌉` the product is too large by less than
/// `n · d / 2^shift < 1` parts of `1 / d`, which never reaches the next quotient. `factor` is below
/// 2^32: it is 2^31 for powers of two and falls from just below 2^32 between them.
#[derive(Clone, Copy, Debug)]
struct Divisor {
    divisor: u32,
    factor: u32,
    shift: u32,
}

impl Divisor {
    /// For division by `divisor`; 0 counts as 1.
    fn new(divisor: u32) -> Self {
        let divisor = divisor.max(1);
        let shift = 31 + (u32::BITS - (divisor - 1).leading_zeros());
        Self { divisor, factor: (1_u64 << shift).div_ceil(u64::from(divisor)) as u32, shift }
    }

    #[inline]
    fn divide(self, number: u32) -> u32 {
        ((u64::from(number) * u64::from(self.factor)) >> self.shift) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LARGEST: u32 = (1 << 31) - 1;

    /// Numbers of every magnitude below 2^31.
    fn number() -> impl Strategy<Value = u32> {
        (any::<u32>(), 1_u32..32).prop_map(|(bits, shift)| bits >> shift)
    }

    proptest! {
        #[test]
        fn a_multiplication_divides(number in number(), divisor in (any::<u32>(), 0_u32..32)) {
            let divisor = (divisor.0 >> divisor.1).max(1);
            let divide = |number| Divisor::new(divisor).divide(number);
            prop_assert_eq!(divide(number), number / divisor);
            // Where a rounded product would show: on both sides of a multiple.
            let multiple = number - number % divisor;
            prop_assert_eq!(divide(multiple), multiple / divisor);
            prop_assert_eq!(divide(multiple.saturating_sub(1)), multiple.saturating_sub(1) / divisor);
            prop_assert_eq!(divide(LARGEST), LARGEST / divisor);
            let exact = (1_u64 << Divisor::new(divisor).shift).div_ceil(u64::from(divisor));
            prop_assert_eq!(u64::from(Divisor::new(divisor).factor), exact, "it fits into 32 bits");
        }

        #[test]
        fn cells_are_where_the_dimensions_put_them(
            size in [1_u32..300, 1..300, 1..300], per_voxel in 1_u32..5, local in any::<prop::sample::Index>(),
        ) {
            let dimensions = Dimensions::from(size);
            let neurons = dimensions.neuron_count(per_voxel).unwrap() as usize;
            let local = local.index(neurons) as u32;
            let expected = dimensions.voxel_at(u64::from(local / per_voxel));
            prop_assert_eq!(Cells::new(7, dimensions, per_voxel).voxel_of(7 + local), expected);
        }
    }
}
