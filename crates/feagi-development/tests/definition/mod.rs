//! Connection rules as `genome.md` section 5 words them: one voxel pair at a time, slow and plain.

use feagi_genome::{PatternElement, PatternPair, Rule};

/// Two areas, in voxels.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) source: [u32; 3],
    pub(crate) target: [u32; 3],
}

/// Whether the rule joins source voxel `p` to target voxel `t`.
pub(crate) fn joins(name: &str, rule: &Rule, sizes: Sizes, p: [u32; 3], t: [u32; 3]) -> bool {
    match rule {
        Rule::Vectors(vectors) => {
            vectors.iter().any(|v| (0..3).all(|i| i64::from(p[i]) + v[i] == i64::from(t[i])))
        }
        Rule::Patterns(pairs) => pairs.iter().any(|pair| pattern(pair, sizes, p, t)),
        Rule::Function(name) => function(name, sizes, p, t),
        Rule::Composite { .. } => name == "tile" && tile(sizes, p, t),
    }
}

fn pattern(pair: &PatternPair, sizes: Sizes, p: [u32; 3], t: [u32; 3]) -> bool {
    (0..3).all(|i| {
        let c = i64::from(p[i]);
        let matches = match pair.source[i] {
            PatternElement::Exact(k) => c == k,
            PatternElement::Range(lo, hi) => lo <= c && c <= hi,
            _ => true,
        };
        let at = i64::from(t[i]);
        let reached = match pair.target[i] {
            PatternElement::Exact(k) => at == k,
            PatternElement::Any => true,
            PatternElement::Same => at == c,
            PatternElement::Other => at != c,
            PatternElement::Above => at > c,
            PatternElement::Below => at < c,
            PatternElement::AtOrAbove => at >= c,
            PatternElement::AtOrBelow => at <= c,
            PatternElement::Shifted(k) => at == c + k,
            PatternElement::Around(a, b) => c + a <= at && at <= c + b,
            PatternElement::Range(lo, hi) => lo <= at && at <= hi,
        };
        matches && reached && t[i] < sizes.target[i]
    })
}

fn function(name: &str, sizes: Sizes, p: [u32; 3], t: [u32; 3]) -> bool {
    let Sizes { source: s, target: d } = sizes;
    let swapped = |[x, y, z]: [u32; 3]| match name {
        "transpose_xy" => [y, x, z],
        "transpose_yz" => [x, z, y],
        "transpose_xz" => [z, y, x],
        _ => [x, y, z],
    };
    let last = |size: [u32; 3]| size.map(|size| size - 1);
    match name {
        "projector" | "transpose_xy" | "transpose_yz" | "transpose_xz" => {
            (0..3).all(|i| projected(swapped(p)[i], swapped(s)[i], t[i], d[i]))
        }
        "block_to_block" => p == t,
        "centered_projector" => (0..3).all(|i| {
            let middle = |size: u32| (i64::from(size) - 1) / 2;
            middle(d[i]) + i64::from(p[i]) - middle(s[i]) == i64::from(t[i])
        }),
        "sweeper" => swept(p, d) == Some(t),
        "last_to_first" => p == last(s) && t == [0; 3],
        "first_to_last" => p == [0; 3] && t == last(d),
        "rotator_z" => rotated(sizes, p, t[2]) == [i64::from(t[0]), i64::from(t[1])],
        _ => {
            let (function, axis) = name.rsplit_once('_').unwrap();
            let axis = ["x", "y", "z"].iter().position(|name| *name == axis).unwrap();
            (0..3).all(|i| match function {
                _ if i != axis => t[i] == p[i].min(d[i] - 1),
                "bitmask_encoder" => bit_is_set(t[i], s[i], p[i]),
                "bitmask_decoder" => bit_is_set(p[i], d[i], t[i]),
                _ => panic!("no definition of {name}"),
            })
        }
    }
}

fn projected(c: u32, s: u32, t: u32, d: u32) -> bool {
    let (small, large) = (s.min(d) as f32, s.max(d) as f32);
    if s > d { (c as f32 / (large / small)) as u32 == t } else { (t as f32 / (large / small)) as u32 == c }
}

fn swept(p: [u32; 3], d: [u32; 3]) -> Option<[u32; 3]> {
    let [x, y, z] = [0, 1, 2].map(|i| p[i].min(d[i] - 1));
    if x + 1 < d[0] {
        Some([x + 1, y, z])
    } else if y + 1 < d[1] {
        Some([0, y + 1, z])
    } else if z + 1 < d[2] {
        Some([0, 0, z + 1])
    } else {
        None
    }
}

/// Whether bit `index` of `number` is set when it is written in `digits` binary digits.
fn bit_is_set(number: u32, digits: u32, index: u32) -> bool {
    let written = format!("{number:0>64b}");
    let from_the_right = digits - 1 - index;
    from_the_right < 32 && written.as_bytes()[63 - from_the_right as usize] == b'1'
}

fn rotated(Sizes { source: s, target: d }: Sizes, p: [u32; 3], layer: u32) -> [i64; 2] {
    let degrees = if d[2] == 1 { 0.0 } else { -90.0 + 180.0 * layer as f32 / (d[2] - 1) as f32 };
    let angle = f32::to_radians(degrees);
    let span = |size: u32| u32::max(size - 1, 1) as f32;
    let centre = |i: usize| (d[i] - 1) as f32 / 2.0;
    let offset = |i: usize| p[i] as f32 / span(s[i]) * span(d[i]) - centre(i);
    let (dx, dy) = (offset(0), offset(1));
    let x = centre(0) + libm::cosf(angle) * dx + libm::sinf(angle) * dy;
    let y = centre(1) - libm::sinf(angle) * dx + libm::cosf(angle) * dy;
    [x.round() as i64, y.round() as i64]
}

fn tile(Sizes { source: s, target: d }: Sizes, p: [u32; 3], t: [u32; 3]) -> bool {
    if s.iter().product::<u32>() > d.iter().product() {
        (0..3).all(|i| t[i] == p[i] % d[i])
    } else {
        (0..3).all(|i| t[i] >= p[i] && (t[i] - p[i]).is_multiple_of(s[i]))
    }
}
