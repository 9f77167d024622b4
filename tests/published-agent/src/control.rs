//! The control connection of the published client: registration, configuration, heartbeat, leave.

use std::collections::HashMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use feagi_agent::clients::{AgentRegistrationStatus, CommandControlAgent};
use feagi_agent::command_and_control::FeagiMessage;
use feagi_agent::command_and_control::agent_embodiment_configuration_message::AgentEmbodimentConfigurationMessage;
use feagi_agent::command_and_control::agent_registration_message::{
    AgentRegistrationMessage, DeregistrationResponse, RegistrationResponse,
};
use feagi_agent::{AgentCapabilities, AgentDescriptor, AuthToken, FeagiAgentError};
use feagi_io::AgentID;
use feagi_io::traits_and_enums::shared::{FeagiEndpointState, TransportProtocolEndpoint};
use feagi_sensorimotor::configuration::jsonable::JSONInputOutputDefinition;

use crate::report::Report;

/// Pause between polls. The published client never blocks; its caller chooses the rhythm.
pub const POLL_PAUSE: Duration = Duration::from_micros(100);

/// The data addresses that the server handed out.
pub type Endpoints = HashMap<AgentCapabilities, TransportProtocolEndpoint>;

/// All that this client asks for.
pub const CAPABILITIES: [AgentCapabilities; 3] = [
    AgentCapabilities::SendSensorData,
    AgentCapabilities::ReceiveMotorData,
    AgentCapabilities::ReceiveNeuronVisualizations,
];

/// One motor unit with two channels; the server makes the area `omot 05 00 00 00` of it.
const DEVICES: &str = include_str!("devices.json");

/// The device configuration as the published type that is sent.
pub fn devices() -> Result<FeagiMessage> {
    let definition: JSONInputOutputDefinition =
        serde_json::from_str(DEVICES).context("the published crate does not read devices.json")?;
    let details = AgentEmbodimentConfigurationMessage::AgentConfigurationDetails(definition);
    Ok(FeagiMessage::AgentConfiguration(details))
}

/// Who this client says it is, with a token that default servers do not check.
pub fn identity(name: &str) -> Result<(AgentDescriptor, AuthToken)> {
    let descriptor = AgentDescriptor::new("published", name, 1)?;
    Ok((descriptor, AuthToken::new([0; 32])))
}

/// A [`CommandControlAgent`] whose waits end.
pub struct Control {
    agent: CommandControlAgent,
    limit: Duration,
}

impl Control {
    /// A control connection to `endpoint`, not yet connected; each wait takes at most `limit`.
    pub fn new(endpoint: &TransportProtocolEndpoint, limit: Duration) -> Result<Self> {
        let properties = endpoint.try_create_boxed_client_requester_properties()?;
        Ok(Self { agent: CommandControlAgent::new(properties), limit })
    }

    /// The published client itself, for callers that drive it themselves.
    pub fn agent(&mut self) -> &mut CommandControlAgent {
        &mut self.agent
    }

    /// Connects and waits until the connection is active.
    pub fn connect(&mut self, report: &mut Report) -> Result<()> {
        self.agent.request_connect()?;
        self.wait("connect", report, |state, _| {
            matches!(state, FeagiEndpointState::ActiveWaiting | FeagiEndpointState::ActiveHasData)
                .then_some(())
        })
    }

    /// Registers with all of [`CAPABILITIES`]; the id and the data addresses come back.
    pub fn register(&mut self, name: &str, report: &mut Report) -> Result<(AgentID, Endpoints)> {
        let (descriptor, token) = identity(name)?;
        self.agent.request_registration(descriptor, token, CAPABILITIES.to_vec())?;
        let answer = self.wait("register", report, |_, message| match message {
            Some(FeagiMessage::AgentRegistration(AgentRegistrationMessage::ServerRespondsRegistration(
                answer,
            ))) => Some(answer),
            _ => None,
        })?;
        let RegistrationResponse::Success(id, endpoints) = answer else {
            bail!("registration refused: {answer:?}");
        };
        match self.agent.registration_status() {
            AgentRegistrationStatus::Registered(known, _) if *known == id => Ok((id, endpoints)),
            status => bail!("the answer carried {id:?} but the client believes {status:?}"),
        }
    }

    /// Sends the device configuration; the server acknowledges it with a heartbeat.
    pub fn configure(&mut self, report: &mut Report) -> Result<()> {
        self.agent.send_message(devices()?, 0)?;
        self.wait("configure", report, |_, message| {
            matches!(message, Some(FeagiMessage::HeartBeat)).then_some(())
        })
    }

    /// Sends a heartbeat and waits for its echo.
    pub fn heartbeat(&mut self, report: &mut Report) -> Result<()> {
        self.agent.send_heartbeat()?;
        self.wait("heartbeat", report, |_, message| {
            matches!(message, Some(FeagiMessage::HeartBeat)).then_some(())
        })
    }

    /// Leaves, waits for the answer and closes the connection.
    pub fn leave(&mut self, reason: &str, report: &mut Report) -> Result<()> {
        self.agent.request_deregistration(Some(reason.into()))?;
        let answer = self.wait("deregister", report, |_, message| match message {
            Some(FeagiMessage::AgentRegistration(
                AgentRegistrationMessage::ServerRespondsDeregistration(answer),
            )) => Some(answer),
            _ => None,
        })?;
        if answer != DeregistrationResponse::Success {
            bail!("the server answered {answer:?} to a registered agent that leaves");
        }
        if *self.agent.registration_status() != AgentRegistrationStatus::NotRegistered {
            bail!("the client still believes itself registered after its leave was answered");
        }
        self.agent.request_disconnect()?;
        Ok(())
    }

    /// Polls until `wanted` finds what it looks for. Errors of single polls (such as an answer that
    /// the published client cannot decode) are problems of the run but do not end the wait.
    fn wait<T>(
        &mut self,
        step: &str,
        report: &mut Report,
        mut wanted: impl FnMut(&FeagiEndpointState, Option<FeagiMessage>) -> Option<T>,
    ) -> Result<T> {
        let end = Instant::now() + self.limit;
        while Instant::now() < end {
            match self.agent.poll_for_messages() {
                Ok((FeagiEndpointState::Errored(error), _)) => {
                    bail!("{step}: control connection failed: {error}")
                }
                Ok((state, message)) => {
                    if let Some(found) = wanted(state, message) {
                        return Ok(found);
                    }
                }
                // This is how the published client reports a registration that was refused.
                Err(FeagiAgentError::ConnectionFailed(error)) => bail!("{step}: {error}"),
                Err(error) => report.problem(step, &error.to_string()),
            }
            sleep(POLL_PAUSE);
        }
        bail!("{step}: nothing came within {:?}", self.limit)
    }
}
