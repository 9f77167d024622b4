//! One folder for each way to reach a peer.

pub mod memory;
#[cfg(feature = "transport-websocket")]
pub mod websocket;
#[cfg(feature = "transport-zmq")]
pub mod zmq;

use crate::blocking::BlockingTransport;
use crate::core::{Inbound, IoError, PNSConfig, Protocol};

/// The protocols that a configuration switches on, in the order of the transports' positions.
///
/// # Errors
/// [`IoError::Setting`] for one that this build does not have.
pub(crate) fn enabled(config: &PNSConfig) -> Result<Vec<Protocol>, IoError> {
    let mut enabled = Vec::new();
    if config.zmq.is_some() {
        available("zmq", "transport-zmq", cfg!(feature = "transport-zmq"))?;
        enabled.push(Protocol::Zmq);
    }
    if config.websocket.is_some() {
        available("websocket", "transport-websocket", cfg!(feature = "transport-websocket"))?;
        enabled.push(Protocol::WebSocket);
    }
    Ok(enabled)
}

fn available(name: &'static str, feature: &str, built: bool) -> Result<(), IoError> {
    let problem = || format!("this build has no such transport; build with the feature {feature}");
    if built { Ok(()) } else { Err(IoError::Setting { name, problem: problem() }) }
}

/// Makes the transport for a protocol that is switched on.
///
/// # Errors
/// [`IoError::Setting`] when it is not, and what the transport reports.
pub(crate) fn make(
    protocol: Protocol,
    config: &PNSConfig,
    inbound: Inbound,
) -> Result<Box<dyn BlockingTransport>, IoError> {
    #[cfg(feature = "transport-zmq")]
    if let (Protocol::Zmq, Some(pool)) = (protocol, &config.zmq) {
        let (limits, settings) = (config.limits, config.zmq_settings.clone());
        let (host, advertised) = (&config.host, config.advertised());
        return Ok(Box::new(zmq::ZmqTransport::new(
            host,
            advertised,
            pool.control,
            limits,
            settings,
            inbound,
        )));
    }
    #[cfg(feature = "transport-websocket")]
    if let (Protocol::WebSocket, Some(pool)) = (protocol, &config.websocket) {
        let (host, advertised) = (&config.host, config.advertised());
        let transport =
            websocket::WebSocketTransport::new(host, advertised, pool.control, config.limits, inbound);
        return Ok(Box::new(crate::nonblocking::Blocked::new(
            transport,
            crate::nonblocking::Runtime::start()?,
        )));
    }
    drop(inbound);
    let problem = format!("{protocol:?} is not switched on: {:?}", enabled(config)?);
    Err(IoError::Setting { name: "transports", problem })
}
