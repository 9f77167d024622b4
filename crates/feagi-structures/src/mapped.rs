//! Voxels of many areas, by cortical id.

use alloc::collections::BTreeMap;

use feagi_types::CorticalId;

use crate::XyzpArrays;

/// The voxels of each area that a message or a burst mentions.
///
/// Areas are always visited by ascending id bytes, so that equal content gives equal output. An
/// area without voxels is legal and stays until it is removed: readers skip empty areas, and a map
/// that is filled again and again reuses its memory.
///
/// ```
/// use feagi_structures::CorticalMappedVoxels;
/// use feagi_types::{CoreArea, CorticalId};
///
/// let mut voxels = CorticalMappedVoxels::new();
/// voxels.ensure_clear_and_borrow_mut(CorticalId::core(CoreArea::Power)).push_raw(0, 0, 0, 1.0);
/// assert_eq!(voxels.total_voxel_count(), 1);
/// voxels.clear_neurons_only();
/// assert_eq!((voxels.len(), voxels.total_voxel_count()), (1, 0));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CorticalMappedVoxels {
    // A tree and not a sorted list: messages from outside may bring 65 535 ids in any order.
    areas: BTreeMap<CorticalId, XyzpArrays>,
}

impl CorticalMappedVoxels {
    /// No areas.
    #[must_use]
    pub const fn new() -> Self {
        Self { areas: BTreeMap::new() }
    }

    /// Number of areas, empty ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.areas.len()
    }

    /// Whether there are no areas.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// Number of voxels of all areas.
    #[must_use]
    pub fn total_voxel_count(&self) -> usize {
        self.areas.values().map(XyzpArrays::len).sum()
    }

    /// The voxels of area `id`.
    #[must_use]
    pub fn get_neurons_of(&self, id: &CorticalId) -> Option<&XyzpArrays> {
        self.areas.get(id)
    }

    /// The voxels of area `id`, to change.
    pub fn get_neurons_of_mut(&mut self, id: &CorticalId) -> Option<&mut XyzpArrays> {
        self.areas.get_mut(id)
    }

    /// Whether area `id` is there, be it without voxels.
    #[must_use]
    pub fn contains_cortical_id(&self, id: &CorticalId) -> bool {
        self.areas.contains_key(id)
    }

    /// Puts the voxels of area `id` in and gives back those that were there.
    pub fn insert(&mut self, id: CorticalId, voxels: XyzpArrays) -> Option<XyzpArrays> {
        self.areas.insert(id, voxels)
    }

    /// Takes area `id` out.
    pub fn remove(&mut self, id: &CorticalId) -> Option<XyzpArrays> {
        self.areas.remove(id)
    }

    /// Removes all areas.
    pub fn clear(&mut self) {
        self.areas.clear();
    }

    /// Removes all voxels; areas and their memory stay.
    pub fn clear_neurons_only(&mut self) {
        self.areas.values_mut().for_each(XyzpArrays::clear);
    }

    /// Removes areas without voxels, so that a long-lived map does not keep every id it ever saw.
    pub fn remove_empty(&mut self) {
        self.areas.retain(|_, voxels| !voxels.is_empty());
    }

    /// The areas with their voxels.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&CorticalId, &XyzpArrays)> {
        self.areas.iter()
    }

    /// The areas with their voxels, to change.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&CorticalId, &mut XyzpArrays)> {
        self.areas.iter_mut()
    }

    /// The ids.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &CorticalId> {
        self.areas.keys()
    }

    /// The voxels of area `id`, emptied if it was there and new if not.
    pub fn ensure_clear_and_borrow_mut(&mut self, id: CorticalId) -> &mut XyzpArrays {
        let voxels = self.areas.entry(id).or_default();
        voxels.clear();
        voxels
    }
}

impl IntoIterator for CorticalMappedVoxels {
    type Item = (CorticalId, XyzpArrays);
    type IntoIter = alloc::collections::btree_map::IntoIter<CorticalId, XyzpArrays>;

    fn into_iter(self) -> Self::IntoIter {
        self.areas.into_iter()
    }
}

impl<'a> IntoIterator for &'a CorticalMappedVoxels {
    type Item = (&'a CorticalId, &'a XyzpArrays);
    type IntoIter = alloc::collections::btree_map::Iter<'a, CorticalId, XyzpArrays>;

    fn into_iter(self) -> Self::IntoIter {
        self.areas.iter()
    }
}

impl FromIterator<(CorticalId, XyzpArrays)> for CorticalMappedVoxels {
    fn from_iter<I: IntoIterator<Item = (CorticalId, XyzpArrays)>>(areas: I) -> Self {
        Self { areas: areas.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(bytes: &[u8; 8]) -> CorticalId {
        CorticalId::from_bytes(*bytes).unwrap()
    }

    fn one_voxel() -> XyzpArrays {
        XyzpArrays::new_from_vectors(vec![1], vec![2], vec![3], vec![0.5]).unwrap()
    }

    #[test]
    fn areas_are_visited_by_ascending_id_whatever_the_order_of_arrival() {
        let ids = [b"mem00001", b"___power", b"cust0002", b"cust0001"];
        let voxels: CorticalMappedVoxels = ids.map(|bytes| (id(bytes), one_voxel())).into_iter().collect();
        let visited: Vec<_> = voxels.keys().map(|id| *id.as_bytes()).collect();
        assert_eq!(visited, [*b"___power", *b"cust0001", *b"cust0002", *b"mem00001"]);
    }

    #[test]
    fn borrowing_an_area_to_fill_it_empties_it_and_keeps_its_memory() {
        let mut voxels = CorticalMappedVoxels::new();
        voxels.ensure_clear_and_borrow_mut(id(b"cust0001")).ensure_capacity(50);
        let area = voxels.ensure_clear_and_borrow_mut(id(b"cust0001"));
        assert!(area.is_empty() && area.capacity() >= 50);
    }

    #[test]
    fn empty_areas_stay_until_they_are_asked_to_go() {
        let mut voxels = CorticalMappedVoxels::new();
        assert_eq!(voxels.insert(id(b"cust0001"), one_voxel()), None);
        assert_eq!(voxels.insert(id(b"cust0001"), XyzpArrays::new()), Some(one_voxel()));
        assert!(voxels.contains_cortical_id(&id(b"cust0001")));
        voxels.remove_empty();
        assert!(voxels.is_empty());
    }
}
