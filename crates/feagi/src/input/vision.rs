//! Which area sees which part of a picture, and how bright each of its voxels is.
//!
//! Segmented vision has nine areas (`fbc.md` section 4.2): 0 to 2 the bottom row from left to right,
//! 3 to 5 the middle, 6 to 8 the top. The centre sees the middle half of width and height, as an eye
//! sees most sharply where it looks; the others see the quarters around it.

use feagi_runtime::BrainArea;
use feagi_types::cortical_id::{Kind, UnitCode};
use feagi_types::{CorticalId, Dimensions, Voxel};
use image::RgbImage;

/// Where the rows and columns of segmented vision begin and end, as shares of the picture.
const CUTS: [f64; 4] = [0.0, 0.25, 0.75, 1.0];

/// An area that sees a part of the picture. `K` is what its owner calls it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct VisionArea<K = CorticalId> {
    key: K,
    dimensions: Dimensions,
    /// Shares of the width, from the left.
    columns: [f64; 2],
    /// Shares of the height, from the top.
    rows: [f64; 2],
}

/// The areas that see, in the order of `areas`.
pub(super) fn areas(areas: &[BrainArea]) -> Vec<VisionArea> {
    areas.iter().filter_map(|area| VisionArea::new(area.id, area.id, area.dimensions)).collect()
}

/// Voxels of all areas.
pub(super) fn voxels<K>(areas: &[VisionArea<K>]) -> u64 {
    areas.iter().map(|area| area.voxel_count() as u64).sum()
}

/// Brightness of every voxel of every area, each area's in the order of [`VisionArea::voxels`].
pub(super) fn resize<K>(picture: &RgbImage, areas: &[VisionArea<K>]) -> Vec<u8> {
    let mut brightness = Vec::with_capacity(voxels(areas) as usize);
    for area in areas {
        area.see(picture, &mut brightness);
    }
    brightness
}

impl<K> VisionArea<K> {
    /// The area with this id and size, if it sees.
    pub(crate) fn new(key: K, id: CorticalId, dimensions: Dimensions) -> Option<Self> {
        let Ok(Kind::Input(unit)) = id.kind() else { return None };
        let (column, row) = match unit.code() {
            UnitCode([b'i', b'm', b'g']) => ([0.0, 1.0], [0.0, 1.0]),
            UnitCode([b's', b'v', b'i']) => {
                let tile = usize::from(unit.sub_unit());
                // Tiles are counted from the bottom, pictures from the top.
                let (column, row) = (tile % 3, 2_usize.checked_sub(tile / 3)?);
                ([CUTS[column], CUTS[column + 1]], [CUTS[row], CUTS[row + 1]])
            }
            _ => return None,
        };
        Some(Self { key, dimensions, columns: column, rows: row })
    }

    pub(super) const fn key(&self) -> &K {
        &self.key
    }

    pub(super) fn voxel_count(&self) -> usize {
        // The area's neurons have been counted and made, so this fits.
        self.dimensions.voxel_count().unwrap_or(0) as usize
    }

    /// All voxels: x outermost, then y, then z.
    pub(super) fn voxels(&self) -> impl Iterator<Item = Voxel> + use<K> {
        let [width, height, depth] = self.dimensions.to_array();
        (0..width)
            .flat_map(move |x| (0..height).flat_map(move |y| (0..depth).map(move |z| Voxel::new(x, y, z))))
    }

    /// Appends the brightness of every voxel: the mean of the pixels it covers. y counts upwards.
    /// A depth below 3 sees grey at z = 0; otherwise z = 0, 1, 2 are red, green and blue.
    fn see(&self, picture: &RgbImage, brightness: &mut Vec<u8>) {
        let [width, height, depth] = self.dimensions.to_array();
        let row_of = |y: u32| span(self.rows, height - 1 - y, height, picture.height());
        let rows: Vec<[u32; 2]> = (0..height).map(row_of).collect();
        for x in 0..width {
            let columns = span(self.columns, x, width, picture.width());
            for &rows in &rows {
                let [red, green, blue] = mean(picture, columns, rows);
                if depth < 3 {
                    let grey = (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000;
                    brightness.push(grey as u8);
                    brightness.extend((1..depth).map(|_| 0));
                } else {
                    brightness.extend([red, green, blue]);
                    brightness.extend((3..depth).map(|_| 0));
                }
            }
        }
    }
}

/// The pixels, of `pixels` in all, that step `step` of `steps` covers within a share of the picture;
/// at least one.
fn span([from, to]: [f64; 2], step: u32, steps: u32, pixels: u32) -> [u32; 2] {
    let at = |step: u32| (from + (to - from) * f64::from(step) / f64::from(steps)) * f64::from(pixels);
    let first = (at(step).floor() as u32).min(pixels - 1);
    let end = (at(step + 1).ceil() as u32).clamp(first + 1, pixels);
    [first, end]
}

fn mean(picture: &RgbImage, [left, right]: [u32; 2], [top, bottom]: [u32; 2]) -> [u8; 3] {
    if right - left == 1 && bottom - top == 1 {
        return picture.get_pixel(left, top).0;
    }
    let mut sums = [0_u64; 3];
    for row in top..bottom {
        for column in left..right {
            for (sum, channel) in sums.iter_mut().zip(picture.get_pixel(column, row).0) {
                *sum += u64::from(channel);
            }
        }
    }
    let pixels = u64::from(right - left) * u64::from(bottom - top);
    sums.map(|sum| (sum / pixels) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use proptest::prelude::*;

    fn area(id: [u8; 8], dimensions: [u32; 3]) -> VisionArea<()> {
        let id = CorticalId::from_bytes(id).expect("an input id");
        VisionArea::new((), id, dimensions.into()).expect("an area that sees")
    }

    fn tile(sub_unit: u8) -> VisionArea<()> {
        area([b'i', b's', b'v', b'i', 9 | sub_unit << 4, 0, 0, 0], [1, 1, 3])
    }

    /// 4 × 4 pixels: red counts columns from the left, green rows from the top.
    fn ramp() -> RgbImage {
        RgbImage::from_fn(4, 4, |x, y| Rgb([x as u8 * 10, y as u8 * 10, 7]))
    }

    #[test]
    fn the_tiles_lie_where_their_numbers_say() {
        let seen = |sub_unit| resize(&ramp(), &[tile(sub_unit)]);
        assert_eq!(seen(0), [0, 30, 7], "bottom left");
        assert_eq!(seen(2), [30, 30, 7], "bottom right");
        assert_eq!(seen(4), [15, 15, 7], "centre: the middle half");
        assert_eq!(seen(7), [15, 0, 7], "top middle");
        assert_eq!(seen(8), [30, 0, 7], "top right");
    }

    #[test]
    fn y_counts_upwards_and_z_is_the_colour() {
        let eye = area(*b"iimg\x09\0\0\0", [2, 2, 3]);
        let corner = |x: u32, y: u32| {
            let at = eye.voxels().position(|voxel| voxel == Voxel::new(x, y, 0)).expect("inside");
            resize(&ramp(), std::slice::from_ref(&eye))[at..at + 3].to_vec()
        };
        assert_eq!(corner(0, 0), [5, 25, 7], "bottom left");
        assert_eq!(corner(1, 1), [25, 5, 7], "top right");
    }

    #[test]
    fn shallow_areas_see_grey() {
        let white = RgbImage::from_pixel(3, 5, Rgb([255; 3]));
        assert_eq!(resize(&white, &[area(*b"iimg\x09\0\0\0", [2, 1, 2])]), [255, 0, 255, 0]);
        assert_eq!(resize(&white, &[area(*b"iimg\x09\0\0\0", [1, 1, 4])]), [255, 255, 255, 0]);
    }

    proptest! {
        #[test]
        fn every_voxel_of_any_area_sees_pixels_of_any_picture(
            width in 1u32..50, height in 1u32..50, w in 1u32..60, h in 1u32..60, d in 1u32..5, sub_unit in 0u8..9,
        ) {
            let picture = RgbImage::from_pixel(width, height, Rgb([90, 90, 90]));
            let area = VisionArea { dimensions: [w, h, d].into(), ..tile(sub_unit) };
            let seen = resize(&picture, std::slice::from_ref(&area));
            prop_assert_eq!(seen.len(), area.voxel_count());
            prop_assert_eq!(area.voxels().count(), area.voxel_count());
            let lit = if d < 3 { 1 } else { 3 };
            for (voxel, brightness) in area.voxels().zip(seen) {
                let expected: &[u8] = if voxel.z < lit { &[89, 90] } else { &[0] };
                prop_assert!(expected.contains(&brightness));
            }
        }
    }
}
