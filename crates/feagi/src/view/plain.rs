//! A line a second, for logs and pipes.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use super::{Snapshot, View};
use crate::text::printable;

/// Areas that a line names; those that fire most.
const NAMED: usize = 8;

/// Motors of an area that a line names.
const MOTORS: usize = 8;

/// Prints on standard output.
pub(crate) struct Plain;

impl View for Plain {
    const INTERVAL: Duration = Duration::from_secs(1);

    fn show(&mut self, before: &Snapshot, now: &Snapshot) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", line(before, now))?;
        out.flush()
    }
}

fn line(before: &Snapshot, now: &Snapshot) -> String {
    let mut line = format!(
        "burst {}  {:.1}/s  on time {:.1} %  missed {}  spikes a burst:",
        now.bursts,
        now.rate_since(before),
        now.on_time_share * 100.0,
        now.missed
    );
    let spikes = now.subject.areas.iter().map(|area| (area, now.spikes_since(before, area.idx)));
    let mut firing: Vec<_> =
        spikes.filter(|(area, spikes)| *spikes > 0.0 && area.id.core_area().is_none()).collect();
    firing.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    if firing.is_empty() {
        line.push_str(" none");
    }
    // Writing to a text cannot fail.
    for (area, spikes) in firing.iter().take(NAMED) {
        let _ = write!(line, " {} {spikes:.1}", printable(&area.name));
    }
    for area in &now.motors {
        let _ = write!(line, "  {}:", area.name);
        for motor in area.motors.iter().take(MOTORS) {
            let _ = write!(line, " {:+.2}", motor.smooth);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::tests::{later, subject};

    #[test]
    fn a_line_tells_what_fired_since_the_last() {
        let subject = subject();
        let line = line(&later(&subject, 10, [0, 10]), &later(&subject, 30, [20, 110]));
        assert_eq!(
            line,
            "burst 30  20.0/s  on time 100.0 %  missed 0  spikes a burst: second\u{fffd} 5.0 first 1.0"
        );
    }
}
