//! Segments: the synapses from one population to another, as rows by source neuron.

use alloc::vec::Vec;

use feagi_types::{Column, MappingId, SynapseKind};

/// Synapses from one population to another: compressed sparse rows, sorted by target within a row,
/// with one value per segment for everything that all its synapses agree on. A genome mapping costs 4 bytes a synapse and 4
/// bytes a source neuron.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    /// The mapping it belongs to; `None` for synapses that were added one by one.
    pub(crate) mapping: Option<MappingId>,
    /// Position of the source population.
    pub(crate) source: usize,
    /// Position of the target population.
    pub(crate) target: usize,
    /// Local index of the source neuron of row 0.
    pub(crate) first_source: usize,
    /// Start of each row, and the end of the last.
    pub(crate) offsets: Vec<u32>,
    /// Slot of each synapse's target.
    pub(crate) targets: Vec<u32>,
    pub(crate) weight: Column<f32>,
    pub(crate) kind: Column<SynapseKind>,
    pub(crate) psp: Column<f32>,
    /// Bursts from spike to arrival, at least 1.
    pub(crate) delay: Column<u8>,
    /// Where rows are cut at the borders between threads' targets; `None` after an edit.
    pub(crate) cuts: Option<Cuts>,
    /// Whether the segment was removed. It is empty then and its place is used again.
    pub(crate) removed: bool,
}

/// Where the rows of a segment are cut, so that a thread finds its part of a row without looking
/// at the targets. Only borders inside the target population need a cut.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cuts {
    /// Part whose lower border is the first one inside the target population.
    first_part: usize,
    /// Number of borders inside.
    borders: usize,
    /// For each row the position of the first target at or above each border.
    positions: Vec<u32>,
}

/// One synapse of a segment, by local index of its source and slot of its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edge {
    pub(crate) source: usize,
    pub(crate) target: u32,
    pub(crate) weight: f32,
    pub(crate) kind: SynapseKind,
    pub(crate) psp: f32,
    pub(crate) delay: u8,
}

impl Segment {
    /// An empty segment between two populations.
    pub(crate) fn new(mapping: Option<MappingId>, source: usize, target: usize) -> Self {
        Self {
            mapping,
            source,
            target,
            first_source: 0,
            offsets: Vec::new(),
            targets: Vec::new(),
            weight: Column::Uniform(1.0),
            kind: Column::Uniform(SynapseKind::Excitatory),
            psp: Column::Uniform(1.0),
            delay: Column::Uniform(1),
            cuts: None,
            removed: false,
        }
    }

    /// A removed segment.
    pub(crate) fn unused() -> Self {
        Self { removed: true, ..Self::new(None, 0, 0) }
    }

    /// Positions of the synapses that leave the source neuron with local index `local`.
    #[inline]
    pub(crate) fn row(&self, local: usize) -> core::ops::Range<usize> {
        let row = local.wrapping_sub(self.first_source);
        match self.offsets.get(row..) {
            Some([start, end, ..]) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }

    /// Positions of the synapses of a row that end in `part` of the targets. The target population
    /// has to reach into the part.
    #[inline]
    pub(crate) fn row_in_part(&self, local: usize, part: usize) -> core::ops::Range<usize> {
        let row = self.row(local);
        let Some(cuts) = self.cuts.as_ref().filter(|cuts| cuts.borders > 0 && !row.is_empty()) else {
            return row;
        };
        let positions = &cuts.positions[(local - self.first_source) * cuts.borders..];
        let cut = |border: usize| {
            let inside = border.checked_sub(cuts.first_part).filter(|&at| at < cuts.borders);
            inside.map(|at| positions[at] as usize)
        };
        cut(part).unwrap_or(row.start)..cut(part + 1).unwrap_or(row.end)
    }

    /// Cuts the rows at the lower borders of parts, given as first slots, that lie inside `reached`,
    /// the slots of the target population. The first part has no lower border.
    pub(crate) fn cut(&mut self, borders: &[usize], reached: core::ops::Range<usize>) {
        let first = borders.partition_point(|&border| border <= reached.start);
        let last = borders.partition_point(|&border| border < reached.end);
        let inside = &borders[first..last.max(first)];
        let mut positions = Vec::new();
        if !inside.is_empty() {
            positions.reserve_exact(inside.len() * self.rows());
            for ends in self.offsets.windows(2) {
                let targets = &self.targets[ends[0] as usize..ends[1] as usize];
                positions.extend(inside.iter().map(|&border| {
                    ends[0] + targets.partition_point(|&slot| (slot as usize) < border) as u32
                }));
            }
        }
        self.cuts = Some(Cuts { first_part: first + 1, borders: inside.len(), positions });
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Number of synapses.
    pub(crate) fn len(&self) -> usize {
        self.targets.len()
    }

    /// Positions of the synapses in row `row` that end in `slots`.
    pub(crate) fn positions_of(&self, row: usize, slots: core::ops::Range<u32>) -> core::ops::Range<usize> {
        let (start, end) = (self.offsets[row] as usize, self.offsets[row + 1] as usize);
        let targets = &self.targets[start..end];
        let first = targets.partition_point(|&slot| slot < slots.start);
        let count = targets[first..].iter().take_while(|&&slot| slot < slots.end).count();
        start + first..start + first + count
    }

    /// The synapse at `position` in row `row`.
    pub(crate) fn edge(&self, row: usize, position: usize) -> Edge {
        Edge {
            source: self.first_source + row,
            target: self.targets[position],
            weight: self.weight.get(position),
            kind: self.kind.get(position),
            psp: self.psp.get(position),
            delay: self.delay.get(position),
        }
    }

    /// Every synapse, row by row.
    pub(crate) fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        (0..self.rows()).flat_map(move |row| {
            let positions = self.offsets[row] as usize..self.offsets[row + 1] as usize;
            positions.map(move |position| self.edge(row, position))
        })
    }

    /// Replaces the content by `edges`, which are sorted by source and target; keeps columns uniform where
    /// all edges agree. Returns `false`, changing nothing, above the largest row offset.
    pub(crate) fn rebuild(&mut self, edges: &[Edge]) -> bool {
        if u32::try_from(edges.len()).is_err() {
            return false;
        }
        self.first_source = edges.first().map_or(0, |edge| edge.source);
        self.cuts = None;
        self.offsets.clear();
        self.targets.clear();
        self.targets.extend(edges.iter().map(|edge| edge.target));
        self.offsets.push(0);
        for (position, edge) in edges.iter().enumerate() {
            while self.offsets.len() <= edge.source - self.first_source {
                self.offsets.push(position as u32);
            }
        }
        self.offsets.push(edges.len() as u32);
        self.weight = column_of(edges, |edge| edge.weight, 1.0);
        self.kind = column_of(edges, |edge| edge.kind, SynapseKind::Excitatory);
        self.psp = column_of(edges, |edge| edge.psp, 1.0);
        self.delay = column_of(edges, |edge| edge.delay, 1);
        true
    }

    /// Adds `edges`, behind the synapses that the same two neurons have already.
    pub(crate) fn merge(&mut self, edges: &[Edge]) -> bool {
        let mut all: Vec<Edge> = self.edges().collect();
        all.extend_from_slice(edges);
        // Stable: of the synapses between two neurons the older one comes first.
        all.sort_by_key(|edge| (edge.source, edge.target));
        self.rebuild(&all)
    }

    /// Sorts each row by target, if it is not.
    pub(crate) fn sort_rows(&mut self) {
        let sorted =
            self.offsets.windows(2).all(|ends| self.targets[ends[0] as usize..ends[1] as usize].is_sorted());
        if !sorted {
            self.merge(&[]);
        }
    }

    /// Removes the synapses for which `keep` is false; returns how many went.
    pub(crate) fn retain(&mut self, keep: impl Fn(&Edge) -> bool) -> usize {
        if self.edges().all(|edge| keep(&edge)) {
            return 0;
        }
        let before = self.len();
        let mut kept = 0;
        let mut position = 0;
        for row in 0..self.rows() {
            while position < self.offsets[row + 1] as usize {
                if keep(&self.edge(row, position)) {
                    self.move_edge(position, kept);
                    kept += 1;
                }
                position += 1;
            }
            self.offsets[row + 1] = kept as u32;
        }
        self.truncate(kept);
        self.cuts = None;
        before - kept
    }

    /// Moves the content of a synapse to an earlier position.
    fn move_edge(&mut self, from: usize, to: usize) {
        fn shift<T: Copy>(column: &mut Column<T>, from: usize, to: usize) {
            if let Column::PerRow(values) = column {
                values[to] = values[from];
            }
        }
        self.targets[to] = self.targets[from];
        shift(&mut self.weight, from, to);
        shift(&mut self.kind, from, to);
        shift(&mut self.psp, from, to);
        shift(&mut self.delay, from, to);
    }

    fn truncate(&mut self, len: usize) {
        fn cut<T>(column: &mut Column<T>, len: usize) {
            if let Column::PerRow(values) = column {
                values.truncate(len);
            }
        }
        self.targets.truncate(len);
        cut(&mut self.weight, len);
        cut(&mut self.kind, len);
        cut(&mut self.psp, len);
        cut(&mut self.delay, len);
    }

    /// Removes the synapse at `position`, keeping all others where they are in their rows.
    pub(crate) fn remove_at(&mut self, position: usize) {
        for offset in self.offsets.iter_mut().filter(|offset| **offset as usize > position) {
            *offset -= 1;
        }
        self.targets.remove(position);
        self.cuts = None;
        remove_row(&mut self.weight, position);
        remove_row(&mut self.kind, position);
        remove_row(&mut self.psp, position);
        remove_row(&mut self.delay, position);
    }

    /// Longest delay of its synapses.
    pub(crate) fn longest_delay(&self) -> u8 {
        match &self.delay {
            Column::Uniform(delay) => *delay,
            Column::PerRow(delays) => delays.iter().copied().max().unwrap_or(1),
        }
    }

    /// Empties the segment and frees its memory.
    pub(crate) fn remove(&mut self) {
        *self = Self { removed: true, ..Self::new(None, self.source, self.target) };
    }
}

fn column_of<T: Copy + PartialEq>(edges: &[Edge], value: impl Fn(&Edge) -> T, empty: T) -> Column<T> {
    let first = edges.first().map_or(empty, &value);
    if edges.iter().all(|edge| value(edge) == first) {
        Column::Uniform(first)
    } else {
        Column::PerRow(edges.iter().map(value).collect())
    }
}

fn remove_row<T>(column: &mut Column<T>, row: usize) {
    if let Column::PerRow(values) = column {
        values.remove(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn edge(source: usize, target: u32, weight: f32) -> Edge {
        Edge { source, target, weight, kind: SynapseKind::Excitatory, psp: 1.0, delay: 1 }
    }

    #[test]
    fn rows_are_sorted_and_older_synapses_of_a_pair_come_first() {
        let mut segment = Segment::new(None, 0, 0);
        assert!(segment.merge(&[edge(2, 7, 1.0), edge(5, 1, 1.0)]));
        assert!(segment.merge(&[edge(1, 3, 1.0), edge(2, 7, 2.0), edge(2, 4, 1.0)]));
        let found: Vec<_> = segment.edges().map(|e| (e.source, e.target)).collect();
        assert_eq!(found, vec![(1, 3), (2, 4), (2, 7), (2, 7), (5, 1)]);
        assert_eq!(segment.row(3), segment.row(4));
        assert!(segment.row(0).is_empty() && segment.row(9).is_empty());
        assert_eq!(segment.delay, Column::Uniform(1));
        assert_eq!(segment.weight.per_row(), Some(&[1.0, 1.0, 1.0, 2.0, 1.0][..]));
    }

    #[test]
    fn removal_keeps_rows_and_columns_together() {
        let mut segment = Segment::new(None, 0, 0);
        segment.merge(&[edge(0, 1, 1.0), edge(0, 2, 2.0), edge(1, 3, 3.0)]);
        segment.remove_at(1);
        let found: Vec<_> = segment.edges().map(|e| (e.source, e.target, e.weight)).collect();
        assert_eq!(found, vec![(0, 1, 1.0), (1, 3, 3.0)]);
        assert_eq!(segment.retain(|e| e.target != 1), 1);
        assert_eq!(segment.len(), 1);
    }
}
