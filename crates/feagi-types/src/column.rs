//! A column of values that is stored once while all rows agree.

use alloc::vec::Vec;

/// One value per row, held as a single value while every row has the same one.
///
/// Genome areas give all their neurons one threshold and all synapses of a mapping one weight; the
/// memory for a value per row is taken only when a row differs.
///
/// ```
/// use feagi_types::Column;
/// let mut weights = Column::Uniform(2.0_f32);
/// assert_eq!(weights.get(7), 2.0);
/// weights.set(7, 3.0, 10); // 10 rows in all
/// assert_eq!((weights.get(6), weights.get(7)), (2.0, 3.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Column<T> {
    /// Every row has this value.
    Uniform(T),
    /// Row `i` has element `i`.
    PerRow(Vec<T>),
}

impl<T: Copy + PartialEq> Column<T> {
    /// The value of `row`.
    ///
    /// # Panics
    /// When the column is per row and `row` is not below its length.
    #[must_use]
    pub fn get(&self, row: usize) -> T {
        match self {
            Self::Uniform(value) => *value,
            Self::PerRow(values) => values[row],
        }
    }

    /// Sets one row of a column of `rows` rows; expands the column only when the value differs.
    pub fn set(&mut self, row: usize, value: T, rows: usize) {
        match self {
            Self::Uniform(old) if *old == value => {}
            Self::Uniform(_) => self.expand(rows)[row] = value,
            Self::PerRow(values) => values[row] = value,
        }
    }

    /// Sets all rows and gives up per-row storage.
    pub fn set_all(&mut self, value: T) {
        *self = Self::Uniform(value);
    }

    /// The values as one element per row, expanding a uniform column to `rows` rows.
    pub fn expand(&mut self, rows: usize) -> &mut Vec<T> {
        if let Self::Uniform(value) = self {
            *self = Self::PerRow(alloc::vec![*value; rows]);
        }
        match self {
            Self::PerRow(values) => values,
            Self::Uniform(_) => unreachable!("expanded above"),
        }
    }

    /// The single value, if the column is uniform.
    #[must_use]
    pub fn uniform(&self) -> Option<T> {
        match self {
            Self::Uniform(value) => Some(*value),
            Self::PerRow(_) => None,
        }
    }

    /// The per-row values, if there are any.
    #[must_use]
    pub fn per_row(&self) -> Option<&[T]> {
        match self {
            Self::Uniform(_) => None,
            Self::PerRow(values) => Some(values),
        }
    }

    /// Whether `holds` is true for every value.
    pub fn all(&self, mut holds: impl FnMut(T) -> bool) -> bool {
        match self {
            Self::Uniform(value) => holds(*value),
            Self::PerRow(values) => values.iter().copied().all(holds),
        }
    }

    /// Bytes of heap memory the column uses.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        match self {
            Self::Uniform(_) => 0,
            Self::PerRow(values) => values.capacity() * size_of::<T>(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_uniform_while_rows_agree() {
        let mut column = Column::Uniform(1_u8);
        column.set(3, 1, 8);
        assert_eq!(column, Column::Uniform(1));
        column.set(3, 2, 8);
        assert_eq!(column.per_row(), Some(&[1, 1, 1, 2, 1, 1, 1, 1][..]));
        column.set_all(5);
        assert_eq!(column.uniform(), Some(5));
    }
}
