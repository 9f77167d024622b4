//! From the burst thread's slots to a transport, by the worker between them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};
use feagi_io::SharedFBC;
use feagi_io::blocking::{BlockingTransport, outlet, publish_from};
use feagi_io::core::{EndpointId, IoError, LinkId, MotorCommandEvent, Opening, Outlet, Protocol, StreamType};
use feagi_serialization::FeagiByteContainer;

const PATIENCE: Duration = Duration::from_secs(20);

/// Tells what it is given, and then waits until it may go on.
struct Gated {
    allowed: Receiver<()>,
    published: Sender<(String, u16)>,
}

impl Gated {
    fn publish(&self, to: &str, fbc: &SharedFBC) -> Result<(), IoError> {
        let _ = self.published.send((to.to_owned(), fbc.get_increment_counter().unwrap()));
        let _ = self.allowed.recv();
        if to == "broken" { Err(IoError::NotRunning("gated")) } else { Ok(()) }
    }
}

impl BlockingTransport for Gated {
    fn backend_name(&self) -> &str {
        "gated"
    }
    fn protocol(&self) -> Protocol {
        Protocol::Zmq
    }
    fn start(&mut self) -> Result<String, IoError> {
        Ok(String::new())
    }
    fn stop(&mut self) -> Result<(), IoError> {
        Ok(())
    }
    fn open(&self, _: Opening) -> Result<String, IoError> {
        Err(IoError::NotRunning("gated"))
    }
    fn close(&self, endpoint: EndpointId) -> Result<(), IoError> {
        Err(IoError::UnknownEndpoint(endpoint))
    }
    fn reply(&self, link: LinkId, _: Vec<u8>) -> Result<(), IoError> {
        Err(IoError::UnknownLink(link))
    }
    fn publish_visualization(&self, fbc: SharedFBC) -> Result<(), IoError> {
        self.publish("viewers", &fbc)
    }
    fn publish_motor(&self, agent_id: &str, fbc: SharedFBC) -> Result<(), IoError> {
        self.publish(agent_id, &fbc)
    }
}

struct Bench {
    outlet: Arc<Outlet>,
    allow: Option<Sender<()>>,
    published: Receiver<(String, u16)>,
    worker: feagi_io::blocking::Worker,
}

impl Bench {
    fn start() -> Self {
        let (allow, allowed) = crossbeam_channel::bounded(0);
        let (sender, published) = crossbeam_channel::unbounded();
        let (outlet, woken) = outlet();
        outlet.set_wanted(StreamType::Visualization, 1);
        outlet.set_wanted(StreamType::Motor, 1);
        let transport = Arc::new(Gated { allowed, published: sender });
        let worker = publish_from(Arc::clone(&outlet), woken, transport).unwrap();
        Self { outlet, allow: Some(allow), published, worker }
    }

    fn motor(&self, agent: &str, number: u16) {
        self.outlet.put_motor(MotorCommandEvent { agent_id: agent.into(), fbc: frame(number) });
    }

    /// What the transport is given next; it goes on at once.
    fn next(&self) -> (String, u16) {
        let given = self.published.recv_timeout(PATIENCE).unwrap();
        self.go_on();
        given
    }

    fn go_on(&self) {
        self.allow.as_ref().unwrap().send_timeout((), PATIENCE).unwrap();
    }
}

fn frame(number: u16) -> SharedFBC {
    let mut bytes = vec![0; 52];
    bytes[0] = 4;
    bytes[1..3].copy_from_slice(&number.to_le_bytes());
    let mut container = FeagiByteContainer::new_empty();
    container.try_write_data_by_ownership_to_container_and_verify(bytes).unwrap();
    Arc::new(container)
}

fn named(agent: &str, number: u16) -> (String, u16) {
    (agent.to_owned(), number)
}

#[test]
fn every_frame_goes_out_while_the_transport_keeps_up() {
    let bench = Bench::start();
    for number in 0..50 {
        bench.motor("robot", number);
        assert_eq!(bench.next(), named("robot", number));
        bench.outlet.put_visualization(frame(number));
        assert_eq!(bench.next(), named("viewers", number));
    }
    assert_eq!(bench.outlet.replaced(StreamType::Motor), 0);
    assert_eq!(bench.outlet.replaced(StreamType::Visualization), 0);
}

#[test]
fn a_slow_transport_gets_the_newest_frame_of_each_agent_and_the_newest_picture() {
    let bench = Bench::start();
    bench.motor("first", 0);
    assert_eq!(bench.published.recv_timeout(PATIENCE).unwrap(), named("first", 0));
    for number in 1..=10 {
        bench.motor("one", number);
        bench.motor("two", 100 + number);
        bench.outlet.put_visualization(frame(1000 + number));
    }
    bench.go_on();
    assert_eq!(bench.next(), named("viewers", 1010));
    assert_eq!(bench.next(), named("one", 10));
    assert_eq!(bench.next(), named("two", 110));
    assert_eq!(bench.outlet.replaced(StreamType::Motor), 18);
    assert_eq!(bench.outlet.replaced(StreamType::Visualization), 9);
    bench.motor("one", 11);
    assert_eq!(bench.next(), named("one", 11));
}

#[test]
fn a_frame_that_fails_keeps_no_other_from_going_out() {
    let bench = Bench::start();
    for number in 0..3 {
        bench.motor("broken", number);
        assert_eq!(bench.next(), named("broken", number));
        bench.motor("robot", number);
        assert_eq!(bench.next(), named("robot", number));
    }
}

#[test]
fn the_worker_stops_and_lets_go_of_the_transport() {
    let mut bench = Bench::start();
    bench.motor("robot", 1);
    assert_eq!(bench.next(), named("robot", 1));
    bench.worker.stop().unwrap();
    bench.worker.stop().unwrap();
    bench.motor("robot", 2);
    // The transport held the other end of the gate.
    assert!(bench.allow.take().unwrap().send(()).is_err());
}
