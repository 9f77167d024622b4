//! A picture of the running brain on a terminal: firing of each area as bars, motors as needles.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen,
};
use crossterm::{execute, queue};
use feagi_runtime::BrainArea;
use feagi_types::CorticalIdx;

use super::{Snapshot, View};
use crate::text::{fit, printable};

const NAME_WIDTH: usize = 18;
const BAR_WIDTH: usize = 32;
/// Characters on each side of a motor's middle.
const NEEDLE: usize = 10;
/// Motors that are shown of each area.
const MOTORS: usize = 8;
/// Lines that are not areas or motors.
const OTHER_LINES: usize = 5;
/// A terminal that does not tell its size.
const DEFAULT_SIZE: (u16, u16) = (80, 24);

/// Whether the terminal shows the other screen and has to be brought back.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Draws on the terminal's other screen; the terminal is as before when this is dropped.
pub(crate) struct Live {
    /// Where agents and people reach the brain; empty when nowhere.
    reached: String,
    /// The genome that `peaks` belong to.
    genome: u64,
    /// Most spikes a burst that each area has shown; a full bar.
    peaks: BTreeMap<CorticalIdx, f64>,
}

impl Live {
    /// Takes the screen.
    ///
    /// # Errors
    /// What writing to the terminal met with.
    pub(crate) fn enter(reached: String) -> io::Result<Self> {
        ENTERED.store(true, Ordering::SeqCst);
        let live = Self { reached, genome: 0, peaks: BTreeMap::new() };
        execute!(io::stdout(), EnterAlternateScreen, Hide)?;
        Ok(live)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        leave_screen();
    }
}

/// Brings the terminal back if it was taken; from any thread, any number of times.
pub(crate) fn leave_screen() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        // A terminal that is gone needs no cleaning up.
        let _ = execute!(io::stdout(), EndSynchronizedUpdate, Show, LeaveAlternateScreen);
    }
}

impl View for Live {
    const INTERVAL: Duration = Duration::from_millis(100);

    fn show(&mut self, before: &Snapshot, now: &Snapshot) -> io::Result<()> {
        let (columns, rows) = crossterm::terminal::size().unwrap_or(DEFAULT_SIZE);
        let lines = self.lines(before, now, usize::from(rows));
        let mut out = io::BufWriter::new(io::stdout().lock());
        queue!(out, BeginSynchronizedUpdate)?;
        for (row, line) in (0..rows).zip(&lines) {
            let line: String = line.chars().take(usize::from(columns)).collect();
            queue!(out, MoveTo(0, row), Print(line), Clear(ClearType::UntilNewLine))?;
        }
        if lines.len() < usize::from(rows) {
            queue!(out, MoveTo(0, lines.len() as u16), Clear(ClearType::FromCursorDown))?;
        }
        queue!(out, EndSynchronizedUpdate)?;
        out.flush()
    }
}

impl Live {
    fn lines(&mut self, before: &Snapshot, now: &Snapshot, rows: usize) -> Vec<String> {
        let mut lines = vec![
            format!(
                "{}   burst {}   {:.1} of {:.1} a second   on time {:.1} %   missed {}",
                printable(&now.subject.title),
                now.bursts,
                now.rate_since(before),
                now.subject.rate.hz(),
                now.on_time_share * 100.0,
                now.missed
            ),
            self.reached.clone(),
        ];
        let motors = motor_lines(now);
        let room = rows.saturating_sub(OTHER_LINES + motors.len());
        lines.extend(self.area_lines(before, now, room));
        lines.push(String::new());
        lines.extend(motors);
        lines.push(String::new());
        lines.push("Ctrl-C stops".to_owned());
        lines
    }

    /// A line for each area, in their order; when there is no room for all, those that fire most.
    fn area_lines(&mut self, before: &Snapshot, now: &Snapshot, room: usize) -> Vec<String> {
        let areas = &now.subject.areas;
        if self.genome != now.subject.genome {
            self.genome = now.subject.genome;
            self.peaks.clear();
        }
        let spikes: Vec<f64> = areas.iter().map(|area| now.spikes_since(before, area.idx)).collect();
        for (area, &spikes) in areas.iter().zip(&spikes) {
            let peak = self.peaks.entry(area.idx).or_default();
            *peak = peak.max(spikes);
        }
        let mut shown: Vec<usize> =
            (0..areas.len()).filter(|&at| areas[at].id.core_area().is_none()).collect();
        if shown.len() > room {
            shown.sort_by(|&one, &other| spikes[other].total_cmp(&spikes[one]));
            shown.truncate(room);
            shown.sort_unstable();
        }
        let peak = |area: &BrainArea| self.peaks.get(&area.idx).copied().unwrap_or_default();
        shown.into_iter().map(|at| area_line(&areas[at], spikes[at], peak(&areas[at]))).collect()
    }
}

fn area_line(area: &BrainArea, spikes: f64, peak: f64) -> String {
    let filled = if peak > 0.0 { (spikes / peak * BAR_WIDTH as f64).round() as usize } else { 0 };
    let bar = "█".repeat(filled.min(BAR_WIDTH));
    let name = fit(&area.name, NAME_WIDTH);
    format!("{name} {}{spikes:>9.1} of {}", fit(&bar, BAR_WIDTH), area.neurons)
}

fn motor_lines(now: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    for area in &now.motors {
        for (number, motor) in area.motors.iter().take(MOTORS).enumerate() {
            let mut needle = [' '; 2 * NEEDLE + 1];
            needle[NEEDLE] = '|';
            let at = (motor.smooth.clamp(-1.0, 1.0) * NEEDLE as f32).round() as isize;
            needle[NEEDLE.saturating_add_signed(at)] = '●';
            let mut line = fit(&format!("{} {number}", area.name), NAME_WIDTH);
            // Writing to a text cannot fail.
            let _ = write!(line, " [{}] {:+.2}", String::from_iter(needle), motor.smooth);
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::view::Subject;
    use crate::view::tests::{later, start, subject};

    fn live() -> Live {
        Live { reached: String::new(), genome: 0, peaks: BTreeMap::new() }
    }

    #[test]
    fn bars_are_relative_to_the_most_that_an_area_has_shown() {
        let subject = subject();
        let mut live = live();
        let lines = live.lines(&start(&subject), &later(&subject, 10, [40, 5]), 24);
        assert!(lines[0].starts_with("A brain   burst 10   20.0 of 20.0 a second"), "{}", lines[0]);
        assert!(lines[2].contains(&"█".repeat(BAR_WIDTH)) && lines[2].ends_with("4.0 of 64"), "{}", lines[2]);
        let lines = live.lines(&later(&subject, 10, [40, 5]), &later(&subject, 20, [60, 10]), 24);
        assert_eq!(lines[2].matches('█').count(), BAR_WIDTH / 2, "{}", lines[2]);
    }

    #[test]
    fn bars_and_counts_start_again_with_another_genome() {
        let before = subject();
        let after =
            Arc::new(Subject { genome: 1, areas: before.areas.clone(), title: String::new(), ..*before });
        let mut live = live();
        live.lines(&start(&before), &later(&before, 10, [40, 5]), 24);
        let lines = live.lines(&later(&before, 10, [40, 5]), &later(&after, 20, [10, 0]), 24);
        assert!(lines[2].contains(&"█".repeat(BAR_WIDTH)) && lines[2].ends_with("1.0 of 64"), "{}", lines[2]);
    }

    #[test]
    fn areas_that_fire_most_are_kept_when_the_terminal_is_small() {
        let subject = subject();
        let lines = live().lines(&start(&subject), &later(&subject, 10, [1, 50]), OTHER_LINES + 1);
        assert!(lines[2].starts_with("second"), "{lines:?}");
        assert_eq!(lines.iter().filter(|line| line.contains(" of 64")).count(), 1);
    }
}
