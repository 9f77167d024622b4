//! Pattern rules (`genome.md` section 5.2).

use feagi_genome::{PatternElement, PatternPair};

use super::Fault;
use super::axis::{Bound, Relation, Sizes, Span};
use super::product::{Ends, Product};

/// Checks what can only be checked when the rule is applied.
pub(crate) fn check(pairs: &[PatternPair]) -> Result<(), Fault> {
    for (position, pair) in pairs.iter().enumerate() {
        for elements in [&pair.source, &pair.target] {
            if elements.len() != 3 {
                return Err(Fault::AxisCount { position, count: elements.len() });
            }
            for element in elements {
                if let PatternElement::Exact(value @ ..=-1) = *element {
                    return Err(Fault::Negative { position, value });
                }
            }
        }
    }
    Ok(())
}

/// The product of a pair that passed [`check`]; `None` when no source voxel can match.
pub(crate) fn product(pair: &PatternPair, ends: &Ends) -> Option<Product> {
    let axis = |axis: usize| {
        let sizes = ends.sizes(axis);
        let sources = sources(*pair.source.get(axis)?, sizes.source)?;
        Some(relation(*pair.target.get(axis)?, sources, sizes))
    };
    Some([axis(0)?, axis(1)?, axis(2)?])
}

/// Source coordinates that match an element. Elements that speak about the source coordinate match
/// any.
fn sources(element: PatternElement, size: u32) -> Option<Span> {
    match element {
        PatternElement::Exact(k) => Span::clipped(k, k, size),
        PatternElement::Range(first, last) => Span::clipped(first, last, size),
        PatternElement::Any
        | PatternElement::Same
        | PatternElement::Other
        | PatternElement::Above
        | PatternElement::Below
        | PatternElement::AtOrAbove
        | PatternElement::AtOrBelow
        | PatternElement::Shifted(_)
        | PatternElement::Around(..) => Some(Span::all(size)),
    }
}

fn relation(element: PatternElement, sources: Span, sizes: Sizes) -> Relation {
    let start = Bound::At(0);
    let end = Bound::at(i64::from(sizes.target) - 1);
    let (low, high) = match element {
        PatternElement::Other => return Relation::AllBut { sources },
        PatternElement::Exact(k) => (Bound::at(k), Bound::at(k)),
        PatternElement::Any => (start, end),
        PatternElement::Same => (Bound::Offset(0), Bound::Offset(0)),
        PatternElement::Above => (Bound::Offset(1), end),
        PatternElement::Below => (start, Bound::Offset(-1)),
        PatternElement::AtOrAbove => (Bound::Offset(0), end),
        PatternElement::AtOrBelow => (start, Bound::Offset(0)),
        PatternElement::Shifted(k) => (Bound::offset(k), Bound::offset(k)),
        PatternElement::Around(first, last) => (Bound::offset(first), Bound::offset(last)),
        PatternElement::Range(first, last) => (Bound::at(first), Bound::at(last)),
    };
    Relation::Between { sources, low, high }
}
