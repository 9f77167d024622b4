//! Writing structs into a container.

use super::{Entry, FeagiByteContainer};
use crate::error::{Cause, DataError};
use crate::layout::{FIXED_HEADER_LEN, LOOKUP_ENTRY_LEN};
use crate::structs::Serializable;

impl FeagiByteContainer {
    /// Makes `data` the only struct. See
    /// [`FeagiByteContainer::overwrite_byte_data_with_multiple_struct_data`].
    ///
    /// # Errors
    /// As there.
    pub fn overwrite_byte_data_with_single_struct_data(
        &mut self,
        data: &dyn Serializable,
        counter: u16,
    ) -> Result<(), DataError> {
        self.overwrite_byte_data_with_multiple_struct_data(&[data], counter)
    }

    /// Replaces all structs by `data` and sets the counter. The bytes get the exact size of the new
    /// message; memory is kept, so that a container in use takes none.
    ///
    /// The agent id stays if the container was valid, else it becomes blank.
    ///
    /// # Errors
    /// [`DataError::BadParameters`] for more than 255 structs, with the container untouched;
    /// [`DataError::SerializationError`] for sizes above 32 bits or above memory, and whatever a
    /// struct returns. The container is invalid then.
    pub fn overwrite_byte_data_with_multiple_struct_data(
        &mut self,
        data: &[&dyn Serializable],
        counter: u16,
    ) -> Result<(), DataError> {
        let Ok(count) = u8::try_from(data.len()) else {
            return Err(DataError::BadParameters(Cause::TooManyStructs(data.len())));
        };
        let keeps_agent_id = self.is_valid;
        self.invalidate();
        let written = self.lay_out(data).and_then(|total| {
            self.resize(total, keeps_agent_id)?;
            self.write_header(counter, count);
            self.write_structs(data)
        });
        self.is_valid = written.is_ok();
        if written.is_err() {
            self.structs.clear();
        }
        written
    }

    /// Finds the place of each struct; gives the size of the container.
    fn lay_out(&mut self, data: &[&dyn Serializable]) -> Result<usize, DataError> {
        let mut start = self.layout.header_len() + data.len() * LOOKUP_ENTRY_LEN;
        for item in data {
            let needed = item.bytes_needed(self.layout)?;
            if u32::try_from(needed).is_err() {
                return Err(DataError::SerializationError(Cause::StructTooLarge(needed)));
            }
            let end = start as u64 + needed;
            let end =
                usize::try_from(end).map_err(|_| DataError::SerializationError(Cause::OutOfMemory(end)))?;
            self.structs.push(Entry { struct_type: item.struct_type(), start, length: end - start });
            start = end;
        }
        Ok(start)
    }

    fn resize(&mut self, total: usize, keeps_agent_id: bool) -> Result<(), DataError> {
        let extra = total.saturating_sub(self.bytes.len());
        self.bytes
            .try_reserve(extra)
            .map_err(|_| DataError::SerializationError(Cause::OutOfMemory(total as u64)))?;
        self.bytes.resize(total, 0);
        if !keeps_agent_id {
            self.bytes[FIXED_HEADER_LEN..self.layout.header_len()].fill(0);
        }
        Ok(())
    }

    fn write_header(&mut self, counter: u16, count: u8) {
        self.bytes[0] = self.layout.version();
        self.write_counter(counter);
        self.bytes[3] = count;
        let table = &mut self.bytes[self.layout.header_len()..];
        for (slot, entry) in table.as_chunks_mut::<LOOKUP_ENTRY_LEN>().0.iter_mut().zip(&self.structs) {
            // `lay_out` admits 32-bit lengths only.
            *slot = (entry.length as u32).to_le_bytes();
        }
    }

    fn write_structs(&mut self, data: &[&dyn Serializable]) -> Result<(), DataError> {
        for (item, entry) in data.iter().zip(&self.structs) {
            let bytes = &mut self.bytes[entry.start..entry.start + entry.length];
            item.serialize_into(bytes, self.layout)?;
        }
        Ok(())
    }
}
