//! Ports that somebody else has.

use std::net::TcpListener;

use crate::support::command;

#[test]
fn a_port_in_use_ends_the_start_with_its_number_and_the_flag_that_changes_it() {
    for flag in ["--zmq-port", "--websocket-port", "--api-port"] {
        let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = other.local_addr().expect("an address").port().to_string();
        let output = command()
            .args(["run", "--plain", "--free-ports", flag, &port])
            .output()
            .expect("the binary starts and ends");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{flag}: {complaint}");
        assert!(complaint.contains(&port), "{flag}: {complaint}");
        assert!(complaint.contains(flag), "{flag}: {complaint}");
        assert!(!complaint.contains("panicked"), "{flag}: {complaint}");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(!said.contains("pages and REST"), "{flag}: nothing runs: {said}");
    }
}
