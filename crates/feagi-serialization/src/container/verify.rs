//! Whether bytes are a container, and where its structs lie (`fbc.md` section 1.3).

use super::{Entry, FeagiByteContainer};
use crate::error::{Cause, DataError};
use crate::layout::LOOKUP_ENTRY_LEN;
use crate::structs::StructType;

/// Place of the struct count in the header.
const COUNT_AT: usize = 3;

impl FeagiByteContainer {
    /// Checks the bytes and finds the structs. The order of the checks is part of the format.
    pub(super) fn verify(&mut self) -> Result<(), DataError> {
        self.invalidate();
        match self.find_structs() {
            Ok(()) => {
                self.is_valid = true;
                Ok(())
            }
            Err(cause) => {
                self.structs.clear();
                Err(DataError::DeserializationError(cause))
            }
        }
    }

    fn find_structs(&mut self) -> Result<(), Cause> {
        let (length, header_len) = (self.bytes.len(), self.layout.header_len());
        if length < header_len {
            return Err(Cause::ContainerTooShort { length, needed: header_len });
        }
        let (found, expected) = (self.bytes[0], self.layout.version());
        if found != expected {
            return Err(Cause::ContainerVersion { found, expected });
        }
        let structs = usize::from(self.bytes[COUNT_AT]);
        let table_end = header_len + structs * LOOKUP_ENTRY_LEN;
        let Some(table) = self.bytes.get(header_len..table_end) else {
            return Err(Cause::LookupTableCut { structs, length, needed: table_end });
        };
        let mut start = table_end;
        for (index, entry) in table.as_chunks::<LOOKUP_ENTRY_LEN>().0.iter().enumerate() {
            let end = start as u64 + u64::from(u32::from_le_bytes(*entry));
            // The type byte is looked at even where the length is 0, so it has to exist.
            let (true, Some(&type_id)) = (end <= length as u64, self.bytes.get(start)) else {
                return Err(Cause::StructPastEnd { index, end: end.max(start as u64 + 1), length });
            };
            let struct_type =
                StructType::from_id(type_id).ok_or(Cause::UnknownStructType { index, found: type_id })?;
            // `end` is at most `length`, which is a usize.
            let end = end as usize;
            self.structs.push(Entry { struct_type, start, length: end - start });
            start = end;
        }
        Ok(())
    }
}
