//! The flow into the brain: signal -> mailbox -> frame -> voxels -> neurons.
//!
//! Voxels are read where they lie in the frame that a transport received, without a copy in between.
//! `outgoing.rs` is the same way out.

use feagi_burst_engine::BurstEngine;
use feagi_io::SharedFBC;
use feagi_serialization::XyzpArea;
use feagi_types::{CorticalId, CorticalIdx, Voxel};

use crate::Mailboxes;

/// Turns the frames that wait in mailboxes into charge for the next burst. Belongs to the burst
/// thread; what other threads need is [`Incoming::mailboxes`].
///
/// For each agent the newest frame of an area wins; an area without voxels says nothing. Agents add
/// up, in the order in which their mailboxes were opened. Voxels that lie outside of their area, are
/// negative or not finite, and everything for unknown areas, is left out and counted; a struct that
/// does not follow the format is left out as a whole.
#[derive(Debug, Default)]
pub struct Incoming {
    mailboxes: Mailboxes,
    /// Areas for which every frame counts, sorted.
    queued: Vec<CorticalId>,
    counts: IncomingCounts,
    /// Frames of the agent at hand, oldest first.
    taken: Vec<SharedFBC>,
    /// Areas that the agent at hand has spoken for in this burst, sorted.
    settled: Vec<CorticalIdx>,
}

/// What became of sensory data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncomingCounts {
    /// Frames that bursts took.
    pub frames: u64,
    /// Voxels that became charge.
    pub voxels: u64,
    /// Structs that do not follow the format.
    pub malformed: u64,
    /// Mentions of an area that a newer frame of the same agent took the place of.
    pub superseded: u64,
    /// Mentions of areas that the brain does not have.
    pub unknown_areas: u64,
    /// Voxels outside of their area, without a living neuron, negative or not finite.
    pub ignored_voxels: u64,
}

/// Mentions of areas that are looked at for each agent and burst, newest first. A brain has fewer
/// areas; a sender that repeats itself without end costs no more than this.
const MENTIONS: usize = 16_384;

impl Incoming {
    /// Takes its frames from `mailboxes`.
    #[must_use]
    pub fn new(mailboxes: Mailboxes) -> Self {
        Self { mailboxes, ..Self::default() }
    }

    /// Where sensory frames are delivered.
    #[must_use]
    pub const fn mailboxes(&self) -> &Mailboxes {
        &self.mailboxes
    }

    /// Whether every frame of an area counts that came since the last burst, oldest first, and not
    /// only the newest.
    pub fn queue(&mut self, area: CorticalId, every_frame: bool) {
        match (self.queued.binary_search(&area), every_frame) {
            (Err(at), true) => self.queued.insert(at, area),
            (Ok(at), false) => drop(self.queued.remove(at)),
            (Ok(_), true) | (Err(_), false) => {}
        }
    }

    /// What became of sensory data so far.
    #[must_use]
    pub const fn counts(&self) -> IncomingCounts {
        self.counts
    }

    /// Stages all that waits for the next burst. Returns the number of inputs. The burst loop calls this
    /// once a burst.
    pub fn feed(&mut self, engine: &mut BurstEngine) -> u64 {
        let before = self.counts.voxels;
        let mailboxes = self.mailboxes.load();
        for mailbox in mailboxes.iter() {
            // Only what is there now: a sender that never pauses must not hold the burst up.
            self.taken.extend((0..mailbox.len()).map_while(|_| mailbox.take()));
            if !self.taken.is_empty() {
                self.counts.frames += self.taken.len() as u64;
                self.feed_newest(engine);
                self.feed_queued(engine);
                self.taken.clear();
            }
        }
        self.counts.voxels - before
    }

    /// Stages the newest mention of each area that is not queued.
    fn feed_newest(&mut self, engine: &mut BurstEngine) {
        let Self { taken, settled, queued, counts, .. } = self;
        settled.clear();
        let mut mentions = MENTIONS;
        for view in taken.iter().rev().flat_map(|frame| frame.xyzp_views().rev()) {
            let Ok(view) = view else {
                counts.malformed += 1;
                continue;
            };
            for area in view.areas().rev().filter(|area| !area.is_empty()) {
                if mentions == 0 {
                    counts.superseded += 1;
                    continue;
                }
                mentions -= 1;
                let Some(idx) = engine.area_idx(area.id()) else {
                    counts.unknown_areas += 1;
                    continue;
                };
                if queued.binary_search(&area.id()).is_ok() {
                    continue;
                }
                match settled.binary_search(&idx) {
                    Ok(_) => counts.superseded += 1,
                    Err(at) => {
                        settled.insert(at, idx);
                        stage(engine, idx, &area, counts);
                    }
                }
            }
        }
    }

    /// Stages every mention of queued areas, oldest first.
    fn feed_queued(&mut self, engine: &mut BurstEngine) {
        let Self { taken, queued, counts, .. } = self;
        if queued.is_empty() {
            return;
        }
        for view in taken.iter().flat_map(|frame| frame.xyzp_views()).flatten() {
            for area in view.areas().filter(|area| queued.binary_search(&area.id()).is_ok()) {
                if let Some(idx) = engine.area_idx(area.id()) {
                    stage(engine, idx, &area, counts);
                }
            }
        }
    }
}

fn stage(engine: &mut BurstEngine, idx: CorticalIdx, area: &XyzpArea<'_>, counts: &mut IncomingCounts) {
    // Zero is a legal way to say nothing; the engine leaves it out.
    let mut zeros = 0;
    let voxels = area.voxels().filter(|voxel| {
        zeros += usize::from(voxel.p == 0.0);
        voxel.p > 0.0
    });
    let staged =
        engine.inject_voxels(idx, voxels.map(|voxel| (Voxel::new(voxel.x, voxel.y, voxel.z), voxel.p)));
    counts.voxels += staged as u64;
    counts.ignored_voxels += (area.len() - zeros - staged) as u64;
}
