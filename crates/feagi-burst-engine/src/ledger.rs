//! The fire ledger: which neurons of tracked areas fired in the last bursts.

use alloc::vec::Vec;

use feagi_types::{BurstCount, CorticalIdx, NeuronId};

use crate::population::Population;
use crate::slots::BLOCK;

/// Most words, of 64 neurons and one burst each, that [`FireLedger::set_window`] is asked to keep of
/// one area: 1 GiB.
pub(crate) const MAX_HISTORY_WORDS: u64 = 1 << 27;

/// History of the areas that something tracks. Untracked areas cost nothing.
#[derive(Clone, Debug, Default)]
pub struct FireLedger {
    burst: u64,
    tracks: Vec<Track>,
}

/// One bitmap per burst of the window, over the blocks of one area.
#[derive(Clone, Debug)]
struct Track {
    idx: CorticalIdx,
    window: usize,
    spans: Vec<Span>,
    words: usize,
    /// `window` frames of `words` words; burst `b` is frame `b % window`.
    frames: Vec<u64>,
}

/// Blocks of one population inside a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    first_id: u32,
    first_block: usize,
    blocks: usize,
}

/// Why a piece of history cannot be given (`npu.md` section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Nobody asked to track the area.
    #[error("area {0} is not tracked; call `track` first")]
    Untracked(CorticalIdx),
    /// The depth is 0 or above the window.
    #[error("depth {depth} is outside 1..={window}, the window of the area")]
    Depth {
        /// Bursts asked for.
        depth: usize,
        /// Bursts kept.
        window: usize,
    },
    /// Fewer bursts have run than were asked for.
    #[error("only {0} bursts have run")]
    TooEarly(BurstCount),
}

/// What an area's neurons did in one burst.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    burst: u64,
    spans: &'a [Span],
    words: &'a [u64],
}

impl FireLedger {
    /// Window of an area in bursts; `None` when it is not tracked.
    #[must_use]
    pub fn window(&self, area: CorticalIdx) -> Option<usize> {
        self.track(area).map(|track| track.window)
    }

    /// The last `depth` bursts of `area`, oldest first.
    ///
    /// # Errors
    /// [`LedgerError`] when the area is not tracked, `depth` is 0 or above the window, or fewer
    /// bursts than that have run.
    pub fn frames(
        &self,
        area: CorticalIdx,
        depth: usize,
    ) -> Result<impl Iterator<Item = Frame<'_>>, LedgerError> {
        let track = self.track(area).ok_or(LedgerError::Untracked(area))?;
        if depth == 0 || depth > track.window {
            return Err(LedgerError::Depth { depth, window: track.window });
        }
        if depth as u64 > self.burst {
            return Err(LedgerError::TooEarly(BurstCount(self.burst)));
        }
        let last = self.burst;
        Ok((0..depth as u64).rev().map(move |ago| track.frame(last - ago)))
    }

    fn track(&self, area: CorticalIdx) -> Option<&Track> {
        self.tracks.iter().find(|track| track.idx == area)
    }

    /// Tracks `area` over exactly `window` bursts; 0 stops. Bursts before this count as silent.
    pub(crate) fn set_window<'p>(
        &mut self,
        area: CorticalIdx,
        window: usize,
        populations: impl Iterator<Item = &'p Population>,
    ) {
        let spans = spans(populations);
        let old = self.tracks.iter().position(|track| track.idx == area).map(|at| self.tracks.remove(at));
        if window == 0 {
            return;
        }
        let mut track = Track::new(area, window, spans);
        if let Some(old) = old {
            track.adopt(&old, self.burst);
        }
        self.tracks.push(track);
    }

    /// Follows a change of an area's populations, keeping the history of those that stay.
    pub(crate) fn follow<'p>(
        &mut self,
        area: CorticalIdx,
        populations: impl Iterator<Item = &'p Population>,
    ) {
        if let Some(track) = self.tracks.iter_mut().find(|track| track.idx == area) {
            let spans = spans(populations);
            // An area that has grown too much for its window keeps fewer bursts.
            let words = spans.iter().map(|span| span.blocks as u64).sum::<u64>().max(1);
            let window = track.window.min((MAX_HISTORY_WORDS / words) as usize).max(1);
            let mut next = Track::new(area, window, spans);
            next.adopt(track, self.burst);
            *track = next;
        }
    }

    /// Area, window and frames of everything that is tracked; burst `b` is frame `b % window`.
    pub(crate) fn histories(&self) -> impl Iterator<Item = (CorticalIdx, usize, &[u64])> {
        self.tracks.iter().map(|track| (track.idx, track.window, &track.frames[..]))
    }

    /// Tracks `area` with the history that [`FireLedger::histories`] had of it, one word for each block
    /// of its populations and burst of the window.
    pub(crate) fn resume<'p>(
        &mut self,
        area: CorticalIdx,
        window: usize,
        populations: impl Iterator<Item = &'p Population>,
        frames: Vec<u64>,
    ) {
        let spans = spans(populations);
        let words = spans.iter().map(|span| span.blocks).sum();
        debug_assert_eq!(frames.len(), words * window);
        self.tracks.push(Track { idx: area, window, spans, words, frames });
    }

    /// Says which burst was the last.
    pub(crate) fn set_burst(&mut self, burst: u64) {
        self.burst = burst;
    }

    /// Writes down what fired in `burst`.
    pub(crate) fn archive(&mut self, burst: u64, fired: &[u64]) {
        self.burst = burst;
        for track in &mut self.tracks {
            let mut at = (burst % track.window as u64) as usize * track.words;
            for span in &track.spans {
                let words = &fired[span.first_block..span.first_block + span.blocks];
                track.frames[at..at + span.blocks].copy_from_slice(words);
                at += span.blocks;
            }
        }
    }
}

fn spans<'p>(populations: impl Iterator<Item = &'p Population>) -> Vec<Span> {
    populations
        .map(|population| {
            let blocks = population.blocks();
            Span { first_id: population.first_id, first_block: blocks.start, blocks: blocks.len() }
        })
        .collect()
}

impl Track {
    fn new(idx: CorticalIdx, window: usize, spans: Vec<Span>) -> Self {
        let words = spans.iter().map(|span| span.blocks).sum();
        Self { idx, window, spans, words, frames: alloc::vec![0; words * window] }
    }

    fn frame(&self, burst: u64) -> Frame<'_> {
        let at = (burst % self.window as u64) as usize * self.words;
        Frame { burst, spans: &self.spans, words: &self.frames[at..at + self.words] }
    }

    /// Takes over what `old` knows of the bursts up to `last`.
    fn adopt(&mut self, old: &Self, last: u64) {
        let kept = self.window.min(old.window) as u64;
        for burst in last.saturating_sub(kept - 1)..=last {
            let from = (burst % old.window as u64) as usize * old.words;
            let mut from_word = from;
            for span in &old.spans {
                if let Some(to_word) = self.word_of(span, burst) {
                    self.frames[to_word..to_word + span.blocks]
                        .copy_from_slice(&old.frames[from_word..from_word + span.blocks]);
                }
                from_word += span.blocks;
            }
        }
    }

    fn word_of(&self, wanted: &Span, burst: u64) -> Option<usize> {
        let mut word = (burst % self.window as u64) as usize * self.words;
        for span in &self.spans {
            if span == wanted {
                return Some(word);
            }
            word += span.blocks;
        }
        None
    }
}

impl<'a> Frame<'a> {
    /// The burst.
    #[must_use]
    pub fn burst(&self) -> BurstCount {
        BurstCount(self.burst)
    }

    /// Ids of the neurons that fired, rising.
    pub fn ids(&self) -> impl Iterator<Item = NeuronId> + use<'a> {
        let words = self.words;
        let mut at = 0;
        self.spans.iter().flat_map(move |span| {
            let own = &words[at..at + span.blocks];
            at += span.blocks;
            own.iter().enumerate().flat_map(move |(block, &word)| {
                let first = span.first_id + (block * BLOCK) as u32;
                (0..BLOCK as u32)
                    .filter(move |bit| word >> bit & 1 == 1)
                    .map(move |bit| NeuronId(first + bit))
            })
        })
    }

    /// Number of neurons that fired.
    #[must_use]
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }
}
