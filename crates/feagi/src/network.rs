//! Lets agents and people in: the peripheral nervous system, the REST interface, and how both are
//! joined to the brain.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;

use feagi_api::{Addresses, ApiState, Limits, Setup, Starter, Viewers};
use feagi_io::blocking::Worker;
use feagi_io::core::Protocol;
use feagi_io::{ControlAddress, PNS};
use feagi_runtime::{Assembly, BrainHandle, Running, connect_to_outlets, connect_to_pns, connect_to_watcher};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::oneshot;

use crate::config::NetworkSettings;
use crate::error::Failure;
use crate::{assemble, growth, new};

/// Threads that answer requests. Answers are short, and what is long has threads of its own.
const API_THREADS: usize = 1;

/// Everything that listens. Dropping it closes it.
pub(crate) struct Network {
    pns: PNS,
    growth: Worker,
    agents: Vec<ControlAddress>,
    api: Api,
}

/// The thread that serves pages and REST.
struct Api {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Network {
    /// Listens, and joins what comes in and goes out to `running`, whose commands `brain` gives.
    ///
    /// # Errors
    /// [`Failure`] that names the address which cannot be listened at.
    pub(crate) fn open(
        settings: NetworkSettings,
        running: &mut Running,
        brain: &BrainHandle,
        assembly: &Assembly,
    ) -> Result<Self, Failure> {
        let NetworkSettings { pns: mut config, api_port } = settings;
        raise_descriptors();
        let mut pns = PNS::with_config(config.clone())?;
        let limits = Limits::default();
        let viewers = Viewers::new(limits.viewers)?;
        join(&pns, &viewers, running);
        let growth = growth::start(&pns.signals().devices_configured, brain.clone())?;
        let listener = listen(&config.host, api_port)?;
        let agents = pns.start()?;
        for ControlAddress { protocol, url } in &agents {
            let pool = match protocol {
                Protocol::Zmq => &mut config.zmq,
                Protocol::WebSocket => &mut config.websocket,
                _ => continue,
            };
            let port = url.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
            if let (Some(pool), Some(port)) = (pool, port) {
                pool.control = port;
            }
        }
        let address = listener.local_addr()?;
        let addresses =
            Addresses { host: config.advertised().to_owned(), port: address.port(), agents: config };
        let state = ApiState::new(Setup {
            brain: brain.clone(),
            agents: pns.directory(),
            addresses,
            assembly: assembly.clone(),
            starters: starters(),
            viewers,
            limits,
        });
        Ok(Self { pns, growth, agents, api: Api::start(listener, address, state)? })
    }

    /// Says where it listens, one address a line.
    ///
    /// # Errors
    /// What writing met with.
    pub(crate) fn introduce(&self, out: &mut impl Write) -> io::Result<()> {
        for ControlAddress { protocol, url } in &self.agents {
            let name = match protocol {
                Protocol::Zmq => "ZeroMQ",
                Protocol::WebSocket => "WebSocket",
                Protocol::BluetoothSerial => "Bluetooth",
                Protocol::SharedMemory => "shared memory",
            };
            writeln!(out, "agents: {name} {url}")?;
        }
        writeln!(out, "pages and REST: http://{}", self.api.address)
    }

    /// The addresses in one line.
    pub(crate) fn summary(&self) -> String {
        let agents: Vec<&str> = self.agents.iter().map(|address| address.url.as_str()).collect();
        format!("http://{}   agents: {}", self.api.address, agents.join(" "))
    }

    /// Whether an agent that may send sensory data is registered now.
    pub(crate) fn senses(&self) -> impl Fn() -> bool + Send + use<> {
        let directory = self.pns.directory();
        move || directory.senses()
    }

    /// Ends all sessions and closes every socket.
    ///
    /// # Errors
    /// [`Failure`] when a thread had died.
    pub(crate) fn close(mut self) -> Result<(), Failure> {
        let answered = self.api.stop();
        self.growth.stop()?;
        self.pns.stop()?;
        Ok(answered?)
    }
}

impl Api {
    fn start(listener: TcpListener, address: SocketAddr, state: ApiState) -> Result<Self, Failure> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(API_THREADS)
            .thread_name("feagi-api")
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = move || {
            let served = runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                // The sender is dropped at the latest with the network.
                let shutdown = async { drop(stopped.await) };
                feagi_api::serve(listener, state, shutdown).await
            });
            // A genome that is being developed takes long, and nobody waits for it any more.
            runtime.shutdown_background();
            served
        };
        let thread = std::thread::Builder::new().name("feagi-api-main".to_owned()).spawn(serve)?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    fn stop(&mut self) -> io::Result<()> {
        drop(self.stop.take());
        match self.thread.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(served)) => served,
            Some(Err(_)) => Err(io::Error::other("the thread that serves pages died")),
        }
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        // What went wrong has been reported by `close`, or matters no more.
        let _ = self.stop();
    }
}

/// Joins the flows.
fn join(pns: &PNS, viewers: &Viewers, running: &mut Running) {
    connect_to_outlets(&mut running.outgoing, &pns.outlets());
    connect_to_pns(pns.signals(), running.incoming.mailboxes(), running.outgoing.motor_agents());
    connect_to_watcher(&mut running.outgoing, viewers.gate());
}

/// Lets the process have as many connections as the system allows it. Usually it starts with 1024, which
/// HTTP and agents together may need.
fn raise_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::debug!(%error, "the limit on open files stays");
    }
}

fn listen(host: &str, port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((host, port)).map_err(|reason| Failure::Listen { host: host.to_owned(), port, reason })
}

/// The genomes that clients can load by name.
fn starters() -> Vec<Starter> {
    let starter = |name: &str, bytes: &[u8]| Starter { name: name.to_owned(), bytes: bytes.into() };
    vec![starter("barebones", new::starter("barebones").as_bytes()), starter("essential", assemble::BUILT_IN)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use feagi_runtime::Brain;

    #[test]
    fn genomes_that_are_loaded_by_name_are_sound_and_have_titles_for_people() {
        for Starter { name, bytes } in starters() {
            let brain = Brain::assemble(&bytes, &Assembly::default(), &mut |_| {}).expect("a sound genome");
            assert!(!brain.title.contains('@'), "{name}: {}", brain.title);
        }
    }
}
