//! The built-in functions (`genome.md` section 5.3) and the composite `tile` (section 5.4).

use super::axis::{Bound, Relation, Span};
use super::product::{Ends, Product};
use super::union::vector;
use super::{Pick, Wiring};

/// Between memory areas a projector; elsewhere it only learns. Always plastic.
pub(crate) const ASSOCIATIVE: &str = "associative_memory";

/// What a function name stands for between two areas.
pub(crate) enum Function {
    /// It makes these synapses.
    Wired(Wiring),
    /// It makes no synapses here; what it does, it does while the brain runs.
    RunTime,
    /// The published server has no such function: nothing happens.
    Unknown,
}

/// The function with this name.
pub(crate) fn function(name: &str, ends: Ends, memory_to_memory: bool) -> Function {
    let single = |product| Wiring::single(ends, product, Pick::Last);
    let Ends { source, target, .. } = ends;
    Function::Wired(match name {
        "projector" => single(scaled(&ends)),
        "transpose_xy" => transposed(ends, [1, 0, 2]),
        "transpose_yz" => transposed(ends, [0, 2, 1]),
        "transpose_xz" => transposed(ends, [2, 1, 0]),
        "block_to_block" => single(vector([0; 3], &ends)),
        "centered_projector" => {
            let middle = |size: u32| i64::from((size - 1) / 2);
            let distance = [0, 1, 2].map(|axis| middle(target.size[axis]) - middle(source.size[axis]));
            single(vector(distance, &ends))
        }
        "sweeper" => Wiring::disjoint(ends, sweeper(&ends)),
        "last_to_first" => {
            Wiring::single(ends, corner(source.size.map(|size| size - 1), [0; 3]), Pick::First)
        }
        "first_to_last" => {
            Wiring::single(ends, corner([0; 3], target.size.map(|size| size - 1)), Pick::First)
        }
        "bitmask_encoder_x" => single(along(0, Relation::Encode)),
        "bitmask_encoder_y" => single(along(1, Relation::Encode)),
        "bitmask_encoder_z" => single(along(2, Relation::Encode)),
        "bitmask_decoder_x" => single(along(0, Relation::Decode)),
        "bitmask_decoder_y" => single(along(1, Relation::Decode)),
        "bitmask_decoder_z" => single(along(2, Relation::Decode)),
        "rotator_z" => Wiring::rotation(ends),
        ASSOCIATIVE if memory_to_memory => single(scaled(&ends)),
        ASSOCIATIVE | "episodic_memory" | "episodic_scan" | "memory_replay" | "classifier_sample"
        | "classifier_class" => return Function::RunTime,
        _ => return Function::Unknown,
    })
}

/// The composite rule `tile`: a larger source is folded into the target, a smaller one repeated.
pub(crate) fn tile(ends: Ends) -> Wiring {
    let fold = ends.source.voxels() > ends.target.voxels();
    Wiring::single(ends, [if fold { Relation::Fold } else { Relation::Replicate }; 3], Pick::Last)
}

fn transposed(ends: Ends, order: [usize; 3]) -> Wiring {
    let ends = Ends { order, ..ends };
    Wiring::single(ends, scaled(&ends), Pick::Last)
}

fn scaled(ends: &Ends) -> Product {
    std::array::from_fn(|axis| {
        let sizes = ends.sizes(axis);
        if sizes.source == sizes.target { Relation::shifted(sizes, 0) } else { Relation::Scale }
    })
}

/// One source voxel to one target voxel.
fn corner(from: [u32; 3], to: [u32; 3]) -> Product {
    std::array::from_fn(|axis| {
        let to = Bound::at(i64::from(to[axis]));
        Relation::Between { sources: Span { first: from[axis], last: from[axis] }, low: to, high: to }
    })
}

/// One axis on its own terms, the others clamped into the target.
fn along(axis: usize, relation: Relation) -> Product {
    let mut product = [Relation::Clamp; 3];
    product[axis] = relation;
    product
}

/// A source voxel, clamped into the target area, leads to the next voxel there: one step along x;
/// at the end of x one along y, back at the start of x; at the end of both one along z.
fn sweeper(ends: &Ends) -> Vec<Product> {
    let axis = |axis: usize| {
        let sizes = ends.sizes(axis);
        let (source, end) = (i64::from(sizes.source), i64::from(sizes.target) - 1);
        let step = Span::clipped(0, end - 1, sizes.source).map(|sources| Relation::Between {
            sources,
            low: Bound::Offset(1),
            high: Bound::Offset(1),
        });
        let wrap = Span::clipped(end, source - 1, sizes.source).map(|sources| Relation::Between {
            sources,
            low: Bound::At(0),
            high: Bound::At(0),
        });
        (step, wrap)
    };
    let [(step_x, wrap_x), (step_y, wrap_y), (step_z, _)] = [axis(0), axis(1), axis(2)];
    let along_x = step_x.map(|x| [x, Relation::Clamp, Relation::Clamp]);
    let along_y = wrap_x.zip(step_y).map(|(x, y)| [x, y, Relation::Clamp]);
    let along_z = wrap_x.zip(wrap_y).zip(step_z).map(|((x, y), z)| [x, y, z]);
    [along_x, along_y, along_z].into_iter().flatten().collect()
}
