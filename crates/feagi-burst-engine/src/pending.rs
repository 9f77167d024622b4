//! Contributions on their way: spikes over synapses with a delay of two bursts or more.
//!
//! A contribution is computed when its spike happens and waits here until its burst. Delays of one
//! burst go straight into the input array. Records of one target are kept in the order in which
//! their spikes happened.

use alloc::vec::Vec;

/// A contribution that will reach `slot`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) slot: u32,
    pub(crate) value: f32,
}

/// Records of a range of targets by burst of arrival: a ring of as many lists as the longest delay
/// needs. One thread owns the ring of its range.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ring {
    lists: Vec<Vec<Record>>,
}

impl Ring {
    /// A ring for delays of up to `longest` bursts; none is needed for 1.
    pub(crate) fn new(longest: u8) -> Self {
        let lists = if longest < 2 { 0 } else { usize::from(longest) + 1 };
        Self { lists: alloc::vec![Vec::new(); lists] }
    }

    fn list(&mut self, burst: u64) -> Option<&mut Vec<Record>> {
        let lists = self.lists.len() as u64;
        if lists == 0 { None } else { self.lists.get_mut((burst % lists) as usize) }
    }

    /// Makes room for `records` more in every list.
    pub(crate) fn reserve(&mut self, records: usize) {
        for list in &mut self.lists {
            list.reserve(records);
        }
    }

    /// Schedules a record for `burst`, which is at most the longest delay ahead.
    #[inline]
    pub(crate) fn push(&mut self, burst: u64, record: Record) {
        if let Some(list) = self.list(burst) {
            list.push(record);
        }
    }

    /// Hands every record that is due in `burst` to `take`, oldest spike first, and forgets them.
    pub(crate) fn drain(&mut self, burst: u64, mut take: impl FnMut(Record)) {
        if let Some(list) = self.list(burst) {
            list.drain(..).for_each(&mut take);
        }
    }

    /// Records that are due in `burst`, which is at most the horizon ahead, oldest spike first.
    pub(crate) fn due(&self, burst: u64, now: u64) -> &[Record] {
        let lists = self.lists.len() as u64;
        if burst.saturating_sub(now) > self.horizon() { &[] } else { &self.lists[(burst % lists) as usize] }
    }

    /// Drops the records for slots for which `keep` is false.
    pub(crate) fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        for list in &mut self.lists {
            list.retain(|record| keep(record.slot));
        }
    }

    /// Number of bursts ahead of `now` that can hold records.
    pub(crate) fn horizon(&self) -> u64 {
        (self.lists.len() as u64).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_arrive_in_their_burst_in_order() {
        let mut ring = Ring::new(3);
        ring.push(12, Record { slot: 1, value: 1.0 });
        ring.push(13, Record { slot: 2, value: 2.0 });
        ring.push(12, Record { slot: 1, value: 3.0 });
        let mut seen = Vec::new();
        ring.drain(11, |record| seen.push(record.value));
        assert!(seen.is_empty());
        ring.drain(12, |record| seen.push(record.value));
        assert_eq!(seen, [1.0, 3.0]);
        ring.retain(|slot| slot != 2);
        ring.drain(13, |record| seen.push(record.value));
        assert_eq!(seen.len(), 2);
    }
}
