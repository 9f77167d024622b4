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
    let (host, advertised, limits) = (config.host.as_str(), config.advertised(), config.limits);
    match (protocol, &config.zmq, &config.websocket) {
        #[cfg(feature = "transport-zmq")]
        (Protocol::Zmq, Some(pool), _) => Ok(Box::new(zmq::ZmqTransport::new(
            host,
            advertised,
            pool.control,
            limits,
            config.zmq_settings.clone(),
            inbound,
        ))),
        #[cfg(feature = "transport-websocket")]
        (Protocol::WebSocket, _, Some(pool)) => {
            let runtime = crate::nonblocking::Runtime::start()?;
            let transport =
                websocket::WebSocketTransport::new(host, advertised, pool.control, limits, inbound);
            Ok(Box::new(crate::nonblocking::Blocked::new(transport, runtime)))
        }
        _ => {
            Err(IoError::Setting { name: "transports", problem: format!("{protocol:?} is not switched on") })
        }
    }
}
