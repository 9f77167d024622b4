//! A connection rule, applied to two areas.

use std::ops::ControlFlow;

use feagi_genome::PatternPair;

use super::Visitor;
use super::axis::{Bound, Relation, Span};
use super::product::{Ends, Product};
use super::union::{self, Products};
use super::{Fault, patterns, rotation};
use crate::work::{Flow, Stop, Work};

/// Which neuron of a target voxel gets the synapse when there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// The one with the lowest number.
    First,
    /// The one with the highest number.
    Last,
}

/// Who connects to whom between two areas, in voxels.
#[derive(Debug)]
pub(crate) struct Wiring {
    ends: Ends,
    shape: Shape,
    pub(crate) pick: Pick,
}

#[derive(Debug)]
enum Shape {
    Product(Product),
    /// Two or more. `disjoint`: known to have no pair in common.
    Union {
        products: Products,
        disjoint: bool,
    },
    Rotation,
}

impl Wiring {
    /// A rule of one product.
    pub(crate) fn single(ends: Ends, product: Product, pick: Pick) -> Self {
        Self { ends, shape: Shape::Product(product), pick }
    }

    /// A rule of products that have no pair in common.
    pub(crate) fn disjoint(ends: Ends, products: Vec<Product>) -> Self {
        let products = Products::Listed(products);
        Self { ends, shape: Shape::Union { products, disjoint: true }, pick: Pick::Last }
    }

    /// `rotator_z`.
    pub(crate) fn rotation(ends: Ends) -> Self {
        Self { ends, shape: Shape::Rotation, pick: Pick::Last }
    }

    /// A list of vectors. Those that lead from no source voxel into the target area are dropped
    /// unseen by any voxel.
    pub(crate) fn vectors(ends: Ends, vectors: &[[i64; 3]], work: &mut Work) -> ControlFlow<Stop, Self> {
        work.spend(vectors.len() as u64)?;
        let reaches = |vector: &&[i64; 3]| {
            (0..3).all(|axis| {
                let sizes = ends.sizes(axis);
                (-i64::from(sizes.source) + 1..i64::from(sizes.target)).contains(&vector[axis])
            })
        };
        let mut kept: Vec<_> =
            vectors.iter().filter(reaches).map(|vector| vector.map(|v| v as i32)).collect();
        work.spend(8 * kept.len() as u64)?;
        kept.sort_unstable();
        kept.dedup();
        let shape = Shape::Union { products: Products::Vectors(kept), disjoint: true };
        ControlFlow::Continue(Self { ends, shape, pick: Pick::Last })
    }

    /// A list of patterns.
    pub(crate) fn patterns(
        ends: Ends,
        pairs: &[PatternPair],
        work: &mut Work,
    ) -> ControlFlow<Stop, Result<Self, Fault>> {
        work.spend(8 * pairs.len() as u64)?;
        if let Err(fault) = patterns::check(pairs) {
            return ControlFlow::Continue(Err(fault));
        }
        let products = pairs.iter().filter_map(|pair| patterns::product(pair, &ends));
        let mut kept: Vec<Product> = products.filter(|product| ends.active(product).is_some()).collect();
        kept.sort_unstable();
        kept.dedup();
        let shape = match kept[..] {
            [product] => Shape::Product(product),
            _ => Shape::Union { disjoint: kept.iter().all(is_point), products: Products::Listed(kept) },
        };
        ControlFlow::Continue(Ok(Self { ends, shape, pick: Pick::Last }))
    }

    /// The number of pairs of a source and a target voxel where a formula gives it.
    pub(crate) fn exact_pairs(&self) -> Option<u64> {
        match &self.shape {
            Shape::Union { disjoint: false, .. } | Shape::Rotation => None,
            Shape::Product(_) | Shape::Union { disjoint: true, .. } => Some(self.most_pairs()),
        }
    }

    /// An upper bound of the number of pairs; saturates.
    pub(crate) fn most_pairs(&self) -> u64 {
        match &self.shape {
            Shape::Product(product) => self.ends.pairs(product),
            Shape::Union { products, .. } => self.each(products).fold(0, u64::saturating_add),
            Shape::Rotation => rotation::most_pairs(&self.ends),
        }
    }

    /// A lower bound of the number of pairs.
    pub(crate) fn least_pairs(&self) -> u64 {
        match &self.shape {
            Shape::Product(product) => self.ends.pairs(product),
            Shape::Union { products, .. } => self.each(products).max().unwrap_or(0),
            Shape::Rotation => 0,
        }
    }

    /// The source voxels from the first to the last one that may have targets, empty ones between
    /// them included.
    pub(crate) fn source_span(&self) -> u64 {
        let span = |product: &Product| {
            let box_of = self.ends.active(product)?;
            let first = self.ends.source.index(box_of.map(|span| span.first));
            Some((first, self.ends.source.index(box_of.map(|span| span.last))))
        };
        let bounds = match &self.shape {
            Shape::Product(product) => span(product),
            Shape::Union { products, .. } => (0..products.len())
                .filter_map(|at| span(&products.get(at, &self.ends)))
                .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))),
            Shape::Rotation => Some((0, self.ends.source.voxels() - 1)),
        };
        bounds.map_or(0, |(first, last)| u64::from(last - first) + 1)
    }

    /// Calls `visit` with source voxels in ascending order, each with its targets in ascending
    /// order; voxels without targets may be left out.
    pub(crate) fn visit(&self, work: &mut Work, visit: Visitor<'_>) -> Flow {
        match &self.shape {
            Shape::Product(product) => self.ends.visit(product, work, visit),
            Shape::Union { products, .. } => union::visit(products, &self.ends, work, visit),
            Shape::Rotation => rotation::visit(&self.ends, work, visit),
        }
    }

    fn each(&self, products: &Products) -> impl Iterator<Item = u64> {
        (0..products.len()).map(|at| self.ends.pairs(&products.get(at, &self.ends)))
    }
}

/// Whether a product joins exactly one source voxel to one target voxel: such products have either
/// the same pair or none in common.
fn is_point(product: &Product) -> bool {
    product.iter().all(|relation| match relation {
        Relation::Between { sources: Span { first, last }, low: Bound::At(low), high: Bound::At(high) } => {
            first == last && low == high
        }
        _ => false,
    })
}
