//! Clients and servers that are killed.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::case::{Case, MB, eventually};
use crate::support::agent::{ALL, Agent, LONG, Link, MOTORS, TRANSPORTS, Transport, two_motors};
use crate::support::http::metrics;
use crate::support::wire::frame;
use crate::support::{self, Server};

/// Transport, control address and name of the agent that this program shall be.
const ROLE: &str = "AGENTS_TEST_ROLE";
/// The grace period is 5 s, and sessions are looked at every second.
const FREED_WITHIN: Duration = Duration::from_secs(8);

/// Another process with an agent.
struct Puppet {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Puppet {
    /// Starts it and waits for what becomes of its registration: whether it works.
    fn start(transport: Transport, control: SocketAddr, name: &str) -> Option<Self> {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", "deaths::acts_as_an_agent", "--ignored", "--nocapture"]);
        command.env(ROLE, format!("{transport:?} {control} {name}"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        let mut puppet = Self { child, lines };
        loop {
            let mut line = String::new();
            assert!(puppet.lines.read_line(&mut line).expect("text") > 0, "the agent ended without a word");
            // The test runner's own words stand before it on the line.
            if line.trim_end().ends_with("at work") {
                return Some(puppet);
            }
            if line.trim_end().ends_with("refused") {
                return None;
            }
        }
    }
}

/// Its connections are closed by the system, and nothing else happens.
impl Drop for Puppet {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends and receives until it is killed, or its parent is gone.
#[test]
#[ignore = "other tests start it as a program"]
fn acts_as_an_agent() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let [transport, control, name] = role.split(' ').collect::<Vec<_>>()[..] else { panic!("{role}") };
    let transport = if transport == "Zmq" { Transport::Zmq } else { Transport::WebSocket };
    let link = Link::connect(transport, control.parse().expect("an address"));
    let Ok(mut agent) = Agent::register_on(link, transport, name, &ALL) else {
        return println!("refused");
    };
    agent.configure(&two_motors(0));
    let (mut senses, mut motors, mut pictures) = (agent.pusher(), agent.motor(), agent.viewer());
    let stimulus = frame(MOTORS, &[(0, 0, 0, 1.0)]);
    let parent = std::thread::spawn(|| std::io::stdin().read(&mut [0]));
    for number in 0.. {
        assert!(senses.send(&stimulus, LONG));
        assert!(motors.receive(LONG).is_some() && pictures.receive(LONG).is_some());
        if number == 0 {
            println!("at work");
        }
        if parent.is_finished() {
            return;
        }
    }
}

#[test]
fn agents_that_are_killed_leave_their_places_to_others() {
    for transport in TRANSPORTS {
        let case = Case::begin("nine agents killed in turn", transport);
        let control = transport.control(&case.server);
        let mut longest = Duration::ZERO;
        for number in 0..9 {
            let begun = Instant::now();
            let mut puppet = None;
            eventually("an agent finds room", || {
                puppet = Puppet::start(transport, control, &format!("mortal{number}"));
                puppet.is_some()
            });
            drop(puppet);
            longest = longest.max(begun.elapsed());
        }
        let begun = Instant::now();
        eventually("the killed are forgotten", || metrics(case.server.http).of("agents") == 1.0);
        println!(
            "an agent found room within {longest:?}; the last was forgotten within {:?}",
            begun.elapsed()
        );
        assert!(longest < FREED_WITHIN && begun.elapsed() < FREED_WITHIN);
        assert_eq!(case.rise("sessions_ended_total{how=\"evicted\"}"), 9);
        case.end(60 * MB);
    }
}

#[test]
fn an_agent_that_is_killed_and_started_again_is_let_in_at_once() {
    for transport in TRANSPORTS {
        let case = Case::begin("an agent killed and started again", transport);
        let control = transport.control(&case.server);
        for _ in 0..5 {
            let killed = Puppet::start(transport, control, "phoenix").expect("it may register");
            drop(killed);
            let begun = Instant::now();
            let mut again = None;
            eventually("it is let in again", || {
                again = Puppet::start(transport, control, "phoenix");
                again.is_some()
            });
            println!("let in again after {:?}", begun.elapsed());
            assert!(begun.elapsed() < Duration::from_secs(4));
        }
        case.end(60 * MB);
    }
}

#[test]
fn a_server_that_is_killed_comes_back_at_the_same_ports() {
    let free =
        || TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address").port();
    let ports = [("--zmq-port", free()), ("--websocket-port", free()), ("--api-port", free())];
    let flags: Vec<String> = ports.iter().map(|(flag, port)| format!("{flag}={port}")).collect();
    let start = || {
        let genome = support::essential_genome().map(|path| path.to_string_lossy().into_owned());
        Server::start(flags.iter().cloned().chain(genome))
    };
    let mut server = start();
    for round in 0..3 {
        let mut agents: Vec<Agent> = TRANSPORTS
            .iter()
            .map(|&transport| (transport, format!("{transport:?}")))
            .map(|(transport, name)| {
                Agent::register(&server, transport, &name, &ALL).expect("it may register")
            })
            .collect();
        let mut motors: Vec<_> = agents.iter().map(Agent::motor).collect();
        for (agent, motors) in agents.iter_mut().zip(&mut motors) {
            assert!(motors.receive(LONG).is_some() && agent.beats());
        }
        let session = session_of(&server);
        server.signal("KILL");
        let begun = Instant::now();
        drop(server);
        server = start();
        println!("round {round}: ready again {:?} after the kill", begun.elapsed());
        assert_ne!(session_of(&server), session, "clients see that it is another server");
        // Old connections are still there at the clients; ZeroMQ connects them anew by itself.
        let Link::Zmq(_) = &agents[0].link else { panic!("the first agent uses ZeroMQ") };
        let link = agents.swap_remove(0).link;
        let again = Agent::register_on(link, Transport::Zmq, "Zmq", &ALL).expect("it may register again");
        assert!(again.motor().receive(LONG).is_some());
        let again =
            Agent::register(&server, Transport::WebSocket, "WebSocket", &ALL).expect("it may register");
        assert!(again.motor().receive(LONG).is_some());
        assert!(begun.elapsed() < Duration::from_secs(10));
        drop(again);
        server.signal("KILL");
        drop(server);
        server = start();
    }
    assert!(server.stop().0.success());
}

fn session_of(server: &Server) -> Value {
    let health = support::http::get(server.http, "/v1/system/health_check").body;
    let health: Value = serde_json::from_str(&health).expect("JSON");
    health["feagi_session"].clone()
}
