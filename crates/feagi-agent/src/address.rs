//! Where a brain listens, and where its endpoints are as seen from here.

use std::fmt;
use std::str::FromStr;

use feagi_io::core::Protocol;

/// Where a brain listens for agents: `tcp://HOST:PORT` for ZeroMQ, `ws://HOST:PORT` for WebSocket.
///
/// Without a port it is the usual one: 30001 or 9053. The address of a host of the newer family stands
/// in brackets.
///
/// ```
/// use feagi_agent::Address;
///
/// let brain: Address = "ws://robot.local".parse()?;
/// assert_eq!(brain.to_string(), "ws://robot.local:9053");
/// assert!("robot.local:9053".parse::<Address>().is_err());
/// # Ok::<(), feagi_agent::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    protocol: Protocol,
    /// Without brackets.
    host: String,
    port: u16,
}

/// A text that is no address of a brain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is no address of a brain: {problem}; write tcp://HOST:30001 for ZeroMQ or ws://HOST:9053 for WebSocket"
)]
pub struct AddressError {
    text: String,
    problem: &'static str,
}

/// Characters of foreign text that an error repeats.
const QUOTED: usize = 80;

impl Address {
    /// How the brain is spoken to at this address.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// An address that the brain gave, as it is reached from here. A brain that listens on every
    /// interface of another machine calls itself by an address that only that machine can use; then
    /// its host is the one that registration went to.
    pub(crate) fn seen_from_here(&self, given: &str) -> String {
        match given.parse::<Self>() {
            Ok(endpoint) if endpoint.is_local() && !self.is_local() => {
                Self { host: self.host.clone(), ..endpoint }.to_string()
            }
            _ => given.to_owned(),
        }
    }

    /// Whether the host means the machine that names it.
    fn is_local(&self) -> bool {
        let host = self.host.as_str();
        matches!(host, "localhost" | "::1" | "::" | "0.0.0.0" | "*") || host.starts_with("127.")
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let refused = |problem| AddressError { text: text.chars().take(QUOTED).collect(), problem };
        let (scheme, rest) =
            text.split_once("://").ok_or_else(|| refused("it does not say how to speak to it"))?;
        let (protocol, usual_port) = match scheme {
            "tcp" => (Protocol::Zmq, 30001),
            "ws" => (Protocol::WebSocket, 9053),
            "wss" => return Err(refused("brains do not speak encrypted WebSocket")),
            _ => return Err(refused("it starts with neither tcp:// nor ws://")),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = if let Some(bracketed) = rest.strip_prefix('[') {
            let (host, rest) = bracketed.split_once(']').ok_or_else(|| refused("a bracket is not closed"))?;
            let port = rest.strip_prefix(':');
            if port.is_none() && !rest.is_empty() {
                return Err(refused("after the bracket comes something that is no port"));
            }
            (host, port)
        } else {
            rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)))
        };
        let known = |c: char| c.is_ascii_alphanumeric() || "-._:*%".contains(c);
        if host.is_empty() || !host.chars().all(known) {
            return Err(refused("the host is neither a name nor an address"));
        }
        let port = match port {
            None => usual_port,
            Some(port) => match port.parse() {
                Ok(0) | Err(_) => return Err(refused("the port is no number from 1 to 65535")),
                Ok(port) => port,
            },
        };
        Ok(Self { protocol, host: host.to_owned(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.protocol == Protocol::WebSocket { "ws" } else { "tcp" };
        let (host, port) = (&self.host, self.port);
        if host.contains(':') {
            write!(f, "{scheme}://[{host}]:{port}")
        } else {
            write!(f, "{scheme}://{host}:{port}")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn the_scheme_is_the_protocol_and_the_usual_port_may_be_left_out() {
        assert_eq!(address("tcp://127.0.0.1:7").protocol(), Protocol::Zmq);
        assert_eq!(address("ws://brain/").protocol(), Protocol::WebSocket);
        assert_eq!(address("tcp://brain").to_string(), "tcp://brain:30001");
        assert_eq!(address("ws://[::1]").to_string(), "ws://[::1]:9053");
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason_and_two_examples() {
        for (text, problem) in [
            ("brain:30001", "does not say how"),
            ("http://brain", "neither tcp:// nor ws://"),
            ("wss://brain", "encrypted"),
            ("tcp://", "neither a name"),
            ("tcp://a b:1", "neither a name"),
            ("tcp://brain:0", "no number"),
            ("tcp://brain:70000", "no number"),
            ("tcp://::1:30001", "neither a name"),
            ("tcp://[::1", "bracket"),
            ("tcp://[::1]30001", "no port"),
        ] {
            let error = text.parse::<Address>().unwrap_err().to_string();
            assert!(error.contains(problem), "{text}: {error}");
            assert!(error.contains("tcp://HOST:30001") && error.contains("ws://HOST:9053"), "{error}");
        }
    }

    #[test]
    fn a_brain_elsewhere_that_calls_itself_local_is_reached_by_its_name() {
        let far = address("tcp://robot.local:30001");
        assert_eq!(far.seen_from_here("tcp://127.0.0.1:5558"), "tcp://robot.local:5558");
        assert_eq!(far.seen_from_here("tcp://0.0.0.0:5558"), "tcp://robot.local:5558");
        assert_eq!(far.seen_from_here("tcp://10.0.0.7:5558"), "tcp://10.0.0.7:5558");
        let here = address("tcp://localhost:30001");
        assert_eq!(here.seen_from_here("tcp://127.0.0.1:5558"), "tcp://127.0.0.1:5558");
        assert_eq!(far.seen_from_here("nonsense"), "nonsense");
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_that_reads_back_or_refused(text in "(tcp://|ws://)?\\PC{0,30}") {
            match text.parse::<Address>() {
                Ok(address) => prop_assert_eq!(address.to_string().parse(), Ok(address)),
                Err(error) => prop_assert!(error.to_string().len() < 500),
            }
        }

        #[test]
        fn any_address_reads_back(host in "[a-z0-9.-]{1,20}", port in 1_u16.., zmq: bool) {
            let text = format!("{}://{host}:{port}", if zmq { "tcp" } else { "ws" });
            prop_assert_eq!(address(&text).to_string(), text);
        }
    }
}
