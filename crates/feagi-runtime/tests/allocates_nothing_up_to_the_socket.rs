//! With real sockets, and a viewer and a robot at each transport, the burst thread takes no memory: it
//! encodes frames and hands them to the threads that publish. These put the frame's own bytes into the
//! socket, where the transports' libraries take what they need: ZeroMQ a message for each frame.
//!
//! Allocations are counted for each thread. The agents are a process of their own: the test itself,
//! started with arguments.

#![allow(unsafe_code, reason = "a counting allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use feagi_burst_engine::FireQueue;
use feagi_io::core::{AgentDescriptor, Capability, Protocol};
use feagi_io::transports::websocket::WebSocketClient;
use feagi_io::transports::zmq::{ZmqClient, ZmqSettings};
use feagi_io::wire::current::client::{ClientSession, ClientSettings, Step, Welcome};
use feagi_io::{PNS, PNSConfig, SharedFBC};
use feagi_runtime::{
    Assembly, Brain, BurstLoop, FramePool, Inlet, Rate, Report, Running, Source, SteadyClock, StopFlag,
    commands, connect_to_outlets, connect_to_pns,
};
use feagi_types::{BurstCount, CorticalIdx, Voxel};

thread_local! {
    static TAKEN: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, which counts what each thread takes.
struct Counting;

fn count() {
    // A thread that ends may allocate after its counter has gone.
    let _ = TAKEN.try_with(|taken| taken.set(taken.get() + 1));
}

// SAFETY: every call goes to the system's allocator as it came. Counting neither allocates nor unwinds:
// the counter is a constant-initialised cell without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the promises that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const GENOME: &str = r#"{"version": "3.0", "blueprint": {
    "Y19leWVfX18=": {"cortical_name": "eye", "block_boundaries": [40, 40, 10], "firing_threshold": 1.0,
        "cortical_mapping_dst": {"b21vdAUAAAA=": [{"morphology_id": "projector"}]}},
    "b21vdAUAAAA=": {"cortical_name": "wheels", "block_boundaries": [16, 16, 1], "firing_threshold": 1.0}
}}"#;

const LIMIT: Duration = Duration::from_secs(20);
/// Bursts that see the traffic first.
const WARM_UP: u64 = 200;
const BURSTS: u64 = 600;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [mode, zmq, websocket] if mode == "agents" => agents(zmq, websocket),
        _ => bursts(),
    }
}

/// Makes 16 000 voxels fire in every burst.
struct Light(CorticalIdx);

impl Source for Light {
    fn feed(&mut self, _burst: BurstCount, inlet: &mut Inlet<'_>) {
        let voxels =
            (0..40).flat_map(|x| (0..40).flat_map(move |y| (0..10).map(move |z| Voxel::new(x, y, z))));
        assert_eq!(inlet.voxels(self.0, voxels.map(|voxel| (voxel, 2.0))), 16_000);
    }
}

fn bursts() {
    let brain =
        Brain::assemble(GENOME.as_bytes(), &Assembly::default(), &mut |_| {}).expect("a sound genome");
    let eye = brain.areas.iter().find(|area| area.name == "eye").expect("it has an eye").idx;
    let mut running = Running::new(brain, Rate::from_hz(200.0).expect("a possible rate"));
    let mut config = PNSConfig::default().with_free_ports();
    // Looking for signs of life is not part of a burst.
    config.liveness.scan = Duration::from_secs(3600);
    let mut pns = PNS::with_config(config).expect("both transports are built");
    connect_to_outlets(&mut running.outgoing, &pns.outlets());
    connect_to_pns(pns.signals(), running.incoming.mailboxes(), running.outgoing.motor_agents());
    let addresses = pns.start().expect("free ports");
    let me = std::env::current_exe().expect("this program has a name");
    let mut peers = Command::new(me)
        .arg("agents")
        .args(addresses.iter().map(|address| &address.url))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts again");
    let mut lines = BufReader::new(peers.stdout.take().expect("piped")).lines();
    assert_eq!(lines.next().and_then(Result::ok).as_deref(), Some("attached"));

    hold_all_frames_once(&mut running);

    let mut before = None;
    let mut observer = |_: &FireQueue<'_>, report: &Report| {
        let taken = TAKEN.get();
        match before {
            Some(before) if report.bursts > WARM_UP => assert_eq!(taken, before, "burst {}", report.bursts),
            _ => before = Some(taken),
        }
    };
    let (clock, stop, (_handle, commands)) = (SteadyClock::new(), StopFlag::default(), commands());
    let bursts = BurstLoop::new(&clock, &stop, &commands).limit(Some(BURSTS));
    bursts.source(&mut Light(eye)).observer(&mut observer).run(&mut running);

    let sent: Vec<u64> = pns
        .directory()
        .agents()
        .iter()
        .flat_map(|agent| agent.endpoints.iter().map(|endpoint| endpoint.activity.frames()))
        .collect();
    assert_eq!(sent.len(), 4, "a viewer and a robot at each transport");
    assert!(sent.iter().all(|&frames| frames > BURSTS / 2), "{sent:?} frames were handed over");
    pns.stop().expect("it stops cleanly");
    assert!(peers.wait().expect("a child").success());
    println!("{} bursts with {sent:?} frames to sockets allocated nothing", BURSTS - WARM_UP);
}

/// Containers are made when readers hold all others; here a reader holds all of them once, early.
fn hold_all_frames_once(running: &mut Running) {
    let reader = || {
        let mut held = Vec::with_capacity(FramePool::DEFAULT);
        move |frame: &SharedFBC| {
            if held.len() < held.capacity() {
                held.push(Arc::clone(frame));
            }
            // Threads that publish hold the others.
            if held.len() == FramePool::DEFAULT - 2 {
                held = Vec::new();
            }
        }
    };
    running.outgoing.visualization_ready.connect(reader());
    let mut reader = reader();
    running.outgoing.motor_commands.connect(move |command| reader(&command.fbc));
}

/// A viewer and a robot in one, at each transport; they read until the brain has gone.
fn agents(zmq: &str, websocket: &str) {
    let client = ZmqClient::new(ZmqSettings::default());
    let control = client.control(zmq).expect("a socket");
    let send = |bytes: &[u8]| control.send(bytes, LIMIT).expect("the brain takes it");
    let welcome = register(Protocol::Zmq, send, || control.receive(LIMIT).expect("the brain lives"));
    let [motor, view] = urls(&welcome).map(|url| client.subscribe(&url).expect("a socket"));

    let mut control = WebSocketClient::connect(websocket, LIMIT, 1 << 20).expect("the brain listens");
    let shared = std::cell::RefCell::new(&mut control);
    let send = |bytes: &[u8]| shared.borrow_mut().send(bytes, LIMIT).expect("the brain takes it");
    let receive = || shared.borrow_mut().receive(LIMIT).expect("the brain lives");
    let welcome = register(Protocol::WebSocket, send, receive);
    let others = urls(&welcome).map(|url| WebSocketClient::connect(&url, LIMIT, 64 << 20).expect("a socket"));
    // ZeroMQ connects behind the scenes: what is seen first shows that it has.
    println!("attached");
    let readers = others.map(|mut other| {
        std::thread::spawn(move || while other.receive(LIMIT).is_ok_and(|frame| frame.is_some()) {})
    });
    let mut last = Instant::now();
    while last.elapsed() < Duration::from_secs(2) {
        for socket in [&motor, &view] {
            if socket.receive(Duration::from_millis(1)).expect("a socket").is_some() {
                last = Instant::now();
            }
        }
    }
    for reader in readers {
        reader.join().expect("it ended well");
    }
}

fn register(
    protocol: Protocol,
    send: impl Fn(&[u8]),
    mut receive: impl FnMut() -> Option<Vec<u8>>,
) -> Welcome {
    let descriptor = AgentDescriptor {
        manufacturer: "test".to_owned(),
        agent_name: format!("{protocol:?}"),
        agent_version: 1,
    };
    let wanted = vec![Capability::ReceiveMotorData, Capability::ReceiveNeuronVisualizations];
    let mut session = ClientSession::new(ClientSettings::new(descriptor, wanted, protocol));
    session.connected(Duration::ZERO);
    loop {
        match session.next_step() {
            Some(Step::Send(message)) => send(&message),
            Some(Step::Registered(welcome)) => return welcome,
            Some(step) => panic!("{step:?}"),
            None => {
                let reply = receive().expect("an answer in time");
                session.receive(&reply, Duration::ZERO).expect("a reply of the protocol");
            }
        }
    }
}

fn urls(welcome: &Welcome) -> [String; 2] {
    [Capability::ReceiveMotorData, Capability::ReceiveNeuronVisualizations]
        .map(|capability| welcome.endpoints[&capability].url().to_owned())
}
