//! A session driven by the published `SessionStateMachine`: it decides, this file only obeys.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use feagi_agent::clients::{
    SessionAction, SessionEvent, SessionInit, SessionPhase, SessionStateMachine, SessionTimingConfig,
};
use feagi_io::AgentID;
use feagi_io::traits_and_enums::client::FeagiClient;
use feagi_io::traits_and_enums::shared::FeagiEndpointState;

use crate::control::{CAPABILITIES, Control, Endpoints, POLL_PAUSE, identity};
use crate::data::{Channels, connected};
use crate::report::Report;

/// Heartbeats are left to the caller during so short a session.
const HEARTBEAT_MS: u64 = 5_000;

/// What the machine arrived at.
pub struct Active {
    /// The id of the session.
    pub id: AgentID,
    /// The data addresses of the session.
    pub endpoints: Endpoints,
    /// All three channels, connected.
    pub channels: Channels,
}

/// Goes from nothing to an active session with connected channels within `limit`.
pub fn activate(control: &mut Control, name: &str, limit: Duration, report: &mut Report) -> Result<Active> {
    let (agent_descriptor, auth_token) = identity(name)?;
    let limit_ms = u64::try_from(limit.as_millis())?;
    let mut machine = SessionStateMachine::new(SessionInit {
        agent_descriptor,
        auth_token,
        requested_capabilities: CAPABILITIES.to_vec(),
        timing: SessionTimingConfig {
            heartbeat_interval_ms: HEARTBEAT_MS,
            registration_deadline_ms: Some(limit_ms),
        },
    });
    let start = Instant::now();
    let mut channels: Option<Channels> = None;
    let mut actions = machine.start_connect(0);
    while start.elapsed() < limit {
        for action in actions.drain(..) {
            obey(action, control, &machine, &mut channels)?;
        }
        let (sensory, motor) = observe(channels.as_mut());
        let mut events = vec![
            SessionEvent::SensorObserved { state: sensory.clone() },
            SessionEvent::MotorObserved { state: motor.clone() },
        ];
        match control.agent().poll_for_messages() {
            Ok((state, message)) => {
                events.push(SessionEvent::ControlObserved { state: state.clone(), message })
            }
            Err(error) => report.problem("state machine", &error.to_string()),
        }
        actions = machine.step(u64::try_from(start.elapsed().as_millis())?, &events);
        machine.try_mark_data_channels_active(&sensory, &motor);
        match machine.phase() {
            SessionPhase::Active => return finish(&machine, channels, start + limit),
            SessionPhase::Failed => bail!("the state machine failed: {:?}", machine.last_error()),
            _ => sleep(POLL_PAUSE),
        }
    }
    bail!("the state machine is still {:?} after {limit:?}", machine.phase())
}

/// Does what the machine asks for.
fn obey(
    action: SessionAction,
    control: &mut Control,
    machine: &SessionStateMachine,
    channels: &mut Option<Channels>,
) -> Result<()> {
    let agent = control.agent();
    match action {
        SessionAction::ControlRequestConnect => agent.request_connect()?,
        SessionAction::ControlSendRegistration { agent_descriptor, auth_token, requested_capabilities } => {
            agent.request_registration(agent_descriptor, auth_token, requested_capabilities)?;
        }
        SessionAction::ControlSendHeartbeat => agent.send_heartbeat()?,
        SessionAction::ControlSendDeregistration { reason } => agent.request_deregistration(reason)?,
        SessionAction::SensorConnectTo { .. } => {
            opened(machine, channels)?.sensory.client().request_connect()?
        }
        SessionAction::MotorConnectTo { .. } => {
            opened(machine, channels)?.motor.client().request_connect()?
        }
    }
    Ok(())
}

/// The channels of the session, made when first needed.
fn opened<'a>(machine: &SessionStateMachine, channels: &'a mut Option<Channels>) -> Result<&'a mut Channels> {
    if channels.is_none() {
        let id = machine.session_id().context("asked to connect data without a session")?;
        let endpoints = machine.endpoints().context("asked to connect data without addresses")?;
        *channels = Some(Channels::open(id, endpoints)?);
    }
    channels.as_mut().context("the channels were just made")
}

/// States of the sensory and the motor channel, inactive before they exist.
fn observe(channels: Option<&mut Channels>) -> (FeagiEndpointState, FeagiEndpointState) {
    match channels {
        Some(channels) => {
            (channels.sensory.client().poll().clone(), FeagiClient::poll(channels.motor.client()).clone())
        }
        None => (FeagiEndpointState::Inactive, FeagiEndpointState::Inactive),
    }
}

/// Connects visualization, which the published machine leaves to its driver.
fn finish(machine: &SessionStateMachine, channels: Option<Channels>, end: Instant) -> Result<Active> {
    let mut channels = channels.context("the machine is active without data channels")?;
    let visualization = channels.visualization.client();
    visualization.request_connect()?;
    connected(visualization, end)?;
    let id = machine.session_id().context("the machine is active without a session")?;
    let endpoints = machine.endpoints().context("the machine is active without addresses")?.clone();
    Ok(Active { id, endpoints, channels })
}
