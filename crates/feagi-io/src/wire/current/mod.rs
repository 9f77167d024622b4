//! The protocol of the published clients of 2026: JSON inside FBC version 4.
//!
//! `messages` are the values, `codec` turns them into bytes and back for both sides, `devices` says
//! which areas a device configuration needs. `client` is an agent's side of a session; the server's
//! side is [`ControlPlane`](crate::core::ControlPlane).

pub mod client;
mod codec;
pub mod devices;
mod messages;

pub use codec::{Refused, decode_request, decode_response, encode};
pub use messages::{
    AgentConfiguration, ApiVersion, AskedCapability, AuthToken, DeregistrationOutcome, Endpoint, HealthCheck,
    Leave, Registration, RegistrationOutcome, Request, Response, SessionRequest, SessionResponse,
};
