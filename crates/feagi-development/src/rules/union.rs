//! Rules of several products that may overlap: their targets are merged source voxel by source voxel.

use std::ops::{ControlFlow, Range};

use super::Visitor;
use super::axis::{Relation, Span};
use super::product::{Ends, Product};
use super::run::{self, Run};
use crate::work::{Flow, Stop, Work};

/// The products of a rule. Vectors keep their compact form, as lists of a million of them occur.
#[derive(Debug)]
pub(crate) enum Products {
    /// Distinct vectors in ascending order, each with at least one pair. Never overlap.
    Vectors(Vec<[i32; 3]>),
    /// Distinct products with at least one pair each.
    Listed(Vec<Product>),
}

impl Products {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Vectors(vectors) => vectors.len(),
            Self::Listed(products) => products.len(),
        }
    }

    pub(crate) fn get(&self, at: usize, ends: &Ends) -> Product {
        match self {
            Self::Vectors(vectors) => vector(vectors[at].map(i64::from), ends),
            Self::Listed(products) => products[at],
        }
    }
}

/// The product that joins every source voxel to the one at a fixed distance.
pub(crate) fn vector(distance: [i64; 3], ends: &Ends) -> Product {
    std::array::from_fn(|axis| Relation::shifted(ends.sizes(axis), distance[axis]))
}

/// How much is kept at a time.
#[derive(Clone, Copy)]
struct Room {
    /// Links between source voxels and products.
    links: usize,
    /// Runs of one source voxel before they are merged.
    runs: usize,
}

/// 8 MB each.
const ROOM: Room = Room { links: 1 << 20, runs: 1 << 20 };
const NONE: u32 = u32::MAX;

/// Calls `visit` with each source voxel that may have targets, ascending, and with its targets.
///
/// The source area is taken in chunks. For each chunk the products are threaded onto the voxels
/// they start from; a product costs nothing at voxels it does not touch. Steps are charged so that
/// one stands for about the same time here and in [`Ends::visit`].
pub(crate) fn visit(products: &Products, ends: &Ends, work: &mut Work, visit: Visitor<'_>) -> Flow {
    visit_within(ROOM, products, ends, work, visit)
}

fn visit_within(room: Room, products: &Products, ends: &Ends, work: &mut Work, visit: Visitor<'_>) -> Flow {
    let voxels = ends.source.voxels();
    let mut merged = Merged { products, ends, room, axes: Default::default(), targets: Vec::new() };
    let mut chunk = Chunk::default();
    let (mut start, mut size) = (0, 1024);
    while start < voxels {
        let end = voxels.min(start.saturating_add(size));
        chunk.clear(start..end);
        if !chunk.fill(room, products, ends, work)? {
            size = (size / 2).max(1);
            continue;
        }
        for voxel in start..end {
            if chunk.head(voxel) != NONE {
                merged.collect(&chunk, voxel, work)?;
                visit(voxel, &merged.targets, work)?;
            }
        }
        if chunk.links.len() < room.links / 4 {
            size = size.saturating_mul(2);
        }
        start = end;
    }
    Flow::Continue(())
}

/// Source voxels `voxels`, each with a list of the products that start from it.
#[derive(Default)]
struct Chunk {
    voxels: Range<u32>,
    /// By voxel: its first link.
    heads: Vec<u32>,
    /// The next link of the same voxel, and a product.
    links: Vec<(u32, u32)>,
}

impl Chunk {
    fn clear(&mut self, voxels: Range<u32>) {
        self.heads.clear();
        self.heads.resize(voxels.len(), NONE);
        self.links.clear();
        self.voxels = voxels;
    }

    fn head(&self, voxel: u32) -> u32 {
        self.heads[(voxel - self.voxels.start) as usize]
    }

    /// Links every product; `false` when that takes more links than are kept at a time.
    fn fill(
        &mut self,
        room: Room,
        products: &Products,
        ends: &Ends,
        work: &mut Work,
    ) -> ControlFlow<Stop, bool> {
        // A link goes in front of the voxel's list: backwards here is forwards there.
        for at in (0..products.len()).rev() {
            work.spend(2)?;
            if let Some(active) = ends.active(&products.get(at, ends)) {
                self.link(at as u32, active, ends, work)?;
            }
            if self.links.len() > room.links && self.voxels.len() > 1 {
                return ControlFlow::Continue(false);
            }
        }
        ControlFlow::Continue(true)
    }

    /// Links product `at` to the voxels of its box, as far as they lie in the chunk.
    fn link(&mut self, at: u32, [xs, ys, zs]: [Span; 3], ends: &Ends, work: &mut Work) -> Flow {
        let [_, height, depth] = ends.source.size;
        let (start, last) = (self.voxels.start, self.voxels.end - 1);
        let plane = height * depth;
        for x in xs.first.max(start / plane)..=xs.last.min(last / plane) {
            let corner = x * plane;
            let first_y = ys.first.max(start.saturating_sub(corner) / depth);
            for y in first_y..=ys.last.min((last - corner) / depth) {
                let column = corner + y * depth;
                let voxels = start.max(column + zs.first)..self.voxels.end.min(column + zs.last + 1);
                work.spend(1 + voxels.len() as u64)?;
                for voxel in voxels {
                    let head = &mut self.heads[(voxel - start) as usize];
                    self.links.push((*head, at));
                    *head = self.links.len() as u32 - 1;
                }
            }
        }
        Flow::Continue(())
    }
}

/// The targets of one source voxel under all products.
struct Merged<'a> {
    products: &'a Products,
    ends: &'a Ends,
    room: Room,
    axes: [Vec<Run>; 3],
    targets: Vec<Run>,
}

impl Merged<'_> {
    fn collect(&mut self, chunk: &Chunk, voxel: u32, work: &mut Work) -> Flow {
        self.targets.clear();
        let coordinates = self.ends.source.coordinates(voxel);
        let mut limit = self.room.runs;
        let mut link = chunk.head(voxel);
        while link != NONE {
            let (next, product) = chunk.links[link as usize];
            let before = self.targets.len();
            self.append(product, coordinates);
            work.spend(4 + (self.targets.len() - before) as u64)?;
            if self.targets.len() > limit {
                self.merge(work)?;
                limit = self.room.runs.max(2 * self.targets.len());
            }
            link = next;
        }
        self.merge(work)
    }

    /// Puts the targets in order, which vectors and single products give by themselves.
    fn merge(&mut self, work: &mut Work) -> Flow {
        if !run::is_normal(&self.targets) {
            work.spend(8 * self.targets.len() as u64)?;
            run::normalise(&mut self.targets);
        }
        Flow::Continue(())
    }

    fn append(&mut self, product: u32, coordinates: [u32; 3]) {
        if let Products::Vectors(vectors) = self.products {
            let vector = vectors[product as usize];
            // Only voxels whose target lies in the area are linked to a vector.
            let target = [0, 1, 2].map(|axis| coordinates[axis].wrapping_add_signed(vector[axis]));
            let target = self.ends.target.index(target);
            run::push(&mut self.targets, target, target + 1);
            return;
        }
        let product = self.products.get(product as usize, self.ends);
        for (axis, relation) in product.iter().enumerate() {
            let coordinate = coordinates[self.ends.order[axis]];
            relation.targets(coordinate, self.ends.sizes(axis), &mut self.axes[axis]);
        }
        let [x, y, z] = &self.axes;
        self.ends.target.append_product([x, y, z], &mut self.targets);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Grid;
    use crate::rules::axis::Bound;
    use feagi_types::Dimensions;
    use proptest::prelude::*;

    fn rows(room: Room, products: &Products, ends: &Ends) -> Vec<(u32, Vec<Run>)> {
        let mut rows = Vec::new();
        let flow = visit_within(room, products, ends, &mut Work::unlimited(), &mut |voxel, targets, _| {
            rows.push((voxel, targets.to_vec()));
            Flow::Continue(())
        });
        assert_eq!(flow, Flow::Continue(()));
        rows
    }

    proptest! {
        #[test]
        fn little_room_changes_nothing(
            boxes in prop::collection::vec((0_u32..40, 0_u32..40, -5_i32..5, 0_i32..9), 1..30)
        ) {
            let grid = Grid::new(Dimensions::new(3, 40, 5));
            let ends = Ends::straight(grid, grid);
            let product = |&(a, b, low, width): &(u32, u32, i32, i32)| {
                let sources = Span { first: a.min(b), last: a.max(b) };
                let y = Relation::Between { sources, low: Bound::Offset(low), high: Bound::Offset(low + width) };
                [Relation::Clamp, y, Relation::AllBut { sources: Span { first: 2, last: 4 } }]
            };
            let products = Products::Listed(boxes.iter().map(product).collect());
            prop_assert_eq!(rows(Room { links: 20, runs: 3 }, &products, &ends), rows(ROOM, &products, &ends));
        }
    }
}
