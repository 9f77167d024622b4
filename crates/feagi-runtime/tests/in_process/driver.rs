//! The whole system on one thread: a brain, agents in memory, and time that passes when told to.

use std::time::Duration;

use feagi_io::SharedFBC;
use feagi_io::core::{AgentDescriptor, Capability, EndpointId, PNSConfig, Protocol};
use feagi_io::transports::memory::{LocalPns, MemoryPeer};
use feagi_io::wire::current::client::{ClientSession, ClientSettings, Step, Welcome};
use feagi_runtime::{
    Assembly, Brain, BurstLoop, Clock as _, Commands, ManualClock, Rate, Running, StopFlag, commands,
    connect_to_burst_engine, connect_to_pns,
};
use feagi_serialization::{FeagiByteContainer, Struct, StructType};
use feagi_structures::{CorticalMappedVoxels, XyzpArrays, XyzpVoxel};
use feagi_types::CorticalId;
use serde_json::Value;

/// Everything but the agents.
pub(crate) struct Driver {
    pub(crate) running: Running,
    pub(crate) pns: LocalPns,
    clock: ManualClock,
    commands: Commands,
    stop: StopFlag,
}

/// An agent of the driver.
pub(crate) struct Agent {
    pub(crate) peer: MemoryPeer,
    session: ClientSession,
    pub(crate) welcome: Option<Welcome>,
    pub(crate) steps: Vec<Step>,
}

impl Driver {
    /// A brain of this genome at 10 bursts a second, with the wires of `feagi run`.
    pub(crate) fn new(genome: &str) -> Self {
        let assembly = Assembly { power: Some(0.0), ..Assembly::default() };
        let brain = Brain::assemble(genome.as_bytes(), &assembly, &mut |_| {}).expect("a sound genome");
        let mut running = Running::new(brain, Rate::from_hz(10.0).expect("a possible rate"));
        let pns = LocalPns::new(&PNSConfig::default().with_free_ports()).expect("nothing can fail");
        let (handle, commands) = commands();
        connect_to_burst_engine(
            &mut running.outgoing,
            pns.wants(),
            pns.publish_visualization(),
            pns.publish_motor(),
        );
        connect_to_pns(pns.signals(), running.incoming.mailboxes(), running.outgoing.motor_agents());
        pns.signals().devices_configured.lock().expect("nobody panicked").connect(
            move |event: &feagi_io::core::DevicesConfiguredEvent| {
                let areas = event.areas.clone();
                let grow = move |running: &mut Running| {
                    let growth = running.brain.require_areas(&areas);
                    assert_eq!(growth.refusals, [], "the areas fit");
                };
                handle.post(grow).expect("there is room for a command");
            },
        );
        Self { running, pns, clock: ManualClock::default(), commands, stop: StopFlag::default() }
    }

    pub(crate) fn now(&self) -> Duration {
        self.clock.now()
    }

    /// Takes what agents have sent, and runs one burst when a period has passed.
    pub(crate) fn burst(&mut self) {
        self.pns.settle(self.clock.now());
        let bursts = BurstLoop::new(&self.clock, &self.stop, &self.commands).limit(Some(1));
        bursts.run(&mut self.running);
        self.clock.advance(self.running.rate.period());
    }

    /// Lets time pass without bursts, looking for signs of life every second.
    pub(crate) fn wait(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.clock.advance(Duration::from_secs(1));
            self.pns.settle(self.clock.now());
        }
    }

    /// An agent that asks for these capabilities.
    pub(crate) fn agent(&mut self, name: &str, capabilities: &[Capability]) -> Agent {
        let descriptor = AgentDescriptor {
            manufacturer: "test".to_owned(),
            agent_name: name.to_owned(),
            agent_version: 1,
        };
        let settings = ClientSettings::new(descriptor, capabilities.to_vec(), Protocol::Zmq);
        let mut agent = Agent {
            peer: self.pns.peer(),
            session: ClientSession::new(settings),
            welcome: None,
            steps: Vec::new(),
        };
        agent.session.connected(self.now());
        agent.turn(self);
        agent
    }
}

impl Agent {
    /// Exchanges messages with the server until both have nothing more to say.
    pub(crate) fn turn(&mut self, driver: &mut Driver) {
        loop {
            let mut said = false;
            while let Some(step) = self.session.next_step() {
                match step {
                    Step::Send(message) => {
                        self.peer.send(message);
                        said = true;
                    }
                    Step::Registered(welcome) => self.welcome = Some(welcome),
                    step => self.steps.push(step),
                }
            }
            driver.pns.settle(driver.now());
            for reply in self.peer.replies() {
                self.session.receive(&reply, driver.now()).expect("a reply of the protocol");
                said = true;
            }
            if !said {
                return;
            }
        }
    }

    /// Connects to the endpoint of a capability.
    pub(crate) fn attach(&self, capability: Capability) -> EndpointId {
        let endpoint = &self.welcome.as_ref().expect("registered").endpoints[&capability];
        self.peer.attach(endpoint.url()).expect("the endpoint is open")
    }

    pub(crate) fn configure(&mut self, driver: &mut Driver, devices: Value) {
        self.session.configure(devices, driver.now()).expect("registered");
        self.turn(driver);
    }

    pub(crate) fn beat(&mut self, driver: &mut Driver) {
        self.session.beat(driver.now()).expect("registered");
        self.turn(driver);
    }

    pub(crate) fn leave(&mut self, driver: &mut Driver) {
        self.session.leave(None, driver.now());
        self.turn(driver);
    }
}

/// A sensory frame with one voxel.
pub(crate) fn one_voxel(area: CorticalId, voxel: [u32; 3], p: f32) -> Vec<u8> {
    let [x, y, z] = voxel;
    let voxels: CorticalMappedVoxels =
        [(area, [XyzpVoxel { x, y, z, p }].into_iter().collect::<XyzpArrays>())].into_iter().collect();
    let mut frame = FeagiByteContainer::new_empty();
    frame.overwrite_byte_data_with_single_struct_data(&voxels, 0).expect("a small frame");
    frame.get_byte_ref().to_vec()
}

/// What a frame says of an area.
pub(crate) fn voxels_of(frame: &SharedFBC, area: CorticalId) -> Vec<([u32; 3], f32)> {
    let first = frame.try_create_struct_from_first_found_struct_of_type(StructType::Xyzp);
    let Ok(Some(Struct::Xyzp(voxels))) = first else { panic!("no voxels in {frame:?}") };
    let cells = voxels.get_neurons_of(&area).map(|cells| cells.iter().collect::<Vec<_>>());
    cells.unwrap_or_default().into_iter().map(|cell| ([cell.x, cell.y, cell.z], cell.p)).collect()
}
