//! The data channels of the published client: sensory frames out, motor and visualization frames in.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use feagi_agent::AgentCapabilities;
use feagi_io::AgentID;
use feagi_io::traits_and_enums::client::{FeagiClient, FeagiClientPusher, FeagiClientSubscriber};
use feagi_io::traits_and_enums::shared::{FeagiEndpointState, TransportProtocolEndpoint};
use feagi_serialization::FeagiByteContainer;
use feagi_structures::genomic::cortical_area::CorticalID;
use feagi_structures::neuron_voxels::xyzp::{CorticalMappedXYZPNeuronVoxels, NeuronVoxelXYZPArrays};

use crate::control::{Endpoints, POLL_PAUSE};

/// The motor area of the device configuration.
pub const MOTOR_AREA: [u8; 8] = *b"omot\x05\0\0\0";

/// What force-fired voxels are sent with, and come back with.
pub const POTENTIAL: f32 = 100.0;

/// Column and layer of one voxel of [`MOTOR_AREA`]; the row is 0.
pub type Voxel = (u32, u32);

/// Sends sensory frames.
pub struct Sensory {
    pusher: Box<dyn FeagiClientPusher>,
    container: FeagiByteContainer,
    id: AgentID,
    counter: u16,
}

impl Sensory {
    /// Opens the sensory channel of the session `id`.
    pub fn open(endpoint: &TransportProtocolEndpoint, id: AgentID) -> Result<Self> {
        let pusher = endpoint.try_create_boxed_client_pusher_properties()?.as_boxed_client_pusher();
        Ok(Self { pusher, container: FeagiByteContainer::new_empty(), id, counter: 0 })
    }

    /// The channel as any client, for its connection.
    pub fn client(&mut self) -> &mut dyn FeagiClient {
        self.pusher.as_mut()
    }

    /// Sends one voxel of [`MOTOR_AREA`].
    pub fn push(&mut self, (x, z): Voxel) -> Result<()> {
        let mut voxels = NeuronVoxelXYZPArrays::new();
        voxels.push_raw(x, 0, z, POTENTIAL);
        let mut frame = CorticalMappedXYZPNeuronVoxels::new();
        frame.insert(CorticalID::try_from_bytes(&MOTOR_AREA)?, voxels);
        self.container.overwrite_byte_data_with_single_struct_data(&frame, self.counter)?;
        self.container.set_agent_identifier(self.id)?;
        self.counter = self.counter.wrapping_add(1);
        match self.pusher.poll() {
            FeagiEndpointState::ActiveWaiting | FeagiEndpointState::ActiveHasData => {}
            state => bail!("the sensory channel cannot send: {state:?}"),
        }
        Ok(self.pusher.publish_data(self.container.get_byte_ref())?)
    }
}

/// Receives motor or visualization frames.
pub struct Frames {
    subscriber: Box<dyn FeagiClientSubscriber>,
    container: FeagiByteContainer,
    voxels: CorticalMappedXYZPNeuronVoxels,
    area: CorticalID,
    /// Frames read so far, empty ones included.
    pub count: usize,
    /// Frames with an all-zero id in the header.
    pub blank: usize,
}

impl Frames {
    /// Opens a receiving channel.
    pub fn open(endpoint: &TransportProtocolEndpoint) -> Result<Self> {
        let subscriber =
            endpoint.try_create_boxed_client_subscriber_properties()?.as_boxed_client_subscriber();
        Ok(Self {
            subscriber,
            container: FeagiByteContainer::new_empty(),
            voxels: CorticalMappedXYZPNeuronVoxels::new(),
            area: CorticalID::try_from_bytes(&MOTOR_AREA)?,
            count: 0,
            blank: 0,
        })
    }

    /// The channel as any client, for its connection.
    pub fn client(&mut self) -> &mut dyn FeagiClient {
        self.subscriber.as_mut()
    }

    /// Reads one waiting frame; `None` when there is none. The voxels are those of [`MOTOR_AREA`].
    pub fn read(&mut self) -> Result<Option<Vec<(Voxel, f32)>>> {
        match self.subscriber.poll() {
            FeagiEndpointState::ActiveHasData => {}
            FeagiEndpointState::ActiveWaiting => return Ok(None),
            state => bail!("the channel cannot receive: {state:?}"),
        }
        let bytes = self.subscriber.consume_retrieved_data()?;
        self.container
            .try_write_data_by_copy_and_verify(bytes)
            .with_context(|| format!("frame of {} bytes", bytes.len()))?;
        self.count += 1;
        self.blank += usize::from(self.container.get_agent_identifier_bytes()?.iter().all(|byte| *byte == 0));
        if self.container.try_get_number_contained_structures()? == 0 {
            return Ok(Some(Vec::new()));
        }
        if !self.container.try_update_struct_from_first_found_struct_of_type(&mut self.voxels)? {
            bail!("a frame holds {:?} and no voxels", self.container.get_contained_struct_types());
        }
        let Some(voxels) = self.voxels.get_neurons_of(&self.area) else { return Ok(Some(Vec::new())) };
        Ok(Some(voxels.iter().map(|voxel| voxel.as_tuple()).map(|(x, _, z, p)| ((x, z), p)).collect()))
    }
}

/// The three channels of a session.
pub struct Channels {
    /// Frames to the server.
    pub sensory: Sensory,
    /// What the motor areas did.
    pub motor: Frames,
    /// What fired.
    pub visualization: Frames,
}

impl Channels {
    /// Makes the three channels, not yet connected.
    pub fn open(id: AgentID, endpoints: &Endpoints) -> Result<Self> {
        let address = |capability| {
            endpoints
                .get(&capability)
                .with_context(|| format!("the server gave no address for {capability:?}"))
        };
        Ok(Self {
            sensory: Sensory::open(address(AgentCapabilities::SendSensorData)?, id)?,
            motor: Frames::open(address(AgentCapabilities::ReceiveMotorData)?)?,
            visualization: Frames::open(address(AgentCapabilities::ReceiveNeuronVisualizations)?)?,
        })
    }

    /// Connects all three within `limit`.
    pub fn connect(&mut self, limit: Duration) -> Result<()> {
        let end = Instant::now() + limit;
        for client in [self.sensory.client(), self.motor.client(), self.visualization.client()] {
            client.request_connect()?;
            connected(client, end)?;
        }
        Ok(())
    }

    /// Closes all three.
    pub fn close(&mut self) -> Result<()> {
        for client in [self.sensory.client(), self.motor.client(), self.visualization.client()] {
            client.request_disconnect()?;
        }
        Ok(())
    }
}

/// Waits until `client` is active, at most until `end`.
pub fn connected(client: &mut dyn FeagiClient, end: Instant) -> Result<()> {
    loop {
        match client.poll() {
            FeagiEndpointState::ActiveWaiting | FeagiEndpointState::ActiveHasData => return Ok(()),
            FeagiEndpointState::Errored(error) => bail!("data channel failed: {error}"),
            state if Instant::now() >= end => bail!("data channel not connected in time, it is {state:?}"),
            _ => sleep(POLL_PAUSE),
        }
    }
}
