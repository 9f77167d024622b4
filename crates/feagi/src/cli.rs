//! The arguments of every command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::quantity::{Arithmetic, Charge, PerSecond, Within};

/// Grow a brain from a genome and run it.
#[derive(Debug, Parser)]
#[command(
    name = "feagi",
    version,
    after_help = "Without a command, `feagi` does what `feagi run` does; while its output is no terminal, it ends after \
    10 seconds."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Develop a genome and run the brain at its burst rate; agents and pages reach it
    Run(RunArgs),
    /// Say whether a genome or a saved brain is sound: exit code 0 or 1, with every fault and its place
    Check(CheckArgs),
    /// List the areas, mappings, regions and settings of a genome or a saved brain
    Info(InfoArgs),
    /// Write a commented genome to start from
    New(NewArgs),
    /// Be an agent: a camera with two motors for a brain that runs in another program
    Demo(DemoArgs),
}

const RUN_HELP: &str = "\
Input:
  Pictures are resized into the genome's vision areas and injected every
  burst, voxel by voxel. A unit `img` gets the whole picture. The nine areas
  of a unit `svi` (segmented vision) share it: the centre gets the middle half
  of width and height, the others get what lies around it. Depth 1 is grey,
  depth 3 or more is red, green and blue. Without --input, the built-in brain
  is shown moving shapes until an agent brings senses of its own, and so is any
  brain with --offline; other brains wait for agents.

Agents and pages:
  Agents (robots, simulators, cameras, viewers) register at --zmq-port or
  --websocket-port and are given ports for their data. Published FEAGI clients
  work unchanged. People and programs use http://HOST:API_PORT: a page that
  lists what is there, the REST interface, /metrics. Try `feagi demo` in a
  second terminal.

Saving and going on:
  --save-on-exit FILE writes the brain when it stops: its genome as it is by
  then, its synapses, the state of every neuron and the spikes under way. The
  file is written beside its place and renamed, so it is whole or is not there.
  --restore FILE goes on with it, bit for bit, at its rate and with its
  arithmetic. A genome and --restore exclude each other; of a genome and a
  saved brain in flags and configuration file the flag wins. `feagi check FILE`
  and `feagi info FILE` look into it.

      feagi run my.genome --save-on-exit my.brain
      feagi run --restore my.brain --save-on-exit my.brain

When it ends:
  After --bursts bursts, or at Ctrl-C; a summary follows.
  Exit code 0: ended as asked; 1: refused or failed; 2: wrong usage.

Configuration:
  Flags win over environment variables, those over the configuration file,
  that over the defaults. The file is --config, else FEAGI_CONFIG, else
  feagi.toml in the working folder if there is one. Its keys are the names of
  the arguments above with `_` for `-`; paths in it are relative to the file:

      genome = \"brain.genome\"
      hz = 30
      precision = \"int8\"

  An unknown key is an error.

Log:
  Warnings about agents go to standard error; FEAGI_LOG=info also says who
  comes, goes and grows areas. While this program draws on the terminal, there
  is a log only if standard error goes elsewhere.";

#[derive(Debug, Args)]
#[command(after_long_help = RUN_HELP, after_help = "`--help` explains input, agents, saving, end and configuration.")]
pub(crate) struct RunArgs {
    /// Genome to run; without one, the built-in visual reflex
    #[arg(env = "FEAGI_GENOME")]
    pub(crate) genome: Option<PathBuf>,

    /// Saved brain to go on with, in place of a genome: a file that --save-on-exit wrote
    #[arg(long, env = "FEAGI_RESTORE", value_name = "FILE", conflicts_with = "genome")]
    pub(crate) restore: Option<PathBuf>,

    /// File to save the brain to when it stops, with its state and what is under way; replaced if it exists
    #[arg(long, env = "FEAGI_SAVE_ON_EXIT", value_name = "FILE")]
    pub(crate) save_on_exit: Option<PathBuf>,

    /// Picture, or folder of pictures that are shown in order of their names, over and over
    ///
    /// png, jpg, bmp, gif (first picture) and webp. A video is given as a folder of its pictures.
    #[arg(long, env = "FEAGI_INPUT", value_name = "PATH")]
    pub(crate) input: Option<PathBuf>,

    /// Stop after this many bursts
    #[arg(long, env = "FEAGI_BURSTS", value_name = "N")]
    pub(crate) bursts: Option<Within<1, { u64::MAX }>>,

    /// Bursts a second, 0.01 to 100000 [default: what the genome's simulation_timestep asks for]
    #[arg(long, env = "FEAGI_HZ", value_name = "N", allow_negative_numbers = true)]
    pub(crate) hz: Option<PerSecond>,

    /// Pictures a second [default: 15]
    #[arg(long, env = "FEAGI_FPS", value_name = "N", allow_negative_numbers = true)]
    pub(crate) fps: Option<PerSecond>,

    /// Arithmetic: fp32 or int8 [default: what the genome asks for]
    #[arg(long, env = "FEAGI_PRECISION", value_name = "NAME")]
    pub(crate) precision: Option<Arithmetic>,

    /// Threads that share a burst, 1 to 256; the result does not depend on it [default: by size]
    #[arg(long, env = "FEAGI_THREADS", value_name = "N")]
    pub(crate) threads: Option<Within<1, 256>>,

    /// Potential that a pixel of full brightness brings [default: 255]
    #[arg(long, env = "FEAGI_WHITE", value_name = "CHARGE", allow_negative_numbers = true)]
    pub(crate) white: Option<Charge>,

    /// Charge that the power area gets every burst [default: 1]
    #[arg(long, env = "FEAGI_POWER", value_name = "CHARGE", allow_negative_numbers = true)]
    pub(crate) power: Option<Charge>,

    /// Print a line a second instead of drawing, also on a terminal
    #[arg(long, env = "FEAGI_PLAIN", num_args = 0..=1, require_equals = true, default_missing_value = "true",
          value_name = "BOOL")]
    pub(crate) plain: Option<bool>,

    #[command(flatten)]
    pub(crate) development: DevelopmentArgs,

    // Last, because its heading would hold for what follows.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Where agents and people reach a running brain.
#[derive(Debug, Args)]
#[command(next_help_heading = "Agents and pages")]
pub(crate) struct NetworkArgs {
    /// Address to listen at; 0.0.0.0 lets other machines in
    #[arg(long, env = "FEAGI_HOST", value_name = "HOST")]
    pub(crate) host: Option<String>,

    /// Host that agents are told to connect to [default: --host, or 127.0.0.1 for 0.0.0.0]
    #[arg(long, env = "FEAGI_ADVERTISE", value_name = "HOST")]
    pub(crate) advertise: Option<String>,

    /// Port of the pages, the REST interface and /metrics [default: 8000]
    #[arg(long, env = "FEAGI_API_PORT", value_name = "PORT")]
    pub(crate) api_port: Option<u16>,

    /// Port where ZeroMQ agents register [default: 30001]
    #[arg(long, env = "FEAGI_ZMQ_PORT", value_name = "PORT")]
    pub(crate) zmq_port: Option<u16>,

    /// Port where WebSocket agents register [default: 9053]
    #[arg(long, env = "FEAGI_WEBSOCKET_PORT", value_name = "PORT")]
    pub(crate) websocket_port: Option<u16>,

    /// Let the system choose every port that is not given; the ports are printed at the start
    #[arg(long, env = "FEAGI_FREE_PORTS", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", value_name = "BOOL")]
    pub(crate) free_ports: Option<bool>,

    /// Let nobody in: no agents, no pages
    #[arg(long, env = "FEAGI_OFFLINE", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", value_name = "BOOL")]
    pub(crate) offline: Option<bool>,
}

/// What every command that develops a genome takes.
#[derive(Debug, Args)]
pub(crate) struct DevelopmentArgs {
    /// Configuration file [default: feagi.toml, if it exists]
    #[arg(long, env = "FEAGI_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Refuse genomes with more neurons [default: 10000000]
    #[arg(long, env = "FEAGI_MAX_NEURONS", value_name = "N")]
    pub(crate) max_neurons: Option<Within<1, 50_000_000>>,

    /// Refuse genomes with more synapses [default: 50000000]
    #[arg(long, env = "FEAGI_MAX_SYNAPSES", value_name = "N")]
    pub(crate) max_synapses: Option<Within<1, 4_000_000_000>>,

    /// Refuse genomes whose synapses take more steps to count [default: 100000000, about a second]
    #[arg(long, env = "FEAGI_MAX_WORK", value_name = "N")]
    pub(crate) max_work: Option<Within<1, 1_000_000_000_000>>,

    /// Start of the draws for mapping rules that keep a share of their synapses [default: 0]
    #[arg(long, env = "FEAGI_SEED", value_name = "N")]
    pub(crate) seed: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Genome or saved brain to check
    pub(crate) genome: PathBuf,

    #[command(flatten)]
    pub(crate) development: DevelopmentArgs,
}

#[derive(Debug, Args)]
pub(crate) struct InfoArgs {
    /// Genome or saved brain to list; without one, what `feagi run` would run
    #[arg(env = "FEAGI_GENOME")]
    pub(crate) genome: Option<PathBuf>,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) development: DevelopmentArgs,
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// Name of the brain; `.genome` is added to make the file's name
    pub(crate) name: PathBuf,

    /// Replace the file if it exists
    #[arg(long)]
    pub(crate) force: bool,
}

const DEMO_HELP: &str = "\
In one terminal `feagi run`, in another `feagi demo`: the brain gets pictures
from here instead of its own, and the motors follow what they show.

What happens:
  The demonstration registers as an agent, says what devices it has, sends
  pictures and receives motor data. The brain makes the areas of the devices,
  or lets areas that it has grow. When the brain stops, the demonstration waits
  for it: after 1 second, 2 seconds and so on up to a minute it tries again.

A line each second says:
  frames sent; motor frames received; the mean value of each motor, where +1 is
  full speed ahead and -1 is back; the motor voxels that were active, as column
  x and heights z; with --watch how many voxels fired; and the time that a
  heartbeat takes to the brain and back.

  The area of the motors has two columns for each: ahead and back. The highest
  z that fires is the strength.

Exit code 0: ended as asked; 1: refused or failed; 2: wrong usage.";

#[derive(Debug, Args)]
#[command(after_long_help = DEMO_HELP, after_help = "`--help` explains what happens and the lines.")]
pub(crate) struct DemoArgs {
    /// Where the brain listens: tcp://HOST:PORT for ZeroMQ, ws://HOST:PORT for WebSocket
    #[arg(long, env = "FEAGI_CONNECT", value_name = "ADDRESS", default_value = "tcp://127.0.0.1:30001")]
    pub(crate) connect: feagi_agent::Address,

    /// Picture, or folder of pictures, to send over and over [default: built-in moving shapes]
    #[arg(long, value_name = "PATH")]
    pub(crate) pictures: Option<PathBuf>,

    /// Pictures a second
    #[arg(long, value_name = "N", default_value = "15", allow_negative_numbers = true)]
    pub(crate) fps: PerSecond,

    /// Stop after this many seconds
    #[arg(long, value_name = "N")]
    pub(crate) seconds: Option<Within<1, 31_536_000>>,

    /// Vision units and their pixels: img sees the picture in one area, svi in nine
    ///
    /// `svi:128x128+16x16` gives the centre and the eight areas around it their own sizes. Unit 0 of
    /// each is used. The built-in brain looks with img.
    #[arg(long, value_name = "UNITS", default_value = "img:32x32,svi:64x64")]
    pub(crate) areas: crate::demo::Eyes,

    /// Potential that a pixel of full brightness brings
    #[arg(long, value_name = "CHARGE", default_value = "255", allow_negative_numbers = true)]
    pub(crate) white: Charge,

    /// Receive everything that fires, as a viewer does, and count it
    #[arg(long)]
    pub(crate) watch: bool,

    /// Name of the agent; two that run at the same time need different ones
    #[arg(long, value_name = "NAME", default_value = "feagi-demo")]
    pub(crate) name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_of_arguments_holds_together() {
        Cli::command().debug_assert();
    }
}
