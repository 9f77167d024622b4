//! Voxels of an area as numbers, in creation order.

use feagi_types::Dimensions;

use super::run::{self, Run};

/// An area's voxels, numbered x outermost, then y, then z. There are fewer than `i32::MAX` of them:
/// larger areas are refused before rules are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) size: [u32; 3],
}

impl Grid {
    pub(crate) fn new(dimensions: Dimensions) -> Self {
        Self { size: dimensions.to_array() }
    }

    /// Number of voxels.
    pub(crate) const fn voxels(&self) -> u32 {
        self.size[0] * self.size[1] * self.size[2]
    }

    /// Number of the voxel at (`x`, `y`, `z`).
    pub(crate) const fn index(&self, [x, y, z]: [u32; 3]) -> u32 {
        (x * self.size[1] + y) * self.size[2] + z
    }

    /// The voxel with this number.
    pub(crate) const fn coordinates(&self, index: u32) -> [u32; 3] {
        let [_, height, depth] = self.size;
        [index / depth / height, index / depth % height, index % depth]
    }

    /// Appends the voxels whose coordinates lie in the given runs of each axis, in ascending order.
    pub(crate) fn append_product(&self, [xs, ys, zs]: [&[Run]; 3], out: &mut Vec<Run>) {
        let [_, height, depth] = self.size;
        let whole = |runs: &[Run], size| runs == [Run { start: 0, end: size }];
        let whole_columns = whole(zs, depth);
        if whole_columns && whole(ys, height) {
            let plane = height * depth;
            xs.iter().for_each(|x| run::push(out, x.start * plane, x.end * plane));
            return;
        }
        for x in xs.iter().flat_map(|run| run.start..run.end) {
            let plane = x * height;
            if whole_columns {
                ys.iter().for_each(|y| run::push(out, (plane + y.start) * depth, (plane + y.end) * depth));
                continue;
            }
            for y in ys.iter().flat_map(|run| run.start..run.end) {
                let column = (plane + y) * depth;
                zs.iter().for_each(|z| run::push(out, column + z.start, column + z.end));
            }
        }
    }
}
