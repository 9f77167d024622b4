//! Why bytes cannot be read or written.

use alloc::string::String;

use feagi_types::CorticalId;
use feagi_types::cortical_id::CorticalIdError;

/// A failure to read or write data. The variants are the error classes that clients of every
/// language know (`fbc.md` section 1.4); the [`Cause`] inside says what happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// Bytes that do not follow the format.
    #[error("cannot read: {0}")]
    DeserializationError(#[source] Cause),
    /// Values that the format cannot hold, and voxel blocks that their sub-header misplaces.
    #[error("cannot convert: {0}")]
    SerializationError(#[source] Cause),
    /// An argument that cannot be served.
    #[error("bad parameters: {0}")]
    BadParameters(#[source] Cause),
    /// A broken invariant of this crate.
    #[error("internal error: {0}")]
    InternalError(#[source] Cause),
}

impl DataError {
    /// The name of the class, such as `DeserializationError`.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::DeserializationError(_) => "DeserializationError",
            Self::SerializationError(_) => "SerializationError",
            Self::BadParameters(_) => "BadParameters",
            Self::InternalError(_) => "InternalError",
        }
    }

    /// What happened.
    #[must_use]
    pub const fn cause(&self) -> &Cause {
        match self {
            Self::DeserializationError(cause)
            | Self::SerializationError(cause)
            | Self::BadParameters(cause)
            | Self::InternalError(cause) => cause,
        }
    }
}

/// What happened, with the values that show it. Lengths, ends and totals are in bytes, areas and
/// structs are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The fixed header is cut.
    #[error("a container of this layout has at least {needed} bytes, not {length}")]
    ContainerTooShort {
        /// Bytes there are.
        length: usize,
        /// Bytes of the fixed header.
        needed: usize,
    },
    /// The first byte is that of another layout, or of none.
    #[error("container version {found} is not {expected}; choose the layout the sender writes")]
    ContainerVersion {
        /// The first byte.
        found: u8,
        /// The version of the layout.
        expected: u8,
    },
    /// The table of struct lengths is cut.
    #[error("the lengths of {structs} structs end at byte {needed}, the container at {length}")]
    LookupTableCut {
        /// Structs announced.
        structs: usize,
        /// Bytes there are.
        length: usize,
        /// Where the table ends.
        needed: usize,
    },
    /// A struct is cut, or it is empty where the container ends.
    #[error("struct {index} ends at byte {end}, the container at {length}")]
    StructPastEnd {
        /// The struct.
        index: usize,
        /// Where it should end.
        end: u64,
        /// Bytes there are.
        length: usize,
    },
    /// No reader knows this type of struct.
    #[error("struct {index} has type {found}; only 1 (JSON) and 11 (XYZP) exist")]
    UnknownStructType {
        /// The struct.
        index: usize,
        /// Its type byte.
        found: u8,
    },
    /// The container is invalid.
    #[error("the container holds no valid data since its last load or overwrite failed; load it again")]
    ContainerInvalid,
    /// A struct is shorter than its header.
    #[error("a struct of {length} bytes is too short; it needs {needed}")]
    StructTooShort {
        /// Bytes of the struct.
        length: usize,
        /// Bytes it has at least.
        needed: usize,
    },
    /// The struct and the value it should be read into differ in type.
    #[error("the struct has type {found} and cannot be read as type {expected}")]
    WrongStructType {
        /// Type byte of the struct.
        found: u8,
        /// Type of the value.
        expected: u8,
    },
    /// The struct's format is of another version.
    #[error("struct version {found} is not {expected}")]
    StructVersion {
        /// Version byte of the struct.
        found: u8,
        /// The version that exists.
        expected: u8,
    },
    /// Text that is not exactly one JSON value of at most 127 levels.
    #[error("not JSON: {0}")]
    Json(String),
    /// More areas are announced than have sub-headers.
    #[error("the sub-header of area {area} ends at byte {needed} of a struct of {length}")]
    SubHeaderCut {
        /// The area.
        area: usize,
        /// Where its sub-header should end.
        needed: usize,
        /// Bytes of the struct.
        length: usize,
    },
    /// An area's id is none.
    #[error("area {area}: {error}")]
    AreaId {
        /// The area.
        area: usize,
        /// What is wrong with the id.
        error: CorticalIdError,
    },
    /// A 6-byte id holds a byte that ids of that time do not have.
    #[error("area {area} has byte {byte:#04x} in its 6-byte id; only A-Z, a-z, 0-9 and _ may stand there")]
    AreaIdCharacter {
        /// The area.
        area: usize,
        /// The byte.
        byte: u8,
    },
    /// A sub-header points outside of the struct.
    #[error("the voxels of area {area} end at byte {end} of a struct of {length}")]
    VoxelsPastEnd {
        /// The area.
        area: usize,
        /// Where its voxels should end.
        end: u64,
        /// Bytes of the struct.
        length: usize,
    },
    /// A voxel block ends inside a voxel.
    #[error("the voxels of area {area} take {length} bytes, which is no multiple of 16")]
    VoxelBytesUneven {
        /// The area.
        area: usize,
        /// Bytes of its voxels.
        length: usize,
    },
    /// Areas share bytes more often than any writer has reason to.
    #[error(
        "areas refer to {total} bytes of voxels in a struct of {length}; they may share it {limit} times"
    )]
    VoxelsSharedTooOften {
        /// Bytes of voxels over all areas.
        total: u64,
        /// Bytes of the struct.
        length: usize,
        /// The largest allowed ratio of the two.
        limit: u64,
    },
    /// The area count has 16 bits.
    #[error("{0} areas do not fit into one struct; write at most 65535")]
    TooManyAreas(usize),
    /// The struct count has 8 bits.
    #[error("{0} structs do not fit into one container; write at most 255")]
    TooManyStructs(usize),
    /// The struct length has 32 bits.
    #[error("a struct of {0} bytes is too large; at most 4294967295 fit")]
    StructTooLarge(u64),
    /// The memory is not there.
    #[error("a container of {0} bytes does not fit into memory")]
    OutOfMemory(u64),
    /// A struct was given another number of bytes than it needs.
    #[error("a struct did not fill exactly the {0} bytes that it was given")]
    SizeChanged(usize),
    /// The id cannot be written in a layout with 6-byte ids.
    #[error("area id {0} has no 6-byte form; use a layout with 8-byte ids")]
    NoSixByteForm(CorticalId),
    /// There are fewer structs.
    #[error("there is no struct {index}; the container holds {count}")]
    NoSuchStruct {
        /// The struct asked for.
        index: u8,
        /// Number of structs.
        count: usize,
    },
    /// The layout's agent id has another length.
    #[error("an agent id of {found} bytes does not fit this layout; it has {expected}")]
    AgentIdLength {
        /// Bytes given.
        found: usize,
        /// Bytes of the layout's agent id.
        expected: usize,
    },
    /// The text is no agent id.
    #[error("an agent id is written as base64 of 48 bytes (64 characters)")]
    AgentIdText,
    /// Voxel arrays that were just read differ in length.
    #[error("voxel arrays of unequal length were read; this is a defect of the reader")]
    UnequalArrays,
    /// The value is a view for writing.
    #[error("this value can be written into a container, not read from one")]
    WriteOnly,
}
