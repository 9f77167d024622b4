//! Who looks at what fired, on the burst thread.

use feagi_burst_engine::FireQueue;
use feagi_types::CorticalIdx;

use crate::{Report, Running};

/// Who looks at what fired.
pub trait Observer {
    /// A burst is over. `report` covers all bursts so far, this one included. Called on the burst
    /// thread: it should neither wait nor allocate.
    fn burst(&mut self, fired: &FireQueue<'_>, report: &Report);

    /// Before the next burst the brain is another one, or its areas or the rate have changed. Called
    /// before the first burst, too.
    fn changed(&mut self, running: &Running) {
        let _ = running;
    }
}

impl<F: FnMut(&FireQueue<'_>, &Report)> Observer for F {
    fn burst(&mut self, fired: &FireQueue<'_>, report: &Report) {
        self(fired, report);
    }
}

/// Spikes of each area. Counting does not allocate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpikeCounts {
    /// Sorted by area.
    counts: Vec<(CorticalIdx, u64)>,
}

impl SpikeCounts {
    /// Zero spikes for each of `areas`; areas that are not among them are not counted.
    pub fn new(areas: impl IntoIterator<Item = CorticalIdx>) -> Self {
        let mut counts: Vec<_> = areas.into_iter().map(|area| (area, 0)).collect();
        counts.sort_unstable();
        counts.dedup();
        Self { counts }
    }

    /// Takes over what `former` has counted for areas that both count.
    pub fn adopt(&mut self, former: &Self) {
        for (area, spikes) in &mut self.counts {
            *spikes = former.of(*area);
        }
    }

    /// Adds the spikes of a burst.
    pub fn add(&mut self, fired: &FireQueue<'_>) {
        for area in fired.areas() {
            if let Ok(at) = self.counts.binary_search_by_key(&area.idx, |&(idx, _)| idx) {
                self.counts[at].1 += area.ids.len() as u64;
            }
        }
    }

    /// Spikes of `area`; 0 when it is not counted.
    #[must_use]
    pub fn of(&self, area: CorticalIdx) -> u64 {
        self.counts.binary_search_by_key(&area, |&(idx, _)| idx).map_or(0, |at| self.counts[at].1)
    }

    /// Spikes of all areas.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|&(_, spikes)| spikes).sum()
    }

    /// Starts again from zero.
    pub fn clear(&mut self) {
        for (_, spikes) in &mut self.counts {
            *spikes = 0;
        }
    }
}
