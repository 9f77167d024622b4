//! Records of bursts and the state, for readers who look some twenty times a second.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use feagi_runtime::BrainState;

use super::gate::{Gate, Logged, RECORDS};

/// The first byte of a message with records.
const BURSTS: u8 = 2;
/// Bytes in front of the records.
const HEADER: usize = 8;

/// The last records, and the state. Whoever reads fetches first what the burst thread has put down.
#[derive(Debug, Default)]
pub(super) struct Journal {
    pages: Mutex<Pages>,
}

#[derive(Debug, Default)]
struct Pages {
    /// Rising by burst.
    records: VecDeque<Logged>,
    state: Option<BrainState>,
}

impl Journal {
    /// Overwrites `message` with the records behind burst `last`, oldest first, and returns the number
    /// of the newest; `None` when there are none.
    pub(super) fn since(&self, last: u64, gate: &Gate, message: &mut Vec<u8>) -> Option<u64> {
        let pages = self.fetch(gate);
        let from = pages.records.partition_point(|logged| logged.record.burst <= last);
        let newest = pages.records.range(from..).last()?.record.burst;
        message.clear();
        message.extend([BURSTS, 0, 0, 0]);
        message.extend(((pages.records.len() - from) as u32).to_le_bytes());
        debug_assert_eq!(message.len(), HEADER);
        for logged in pages.records.range(from..) {
            message.extend(logged.words().iter().flat_map(|word| word.to_le_bytes()));
        }
        Some(newest)
    }

    /// The state, unless the burst loop has not begun.
    pub(super) fn state(&self, gate: &Gate) -> Option<BrainState> {
        self.fetch(gate).state
    }

    fn fetch(&self, gate: &Gate) -> MutexGuard<'_, Pages> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        // As many as there can be at most, so that a burst thread in a hurry holds nobody here.
        for logged in (0..RECORDS).map_while(|_| gate.take_record()) {
            if pages.records.len() >= RECORDS {
                pages.records.pop_front();
            }
            pages.records.push_back(logged);
        }
        if let Some(state) = gate.take_state() {
            pages.state = Some(state);
        }
        pages
    }
}

impl Logged {
    fn words(&self) -> [u32; 8] {
        let record = &self.record;
        let counted = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let micros = |time: Duration| u32::try_from(time.as_micros()).unwrap_or(u32::MAX);
        [
            record.burst as u32,
            (record.burst >> 32) as u32,
            counted(record.fired),
            micros(record.duration),
            micros(record.lateness),
            counted(record.missed),
            counted(record.inputs),
            // Starts again after 49 days, which readers see.
            self.time.as_millis() as u32,
        ]
    }
}

#[cfg(test)]
mod tests {
    use feagi_io::blocking::channels::wake_up;
    use feagi_runtime::{BurstRecord, Watcher as _};

    use super::*;

    fn bursts(message: &[u8]) -> Vec<u64> {
        let word = |at: usize| u32::from_le_bytes(message[at..at + 4].try_into().unwrap());
        assert_eq!((message[0], word(4) as usize * 32), (2, message.len() - 8));
        (8..message.len()).step_by(32).map(|at| u64::from(word(at)) | u64::from(word(at + 4)) << 32).collect()
    }

    #[test]
    fn every_reader_gets_every_record_once_and_a_slow_one_loses_the_oldest() {
        let (gate, journal, mut message) = (Gate::new(wake_up().0), Journal::default(), Vec::new());
        let run = |bursts: std::ops::Range<u64>| {
            for burst in bursts {
                gate.burst(&BurstRecord { burst, ..BurstRecord::default() });
            }
        };
        assert_eq!(journal.since(0, &gate, &mut message), None);
        run(1..4);
        assert_eq!(journal.since(0, &gate, &mut message), Some(3));
        assert_eq!(bursts(&message), [1, 2, 3]);
        assert_eq!(journal.since(3, &gate, &mut message), None);
        assert_eq!(journal.since(1, &gate, &mut message), Some(3));
        assert_eq!(bursts(&message), [2, 3]);
        let newest = 3 + 2 * RECORDS as u64;
        run(4..newest + 1);
        assert_eq!(journal.since(3, &gate, &mut message), Some(newest));
        assert_eq!(bursts(&message), ((newest + 1 - RECORDS as u64)..=newest).collect::<Vec<_>>());
    }

    #[test]
    fn records_say_what_happened_in_32_bits() {
        let record = BurstRecord {
            burst: (7 << 32) | 9,
            fired: u64::MAX,
            inputs: 5,
            duration: Duration::from_micros(1234),
            lateness: Duration::from_secs(1 << 40),
            missed: 3,
        };
        let logged = Logged { record, time: Duration::from_millis(77) };
        assert_eq!(logged.words(), [9, 7, u32::MAX, 1234, u32::MAX, 3, 5, 77]);
    }
}
