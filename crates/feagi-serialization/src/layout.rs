//! The container layouts of the years, and how they differ.

/// How a container is laid out. Layouts cannot be told apart by their bytes: two share version 4
/// and two share version 2, so the reader has to know what the sender writes.
///
/// | layout | version byte | agent id | area ids | written |
/// |---|---|---|---|---|
/// | [`Layout::V4Agent48`] | 4 | 48 bytes | 8 bytes | current releases |
/// | [`Layout::V4Agent8`] | 4 | 8 bytes | 8 bytes | pre-releases of February 2026 |
/// | [`Layout::V3Agent8`] | 3 | 8 bytes | 8 bytes | source trees of early February 2026 |
/// | [`Layout::V2`] | 2 | none | 8 bytes | November 2025 to January 2026 |
/// | [`Layout::V2SixByteIds`] | 2 | none | 6 bytes | until early November 2025 |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// Current releases.
    #[default]
    V4Agent48,
    /// Pre-releases of February 2026.
    V4Agent8,
    /// Source trees of early February 2026.
    V3Agent8,
    /// The container of the design documents, with the ids of November 2025.
    V2,
    /// The container of the design documents, with the ids of October 2025.
    V2SixByteIds,
}

impl Layout {
    /// All layouts, newest first.
    pub const ALL: [Self; 5] =
        [Self::V4Agent48, Self::V4Agent8, Self::V3Agent8, Self::V2, Self::V2SixByteIds];

    /// First byte of every container of this layout.
    #[must_use]
    pub const fn version(self) -> u8 {
        match self {
            Self::V4Agent48 | Self::V4Agent8 => 4,
            Self::V3Agent8 => 3,
            Self::V2 | Self::V2SixByteIds => 2,
        }
    }

    /// Bytes of the agent id: 48, 8 or 0.
    #[must_use]
    pub const fn agent_id_len(self) -> usize {
        match self {
            Self::V4Agent48 => 48,
            Self::V4Agent8 | Self::V3Agent8 => 8,
            Self::V2 | Self::V2SixByteIds => 0,
        }
    }

    /// Bytes before the look-up table, which is also the size of the smallest container.
    #[must_use]
    pub const fn header_len(self) -> usize {
        FIXED_HEADER_LEN + self.agent_id_len()
    }

    /// Bytes of a cortical id inside an XYZP struct: 8 or 6.
    #[must_use]
    pub const fn cortical_id_len(self) -> usize {
        match self {
            Self::V2SixByteIds => 6,
            _ => 8,
        }
    }
}

/// Bytes of version, counter and struct count.
pub(crate) const FIXED_HEADER_LEN: usize = 4;
/// Bytes of one entry of the look-up table.
pub(crate) const LOOKUP_ENTRY_LEN: usize = 4;
/// Bytes of type and version at the start of every struct.
pub(crate) const STRUCT_HEADER_LEN: usize = 2;
