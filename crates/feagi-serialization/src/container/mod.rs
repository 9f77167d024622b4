//! The container: reading and questions. Writing lies in `overwrite`, checking in `verify`.

mod overwrite;
mod verify;

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::error::{Cause, DataError};
use crate::layout::{FIXED_HEADER_LEN, Layout, STRUCT_HEADER_LEN};
use crate::structs::{Serializable, Struct, StructType};
use crate::xyzp::XyzpView;

/// A message between FEAGI components: counter, agent id and up to 255 structs in one block of
/// bytes (`fbc.md` sections 1 and 5.1).
///
/// A container is made to be used again and again: loading and overwriting keep its memory, and
/// after a few messages neither takes any. A container is *valid* when its bytes follow its
/// [`Layout`]; what the structs contain is looked at only when they are taken out.
#[derive(Clone)]
pub struct FeagiByteContainer {
    layout: Layout,
    bytes: Vec<u8>,
    is_valid: bool,
    structs: Vec<Entry>,
}

/// Where a struct lies. In a valid container every entry lies inside the bytes.
#[derive(Clone, Copy, Debug)]
struct Entry {
    struct_type: StructType,
    start: usize,
    length: usize,
}

impl FeagiByteContainer {
    /// A valid container of the default layout: counter 0, blank agent id, no structs.
    #[must_use]
    pub fn new_empty() -> Self {
        Self::new_empty_with_layout(Layout::default())
    }

    /// A valid container of `layout`: counter 0, blank agent id, no structs. It reads and writes
    /// this layout only.
    #[must_use]
    pub fn new_empty_with_layout(layout: Layout) -> Self {
        let mut bytes = vec![0; layout.header_len()];
        bytes[0] = layout.version();
        Self { layout, bytes, is_valid: true, structs: Vec::new() }
    }

    /// The layout that the container reads and writes.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// All bytes, valid or not.
    #[must_use]
    pub fn get_byte_ref(&self) -> &[u8] {
        &self.bytes
    }

    /// Lets `write` change the bytes, then checks them.
    ///
    /// # Errors
    /// What `write` returns, else [`DataError::DeserializationError`] when the bytes are no
    /// container. Either way [`FeagiByteContainer::is_valid`] tells the truth about the bytes.
    pub fn try_write_data_to_container_and_verify<E, F>(&mut self, mut write: F) -> Result<(), E>
    where
        E: From<DataError>,
        F: FnMut(&mut Vec<u8>) -> Result<(), E>,
    {
        // Invalid while `write` runs, so that a panic in it leaves no entries of former bytes.
        self.invalidate();
        let written = write(&mut self.bytes);
        let verified = self.verify();
        written?;
        verified.map_err(E::from)
    }

    /// Takes the bytes over without copying them; the former ones are dropped.
    ///
    /// # Errors
    /// [`DataError::DeserializationError`] when the bytes are no container. They stay inside and
    /// the container is invalid.
    pub fn try_write_data_by_ownership_to_container_and_verify(
        &mut self,
        bytes: Vec<u8>,
    ) -> Result<(), DataError> {
        self.bytes = bytes;
        self.verify()
    }

    /// Copies the bytes into the memory held.
    ///
    /// # Errors
    /// As [`FeagiByteContainer::try_write_data_by_ownership_to_container_and_verify`].
    pub fn try_write_data_by_copy_and_verify(&mut self, bytes: &[u8]) -> Result<(), DataError> {
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        self.verify()
    }

    /// Whether the bytes follow the layout.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.is_valid
    }

    /// Number of structs, at most 255.
    ///
    /// # Errors
    /// [`DataError::DeserializationError`] when the container is invalid.
    pub fn try_get_number_contained_structures(&self) -> Result<usize, DataError> {
        self.ensure_valid()?;
        Ok(self.structs.len())
    }

    /// Bytes held.
    #[must_use]
    pub fn get_number_of_bytes_used(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes of memory held.
    #[must_use]
    pub fn get_number_of_bytes_allocated(&self) -> usize {
        self.bytes.capacity()
    }

    /// Gives memory back that no byte uses.
    pub fn free_unused_allocation(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// The counter that the sender chose, mostly the low 16 bits of a burst number.
    ///
    /// # Errors
    /// [`DataError::DeserializationError`] when the container is invalid.
    pub fn get_increment_counter(&self) -> Result<u16, DataError> {
        self.ensure_valid()?;
        Ok(u16::from_le_bytes([self.bytes[1], self.bytes[2]]))
    }

    /// Sets the counter. Nothing advances it by itself.
    ///
    /// # Errors
    /// [`DataError::DeserializationError`] when the container is invalid.
    pub fn set_increment_counter_state(&mut self, counter: u16) -> Result<(), DataError> {
        self.ensure_valid()?;
        self.write_counter(counter);
        Ok(())
    }

    /// The agent id: 48, 8 or 0 bytes, as the layout says.
    ///
    /// # Errors
    /// [`DataError::DeserializationError`] when the container is invalid.
    pub fn get_agent_identifier_bytes(&self) -> Result<&[u8], DataError> {
        self.ensure_valid()?;
        Ok(&self.bytes[FIXED_HEADER_LEN..self.layout.header_len()])
    }

    /// Sets the agent id, such as [`crate::AgentId`].
    ///
    /// # Errors
    /// [`DataError::DeserializationError`] when the container is invalid;
    /// [`DataError::BadParameters`] unless the id has the length that the layout says.
    pub fn set_agent_identifier(&mut self, id: impl AsRef<[u8]>) -> Result<(), DataError> {
        self.ensure_valid()?;
        let id = id.as_ref();
        let (found, expected) = (id.len(), self.layout.agent_id_len());
        if found != expected {
            return Err(DataError::BadParameters(Cause::AgentIdLength { found, expected }));
        }
        self.bytes[FIXED_HEADER_LEN..self.layout.header_len()].copy_from_slice(id);
        Ok(())
    }

    /// Types of the structs in order; none when the container is invalid.
    #[must_use]
    pub fn get_contained_struct_types(&self) -> Vec<StructType> {
        self.entries().iter().map(|entry| entry.struct_type).collect()
    }

    /// Takes struct `index` out.
    ///
    /// # Errors
    /// [`DataError::BadParameters`] when there is no such struct, as in every invalid container;
    /// else the error of [`Serializable::update_from`].
    pub fn try_create_new_struct_from_index(&self, index: u8) -> Result<Struct, DataError> {
        self.read_new(self.entry(index)?)
    }

    /// Takes the first struct of a type out; `None` if there is none.
    ///
    /// # Errors
    /// As [`Serializable::update_from`].
    pub fn try_create_struct_from_first_found_struct_of_type(
        &self,
        struct_type: StructType,
    ) -> Result<Option<Struct>, DataError> {
        self.first_of(struct_type).map(|entry| self.read_new(entry)).transpose()
    }

    /// Reads struct `index` into `target`, whose memory is reused.
    ///
    /// # Errors
    /// [`DataError::BadParameters`] when there is no such struct;
    /// [`DataError::DeserializationError`] when it has no body or is of another type than `target`;
    /// else the error of [`Serializable::update_from`].
    pub fn try_update_struct_from_index(
        &self,
        index: u8,
        target: &mut dyn Serializable,
    ) -> Result<(), DataError> {
        self.read_into(self.entry(index)?, target)
    }

    /// Reads the first struct of `target`'s type into it; `false`, and `target` untouched, if there
    /// is none.
    ///
    /// # Errors
    /// As [`FeagiByteContainer::try_update_struct_from_index`].
    pub fn try_update_struct_from_first_found_struct_of_type(
        &self,
        target: &mut dyn Serializable,
    ) -> Result<bool, DataError> {
        match self.first_of(target.struct_type()) {
            Some(entry) => self.read_into(entry, target).map(|()| true),
            None => Ok(false),
        }
    }

    /// The voxel structs in order, each checked and read where it lies; none when the container is
    /// invalid. A struct that does not follow the format is an error of its own and harms no other.
    pub fn xyzp_views(&self) -> impl DoubleEndedIterator<Item = Result<XyzpView<'_>, DataError>> {
        let voxels = self.entries().iter().filter(|entry| entry.struct_type == StructType::Xyzp);
        voxels.map(|entry| XyzpView::read(self.bytes_of(*entry), self.layout))
    }

    /// The entries of a valid container; none while it is invalid, whatever an interrupted overwrite
    /// left behind.
    fn entries(&self) -> &[Entry] {
        if self.is_valid { &self.structs } else { &[] }
    }

    fn entry(&self, index: u8) -> Result<Entry, DataError> {
        let count = self.entries().len();
        let entry = self.entries().get(usize::from(index)).copied();
        entry.ok_or(DataError::BadParameters(Cause::NoSuchStruct { index, count }))
    }

    fn first_of(&self, struct_type: StructType) -> Option<Entry> {
        self.entries().iter().copied().find(|entry| entry.struct_type == struct_type)
    }

    fn bytes_of(&self, entry: Entry) -> &[u8] {
        &self.bytes[entry.start..entry.start + entry.length]
    }

    fn read_new(&self, entry: Entry) -> Result<Struct, DataError> {
        let mut created = Struct::new_empty(entry.struct_type);
        created.as_serializable_mut().update_from(self.bytes_of(entry), self.layout)?;
        Ok(created)
    }

    fn read_into(&self, entry: Entry, target: &mut dyn Serializable) -> Result<(), DataError> {
        let bytes = self.bytes_of(entry);
        if bytes.len() <= STRUCT_HEADER_LEN {
            let cause = Cause::StructTooShort { length: bytes.len(), needed: STRUCT_HEADER_LEN + 1 };
            return Err(DataError::DeserializationError(cause));
        }
        target.update_from(bytes, self.layout)
    }

    fn ensure_valid(&self) -> Result<(), DataError> {
        if self.is_valid { Ok(()) } else { Err(DataError::DeserializationError(Cause::ContainerInvalid)) }
    }

    fn invalidate(&mut self) {
        self.is_valid = false;
        self.structs.clear();
    }

    fn write_counter(&mut self, counter: u16) {
        self.bytes[1..3].copy_from_slice(&counter.to_le_bytes());
    }
}

impl Default for FeagiByteContainer {
    fn default() -> Self {
        Self::new_empty()
    }
}

impl fmt::Debug for FeagiByteContainer {
    // Without the bytes: a frame holds megabytes of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeagiByteContainer")
            .field("layout", &self.layout)
            .field("length", &self.bytes.len())
            .field("is_valid", &self.is_valid)
            .field("structs", &self.entries())
            .finish()
    }
}
