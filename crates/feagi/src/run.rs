//! `feagi run`: a genome, pictures and a clock become a living brain.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use feagi_runtime::{Brain, BurstLoop, NoInput, Rate, Report, Running, Source, SteadyClock, StopFlag};

use crate::assemble::GenomeFile;
use crate::cli::RunArgs;
use crate::config::{Config, RunSettings};
use crate::error::Failure;
use crate::input::Pictures;
use crate::quantity::PerSecond;
use crate::summary;
use crate::text::{counted, printable};
use crate::view::{self, Board, Live, Plain, Subject, Watcher};

/// Exit code of a program that Ctrl-C ended before it could say anything.
const INTERRUPTED: i32 = 130;

/// Seconds that the demonstration lasts when nobody at a terminal could stop it.
const DEMONSTRATION_SECS: f64 = 10.0;

/// Runs a brain until it is told to stop, then prints a summary.
///
/// # Errors
/// [`Failure`] for everything that keeps it from running.
pub(crate) fn run(args: RunArgs) -> Result<(), Failure> {
    let signals = Signals::install()?;
    let config = Config::load(args.development.config.as_deref())?;
    let settings = config.run_settings(args);
    let genome = GenomeFile::open(settings.genome.as_deref())?;
    let brain = genome.assemble(&settings.assembly)?;
    let rate = rate(&settings, &genome, &brain)?;
    let pictures = pictures(&settings, &genome, &brain, rate)?;
    let limit = settings.bursts.or_else(|| demonstration(&settings, rate));
    // From here on a signal ends in a summary.
    signals.running.store(true, Ordering::SeqCst);
    introduce(&settings, &genome, &brain, pictures.as_ref(), rate, limit)?;

    let (areas, title) = (brain.areas.clone(), brain.title.clone());
    let mut running = Running::new(brain, rate);
    let board = Board::default();
    let mut watcher = Watcher::new(&areas, &board);
    let subject = Subject { title: &title, areas: &areas, rate };
    let pace = Pace { limit, stop: &signals.stop };
    let source: Box<dyn Source> = match pictures {
        Some(pictures) => Box::new(pictures),
        None => Box::new(NoInput),
    };
    let report = if io::stdout().is_terminal() && !settings.plain {
        let mut live = Live::enter(&subject)?;
        restore_on_panic();
        live_with(&mut running, &pace, source, &mut watcher, &mut live, &board)
    } else {
        live_with(&mut running, &pace, source, &mut watcher, &mut Plain::new(&subject), &board)
    }?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    summary::print(&mut out, &report, rate, &areas, &watcher.spikes, &watcher.motors)?;
    Ok(())
}

/// When bursts end.
struct Pace<'a> {
    limit: Option<u64>,
    stop: &'a StopFlag,
}

/// Runs the burst loop on this thread and the view on another. A view that cannot write ends both.
fn live_with<V: view::View + Send>(
    brain: &mut Running,
    pace: &Pace<'_>,
    mut source: Box<dyn Source>,
    watcher: &mut Watcher<'_>,
    view: &mut V,
    board: &Board,
) -> io::Result<Report> {
    thread::scope(|scope| {
        let (running, done) = mpsc::channel();
        let watching = scope.spawn(move || {
            let shown = view::watch(view, board, &done);
            if shown.is_err() {
                pace.stop.stop();
            }
            shown
        });
        let (clock, (_handle, commands)) = (SteadyClock::new(), feagi_runtime::commands());
        let bursts = BurstLoop::new(&clock, pace.stop, &commands).limit(pace.limit);
        bursts.source(&mut source).observer(watcher).run(brain);
        drop(running);
        match watching.join() {
            Ok(shown) => shown.map(|()| brain.report.clone()),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The rate that was asked for, else the genome's.
fn rate(settings: &RunSettings, genome: &GenomeFile, brain: &Brain) -> Result<Rate, Failure> {
    if let Some(PerSecond(rate)) = settings.hz {
        return Ok(rate);
    }
    let seconds = brain.timestep_secs;
    Rate::from_period_secs(seconds).map_err(|reason| Failure::Timestep {
        source_name: genome.name.clone(),
        seconds,
        reason,
    })
}

fn pictures(
    settings: &RunSettings,
    genome: &GenomeFile,
    brain: &Brain,
    rate: Rate,
) -> Result<Option<Pictures>, Failure> {
    let pictures = match &settings.input {
        Some(path) => Some(Pictures::open(path, &genome.name, &brain.areas)?),
        None => Pictures::shapes(&brain.areas),
    };
    Ok(pictures.map(|pictures| pictures.paced(settings.fps.0, rate, settings.white)))
}

/// Bursts of the demonstration, when this is one: nothing of the user's own runs, and nobody sits at
/// the terminal to stop it.
fn demonstration(settings: &RunSettings, rate: Rate) -> Option<u64> {
    let own = settings.genome.is_some() || settings.input.is_some();
    let watched = io::stdout().is_terminal();
    (!own && !watched).then(|| (rate.hz() * DEMONSTRATION_SECS).ceil() as u64)
}

/// Says what is about to run and how it ends.
fn introduce(
    settings: &RunSettings,
    genome: &GenomeFile,
    brain: &Brain,
    pictures: Option<&Pictures>,
    rate: Rate,
    limit: Option<u64>,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}: {}, {}, {}, {}, {}, {}",
        genome.name,
        printable(&brain.title),
        counted(brain.areas.len() as u64, "area"),
        counted(brain.engine.neuron_count() as u64, "neuron"),
        counted(brain.engine.synapse_count() as u64, "synapse"),
        brain.precision,
        counted(brain.engine.threads() as u64, "thread")
    )?;
    if !brain.warnings.is_empty() {
        let warnings = counted(brain.warnings.len() as u64, "warning");
        writeln!(out, "{warnings}; `feagi check {}` lists them", genome.name)?;
    }
    match (pictures, &settings.input) {
        (None, _) => writeln!(out, "input: none, no area takes pictures")?,
        (Some(pictures), None) => writeln!(out, "input: {} built-in pictures", pictures.len())?,
        (Some(pictures), Some(path)) => {
            let path = printable(&path.to_string_lossy());
            writeln!(out, "input: {} from {path}", counted(pictures.len() as u64, "picture"))?;
        }
    }
    let end = match limit {
        Some(limit) => format!("for {}; Ctrl-C stops it", counted(limit, "burst")),
        None => "until Ctrl-C".to_owned(),
    };
    writeln!(out, "running at {} bursts a second {end}", rate.hz())?;
    out.flush()
}

/// What Ctrl-C and a request to terminate do.
struct Signals {
    stop: StopFlag,
    /// Whether somebody looks at the flag.
    running: Arc<AtomicBool>,
}

impl Signals {
    /// The first signal asks a running loop to stop; before that, and the second time, the program
    /// ends at once.
    fn install() -> Result<Self, Failure> {
        let signals = Self { stop: StopFlag::default(), running: Arc::default() };
        let (stop, running) = (signals.stop.clone(), Arc::clone(&signals.running));
        ctrlc::set_handler(move || {
            if stop.stop() || !running.load(Ordering::SeqCst) {
                view::leave_screen();
                std::process::exit(INTERRUPTED);
            }
        })?;
        Ok(signals)
    }
}

/// Brings the terminal back before a panic is reported, so that the report can be read.
fn restore_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        view::leave_screen();
        report(panic);
    }));
}
