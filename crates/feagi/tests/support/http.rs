//! HTTP by hand: one request on a connection, with a time limit for all of it.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Only a guard against tests that hang.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Counters and gauges, by name and labels as they stand in the text.
#[derive(Clone, Debug)]
pub(crate) struct Metrics(BTreeMap<String, f64>);

/// A GET request.
pub(crate) fn get(server: SocketAddr, path: &str) -> Answer {
    request(server, "GET", path, "").unwrap_or_else(|error| panic!("GET {path}: {error}"))
}

/// The same; nothing when the connection fails.
pub(crate) fn try_get(server: SocketAddr, path: &str) -> Option<Answer> {
    request(server, "GET", path, "").ok()
}

/// A POST request with JSON.
pub(crate) fn post(server: SocketAddr, path: &str, body: &str) -> Answer {
    request(server, "POST", path, body).unwrap_or_else(|error| panic!("POST {path}: {error}"))
}

/// What the server counts now.
pub(crate) fn metrics(server: SocketAddr) -> Metrics {
    let answer = get(server, "/metrics");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let lines = answer.body.lines().filter(|line| !line.starts_with('#'));
    let figures = lines.filter_map(|line| line.rsplit_once(' '));
    Metrics(figures.filter_map(|(name, figure)| Some((name.to_owned(), figure.parse().ok()?))).collect())
}

impl Metrics {
    /// A figure. The names start with `feagi_`, which is left out here.
    pub(crate) fn of(&self, name: &str) -> f64 {
        let figure = self.0.get(&format!("feagi_{name}"));
        *figure.unwrap_or_else(|| panic!("no {name} among {:?}", self.0.keys()))
    }
}

fn request(server: SocketAddr, method: &str, path: &str, body: &str) -> io::Result<Answer> {
    let mut tcp = TcpStream::connect_timeout(&server, ANSWER_WITHIN)?;
    tcp.set_read_timeout(Some(ANSWER_WITHIN))?;
    tcp.set_write_timeout(Some(ANSWER_WITHIN))?;
    let length = body.len();
    write!(
        tcp,
        "{method} {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )?;
    let mut text = String::new();
    tcp.read_to_string(&mut text)?;
    let bad = || io::Error::new(io::ErrorKind::InvalidData, format!("no answer: {text:?}"));
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(bad)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(bad)?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { joined(body).ok_or_else(bad)? } else { body.to_owned() };
    Ok(Answer { status, body })
}

/// The chunks of a body without their lengths.
fn joined(mut chunks: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (length, rest) = chunks.split_once("\r\n")?;
        match usize::from_str_radix(length.trim(), 16).ok()? {
            0 => return Some(body),
            length => {
                body.push_str(rest.get(..length)?);
                chunks = rest.get(length + 2..)?;
            }
        }
    }
}
