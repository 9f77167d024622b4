//! What is said when a run is over.

use std::io::{self, Write};
use std::time::Duration;

use feagi_runtime::{BrainArea, Histogram, ON_TIME, Rate, Report, SpikeCounts};

use crate::motor::MotorArea;
use crate::text::{counted, fit, printable};

/// Areas that are listed; those that fired most.
const LISTED: usize = 24;
const NAME_WIDTH: usize = 20;

/// Prints the figures of a run. `bursts` are those that spikes and motors were counted for.
///
/// # Errors
/// What writing met with.
pub(crate) fn print(
    out: &mut impl Write,
    report: &Report,
    rate: Rate,
    areas: &[BrainArea],
    spikes: &SpikeCounts,
    motors: &[MotorArea],
    bursts: u64,
) -> io::Result<()> {
    let seconds = report.elapsed.as_secs_f64();
    writeln!(out, "summary: {} in {seconds:.2} s", counted(report.bursts, "burst"))?;
    writeln!(out, "  rate     {:.2} bursts a second; {} were asked for", report.rate_hz(), rate.hz())?;
    writeln!(
        out,
        "  on time  {:.2} % started within {} ms of their deadline; {} missed",
        report.on_time_share() * 100.0,
        ON_TIME.as_millis(),
        report.missed
    )?;
    writeln!(out, "  jitter   {}", quantiles(&report.jitter))?;
    writeln!(out, "  burst    {}", quantiles(&report.burst_time))?;
    writeln!(out, "  spikes   {} in all, from {} inputs", report.spikes, report.inputs)?;
    print_areas(out, areas, spikes, bursts)?;
    for area in motors {
        for (number, motor) in area.motors.iter().enumerate().take(LISTED) {
            let mean = motor.sum / bursts.max(1) as f64;
            let name = fit(&format!("{} {number}", area.name), NAME_WIDTH);
            writeln!(out, "  motor    {name} total {:+.1}, mean {mean:+.3}", motor.sum)?;
        }
    }
    out.flush()
}

fn print_areas(
    out: &mut impl Write,
    areas: &[BrainArea],
    spikes: &SpikeCounts,
    bursts: u64,
) -> io::Result<()> {
    let mut firing: Vec<_> = areas.iter().map(|area| (area, spikes.of(area.idx))).collect();
    firing.retain(|&(_, spikes)| spikes > 0);
    firing.sort_by_key(|&(_, spikes)| std::cmp::Reverse(spikes));
    for (area, spikes) in firing.iter().take(LISTED) {
        let per_burst = *spikes as f64 / bursts.max(1) as f64;
        let name = fit(&printable(&area.name), NAME_WIDTH);
        writeln!(out, "  area     {name} {spikes} spikes, {per_burst:.1} a burst")?;
    }
    if firing.len() > LISTED {
        writeln!(out, "  area     and {} more that fired", firing.len() - LISTED)?;
    }
    Ok(())
}

fn quantiles(histogram: &Histogram) -> String {
    let millis = |duration: Duration| duration.as_secs_f64() * 1e3;
    format!(
        "p50 {:.3} ms, p99 {:.3} ms, max {:.3} ms",
        millis(histogram.quantile(0.5)),
        millis(histogram.quantile(0.99)),
        millis(histogram.max())
    )
}
