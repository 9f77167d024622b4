//! What the demonstration counts, and the lines that tell it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use feagi_agent::{AreaRequest, Delivery, FeagiByteContainer};
use feagi_runtime::BrainArea;
use feagi_types::{CorticalId, CorticalIdx};

use crate::motor::MotorArea;
use crate::text::{counted, fit};

/// Characters of a motor's name in the summary.
const NAME_WIDTH: usize = 24;

/// What happened in a stretch of time.
#[derive(Clone, Debug, Default)]
struct Stretch {
    sent: u64,
    unsent: u64,
    motor_frames: u64,
    /// Sums of the values of the motors over the motor frames.
    values: Vec<f64>,
    /// x and z of motor voxels that fired.
    active: BTreeSet<(u32, u32)>,
    watched_frames: u64,
    watched_voxels: u64,
}

/// The counts of the whole run and of the time since the last line.
pub(crate) struct Figures {
    id: CorticalId,
    motors: MotorArea,
    recent: Stretch,
    total: Stretch,
    watching: bool,
}

impl Figures {
    /// For the motors among `areas`; `None` when there are none.
    pub(crate) fn new(areas: &[AreaRequest], watching: bool) -> Option<Self> {
        let known = areas.iter().map(|area| BrainArea {
            idx: CorticalIdx(0),
            id: area.id,
            name: area.name.clone(),
            dimensions: area.dimensions,
            neurons: 0,
        });
        let (id, motors) =
            known.filter_map(|area| Some((area.id, MotorArea::find(&[area]).pop()?))).next()?;
        let (recent, total) = (Stretch::of(&motors), Stretch::of(&motors));
        Some(Self { id, motors, recent, total, watching })
    }

    /// A picture was sent, or not.
    pub(crate) fn sent(&mut self, delivery: Delivery) {
        let sent = u64::from(delivery == Delivery::Sent);
        for stretch in [&mut self.recent, &mut self.total] {
            stretch.sent += sent;
            stretch.unsent += 1 - sent;
        }
    }

    /// A motor frame came in. Voxels outside the motors that the agent has are passed over.
    pub(crate) fn moved(&mut self, frame: &FeagiByteContainer) {
        let id = self.id;
        let areas = frame.xyzp_views().flatten().flat_map(|view| view.areas());
        let (width, depth) = self.motors.columns();
        let fired = areas.filter(|area| area.id() == id).flat_map(|area| area.voxels());
        let fired: Vec<_> = fired
            .map(|voxel| (voxel.x, voxel.z))
            .filter(|&(x, z)| (x as usize) < width && z < depth)
            .collect();
        self.motors.take(fired.iter().copied());
        for stretch in [&mut self.recent, &mut self.total] {
            stretch.motor_frames += 1;
            stretch.active.extend(&fired);
            for (sum, motor) in stretch.values.iter_mut().zip(&self.motors.motors) {
                *sum += f64::from(motor.value);
            }
        }
    }

    /// A visualization frame came in.
    pub(crate) fn watched(&mut self, frame: &FeagiByteContainer) {
        let areas = frame.xyzp_views().flatten().flat_map(|view| view.areas());
        let voxels: u64 = areas.map(|area| area.len() as u64).sum();
        for stretch in [&mut self.recent, &mut self.total] {
            stretch.watched_frames += 1;
            stretch.watched_voxels += voxels;
        }
    }

    /// The line for what happened since the last one.
    pub(crate) fn line(&mut self, elapsed: Duration, round_trip: Option<Duration>) -> String {
        let empty = Stretch::of(&self.motors);
        let recent = std::mem::replace(&mut self.recent, empty);
        let mut line = format!("{:.0} s  sent {}", elapsed.as_secs_f64(), recent.sent);
        // Writing to a text cannot fail.
        if recent.unsent > 0 {
            let _ = write!(line, " (not sent {})", recent.unsent);
        }
        let _ = write!(line, "  motor frames {}", recent.motor_frames);
        for value in recent.means() {
            let _ = write!(line, "  {value:+.2}");
        }
        let _ = write!(line, "  active {}", active(&recent.active));
        if self.watching {
            let (frames, voxels) = (recent.watched_frames, recent.watched_voxels);
            let _ = write!(line, "  watched {} in {}", counted(voxels, "voxel"), counted(frames, "frame"));
        }
        if let Some(round_trip) = round_trip {
            let _ = write!(line, "  round trip {:.2} ms", round_trip.as_secs_f64() * 1e3);
        }
        line
    }

    /// The lines for the whole run.
    pub(crate) fn summary(&self, elapsed: Duration, sessions: u64) -> Vec<String> {
        let total = &self.total;
        let mut lines = vec![
            format!("summary: {:.2} s, {}", elapsed.as_secs_f64(), counted(sessions, "session")),
            format!("  sent     {}, {} not sent", counted(total.sent, "frame"), total.unsent),
            format!("  received {}", counted(total.motor_frames, "motor frame")),
        ];
        for (number, (mean, sum)) in total.means().zip(&total.values).enumerate() {
            let name = fit(&format!("{} {number}", self.motors.name), NAME_WIDTH);
            lines.push(format!("  motor    {name} total {sum:+.1}, mean {mean:+.3}"));
        }
        lines.push(format!("  active   {}", active(&total.active)));
        if self.watching {
            let (frames, voxels) = (total.watched_frames, total.watched_voxels);
            lines.push(format!("  watched  {}, {}", counted(frames, "frame"), counted(voxels, "voxel")));
        }
        lines
    }
}

impl Stretch {
    fn of(motors: &MotorArea) -> Self {
        Self { values: vec![0.0; motors.motors.len()], ..Self::default() }
    }

    /// Mean value of each motor.
    fn means(&self) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().map(|sum| sum / self.motor_frames.max(1) as f64)
    }
}

/// The voxels of each column, runs of z joined: `x0 z0-3,5 x2 z0`.
fn active(voxels: &BTreeSet<(u32, u32)>) -> String {
    let mut text = String::new();
    let mut last: Option<(u32, u32)> = None;
    let mut run_from = 0;
    let close = |text: &mut String, last: Option<(u32, u32)>, from: u32| {
        if let Some((_, z)) = last.filter(|&(_, z)| z > from) {
            let _ = write!(text, "-{z}");
        }
    };
    for &(x, z) in voxels {
        if last == Some((x, z.wrapping_sub(1))) {
            last = Some((x, z));
            continue;
        }
        close(&mut text, last, run_from);
        let _ = match last {
            Some((column, _)) if column == x => write!(text, ",{z}"),
            Some(_) => write!(text, " x{x} z{z}"),
            None => write!(text, "x{x} z{z}"),
        };
        (last, run_from) = (Some((x, z)), z);
    }
    close(&mut text, last, run_from);
    if text.is_empty() { "none".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use feagi_agent::{Devices, RotaryMotors};
    use feagi_structures::CorticalMappedVoxels;

    use super::*;

    fn figures(watching: bool) -> Figures {
        let areas = Devices::new().with(0, RotaryMotors::new(4, 8)).areas().unwrap();
        Figures::new(&areas, watching).unwrap()
    }

    fn frame(id: [u8; 8], voxels: &[[u32; 2]]) -> FeagiByteContainer {
        let mut mapped = CorticalMappedVoxels::new();
        let row = mapped.ensure_clear_and_borrow_mut(CorticalId::from_bytes(id).unwrap());
        voxels.iter().for_each(|&[x, z]| row.push_raw(x, 0, z, 1.0));
        let mut container = FeagiByteContainer::new_empty();
        container.overwrite_byte_data_with_single_struct_data(&mapped, 0).unwrap();
        container
    }

    #[test]
    fn columns_name_the_voxels_that_fired_in_runs() {
        let named = |voxels: &[(u32, u32)]| active(&voxels.iter().copied().collect());
        assert_eq!(named(&[]), "none");
        assert_eq!(named(&[(2, 7)]), "x2 z7");
        assert_eq!(named(&[(0, 0), (0, 1), (0, 2), (0, 5), (2, 3), (2, 4)]), "x0 z0-2,5 x2 z3-4");
    }

    #[test]
    fn a_line_tells_of_the_time_since_the_last_and_the_summary_of_all() {
        let mut figures = figures(true);
        figures.sent(Delivery::Sent);
        figures.sent(Delivery::Full);
        figures.moved(&frame(*b"omot\x05\0\0\0", &[[0, 3], [3, 7], [9, 0], [0, 99]]));
        figures.moved(&frame(*b"ogaz\x02\0\0\0", &[[0, 7]]));
        figures.watched(&frame(*b"iimg\x09\0\0\0", &[[0, 0], [1, 0]]));
        assert_eq!(
            figures.line(Duration::from_secs(1), Some(Duration::from_micros(420))),
            "1 s  sent 1 (not sent 1)  motor frames 2  +0.25  -0.50  active x0 z3 x3 z7  \
             watched 2 voxels in 1 frame  round trip 0.42 ms"
        );
        assert_eq!(
            figures.line(Duration::from_secs(2), None),
            "2 s  sent 0  motor frames 0  +0.00  +0.00  active none  watched 0 voxels in 0 frames"
        );
        let summary = figures.summary(Duration::from_secs(2), 1).join("\n");
        assert!(summary.starts_with("summary: 2.00 s, 1 session\n"), "{summary}");
        assert!(summary.contains("Rotary Motor Unit 0 0    total +0.5, mean +0.250"), "{summary}");
        assert!(summary.contains("active   x0 z3 x3 z7"), "{summary}");
    }
}
