//! Client for agents: programs that sense for a brain, act for it, or watch it.
//!
//! [`Agent::connect`] registers at a running brain over ZeroMQ (`tcp://HOST:30001`) or WebSocket
//! (`ws://HOST:9053`). From then on a thread of the agent's own keeps the session: it sends
//! heartbeats, notices when the brain is gone, registers again with growing pauses, and says again
//! what devices the agent has. The program only sends frames, takes frames, and may ask for
//! [`Agent::status`]. No call waits longer than the time it is given.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use feagi_agent::{Agent, Devices, Resolution, RotaryMotors, Settings, Vision};
//! use feagi_structures::CorticalMappedVoxels;
//!
//! let settings = Settings::new("tcp://127.0.0.1:30001".parse()?, "example", "line follower").sensing().acting();
//! let agent = Agent::connect(settings)?;
//! let devices = Devices::new()
//!     .with(0, Vision::new(Resolution::new(32, 32)))
//!     .with(0, RotaryMotors::new(2, 8));
//! // The areas that the brain makes for these devices, or lets grow: an eye, then the motors.
//! let areas = agent.configure(&devices)?;
//!
//! let mut seen = CorticalMappedVoxels::new();
//! for step in 0.. {
//!     // A bright dot that moves.
//!     seen.ensure_clear_and_borrow_mut(areas[0].id).push_raw(step % 32, 16, 0, 255.0);
//!     agent.send(&seen)?;
//!     if let Some(frame) = agent.newest_motor(Duration::from_millis(100))? {
//!         for area in frame.xyzp_views().flatten().flat_map(|view| view.areas()) {
//!             println!("{}: {} voxels", area.id(), area.len());
//!         }
//!     }
//! }
//! agent.leave("the line ends here")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate knows sessions, frames and devices. It must not know the engine, genomes, or what is
//! inside a transport.
//!
//! Where to go next: `agent.rs` is all that programs call, `keeper.rs` is the thread that keeps the
//! session, `link` is what it needs of a transport, `devices` describes eyes and motors.

mod address;
mod agent;
mod delivery;
pub mod devices;
mod error;
mod frames;
mod keeper;
mod link;
mod reader;
mod sensory;
mod settings;
mod status;

pub use address::{Address, AddressError};
pub use agent::Agent;
pub use delivery::{Counts, Delivery};
pub use devices::{
    Colours, Device, Devices, FrameChanges, PositionalServos, Positions, Resolution, RotaryMotors,
    SegmentedVision, Vision,
};
pub use error::AgentError;
pub use settings::{Backoff, Settings};
pub use status::{Session, Status};

pub use feagi_io::core::{AgentDescriptor, AreaRequest, Capability, Protocol};
pub use feagi_io::wire::current::AuthToken;
pub use feagi_io::wire::current::client::ClientError;
pub use feagi_serialization::FeagiByteContainer;
