//! The configuration file, and the settings that come of it together with flags and environment.

use std::io;
use std::path::{Path, PathBuf};

use feagi_development::Settings;
use feagi_io::PNSConfig;
use feagi_runtime::Assembly;
use serde::Deserialize;

use crate::cli::{DevelopmentArgs, NetworkArgs, RunArgs};
use crate::error::Failure;
use crate::files;
use crate::quantity::{Arithmetic, Charge, PerSecond, Within};

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "feagi.toml";

/// Far more than all keys with long comments take.
const MAX_BYTES: u64 = 1 << 20;

/// What a configuration file may hold: the options of `feagi run`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    genome: Option<PathBuf>,
    restore: Option<PathBuf>,
    save_on_exit: Option<PathBuf>,
    input: Option<PathBuf>,
    bursts: Option<Within<1, { u64::MAX }>>,
    hz: Option<PerSecond>,
    fps: Option<PerSecond>,
    precision: Option<Arithmetic>,
    threads: Option<Within<1, 256>>,
    white: Option<Charge>,
    power: Option<Charge>,
    plain: Option<bool>,
    host: Option<String>,
    advertise: Option<String>,
    api_port: Option<u16>,
    zmq_port: Option<u16>,
    websocket_port: Option<u16>,
    free_ports: Option<bool>,
    offline: Option<bool>,
    max_neurons: Option<Within<1, 50_000_000>>,
    max_synapses: Option<Within<1, 4_000_000_000>>,
    max_work: Option<Within<1, 1_000_000_000_000>>,
    seed: Option<u64>,
}

/// What `feagi run` goes by.
#[derive(Debug)]
pub(crate) struct RunSettings {
    /// At most one of genome and saved brain is there.
    pub(crate) genome: Option<PathBuf>,
    pub(crate) restore: Option<PathBuf>,
    pub(crate) save_on_exit: Option<PathBuf>,
    pub(crate) input: Option<PathBuf>,
    pub(crate) bursts: Option<u64>,
    pub(crate) hz: Option<PerSecond>,
    pub(crate) fps: PerSecond,
    pub(crate) white: f32,
    pub(crate) plain: bool,
    pub(crate) assembly: Assembly,
    /// Where to listen; `None`: nowhere.
    pub(crate) network: Option<NetworkSettings>,
}

impl RunSettings {
    /// Whether the brain is the user's own rather than the built-in one.
    pub(crate) fn is_own(&self) -> bool {
        self.genome.is_some() || self.restore.is_some()
    }
}

/// Where agents and people reach a running brain.
#[derive(Clone, Debug)]
pub(crate) struct NetworkSettings {
    /// Transports of agents.
    pub(crate) pns: PNSConfig,
    /// Port of the pages and the REST interface; 0: one that the system chooses.
    pub(crate) api_port: u16,
}

/// Steps of counting after which a genome is refused, so that `feagi check` answers within two
/// seconds whatever the file says.
const DEFAULT_MAX_WORK: u64 = 100_000_000;
const DEFAULT_API_PORT: u16 = 8000;
const DEFAULT_FPS: f64 = 15.0;
const DEFAULT_WHITE: f32 = 255.0;

impl Config {
    /// Reads the named file, or the default one if it exists.
    ///
    /// # Errors
    /// [`Failure`] when a named file cannot be read, and for what is in it: unknown keys and values
    /// out of range, with their line.
    pub(crate) fn load(named: Option<&Path>) -> Result<Self, Failure> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        let bytes = match files::read(path, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(Failure::Unreadable { reason, .. })
                if named.is_none() && reason.kind() == io::ErrorKind::NotFound =>
            {
                return Ok(Self::default());
            }
            Err(failure) => return Err(failure),
        };
        let refused = |place, reason| Failure::Config { path: path.to_owned(), place, reason };
        if bytes.len() as u64 > MAX_BYTES {
            return Err(refused(String::new(), format!("more than {MAX_BYTES} bytes are no configuration")));
        }
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| refused(format!("byte {}: ", error.valid_up_to()), "not UTF-8".to_owned()))?;
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let place = error.span().map_or(String::new(), |span| place(text, span.start));
            refused(place, error.message().trim_end().replace('\n', ", "))
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        if config.genome.is_some() && config.restore.is_some() {
            let reason = "genome and restore exclude each other: a saved brain has its genome with it";
            return Err(refused(String::new(), reason.to_owned()));
        }
        let paths = [&mut config.genome, &mut config.restore, &mut config.save_on_exit, &mut config.input];
        for path in paths.into_iter().flatten() {
            *path = folder.join(&*path);
        }
        Ok(config)
    }

    /// The genome or saved brain to look at: `named`, from flags or environment, else the file's.
    pub(crate) fn subject<'a>(&'a self, named: Option<&'a Path>) -> Option<&'a Path> {
        named.or(self.genome.as_deref()).or(self.restore.as_deref())
    }

    /// Limits and choices of development; flags and environment in `args` win.
    pub(crate) fn development(&self, args: &DevelopmentArgs) -> Settings {
        let defaults = Settings::default();
        Settings {
            max_neurons: args.max_neurons.or(self.max_neurons).map_or(defaults.max_neurons, Within::get),
            max_synapses: args.max_synapses.or(self.max_synapses).map_or(defaults.max_synapses, Within::get),
            max_work: args.max_work.or(self.max_work).map_or(DEFAULT_MAX_WORK, Within::get),
            seed: args.seed.or(self.seed).unwrap_or(defaults.seed),
            precision: self.precision.map(|precision| precision.0),
        }
    }

    /// Everything `feagi run` goes by; flags and environment in `args` win.
    pub(crate) fn run_settings(&self, args: RunArgs) -> RunSettings {
        let mut development = self.development(&args.development);
        if let Some(Arithmetic(precision)) = args.precision {
            development.precision = Some(precision);
        }
        let network = self.network(args.network);
        let threads = args.threads.or(self.threads).map(|threads| threads.get() as usize);
        // The nearer choice between a genome and a saved brain wins; the file names at most one.
        let (genome, restore) = match (args.genome, args.restore) {
            (None, None) => (self.genome.clone(), self.restore.clone()),
            nearer => nearer,
        };
        let default_fps = feagi_runtime::Rate::from_hz(DEFAULT_FPS).expect("the default is a rate");
        RunSettings {
            genome,
            restore,
            save_on_exit: args.save_on_exit.or_else(|| self.save_on_exit.clone()),
            input: args.input.or_else(|| self.input.clone()),
            bursts: args.bursts.or(self.bursts).map(Within::get),
            hz: args.hz.or(self.hz),
            fps: args.fps.or(self.fps).unwrap_or(PerSecond(default_fps)),
            white: args.white.or(self.white).map_or(DEFAULT_WHITE, |white| white.0),
            plain: args.plain.or(self.plain).unwrap_or(false),
            assembly: Assembly {
                development,
                threads,
                power: args.power.or(self.power).map(|power| power.0),
                ..Assembly::default()
            },
            network,
        }
    }

    /// Where to listen; flags and environment in `args` win.
    fn network(&self, args: NetworkArgs) -> Option<NetworkSettings> {
        if args.offline.or(self.offline).unwrap_or(false) {
            return None;
        }
        let mut pns = PNSConfig::default();
        let free = args.free_ports.or(self.free_ports).unwrap_or(false);
        if free {
            pns = pns.with_free_ports();
        }
        if let Some(host) = args.host.or_else(|| self.host.clone()) {
            pns.host = host;
        }
        pns.advertised_host = args.advertise.or_else(|| self.advertise.clone());
        let given = [args.zmq_port.or(self.zmq_port), args.websocket_port.or(self.websocket_port)];
        for (pool, port) in [&mut pns.zmq, &mut pns.websocket].into_iter().zip(given) {
            if let (Some(pool), Some(port)) = (pool, port) {
                pool.control = port;
            }
        }
        let default_port = if free { 0 } else { DEFAULT_API_PORT };
        Some(NetworkSettings { pns, api_port: args.api_port.or(self.api_port).unwrap_or(default_port) })
    }
}

/// Line and key at a byte of the file, for the start of a message.
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count();
    match text.lines().nth(line).and_then(|line| line.split_once('=')) {
        Some((key, _)) => format!("line {}, {}: ", line + 1, key.trim()),
        None => format!("line {}: ", line + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_line_and_key() {
        let text = "# a comment\nhz = 0\nbroken\n";
        assert_eq!(place(text, 17), "line 2, hz: ");
        assert_eq!(place(text, 20), "line 3: ");
        assert_eq!(place("", 0), "line 1: ");
    }

    #[test]
    fn every_key_is_an_option_of_run() {
        use clap::CommandFactory;

        let refused = toml::from_str::<Config>("none_of_them = 1").unwrap_err().to_string();
        let keys: Vec<&str> = refused.split('`').skip(3).step_by(2).collect();
        let cli = crate::cli::Cli::command();
        let run = cli.find_subcommand("run").unwrap();
        let options: Vec<&str> = run.get_arguments().map(|option| option.get_id().as_str()).collect();
        assert!(keys.len() > 10, "{refused}");
        for key in &keys {
            assert!(options.contains(key), "{key} is no option");
        }
        for option in options.iter().filter(|option| **option != "config") {
            assert!(keys.contains(option), "{option} is no key");
        }
    }
}
