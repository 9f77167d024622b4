//! What every struct inside a container has in common.

use feagi_structures::CorticalMappedVoxels;

use crate::JsonStruct;
use crate::error::{Cause, DataError};
use crate::layout::{Layout, STRUCT_HEADER_LEN};

/// The structs that a container can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum StructType {
    /// One JSON value.
    Json = 1,
    /// Voxels of cortical areas.
    Xyzp = 11,
}

impl StructType {
    /// The type with this id; `None` for ids that no reader accepts.
    #[must_use]
    pub const fn from_id(id: u8) -> Option<Self> {
        match id {
            1 => Some(Self::Json),
            11 => Some(Self::Xyzp),
            _ => None,
        }
    }

    /// The first byte of a struct of this type.
    #[must_use]
    pub const fn id(self) -> u8 {
        self as u8
    }
}

/// A value that writes itself into a container and reads itself from one.
pub trait Serializable {
    /// Type of the struct.
    fn struct_type(&self) -> StructType;

    /// Version of the struct's format. All known formats have version 1.
    fn struct_version(&self) -> u8 {
        1
    }

    /// Bytes of the whole struct, its 2-byte header included.
    ///
    /// # Errors
    /// [`DataError`] when the layout cannot hold the value.
    fn bytes_needed(&self, layout: Layout) -> Result<u64, DataError>;

    /// Writes the whole struct. `bytes` has the length that [`Serializable::bytes_needed`] gave and
    /// arbitrary content; every byte must be written.
    ///
    /// # Errors
    /// [`DataError::SerializationError`] when `bytes` has another length, and as
    /// [`Serializable::bytes_needed`].
    fn serialize_into(&self, bytes: &mut [u8], layout: Layout) -> Result<(), DataError>;

    /// Takes the content of a whole struct over and reuses the memory held. The value is left as it
    /// was when reading fails.
    ///
    /// # Errors
    /// [`DataError`] of the class that `fbc.md` section 2 states for what is wrong with `bytes`.
    fn update_from(&mut self, bytes: &[u8], layout: Layout) -> Result<(), DataError>;

    /// Checks type and version of a struct and gives its body.
    ///
    /// # Errors
    /// [`DataError::DeserializationError`] for a struct that is shorter than its header, of another
    /// type, or of another version.
    fn verified_body<'a>(&self, bytes: &'a [u8]) -> Result<&'a [u8], DataError> {
        verified_body(bytes, self.struct_type(), self.struct_version())
    }

    /// Writes type and version and gives the rest of `bytes` for the body.
    ///
    /// # Errors
    /// [`DataError::SerializationError`] when the header does not fit.
    fn write_header<'a>(&self, bytes: &'a mut [u8]) -> Result<&'a mut [u8], DataError> {
        write_header(bytes, self.struct_type(), self.struct_version())
    }
}

/// The body of a struct that has the stated type and version.
pub(crate) fn verified_body(bytes: &[u8], struct_type: StructType, version: u8) -> Result<&[u8], DataError> {
    let Some(([type_id, found], body)) = bytes.split_first_chunk::<STRUCT_HEADER_LEN>() else {
        let cause = Cause::StructTooShort { length: bytes.len(), needed: STRUCT_HEADER_LEN };
        return Err(DataError::DeserializationError(cause));
    };
    if *type_id != struct_type.id() {
        let cause = Cause::WrongStructType { found: *type_id, expected: struct_type.id() };
        return Err(DataError::DeserializationError(cause));
    }
    if *found != version {
        let cause = Cause::StructVersion { found: *found, expected: version };
        return Err(DataError::DeserializationError(cause));
    }
    Ok(body)
}

/// Writes type and version; gives the rest.
pub(crate) fn write_header(
    bytes: &mut [u8],
    struct_type: StructType,
    version: u8,
) -> Result<&mut [u8], DataError> {
    let length = bytes.len();
    let Some((header, body)) = bytes.split_first_chunk_mut::<STRUCT_HEADER_LEN>() else {
        return Err(DataError::SerializationError(Cause::SizeChanged(length)));
    };
    *header = [struct_type.id(), version];
    Ok(body)
}

/// A struct taken out of a container.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Struct {
    /// One JSON value.
    Json(JsonStruct),
    /// Voxels of cortical areas.
    Xyzp(CorticalMappedVoxels),
}

impl Struct {
    /// An empty struct: `{}` or no areas.
    #[must_use]
    pub fn new_empty(struct_type: StructType) -> Self {
        match struct_type {
            StructType::Json => Self::Json(JsonStruct::new_empty()),
            StructType::Xyzp => Self::Xyzp(CorticalMappedVoxels::new()),
        }
    }

    /// The struct as something to write.
    #[must_use]
    pub fn as_serializable(&self) -> &dyn Serializable {
        match self {
            Self::Json(json) => json,
            Self::Xyzp(voxels) => voxels,
        }
    }

    /// The struct as something to read into.
    pub fn as_serializable_mut(&mut self) -> &mut dyn Serializable {
        match self {
            Self::Json(json) => json,
            Self::Xyzp(voxels) => voxels,
        }
    }
}
