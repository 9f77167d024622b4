//! From what people write to what sockets take, and back.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};

use crate::core::IoError;

/// Listens at a host and port with a socket and returns the port. Port 0 lets the system choose.
pub(super) fn bind(socket: &zmq::Socket, host: &str, port: u16) -> Result<u16, IoError> {
    let refused = |reason: String| IoError::Bind { address: format!("{}:{port}", bracketed(host)), reason };
    let address = resolve(host, port).map_err(&refused)?;
    // The system says clearly what is wrong with an address; libzmq's binding panics at some of it.
    drop(TcpListener::bind(address).map_err(|error| refused(error.to_string()))?);
    socket.set_ipv6(address.is_ipv6()).map_err(|error| refused(error.to_string()))?;
    socket.bind(&format!("tcp://{address}")).map_err(|error| refused(error.to_string()))?;
    match socket.get_last_endpoint() {
        Ok(Ok(endpoint)) => port_of(&endpoint).ok_or_else(|| refused(format!("it became {endpoint}"))),
        Ok(Err(_)) => Err(refused("it became something that is no text".to_owned())),
        Err(error) => Err(refused(error.to_string())),
    }
}

/// The address for peers: `tcp://HOST:PORT`.
pub(super) fn url(host: &str, port: u16) -> String {
    format!("tcp://{}:{port}", bracketed(host))
}

fn resolve(host: &str, port: u16) -> Result<SocketAddr, String> {
    let host = if host == "*" { "0.0.0.0" } else { host.trim_start_matches('[').trim_end_matches(']') };
    let addresses: Vec<_> = (host, port).to_socket_addrs().map_err(|error| error.to_string())?.collect();
    // Names such as localhost have addresses of both families; peers expect the older one.
    let address = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
    address.copied().ok_or_else(|| "the name has no address".to_owned())
}

fn port_of(endpoint: &str) -> Option<u16> {
    endpoint.rsplit_once(':')?.1.parse().ok()
}

fn bracketed(host: &str) -> String {
    if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_newer_family_are_bracketed() {
        assert_eq!(url("127.0.0.1", 5558), "tcp://127.0.0.1:5558");
        assert_eq!(url("::1", 5558), "tcp://[::1]:5558");
        assert_eq!(url("[::1]", 5558), "tcp://[::1]:5558");
    }

    #[test]
    fn names_and_wildcards_become_addresses() {
        assert_eq!(resolve("*", 7).unwrap().to_string(), "0.0.0.0:7");
        assert_eq!(resolve("localhost", 7).unwrap().to_string(), "127.0.0.1:7");
        assert_eq!(resolve("[::1]", 7).unwrap().to_string(), "[::1]:7");
        assert!(resolve("no such host", 7).is_err());
        assert!(resolve("", 7).is_err());
    }

    #[test]
    fn binding_reports_the_real_port_and_names_a_taken_one() {
        let context = zmq::Context::new();
        let first = context.socket(zmq::PULL).unwrap();
        let port = bind(&first, "localhost", 0).unwrap();
        assert_ne!(port, 0);
        let second = context.socket(zmq::PULL).unwrap();
        let error = bind(&second, "127.0.0.1", port).unwrap_err();
        assert!(matches!(&error, IoError::Bind { address, .. } if *address == format!("127.0.0.1:{port}")));
    }
}
