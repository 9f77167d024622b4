//! `feagi run`: a genome, pictures and a clock become a living brain.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc;
use std::thread;

use feagi_runtime::{Brain, BurstLoop, Commands, NoInput, Rate, Running, Source, SteadyClock, StopFlag};

use crate::assemble::GenomeFile;
use crate::cli::RunArgs;
use crate::config::{Config, RunSettings};
use crate::error::Failure;
use crate::input::Pictures;
use crate::log;
use crate::network::Network;
use crate::quantity::PerSecond;
use crate::saved::{SaveFile, SavedBrain};
use crate::signals::Signals;
use crate::summary;
use crate::text::{counted, printable};
use crate::view::{self, Board, Live, Plain, Snapshot, Watcher};

/// Seconds that the demonstration lasts when nobody at a terminal could stop it.
const DEMONSTRATION_SECS: f64 = 10.0;

/// Runs a brain until it is told to stop, then prints a summary.
///
/// # Errors
/// [`Failure`] for everything that keeps it from running.
pub(crate) fn run(args: RunArgs, occasion: Occasion) -> Result<(), Failure> {
    let signals = Signals::install()?;
    let config = Config::load(args.development.config.as_deref())?;
    let settings = config.run_settings(args);
    let draws = io::stdout().is_terminal() && !settings.plain;
    log::start(draws);
    let save_file = settings.save_on_exit.as_deref().map(SaveFile::prepare).transpose()?;
    let Start { name, brain, rate } = Start::of(&settings)?;
    let pictures = pictures(&settings, &name, &brain, rate)?;
    let limit = settings.bursts.or_else(|| demonstration(occasion, &settings, rate));
    let mut running = Running::new(brain, rate);
    let (handle, commands) = feagi_runtime::commands();
    let network = match settings.network.clone() {
        Some(network) => Some(Network::open(network, &mut running, &handle, &settings.assembly)?),
        None => None,
    };
    signals.end_in_summary();
    introduce(&settings, &name, &running, pictures.as_ref(), network.as_ref())?;
    announce_end(limit, running.rate, save_file.as_ref())?;

    let board = Board::new(Snapshot::start(&running));
    let mut watcher = Watcher::new(&running, &board);
    let source = source(pictures, network.as_ref());
    let pace = Pace { limit, stop: &signals.stop, commands: &commands };
    let shown = if draws {
        let mut live = Live::enter(network.as_ref().map_or_else(String::new, Network::summary))?;
        restore_on_panic();
        live_with(&mut running, &pace, source, &mut watcher, &mut live, &board)
    } else {
        live_with(&mut running, &pace, source, &mut watcher, &mut Plain, &board)
    };
    // Whoever waits for an answer of the brain learns that it has stopped.
    drop(commands);
    let closed = network.map_or(Ok(()), Network::close);
    // Whatever the view met with, the brain is kept.
    let saved = save_file.map(|file| file.save(&running).map(|bytes| (file.name(), bytes))).transpose();
    shown?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let Watcher { subject, spikes, motors, .. } = &watcher;
    let bursts = watcher.bursts(&running.report);
    summary::print(&mut out, &running.report, subject.rate, &subject.areas, spikes, motors, bursts)?;
    if let Some((name, bytes)) = saved? {
        let last = running.brain.engine.burst_count();
        writeln!(out, "  saved    {name}: {bytes} bytes, after burst {last}")?;
        out.flush()?;
    }
    closed
}

/// What `feagi` was started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// `feagi` alone: to see that something happens.
    Demonstration,
    /// `feagi run`: to have a brain until told otherwise.
    Service,
}

/// When bursts end, and who may speak between them.
struct Pace<'a> {
    limit: Option<u64>,
    stop: &'a StopFlag,
    commands: &'a Commands,
}

/// Runs the burst loop on this thread and the view on another. A view that cannot write ends both.
fn live_with<V: view::View + Send>(
    brain: &mut Running,
    pace: &Pace<'_>,
    mut source: Box<dyn Source>,
    watcher: &mut Watcher<'_>,
    view: &mut V,
    board: &Board,
) -> io::Result<()> {
    thread::scope(|scope| {
        let (running, done) = mpsc::channel();
        let stop = pace.stop;
        let watching = scope.spawn(move || {
            let shown = view::watch(view, board, &done);
            if shown.is_err() {
                stop.stop();
            }
            shown
        });
        let clock = SteadyClock::new();
        let bursts = BurstLoop::new(&clock, pace.stop, pace.commands).limit(pace.limit);
        bursts.source(&mut source).observer(watcher).run(brain);
        drop(running);
        watching.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Pictures, unless an agent brings senses of its own.
fn source(pictures: Option<Pictures>, network: Option<&Network>) -> Box<dyn Source> {
    match (pictures, network) {
        (Some(pictures), Some(network)) => Box::new(pictures.yielding_to(network.senses())),
        (Some(pictures), None) => Box::new(pictures),
        (None, _) => Box::new(NoInput),
    }
}

/// A brain before its next burst, and what to call the file that it comes from.
struct Start {
    name: String,
    brain: Brain,
    rate: Rate,
}

impl Start {
    /// Develops the genome or reads the saved brain. The rate is the one that was asked for, else that of
    /// the brain when it was saved, else the genome's.
    fn of(settings: &RunSettings) -> Result<Self, Failure> {
        let asked_for = settings.hz.map(|PerSecond(rate)| rate);
        if let Some(path) = &settings.restore {
            let SavedBrain { name, brain, rate } = SavedBrain::open(path, &settings.assembly)?;
            return Ok(Self { name, brain, rate: asked_for.unwrap_or(rate) });
        }
        let genome = GenomeFile::open(settings.genome.as_deref())?;
        let brain = genome.assemble(&settings.assembly)?;
        let name = genome.name;
        let seconds = brain.timestep_secs;
        let rate = asked_for.map_or_else(|| Rate::from_period_secs(seconds), Ok);
        match rate {
            Ok(rate) => Ok(Self { name, brain, rate }),
            Err(reason) => Err(Failure::Timestep { source_name: name, seconds, reason }),
        }
    }
}

/// The pictures that were asked for. The built-in ones are for the built-in brain, and for a brain
/// that no agent can reach.
fn pictures(
    settings: &RunSettings,
    name: &str,
    brain: &Brain,
    rate: Rate,
) -> Result<Option<Pictures>, Failure> {
    let pictures = match &settings.input {
        Some(path) => Some(Pictures::open(path, name, &brain.areas)?),
        None if settings.is_own() && settings.network.is_some() => None,
        None => Pictures::shapes(&brain.areas),
    };
    Ok(pictures.map(|pictures| pictures.paced(settings.fps.0, rate, settings.white)))
}

/// Bursts of the demonstration, when this is one: nothing of the user's own runs, and nobody sits at
/// the terminal to stop it.
fn demonstration(occasion: Occasion, settings: &RunSettings, rate: Rate) -> Option<u64> {
    let own = settings.is_own() || settings.input.is_some() || occasion == Occasion::Service;
    let watched = io::stdout().is_terminal();
    (!own && !watched).then(|| (rate.hz() * DEMONSTRATION_SECS).ceil() as u64)
}

/// Says what is about to run and where it is reached.
fn introduce(
    settings: &RunSettings,
    name: &str,
    running: &Running,
    pictures: Option<&Pictures>,
    network: Option<&Network>,
) -> io::Result<()> {
    let brain = &running.brain;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}: {}, {}, {}, {}, {}, {}",
        name,
        printable(&brain.title),
        counted(brain.areas.len() as u64, "area"),
        counted(brain.engine.neuron_count() as u64, "neuron"),
        counted(brain.engine.synapse_count() as u64, "synapse"),
        brain.precision,
        counted(brain.engine.threads() as u64, "thread")
    )?;
    if !brain.warnings.is_empty() {
        let warnings = counted(brain.warnings.len() as u64, "warning");
        writeln!(out, "{warnings}; `feagi check {name}` lists them")?;
    }
    if settings.restore.is_some() {
        writeln!(out, "going on after burst {}", brain.engine.burst_count())?;
    }
    match (pictures, &settings.input) {
        (None, _) if network.is_some() => writeln!(out, "input: what agents send")?,
        (None, _) => writeln!(out, "input: none, no area takes pictures")?,
        (Some(pictures), None) => writeln!(out, "input: {} built-in pictures", pictures.len())?,
        (Some(pictures), Some(path)) => {
            let path = printable(&path.to_string_lossy());
            writeln!(out, "input: {} from {path}", counted(pictures.len() as u64, "picture"))?;
        }
    }
    if let Some(network) = network {
        network.introduce(&mut out)?;
    }
    out.flush()
}

/// Says how it ends.
fn announce_end(limit: Option<u64>, rate: Rate, save_file: Option<&SaveFile>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if let Some(file) = save_file {
        writeln!(out, "the brain is saved to {} when it stops", file.name())?;
    }
    let end = match limit {
        Some(limit) => format!("for {}; Ctrl-C stops it", counted(limit, "burst")),
        None => "until Ctrl-C".to_owned(),
    };
    writeln!(out, "running at {} bursts a second {end}", rate.hz())?;
    out.flush()
}

/// Brings the terminal back before a panic is reported, so that the report can be read.
fn restore_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        view::leave_screen();
        report(panic);
    }));
}
