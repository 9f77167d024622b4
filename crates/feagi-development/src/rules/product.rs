//! Products: relations between voxels that treat the three axes independently of each other.

use super::Visitor;
use super::axis::{Relation, Sizes, Span};
use super::grid::Grid;
use super::run::Run;
use crate::work::{Flow, Work};

/// Joins a source voxel to a target voxel when all three axes do. The relations are listed by
/// target axis.
pub(crate) type Product = [Relation; 3];

/// The two areas of a mapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) source: Grid,
    pub(crate) target: Grid,
    /// Which source axis each target axis looks at.
    pub(crate) order: [usize; 3],
}

impl Ends {
    /// Areas whose axes of the same name look at each other.
    pub(crate) const fn straight(source: Grid, target: Grid) -> Self {
        Self { source, target, order: [0, 1, 2] }
    }

    /// Sizes along a target axis and the source axis it looks at.
    pub(crate) const fn sizes(&self, target_axis: usize) -> Sizes {
        Sizes { source: self.source.size[self.order[target_axis]], target: self.target.size[target_axis] }
    }

    /// Number of pairs of a source and a target voxel.
    pub(crate) fn pairs(&self, product: &Product) -> u64 {
        (0..3).map(|axis| product[axis].pairs(self.sizes(axis))).product()
    }

    /// The box of source voxels, by source axis, outside of which there are no targets.
    pub(crate) fn active(&self, product: &Product) -> Option<[Span; 3]> {
        let mut spans = [Span { first: 0, last: 0 }; 3];
        for (axis, relation) in product.iter().enumerate() {
            spans[self.order[axis]] = relation.active(self.sizes(axis))?;
        }
        Some(spans)
    }

    /// Calls `visit` with each source voxel that may have targets, ascending, and with its targets.
    pub(crate) fn visit(&self, product: &Product, work: &mut Work, visit: Visitor<'_>) -> Flow {
        let Some([xs, ys, zs]) = self.active(product) else {
            return Flow::Continue(());
        };
        let mut cursor = Cursor { ends: self, product, axes: Default::default() };
        let mut targets = Vec::new();
        for x in xs.first..=xs.last {
            cursor.move_to(0, x);
            for y in ys.first..=ys.last {
                cursor.move_to(1, y);
                for z in zs.first..=zs.last {
                    cursor.move_to(2, z);
                    targets.clear();
                    cursor.append_targets(&mut targets);
                    work.spend(1 + targets.len() as u64)?;
                    visit(self.source.index([x, y, z]), &targets, work)?;
                }
            }
        }
        Flow::Continue(())
    }
}

/// The targets of one source voxel, kept by axis so that a step along one axis redoes only that one.
struct Cursor<'a> {
    ends: &'a Ends,
    product: &'a Product,
    axes: [Vec<Run>; 3],
}

impl Cursor<'_> {
    fn move_to(&mut self, source_axis: usize, coordinate: u32) {
        for target_axis in 0..3 {
            if self.ends.order[target_axis] == source_axis {
                let sizes = self.ends.sizes(target_axis);
                self.product[target_axis].targets(coordinate, sizes, &mut self.axes[target_axis]);
            }
        }
    }

    fn append_targets(&self, out: &mut Vec<Run>) {
        let [x, y, z] = &self.axes;
        self.ends.target.append_product([x, y, z], out);
    }
}
