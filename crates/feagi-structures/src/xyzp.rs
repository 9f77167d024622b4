//! Voxels of one area as four arrays: x, y, z and the potential p.

use alloc::vec::Vec;
use core::mem;
use core::ops::RangeInclusive;

/// One voxel and its potential.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct XyzpVoxel {
    /// Index along x.
    pub x: u32,
    /// Index along y.
    pub y: u32,
    /// Index along z.
    pub z: u32,
    /// Potential, in the unit that the area's coding gives it.
    pub p: f32,
}

/// What went wrong with voxel arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XyzpError {
    /// The given arrays differ in length (class BadParameters).
    #[error("x, y, z and p hold {x}, {y}, {z} and {p} entries; give four arrays of one length")]
    UnequalLengths {
        /// Entries of x.
        x: usize,
        /// Entries of y.
        y: usize,
        /// Entries of z.
        z: usize,
        /// Entries of p.
        p: usize,
    },
    /// There is no such voxel (class BadParameters).
    #[error("voxel {index} does not exist; there are {len}")]
    OutOfRange {
        /// The index asked for.
        index: usize,
        /// Number of voxels.
        len: usize,
    },
    /// An update from outside left arrays of different lengths (class InternalError).
    #[error("the update left {x}, {y}, {z} and {p} entries in x, y, z and p; it must leave one length")]
    UnequalUpdate {
        /// Entries of x.
        x: usize,
        /// Entries of y.
        y: usize,
        /// Entries of z.
        z: usize,
        /// Entries of p.
        p: usize,
    },
}

/// The voxels of one area, structure of arrays. The four arrays always have one length.
///
/// Order is kept and coordinates may repeat.
///
/// ```
/// use feagi_structures::XyzpArrays;
///
/// let mut voxels = XyzpArrays::new();
/// voxels.push_raw(1, 2, 3, 0.5);
/// assert_eq!(voxels.get_p(0), Ok(0.5));
/// assert_eq!(voxels.get_size_in_number_of_bytes(), 16);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct XyzpArrays {
    x: Vec<u32>,
    y: Vec<u32>,
    z: Vec<u32>,
    p: Vec<f32>,
}

impl XyzpArrays {
    /// Bytes that one voxel takes on the wire.
    pub const BYTES_PER_VOXEL: usize = 16;

    /// No voxels, no memory.
    #[must_use]
    pub const fn new() -> Self {
        Self { x: Vec::new(), y: Vec::new(), z: Vec::new(), p: Vec::new() }
    }

    /// No voxels, memory for `voxels`.
    #[must_use]
    pub fn with_capacity(voxels: usize) -> Self {
        let mut arrays = Self::new();
        arrays.ensure_capacity(voxels);
        arrays
    }

    /// Takes four arrays without copying them.
    ///
    /// # Errors
    /// [`XyzpError::UnequalLengths`] unless all four have one length.
    pub fn new_from_vectors(x: Vec<u32>, y: Vec<u32>, z: Vec<u32>, p: Vec<f32>) -> Result<Self, XyzpError> {
        if x.len() != y.len() || x.len() != z.len() || x.len() != p.len() {
            let (x, y, z, p) = (x.len(), y.len(), z.len(), p.len());
            return Err(XyzpError::UnequalLengths { x, y, z, p });
        }
        Ok(Self { x, y, z, p })
    }

    /// Number of voxels.
    #[must_use]
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there are no voxels.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// Number of voxels that fit without taking memory, those held included.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.x.capacity().min(self.y.capacity()).min(self.z.capacity()).min(self.p.capacity())
    }

    /// Number of further voxels that fit without taking memory.
    #[must_use]
    pub fn spare_capacity(&self) -> usize {
        self.capacity() - self.len()
    }

    /// Makes room for `extra` further voxels.
    pub fn reserve(&mut self, extra: usize) {
        self.x.reserve(extra);
        self.y.reserve(extra);
        self.z.reserve(extra);
        self.p.reserve(extra);
    }

    /// Makes room for `total` voxels; does nothing where it suffices already.
    pub fn ensure_capacity(&mut self, total: usize) {
        self.reserve(total.saturating_sub(self.len()));
    }

    /// Gives memory back that no voxel uses.
    pub fn shrink_to_fit(&mut self) {
        self.x.shrink_to_fit();
        self.y.shrink_to_fit();
        self.z.shrink_to_fit();
        self.p.shrink_to_fit();
    }

    /// Removes all voxels and keeps the memory.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Adds a voxel at the end.
    pub fn push(&mut self, voxel: &XyzpVoxel) {
        self.push_raw(voxel.x, voxel.y, voxel.z, voxel.p);
    }

    /// Adds a voxel at the end.
    pub fn push_raw(&mut self, x: u32, y: u32, z: u32, p: f32) {
        self.x.push(x);
        self.y.push(y);
        self.z.push(z);
        self.p.push(p);
    }

    /// Takes the last voxel off.
    pub fn pop(&mut self) -> Option<XyzpVoxel> {
        Some(XyzpVoxel { x: self.x.pop()?, y: self.y.pop()?, z: self.z.pop()?, p: self.p.pop()? })
    }

    /// The voxel at `index`.
    ///
    /// # Errors
    /// [`XyzpError::OutOfRange`] at [`XyzpArrays::len`] and above; so for the four below.
    pub fn get(&self, index: usize) -> Result<XyzpVoxel, XyzpError> {
        Ok(XyzpVoxel {
            x: self.get_x(index)?,
            y: self.get_y(index)?,
            z: self.get_z(index)?,
            p: self.get_p(index)?,
        })
    }

    /// Index along x of the voxel at `index`.
    ///
    /// # Errors
    /// As [`XyzpArrays::get`].
    pub fn get_x(&self, index: usize) -> Result<u32, XyzpError> {
        entry(&self.x, index)
    }

    /// Index along y of the voxel at `index`.
    ///
    /// # Errors
    /// As [`XyzpArrays::get`].
    pub fn get_y(&self, index: usize) -> Result<u32, XyzpError> {
        entry(&self.y, index)
    }

    /// Index along z of the voxel at `index`.
    ///
    /// # Errors
    /// As [`XyzpArrays::get`].
    pub fn get_z(&self, index: usize) -> Result<u32, XyzpError> {
        entry(&self.z, index)
    }

    /// Potential of the voxel at `index`.
    ///
    /// # Errors
    /// As [`XyzpArrays::get`].
    pub fn get_p(&self, index: usize) -> Result<f32, XyzpError> {
        entry(&self.p, index)
    }

    /// The voxels in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = XyzpVoxel> + '_ {
        let coordinates = self.x.iter().zip(&self.y).zip(&self.z);
        coordinates.zip(&self.p).map(|(((&x, &y), &z), &p)| XyzpVoxel { x, y, z, p })
    }

    /// Lets `update` write the four arrays directly, which is the fastest way to fill them.
    ///
    /// # Errors
    /// [`XyzpError::UnequalUpdate`] when the arrays differ in length afterwards; they are then cut to
    /// the shortest. If `update` panics no voxels are left.
    pub fn update_vectors_from_external<F>(&mut self, update: F) -> Result<(), XyzpError>
    where
        F: FnOnce(&mut Vec<u32>, &mut Vec<u32>, &mut Vec<u32>, &mut Vec<f32>),
    {
        // Updated aside, so that a panic cannot leave arrays of different lengths behind.
        let mut arrays = mem::take(self);
        update(&mut arrays.x, &mut arrays.y, &mut arrays.z, &mut arrays.p);
        let (x, y, z, p) = (arrays.x.len(), arrays.y.len(), arrays.z.len(), arrays.p.len());
        arrays.truncate(x.min(y).min(z).min(p));
        let is_equal = x == y && x == z && x == p;
        *self = arrays;
        if is_equal { Ok(()) } else { Err(XyzpError::UnequalUpdate { x, y, z, p }) }
    }

    /// The voxels as one list.
    #[must_use]
    pub fn copy_as_neuron_xyzp_vec(&self) -> Vec<XyzpVoxel> {
        self.iter().collect()
    }

    /// The four arrays x, y, z, p; one length.
    #[must_use]
    pub fn borrow_xyzp_vectors(&self) -> (&[u32], &[u32], &[u32], &[f32]) {
        (&self.x, &self.y, &self.z, &self.p)
    }

    /// Bytes that the voxels take on the wire: 16 each.
    #[must_use]
    pub fn get_size_in_number_of_bytes(&self) -> usize {
        self.len().saturating_mul(Self::BYTES_PER_VOXEL)
    }

    /// The voxels inside a box with inclusive bounds, in order.
    #[must_use]
    pub fn filter_neurons_by_location_bounds(
        &self,
        x: RangeInclusive<u32>,
        y: RangeInclusive<u32>,
        z: RangeInclusive<u32>,
    ) -> Self {
        let is_inside = |v: &XyzpVoxel| x.contains(&v.x) && y.contains(&v.y) && z.contains(&v.z);
        self.iter().filter(is_inside).collect()
    }

    fn truncate(&mut self, len: usize) {
        self.x.truncate(len);
        self.y.truncate(len);
        self.z.truncate(len);
        self.p.truncate(len);
    }
}

fn entry<T: Copy>(array: &[T], index: usize) -> Result<T, XyzpError> {
    array.get(index).copied().ok_or(XyzpError::OutOfRange { index, len: array.len() })
}

impl Extend<XyzpVoxel> for XyzpArrays {
    fn extend<I: IntoIterator<Item = XyzpVoxel>>(&mut self, voxels: I) {
        let voxels = voxels.into_iter();
        self.reserve(voxels.size_hint().0);
        for voxel in voxels {
            self.push(&voxel);
        }
    }
}

impl FromIterator<XyzpVoxel> for XyzpArrays {
    fn from_iter<I: IntoIterator<Item = XyzpVoxel>>(voxels: I) -> Self {
        let mut arrays = Self::new();
        arrays.extend(voxels);
        arrays
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> XyzpArrays {
        XyzpArrays::new_from_vectors(vec![0, 5, 9], vec![1, 6, 9], vec![2, 7, 9], vec![1.0, -2.0, 0.5])
            .unwrap()
    }

    #[test]
    fn arrays_of_different_lengths_are_refused() {
        let refused = XyzpArrays::new_from_vectors(vec![1], vec![1], vec![1], vec![]);
        assert_eq!(refused, Err(XyzpError::UnequalLengths { x: 1, y: 1, z: 1, p: 0 }));
    }

    #[test]
    fn an_update_that_forgets_any_array_is_noticed_and_cut_to_the_shortest() {
        let mut voxels = three();
        let refused = voxels.update_vectors_from_external(|_, _, _, p| p.push(4.0));
        assert_eq!(refused, Err(XyzpError::UnequalUpdate { x: 3, y: 3, z: 3, p: 4 }));
        assert_eq!(voxels, three());
        assert!(voxels.update_vectors_from_external(|x, _, _, _| x.clear()).is_err());
        assert!(voxels.is_empty());
    }

    #[test]
    fn a_panicking_update_leaves_arrays_of_one_length() {
        let mut voxels = three();
        let update = std::panic::AssertUnwindSafe(|| {
            voxels.update_vectors_from_external(|x, _, _, _| {
                x.clear();
                panic!("source went away");
            })
        });
        assert!(std::panic::catch_unwind(update).is_err());
        assert_eq!(voxels, XyzpArrays::new());
    }

    #[test]
    fn voxels_come_back_in_order() {
        let mut voxels = three();
        assert_eq!(voxels.get(1), Ok(XyzpVoxel { x: 5, y: 6, z: 7, p: -2.0 }));
        assert_eq!(voxels.get_y(3), Err(XyzpError::OutOfRange { index: 3, len: 3 }));
        assert_eq!(voxels.iter().collect::<XyzpArrays>(), voxels);
        assert_eq!(voxels.pop().map(|voxel| voxel.x), Some(9));
        assert_eq!(voxels.len(), 2);
    }

    #[test]
    fn bounds_are_inclusive() {
        let inside = three().filter_neurons_by_location_bounds(0..=5, 1..=6, 2..=7);
        assert_eq!(inside.len(), 2);
        assert!(three().filter_neurons_by_location_bounds(0..=4, 0..=9, 3..=9).is_empty());
    }

    #[test]
    fn clearing_keeps_memory_and_shrinking_gives_it_back() {
        let mut voxels = XyzpArrays::with_capacity(100);
        let capacity = voxels.capacity();
        assert!(capacity >= 100);
        voxels.push_raw(1, 1, 1, 1.0);
        voxels.clear();
        voxels.ensure_capacity(100);
        assert_eq!(voxels.capacity(), capacity);
        assert_eq!(voxels.spare_capacity(), capacity);
        voxels.shrink_to_fit();
        assert_eq!(voxels.capacity(), 0);
    }
}
