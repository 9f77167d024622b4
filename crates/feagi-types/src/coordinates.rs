//! Where things are: voxels inside an area, sizes of areas, places of areas in the brain.

use core::fmt;

/// Size of a cortical area in voxels along x (width), y (height) and z (depth).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dimensions {
    /// Voxels along x.
    pub width: u32,
    /// Voxels along y.
    pub height: u32,
    /// Voxels along z.
    pub depth: u32,
}

/// A voxel inside an area, counted from 0 along each axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Voxel {
    /// Index along x.
    pub x: u32,
    /// Index along y.
    pub y: u32,
    /// Index along z.
    pub z: u32,
}

/// Place of an area's corner in the brain's space, in voxels; may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Position {
    /// Along x.
    pub x: i32,
    /// Along y.
    pub y: i32,
    /// Along z.
    pub z: i32,
}

impl Dimensions {
    /// One voxel.
    pub const ONE: Self = Self { width: 1, height: 1, depth: 1 };

    /// An area of `width` × `height` × `depth` voxels.
    #[must_use]
    pub const fn new(width: u32, height: u32, depth: u32) -> Self {
        Self { width, height, depth }
    }

    /// Number of voxels, or `None` when it does not fit into 64 bits. Never wraps.
    #[must_use]
    pub const fn voxel_count(&self) -> Option<u64> {
        // Two u32 factors always fit into u64; only the third can overflow.
        let plane = self.width as u64 * self.height as u64;
        plane.checked_mul(self.depth as u64)
    }

    /// The smallest size that both fit into: per axis the larger of the two.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        const fn larger(a: u32, b: u32) -> u32 {
            if a > b { a } else { b }
        }
        Self {
            width: larger(self.width, other.width),
            height: larger(self.height, other.height),
            depth: larger(self.depth, other.depth),
        }
    }

    /// Number of neurons with `per_voxel` neurons in each voxel, or `None` above 64 bits.
    #[must_use]
    pub const fn neuron_count(&self, per_voxel: u32) -> Option<u64> {
        match self.voxel_count() {
            Some(voxels) => voxels.checked_mul(per_voxel as u64),
            None => None,
        }
    }

    /// Whether `voxel` lies inside.
    #[must_use]
    pub const fn contains(&self, voxel: Voxel) -> bool {
        voxel.x < self.width && voxel.y < self.height && voxel.z < self.depth
    }

    /// Position of `voxel` in creation order (x outermost, then y, then z), or `None` outside.
    #[must_use]
    pub const fn index_of(&self, voxel: Voxel) -> Option<u64> {
        if !self.contains(voxel) {
            return None;
        }
        // Inside the area the index is below width * height * depth; overflow means no such area exists.
        let plane = voxel.x as u64 * self.height as u64 + voxel.y as u64;
        match plane.checked_mul(self.depth as u64) {
            Some(row) => row.checked_add(voxel.z as u64),
            None => None,
        }
    }

    /// The voxel at `index` in creation order; the inverse of [`Dimensions::index_of`] for every
    /// index below [`Dimensions::voxel_count`]. An area with an empty axis has only voxel 0.
    #[must_use]
    pub const fn voxel_at(&self, index: u64) -> Voxel {
        if self.height == 0 || self.depth == 0 {
            return Voxel { x: 0, y: 0, z: 0 };
        }
        let depth = self.depth as u64;
        let height = self.height as u64;
        Voxel {
            x: (index / depth / height) as u32,
            y: (index / depth % height) as u32,
            z: (index % depth) as u32,
        }
    }

    /// The three sizes as `[width, height, depth]`.
    #[must_use]
    pub const fn to_array(&self) -> [u32; 3] {
        [self.width, self.height, self.depth]
    }
}

impl From<[u32; 3]> for Dimensions {
    fn from([width, height, depth]: [u32; 3]) -> Self {
        Self { width, height, depth }
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}×{}", self.width, self.height, self.depth)
    }
}

impl Voxel {
    /// The voxel at (`x`, `y`, `z`).
    #[must_use]
    pub const fn new(x: u32, y: u32, z: u32) -> Self {
        Self { x, y, z }
    }

    /// The three indices as `[x, y, z]`.
    #[must_use]
    pub const fn to_array(&self) -> [u32; 3] {
        [self.x, self.y, self.z]
    }
}

impl From<[u32; 3]> for Voxel {
    fn from([x, y, z]: [u32; 3]) -> Self {
        Self { x, y, z }
    }
}

impl From<[i32; 3]> for Position {
    fn from([x, y, z]: [i32; 3]) -> Self {
        Self { x, y, z }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_that_wrap_in_32_bits_are_seen_in_full() {
        let wraps_to_two = Dimensions::new(u32::MAX, u32::MAX, 2);
        assert_eq!(wraps_to_two.voxel_count(), None);
        assert_eq!(Dimensions::new(100_000, 100_000, 100_000).voxel_count(), Some(1_000_000_000_000_000));
        assert_eq!(Dimensions::new(u32::MAX, u32::MAX, 1).neuron_count(u32::MAX), None);
    }

    #[test]
    fn a_union_holds_both_sizes() {
        let (wide, deep) = (Dimensions::new(8, 1, 1), Dimensions::new(2, 1, 9));
        assert_eq!(wide.union(deep), Dimensions::new(8, 1, 9));
        assert_eq!(deep.union(wide), wide.union(deep));
    }

    proptest! {
        #[test]
        fn index_and_voxel_are_inverse(w in 1u32..40, h in 1u32..40, d in 1u32..40, pick in any::<u64>()) {
            let size = Dimensions::new(w, h, d);
            let index = pick % size.voxel_count().unwrap();
            prop_assert_eq!(size.index_of(size.voxel_at(index)), Some(index));
        }

        #[test]
        fn outside_voxels_have_no_index(w in 1u32..40, x in 40u32.., y in 0u32..3) {
            prop_assert_eq!(Dimensions::new(w, 3, 3).index_of(Voxel::new(x, y, 0)), None);
        }
    }
}
