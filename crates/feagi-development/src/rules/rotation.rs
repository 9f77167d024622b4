//! `rotator_z`: a picture turned by another angle in each layer (`genome.md` section 5.3).

use super::Visitor;
use super::grid::Grid;
use super::product::Ends;
use super::run::{self, Run};
use crate::work::{Flow, Work};

/// The turn of each target layer: cosine and sine of the angle.
type Turn = (f32, f32);

/// Calls `visit` with each source voxel, ascending, and with its targets: at most one a layer.
pub(crate) fn visit(ends: &Ends, work: &mut Work, visit: Visitor<'_>) -> Flow {
    let Ends { source, target, .. } = ends;
    let [width, height, depth] = source.size;
    work.spend(4 * u64::from(target.size[2]))?;
    let turns: Vec<Turn> = (0..target.size[2]).map(|layer| turn(layer, target.size[2])).collect();
    let mut targets = Vec::new();
    for x in 0..width {
        for y in 0..height {
            work.spend(3 * turns.len() as u64 + u64::from(depth))?;
            collect([x, y], source, target, &turns, &mut targets);
            for z in 0..depth {
                visit(source.index([x, y, z]), &targets, work)?;
            }
        }
    }
    Flow::Continue(())
}

/// An upper bound of the number of pairs of a source and a target voxel.
pub(crate) fn most_pairs(ends: &Ends) -> u64 {
    u64::from(ends.source.voxels()) * u64::from(ends.target.size[2])
}

/// From -90° in the first layer to 90° in the last; a single layer is not turned.
fn turn(layer: u32, layers: u32) -> Turn {
    let degrees = if layers == 1 { 0.0 } else { -90.0 + 180.0 * layer as f32 / (layers - 1) as f32 };
    let angle = degrees.to_radians();
    (libm::cosf(angle), libm::sinf(angle))
}

fn collect([x, y]: [u32; 2], source: &Grid, target: &Grid, turns: &[Turn], out: &mut Vec<Run>) {
    out.clear();
    let centre = [0, 1].map(|axis| (target.size[axis] - 1) as f32 / 2.0);
    let from_centre = |axis: usize, coordinate: u32| {
        let span = |size: u32| (size - 1).max(1) as f32;
        coordinate as f32 / span(source.size[axis]) * span(target.size[axis]) - centre[axis]
    };
    let (dx, dy) = (from_centre(0, x), from_centre(1, y));
    for (layer, &(cos, sin)) in (0_u32..).zip(turns) {
        let turned_x = (centre[0] + cos * dx + sin * dy).round();
        let turned_y = (centre[1] - sin * dx + cos * dy).round();
        let inside = |at: f32, axis: usize| at >= 0.0 && at < target.size[axis] as f32;
        if inside(turned_x, 0) && inside(turned_y, 1) {
            let voxel = target.index([turned_x as u32, turned_y as u32, layer]);
            out.push(Run { start: voxel, end: voxel + 1 });
        }
    }
    run::normalise(out);
}
