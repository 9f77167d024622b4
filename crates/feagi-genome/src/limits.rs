//! How much of a file is believed before memory is taken.

/// Upper bounds for a genome file. The defaults keep reading below 300 MB whatever the file says
/// and are about 90 times the largest genome known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file in bytes.
    pub max_bytes: usize,
    /// Estimated memory of the JSON tree in bytes. A file of small objects takes about a hundred
    /// times its own size, so the size of the file alone is no bound.
    pub max_tree_bytes: usize,
    /// Cortical areas.
    pub max_areas: usize,
    /// Mapping rules in all areas together.
    pub max_rules: usize,
    /// Brain regions.
    pub max_regions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 16 << 20,
            max_tree_bytes: 96 << 20,
            max_areas: 20_000,
            max_rules: 100_000,
            max_regions: 10_000,
        }
    }
}
