//! The closed loop: a stimulus goes in, the motor frame that contains it comes back, then the next.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::control::POLL_PAUSE;
use crate::data::{Channels, POTENTIAL, Voxel};
use crate::report::percentile;

/// The server makes areas after it has acknowledged the configuration, and ignores stimuli until then.
const READY_RETRY: Duration = Duration::from_millis(100);

/// Columns and layers of the stimuli: two channels of depth nine.
const COLUMNS: u32 = 2;
const LAYERS: u32 = 9;

/// What came back.
pub struct Outcome {
    sent: usize,
    latencies: Vec<Duration>,
    seen: usize,
}

impl Outcome {
    /// Whether every stimulus came back and at least one of them was visible.
    pub fn complete(&self) -> bool {
        self.latencies.len() == self.sent && self.seen > 0
    }

    /// Counts and latencies for the report.
    pub fn to_json(&self, channels: &Channels) -> Value {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        json!({
            "sent": self.sent,
            "came_back": sorted.len(),
            "p50_ms": percentile(&sorted, 50),
            "p99_ms": percentile(&sorted, 99),
            "visualized": self.seen,
            "motor_frames": channels.motor.count,
            "motor_frames_with_blank_id": channels.motor.blank,
            "visualization_frames": channels.visualization.count,
            "visualization_frames_with_blank_id": channels.visualization.blank,
        })
    }
}

/// Repeats a stimulus until the motor area exists and answers; how many it took.
pub fn wait_for_area(channels: &mut Channels, limit: Duration) -> Result<usize> {
    let end = Instant::now() + limit;
    let voxel = (COLUMNS - 1, LAYERS - 1);
    let mut sent = 0;
    while Instant::now() < end {
        channels.sensory.push(voxel)?;
        sent += 1;
        let retry = (Instant::now() + READY_RETRY).min(end);
        if echo(channels, voxel, retry, &mut 0)?.is_some() {
            return Ok(sent);
        }
    }
    bail!("no motor frame contained the motor area within {limit:?} ({sent} stimuli)")
}

/// Sends `stimuli` voxels one after the other, each at most `limit` after the one before.
pub fn run(channels: &mut Channels, stimuli: usize, limit: Duration) -> Result<Outcome> {
    let mut outcome = Outcome { sent: 0, latencies: Vec::with_capacity(stimuli), seen: 0 };
    // Successive stimuli differ, so that a late echo is not taken for the answer to the next one.
    let voxels = (0..LAYERS).flat_map(|z| (0..COLUMNS).map(move |x| (x, z))).cycle();
    for voxel in voxels.take(stimuli) {
        let start = Instant::now();
        channels.sensory.push(voxel)?;
        outcome.sent += 1;
        if let Some(back) = echo(channels, voxel, start + limit, &mut outcome.seen)? {
            outcome.latencies.push(back - start);
        }
    }
    // The visualization frame of the last stimulus may follow its motor frame.
    let end = Instant::now() + limit;
    while outcome.seen == 0 && stimuli > 0 && Instant::now() < end {
        outcome.seen += visible(channels)?;
        sleep(POLL_PAUSE);
    }
    Ok(outcome)
}

/// Waits for a motor frame with `voxel` at the stimulated potential; counts visible voxels meanwhile.
fn echo(channels: &mut Channels, voxel: Voxel, end: Instant, seen: &mut usize) -> Result<Option<Instant>> {
    loop {
        while let Some(frame) = channels.motor.read()? {
            if frame.contains(&(voxel, POTENTIAL)) {
                return Ok(Some(Instant::now()));
            }
        }
        *seen += visible(channels)?;
        if Instant::now() >= end {
            return Ok(None);
        }
        sleep(POLL_PAUSE);
    }
}

/// Reads all waiting visualization frames; how many stimulated voxels they show.
fn visible(channels: &mut Channels) -> Result<usize> {
    let mut voxels = 0;
    while let Some(frame) = channels.visualization.read()? {
        voxels += frame.iter().filter(|(_, potential)| *potential == POTENTIAL).count();
    }
    Ok(voxels)
}
