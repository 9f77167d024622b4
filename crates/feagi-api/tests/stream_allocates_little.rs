//! What a steady stream to a browser costs in memory: frames are made in memory that is used again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::System;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use feagi_api::{Addresses, ApiState, Gate, Limits, Setup, Viewers, serve};
use feagi_io::core::Directory;
use feagi_io::{PNSConfig, SharedFBC};
use feagi_runtime::{Assembly, BurstRecord, Watcher as _};
use feagi_serialization::FeagiByteContainer;
use feagi_structures::{CorticalMappedVoxels, XyzpArrays};
use feagi_types::CorticalId;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const VOXELS: u32 = 100_000;
/// Frames that are counted, and those before.
const FRAMES: u64 = 400;
const WARM: u64 = 20;
/// Bytes of a frame with some room.
const PICTURE: u64 = 1_000_000;
/// Bursts without viewers.
const FIRST: u64 = 70_000;

fn container() -> SharedFBC {
    let axis = |step: u32| (0..VOXELS).map(|at| at / step % 1000).collect::<Vec<u32>>();
    let potentials = (0..VOXELS).map(|at| (at % 777) as f32).collect();
    let voxels = XyzpArrays::new_from_vectors(axis(1000), axis(1), axis(7), potentials).unwrap();
    let id = CorticalId::from_bytes(*b"cust0001").unwrap();
    let voxels: CorticalMappedVoxels = [(id, voxels)].into_iter().collect();
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(&voxels, 0).unwrap();
    Arc::new(container)
}

/// A viewer that reads into memory of its own.
struct Reader {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Reader {
    fn open(address: std::net::SocketAddr, protocol: &str) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let request = format!(
            "GET /v1/visualization/stream HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             sec-websocket-protocol: {protocol}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut reader = Self { stream, buffer: vec![0; 4 << 20] };
        let mut used = 0;
        while !reader.buffer[..used].ends_with(b"\r\n\r\n") {
            reader.stream.read_exact(&mut reader.buffer[used..used + 1]).unwrap();
            used += 1;
        }
        reader
    }

    /// Reads messages until a frame has come, and asks for the next.
    fn frame(&mut self) -> u64 {
        loop {
            let mut head = [0; 10];
            self.stream.read_exact(&mut head[..2]).unwrap();
            let length = match head[1] {
                126 => {
                    self.stream.read_exact(&mut head[2..4]).unwrap();
                    usize::from(u16::from_be_bytes([head[2], head[3]]))
                }
                127 => {
                    self.stream.read_exact(&mut head[2..10]).unwrap();
                    u64::from_be_bytes(head[2..10].try_into().unwrap()) as usize
                }
                short => usize::from(short),
            };
            self.stream.read_exact(&mut self.buffer[..length]).unwrap();
            if head[0] == 0x82 && self.buffer[0] == 1 {
                // A text of eleven bytes, masked with zeros.
                self.stream.write_all(b"\x81\x8b\0\0\0\0{\"next\": 1}").unwrap();
                return u64::from_le_bytes(self.buffer[12..20].try_into().unwrap());
            }
        }
    }
}

fn show(gate: &Gate, frames: &mut [SharedFBC], burst: u64) {
    let at = burst as usize % frames.len();
    let frame = Arc::get_mut(&mut frames[at]).expect("nobody holds a frame for so long");
    frame.set_increment_counter_state(burst as u16).unwrap();
    gate.frame(&frames[at]);
    gate.burst(&BurstRecord { burst, fired: VOXELS.into(), ..BurstRecord::default() });
}

/// One test, because the count is that of the whole process.
#[test]
fn a_steady_stream_takes_no_memory_for_its_frames() {
    let viewers = Viewers::new(4).unwrap();
    let gate = Arc::clone(viewers.gate());
    // The converter's thread may still be starting: it is enough that some thousand bursts took nothing.
    let bursts = (0..FIRST).collect::<Vec<_>>();
    let quiet = bursts.chunks(1000).any(|bursts| {
        let region = Region::new(COUNTED);
        for burst in bursts {
            gate.burst(&BurstRecord { burst: *burst, ..BurstRecord::default() });
        }
        region.change().allocations == 0
    });
    assert!(quiet, "records are put into a ring");
    gate.burst(&BurstRecord { burst: FIRST - 1, ..BurstRecord::default() });
    let state = ApiState::new(Setup {
        brain: feagi_runtime::commands().0,
        agents: Directory::new(crossbeam_channel::unbounded().0),
        addresses: Addresses { host: String::new(), port: 0, agents: PNSConfig::default() },
        assembly: Assembly::default(),
        starters: Vec::new(),
        viewers,
        limits: Limits::default(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(serve(listener, state, std::future::pending()));
    let mut readers =
        ["feagi.voxels.1", "feagi.voxels.1.lz4"].map(|protocol| Reader::open(address, protocol));
    let mut frames: Vec<SharedFBC> = (0..8).map(|_| container()).collect();
    let mut turn = |burst: u64| {
        show(&gate, &mut frames, burst);
        for reader in &mut readers {
            assert_eq!(reader.frame(), burst);
        }
    };
    (FIRST..FIRST + WARM).for_each(&mut turn);
    let region = Region::new(COUNTED);
    (FIRST + WARM..FIRST + WARM + FRAMES).for_each(&mut turn);
    let change = region.change();
    let taken = change.bytes_allocated as u64 + u64::try_from(change.bytes_reallocated).unwrap_or(0);
    println!("{} allocations, {taken} bytes for {FRAMES} frames to two viewers", change.allocations);
    // Now and then threads meet so that one picture more is needed than ever before; there are few. Besides
    // those, only timers, wakes and messages of readers take memory.
    assert!(taken < 12 * PICTURE, "{taken} bytes for {FRAMES} frames");
    assert!(change.allocations < 20 * FRAMES as usize, "{} allocations", change.allocations);
}
