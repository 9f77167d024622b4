//! `feagi demo`: a camera with two motors, as a program of its own. It reaches the brain as every
//! other agent does, and so shows whether that works.
//!
//! Where to go next: `demo/eyes.rs` is what the agent is made of, `demo/camera.rs` turns pictures
//! into frames, `demo/figures.rs` decodes what comes back.

mod camera;
mod eyes;
mod figures;

use std::io::{self, Write};
use std::time::{Duration, Instant};

use feagi_agent::{Agent, AgentError, AreaRequest, Session, Settings, Status};
use feagi_runtime::StopFlag;

use crate::cli::DemoArgs;
use crate::error::Failure;
use crate::quantity::Within;
use crate::signals::Signals;
use crate::text::{counted, printable};
use camera::Camera;
use figures::Figures;

pub(crate) use eyes::Eyes;

/// Time between two lines.
const LINE: Duration = Duration::from_secs(1);

/// How soon a signal is noticed.
const SLICE: Duration = Duration::from_millis(50);

/// Without a session for so long the agent looks for the brain again.
const ANSWER: Duration = Duration::from_secs(3);

/// Sends pictures to a brain and tells what comes back until told to stop.
///
/// # Errors
/// [`Failure`] when no brain takes the agent, and for pictures that cannot be read.
pub(crate) fn demo(args: &DemoArgs) -> Result<(), Failure> {
    let signals = Signals::install()?;
    let devices = args.areas.devices();
    let areas = devices.areas()?;
    let camera = Camera::new(args.pictures.as_deref(), &areas, args.white.0)?;
    let Some(figures) = Figures::new(&areas, args.watch) else { return Ok(()) };
    let mut settings = Settings::new(args.connect.clone(), "feagi", &args.name).sensing().acting();
    if args.watch {
        settings = settings.watching();
    }
    (settings.beat_every, settings.answer_within) = (LINE, ANSWER);
    let agent = Agent::connect(settings)?;
    agent.configure(&devices)?;
    signals.end_in_summary();
    introduce(args, &camera, &areas)?;
    let mut performance =
        Performance { args, agent, camera, figures, session: 0, attempts: 0, start: Instant::now() };
    performance.play(&signals.stop)?;
    performance.end()
}

/// A demonstration under way.
struct Performance<'a> {
    args: &'a DemoArgs,
    agent: Agent,
    camera: Camera,
    figures: Figures,
    /// Number of the session that was told of last; 0 while there is none.
    session: u64,
    /// Failed attempts to come back that were told of.
    attempts: u32,
    start: Instant,
}

impl Performance<'_> {
    fn play(&mut self, stop: &StopFlag) -> Result<(), Failure> {
        let period = Duration::from_secs_f64(1.0 / self.args.fps.0.hz());
        let limit = self.args.seconds.map(|seconds| Duration::from_secs(seconds.get()));
        let (mut next_picture, mut next_line) = (Instant::now(), self.start + LINE);
        while !stop.is_stopped() {
            self.tell_status()?;
            let now = Instant::now();
            if limit.is_some_and(|limit| now.duration_since(self.start) >= limit) {
                break;
            }
            if now >= next_picture {
                let delivery = self.agent.send(self.camera.picture())?;
                self.figures.sent(delivery);
                // A picture that is late is not made up for.
                next_picture = (next_picture + period).max(now);
            }
            if now >= next_line {
                say(&self.figures.line(self.start.elapsed(), self.agent.round_trip()))?;
                next_line = (next_line + LINE).max(now);
            }
            let until = next_picture.min(next_line).min(now + SLICE);
            if let Some(frame) = self.agent.next_motor(until.saturating_duration_since(Instant::now()))? {
                self.figures.moved(&frame);
            }
            while self.args.watch
                && let Some(frame) = self.agent.next_visualization(Duration::ZERO)?
            {
                self.figures.watched(&frame);
            }
        }
        Ok(())
    }

    /// Says when a session has begun or ended, and why it does not come back.
    fn tell_status(&mut self) -> Result<(), Failure> {
        match self.agent.status() {
            Status::Registered(session) if session.number != self.session => {
                (self.session, self.attempts) = (session.number, 0);
                welcome(&session)?;
            }
            Status::Connecting { attempts, problem: Some(problem) } if attempts != self.attempts => {
                (self.session, self.attempts) = (0, attempts);
                say(&format!("no session, trying again: {problem}"))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn end(self) -> Result<(), Failure> {
        let Self { agent, figures, start, .. } = self;
        let (elapsed, sessions) = (start.elapsed(), agent.counts().sessions);
        match agent.leave("the demonstration is over") {
            Ok(()) => say("left")?,
            Err(error @ AgentError::LeaveNotConfirmed { .. }) => say(&error.to_string())?,
            Err(error) => return Err(error.into()),
        }
        figures.summary(elapsed, sessions).iter().try_for_each(|line| say(line))
    }
}

/// Says what is shown, to what, and until when.
fn introduce(args: &DemoArgs, camera: &Camera, areas: &[AreaRequest]) -> Result<(), Failure> {
    let pictures = match &args.pictures {
        Some(path) => {
            let path = printable(&path.to_string_lossy());
            format!("{} from {path}", counted(camera.len() as u64, "picture"))
        }
        None => counted(camera.len() as u64, "built-in picture"),
    };
    let end = match args.seconds.map(Within::get) {
        Some(seconds) => format!("for {}; Ctrl-C stops it", counted(seconds, "second")),
        None => "until Ctrl-C".to_owned(),
    };
    say(&format!("{pictures}, {} a second, {end}", args.fps.0.hz()))?;
    for area in areas {
        say(&format!("area: {} {} {}", area.id, area.dimensions, area.name))?;
    }
    Ok(())
}

fn welcome(session: &Session) -> Result<(), Failure> {
    say(&format!("registered: {}", session.id))?;
    for (capability, url) in &session.endpoints {
        say(&format!("  {:?} at {}", capability.stream(), printable(url)))?;
    }
    Ok(())
}

/// One line, at once, so that pipes see it in time.
fn say(line: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
