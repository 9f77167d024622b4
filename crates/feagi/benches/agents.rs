//! What agents and viewers get from a running brain, over real sockets of this machine.
//!
//! `cargo bench -p feagi --bench agents` runs for about three minutes and prints two tables: frames of
//! 200 000 voxels to a viewer, and how punctual bursts are while four agents are at work. `-- --seconds
//! N` changes the 30 seconds of each row. Latency runs from the moment the fired set is known to the
//! moment the viewer has the checked frame; brain and viewer share the processors.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use feagi_agent::{Agent, Settings};
use feagi_burst_engine::FireQueue;
use feagi_io::core::Protocol;
use feagi_io::{PNS, PNSConfig};
use feagi_runtime::{
    Assembly, Brain, BurstLoop, Inlet, Observer, Rate, Report, Running, Source, SteadyClock, StopFlag,
    commands, connect_to_outlets, connect_to_pns,
};
use feagi_structures::{CorticalMappedVoxels, XyzpArrays};
use feagi_types::{BurstCount, CorticalId, CorticalIdx, Dimensions, Voxel};

/// One area of 200 000 voxels, and wheels.
const GENOME: &str = r#"{"version": "3.0", "genome_title": "Bench", "blueprint": {
    "Y2JpZ19fX18=": {"cortical_name": "big", "block_boundaries": [100, 100, 20], "firing_threshold": 1.0},
    "b21vdAUAAAA=": {"cortical_name": "wheels", "block_boundaries": [4, 1, 9], "firing_threshold": 1.0}
}}"#;
const SIZE: Dimensions = Dimensions::new(100, 100, 20);

fn main() {
    let seconds = seconds();
    println!("200 000 voxels a frame (3.2 MB), one viewer, {seconds} s a row\n");
    println!(
        "{:10} {:>3}  {:>7} {:>9} {:>8} {:>9} {:>9}",
        "transport", "Hz", "frames", "received", "missed", "p50 ms", "p99 ms"
    );
    for protocol in [Protocol::Zmq, Protocol::WebSocket] {
        for hz in [15.0, 30.0] {
            frames(protocol, hz, seconds);
        }
    }
    println!(
        "\nfour agents at 30 bursts a second, {seconds} s: two cameras of 72 000 voxels at 15 frames a second,"
    );
    println!("one robot, one viewer\n");
    jitter(seconds);
}

/// Frames to one viewer.
fn frames(protocol: Protocol, hz: f64, seconds: u64) {
    let mut brain = Server::start(hz);
    let stamps = Stamps::new();
    let settings = Settings::new(brain.address(protocol), "bench", "viewer").watching();
    let viewer = Agent::connect(settings).expect("the brain is there");
    let (reading, seen) = (Arc::new(AtomicBool::new(true)), stamps.clone());
    let goes_on = Arc::clone(&reading);
    let reader = thread::spawn(move || {
        let mut latencies = Vec::new();
        while goes_on.load(Ordering::Relaxed) {
            if let Ok(Some(frame)) = viewer.next_visualization(Duration::from_millis(200)) {
                assert!(frame.get_number_of_bytes_used() > 3_200_000, "a whole frame");
                latencies.extend(seen.since(frame.get_increment_counter().expect("a valid frame")));
            }
        }
        latencies
    });
    let mut everything = Everything(brain.running.brain.area(big()).expect("it is in the genome").idx);
    let report = brain.run(seconds, &mut everything, &mut stamps.clone());
    // The last frame may still be under way.
    thread::sleep(Duration::from_millis(300));
    reading.store(false, Ordering::Relaxed);
    let mut latencies = reader.join().expect("the viewer ended well");
    latencies.sort_unstable();
    let at = |share: f64| latencies.get((share * latencies.len() as f64) as usize).map_or(f64::NAN, ms);
    println!(
        "{:10} {hz:>3}  {:>7} {:>9} {:>8} {:>9.2} {:>9.2}",
        format!("{protocol:?}"),
        report.bursts,
        latencies.len(),
        report.missed,
        at(0.5),
        at(0.99)
    );
}

/// Punctuality with four agents.
fn jitter(seconds: u64) {
    let mut brain = Server::start(30.0);
    let address = brain.address(Protocol::Zmq);
    let working = Arc::new(AtomicBool::new(true));
    let mut agents = Vec::new();
    for name in ["left camera", "right camera"] {
        let camera =
            Agent::connect(Settings::new(address.clone(), "bench", name).sensing()).expect("a session");
        let goes_on = Arc::clone(&working);
        agents.push(thread::spawn(move || film(&camera, &goes_on)));
    }
    let settings = [
        Settings::new(address.clone(), "bench", "robot").acting(),
        Settings::new(brain.address(Protocol::WebSocket), "bench", "viewer").watching(),
    ];
    for settings in settings {
        let agent = Agent::connect(settings).expect("a session");
        let goes_on = Arc::clone(&working);
        agents.push(thread::spawn(move || {
            while goes_on.load(Ordering::Relaxed) {
                let _ = agent.newest_motor(Duration::from_millis(50));
                let _ = agent.newest_visualization(Duration::from_millis(50));
            }
        }));
    }
    let report = brain.run(seconds, &mut feagi_runtime::NoInput, &mut |_: &FireQueue<'_>, _: &Report| {});
    working.store(false, Ordering::Relaxed);
    for agent in agents {
        agent.join().expect("the agent ended well");
    }
    let late = |share| ms(&report.jitter.quantile(share));
    println!("bursts {}, missed {}, voxels injected {}", report.bursts, report.missed, report.inputs);
    println!("lateness p50 {:.3} ms, p99 {:.3} ms, max {:.3} ms", late(0.5), late(0.99), late(1.0));
    println!("bursts within 1 ms of their deadline: {:.2} %", 100.0 * report.on_time_share());
}

/// Sends frames of 72 000 voxels, 15 a second.
fn film(camera: &Agent, goes_on: &AtomicBool) {
    let mut voxels = XyzpArrays::with_capacity(72_000);
    for at in 0..72_000 {
        voxels.push_raw(at % 100, at / 100 % 100, at / 10_000, 2.0);
    }
    let picture: CorticalMappedVoxels = [(big(), voxels)].into_iter().collect();
    let mut due = Instant::now();
    while goes_on.load(Ordering::Relaxed) {
        let _ = camera.send(&picture);
        due += Duration::from_micros(66_667);
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

fn big() -> CorticalId {
    CorticalId::from_bytes(*b"cbig____").expect("a custom id")
}

/// A brain with its sockets.
struct Server {
    running: Running,
    pns: PNS,
    addresses: Vec<feagi_io::ControlAddress>,
}

impl Server {
    fn start(hz: f64) -> Self {
        let brain =
            Brain::assemble(GENOME.as_bytes(), &Assembly::default(), &mut |_| {}).expect("a sound genome");
        let mut running = Running::new(brain, Rate::from_hz(hz).expect("a possible rate"));
        let mut pns =
            PNS::with_config(PNSConfig::default().with_free_ports()).expect("both transports are built");
        connect_to_outlets(&mut running.outgoing, &pns.outlets());
        connect_to_pns(pns.signals(), running.incoming.mailboxes(), running.outgoing.motor_agents());
        let addresses = pns.start().expect("free ports");
        Self { running, pns, addresses }
    }

    fn address(&self, protocol: Protocol) -> feagi_agent::Address {
        let listening = self.addresses.iter().find(|address| address.protocol == protocol);
        listening.expect("both transports listen").url.parse().expect("an address")
    }

    fn run(&mut self, seconds: u64, source: &mut dyn Source, observer: &mut dyn Observer) -> Report {
        let (clock, stop, (_handle, commands)) = (SteadyClock::new(), StopFlag::default(), commands());
        let bursts = (seconds as f64 * self.running.rate.hz()) as u64;
        let bursts = BurstLoop::new(&clock, &stop, &commands).limit(Some(bursts));
        bursts.source(source).observer(observer).run(&mut self.running);
        self.running.report.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.pns.stop().expect("it stops cleanly");
    }
}

/// Makes every voxel of the big area fire in every burst.
struct Everything(CorticalIdx);

impl Source for Everything {
    fn feed(&mut self, _burst: BurstCount, inlet: &mut Inlet<'_>) {
        let [width, height, depth] = SIZE.to_array();
        let voxels = (0..width).flat_map(move |x| {
            (0..height).flat_map(move |y| (0..depth).map(move |z| (Voxel::new(x, y, z), 2.0)))
        });
        assert_eq!(inlet.voxels(self.0, voxels), 200_000);
    }
}

/// When the fired set of each burst was known, by the low 16 bits of its number.
#[derive(Clone)]
struct Stamps {
    start: Instant,
    nanos: Arc<[AtomicU64]>,
}

impl Stamps {
    fn new() -> Self {
        Self { start: Instant::now(), nanos: (0..1 << 16).map(|_| AtomicU64::new(0)).collect() }
    }

    fn since(&self, counter: u16) -> Option<Duration> {
        let stamp = self.nanos[usize::from(counter)].load(Ordering::Relaxed);
        (stamp > 0).then(|| self.start.elapsed() - Duration::from_nanos(stamp))
    }
}

impl Observer for Stamps {
    fn burst(&mut self, _fired: &FireQueue<'_>, report: &Report) {
        let nanos = self.start.elapsed().as_nanos() as u64;
        self.nanos[usize::from(report.bursts as u16)].store(nanos, Ordering::Relaxed);
    }
}

fn ms(duration: &Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn seconds() -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--seconds").skip(1);
    arguments.next().and_then(|text| text.parse().ok()).unwrap_or(30)
}
