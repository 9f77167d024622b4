//! The stream of what fires, over real sockets.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use feagi_api::Limits;
use feagi_types::{CorticalId, Voxel};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;

use crate::listening::Listening;
use crate::page::{Frame, Page, Said, frame as read_frame};
use crate::support::{BARE, until};

const COMPACT: &str = "feagi.voxels.1";
const LZ4: &str = "feagi.voxels.1.lz4";
const CONTAINER: &str = "feagi.container.4";
const POWER: [u8; 8] = *b"___power";

impl Listening {
    /// A server whose brain waits between two bursts.
    pub(crate) fn held() -> Self {
        let server = Self::start(Limits::default());
        server.life.state.brain().call(|running| running.hold.hold()).unwrap();
        server
    }

    /// Lets so many bursts run; the number of the last one.
    pub(crate) fn step(&self, bursts: u64) -> u64 {
        let (tell, told) = crossbeam_channel::bounded(1);
        let step = move |running: &mut feagi_runtime::Running| {
            let ran = running.report.bursts;
            running.hold.step(ran, bursts, move |burst| tell.send(burst).unwrap())
        };
        self.life.state.brain().call(step).unwrap().unwrap();
        told.recv().unwrap()
    }

    /// A viewer.
    pub(crate) fn page(&self, protocols: &str) -> Page {
        self.runtime.block_on(Page::open(self.address, protocols)).unwrap()
    }

    /// The next frame of a viewer.
    pub(crate) fn frame(&self, page: &mut Page) -> Frame {
        self.runtime.block_on(page.frame())
    }

    /// The answer to a GET.
    pub(crate) fn see(&self, path: &str) -> Value {
        self.runtime.block_on(self.life.see(path))
    }
}

#[test]
fn every_encoding_is_served_to_those_who_name_it_and_containers_to_those_who_name_none() {
    let server = Listening::start(Limits::default());
    let chosen = |names: &str| server.page(names).protocol;
    for name in [COMPACT, LZ4, CONTAINER] {
        assert_eq!(chosen(name).as_deref(), Some(name));
    }
    assert_eq!(chosen("other, feagi.voxels.1.lz4, feagi.voxels.1").as_deref(), Some(LZ4));
    assert_eq!(chosen(""), None);
    let refused = server.runtime.block_on(Page::open(server.address, "other")).map(|_| ());
    assert!(matches!(refused, Err(Error::Http(answer)) if answer.status() == StatusCode::BAD_REQUEST));
    let answer = server.runtime.block_on(server.life.get("/v1/visualization/stream"));
    assert_eq!(answer.status, StatusCode::UPGRADE_REQUIRED);
    assert!(answer.json()["message"].as_str().unwrap().contains("WebSocket"));
}

#[test]
fn a_viewer_is_greeted_and_told_of_every_state() {
    let server = Listening::held();
    let burst = server.step(1);
    let mut page = server.page(COMPACT);
    let brain = server.life.state.brain();
    server.runtime.block_on(async {
        let Said::Text(hello) = page.hear().await else { panic!("a greeting") };
        let hello = &hello["hello"];
        assert_eq!((&hello["version"], &hello["burst"]), (&json!(env!("CARGO_PKG_VERSION")), &json!(burst)));
        let session = server.life.see("/v1/system/health_check").await["feagi_session"].take();
        assert_eq!(hello["session"], session);
        let mut state = async || loop {
            if let Said::Text(mut text) = page.hear().await {
                return text["state"].take();
            }
        };
        let first = json!({
            "genomes_loaded": 0, "revision": 0, "paused": true, "rate_hz": 500.0, "loading": false,
        });
        assert_eq!(state().await, first);
        brain.post(|running| running.rate = feagi_runtime::Rate::from_hz(40.0).unwrap()).unwrap();
        assert_eq!(state().await["rate_hz"], 40.0);
        brain.post(|running| running.hold.resume()).unwrap();
        assert_eq!(state().await["paused"], false);
        let genome: Value = serde_json::from_str(BARE).unwrap();
        let answer = server.life.tell("POST", "/v1/genome/upload", &genome).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        while state().await["genomes_loaded"] != 1 {}
    });
}

#[test]
fn a_viewer_gets_two_frames_and_then_the_newest_whenever_it_asks() {
    for encoding in [COMPACT, LZ4] {
        let server = Listening::held();
        let mut page = server.page(encoding);
        for _ in 0..2 {
            let burst = server.step(1);
            let frame = server.frame(&mut page);
            assert_eq!((frame.burst, frame.left_out), (burst, 0));
            assert!(frame.entries.iter().any(|entry| entry.0 == POWER));
        }
        let burst = server.step(5);
        server.runtime.block_on(async {
            // Records of bursts come meanwhile, frames do not.
            let mut told = 0;
            while told < burst {
                match page.hear().await {
                    Said::Records(records) => told = records.last().unwrap()[0].into(),
                    Said::Text(_) => {}
                    other => panic!("{other:?}"),
                }
            }
            page.say(r#"{"next": 1}"#).await;
        });
        let frame = server.frame(&mut page);
        assert_eq!((frame.burst, frame.left_out), (burst, 4), "{encoding}");
        server.runtime.block_on(page.say(r#"{"next": 100}"#));
        for _ in 0..4 {
            let burst = server.step(1);
            assert_eq!(server.frame(&mut page).burst, burst);
        }
        server.step(1);
        server.runtime.block_on(async {
            let after = page.records_until(burst + 5);
            assert!(!after.await.is_empty());
        });
    }
}

#[test]
fn a_viewer_that_wants_few_frames_gets_few_and_misses_none() {
    let server = Listening::held();
    let mut page = server.page(COMPACT);
    let first = server.step(1);
    assert_eq!(server.frame(&mut page).burst, first);
    server.runtime.block_on(async {
        page.say(r#"{"every": 5, "next": 3}"#).await;
        // An answer to a ping says that it was heard.
        ping(&mut page).await;
    });
    for round in 1..=4 {
        for _ in 0..5 {
            server.step(1);
        }
        let frame = server.frame(&mut page);
        assert_eq!((frame.burst, frame.left_out), (first + 5 * round, 0));
    }
}

/// Sends a ping and waits for the answer.
async fn ping(page: &mut Page) {
    use futures_util::{SinkExt as _, StreamExt as _};
    use tokio_tungstenite::tungstenite::Message;

    page.socket.send(Message::Ping("here?".into())).await.unwrap();
    while !matches!(page.socket.next().await, Some(Ok(Message::Pong(_)))) {}
}

#[test]
fn every_burst_has_a_record_and_a_reader_that_keeps_up_sees_all() {
    let server = Listening::start(Limits::default());
    let mut page = server.page(LZ4);
    server.runtime.block_on(async {
        let Said::Text(hello) = page.hear().await else { panic!("a greeting") };
        let first = hello["hello"]["burst"].as_u64().unwrap() + 1;
        let bursts = page.records_until(first + 300).await;
        assert!(bursts.iter().copied().eq(first..first + bursts.len() as u64), "{bursts:?}");
    });
    let told = server.life.state.brain().call(|running| running.report.clone()).unwrap();
    assert!(told.bursts >= 300);
}

/// What the engine says fired in its last burst, by area.
fn fire_queue(server: &Listening) -> BTreeMap<[u8; 8], Vec<([u32; 3], u32)>> {
    let fired = |running: &mut feagi_runtime::Running| {
        let mut areas: BTreeMap<[u8; 8], Vec<_>> = BTreeMap::new();
        for area in running.brain.engine.fire_queue().areas() {
            let voxels = area.voxels().map(|(Voxel { x, y, z }, potential)| {
                ([x, y, z], half::f16::from_f32(potential).to_f32().to_bits())
            });
            areas.entry(*area.id.as_bytes()).or_default().extend(voxels);
        }
        areas.retain(|_, voxels| !voxels.is_empty());
        areas.values_mut().for_each(|voxels| voxels.sort_unstable());
        areas
    };
    server.life.state.brain().call(fired).unwrap()
}

#[test]
fn viewers_see_what_the_engine_fired_in_that_burst() {
    let server = Listening::held();
    let mut pages = [COMPACT, LZ4].map(|encoding| server.page(encoding));
    let mut container = server.page(CONTAINER);
    for round in 0..20 {
        let id = CorticalId::from_base64("aXN2aUkAAAA=").unwrap();
        let stimulate = move |running: &mut feagi_runtime::Running| {
            let idx = running.brain.engine.area_idx(id).unwrap();
            let voxels = (0..48).filter(|at| at * 7 % 20 >= round);
            let voxels = voxels.map(|at| (Voxel::new(at % 4, at / 4 % 4, at / 16), 0.5 + at as f32));
            running.brain.engine.inject_voxels(idx, voxels)
        };
        assert!(server.life.state.brain().call(stimulate).unwrap() > 0);
        let burst = server.step(1);
        let fired = fire_queue(&server);
        assert!(fired.len() > 1 && fired.values().map(Vec::len).sum::<usize>() > 2);
        for page in &mut pages {
            let frame = server.frame(page);
            server.runtime.block_on(page.say(r#"{"next": 1}"#));
            assert_eq!(frame.burst, burst);
            assert_eq!(voxels_of(&frame), fired);
        }
        let frame = server.runtime.block_on(async {
            loop {
                if let Said::Other(bytes) = container.hear().await {
                    return bytes;
                }
            }
        });
        assert_eq!((frame[0], u16::from_le_bytes([frame[1], frame[2]])), (4, burst as u16));
    }
}

fn voxels_of(frame: &Frame) -> BTreeMap<[u8; 8], Vec<([u32; 3], u32)>> {
    let mut areas: BTreeMap<[u8; 8], Vec<_>> = BTreeMap::new();
    for (id, voxels) in &frame.entries {
        areas.entry(*id).or_default().extend(voxels.iter().map(|(at, p)| (*at, p.to_bits())));
    }
    areas.values_mut().for_each(|voxels| voxels.sort_unstable());
    areas
}

#[test]
fn one_viewer_too_many_is_refused_until_another_leaves() {
    let server = Listening::start(Limits { viewers: 2, ..Limits::default() });
    let first = server.page(COMPACT);
    let second = server.page("");
    let third = server.runtime.block_on(Page::open(server.address, COMPACT)).map(|_| ());
    let Err(Error::Http(answer)) = third else { panic!("{third:?}") };
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body: Value = serde_json::from_slice(answer.body().as_ref().unwrap()).unwrap();
    assert!(body["message"].as_str().unwrap().contains("all 2 places"), "{body}");
    drop(first);
    server.runtime.block_on(until(async || Page::open(server.address, COMPACT).await.ok()));
    drop(second);
}

#[test]
fn viewers_are_listed_and_counted_while_they_are_there() {
    let server = Listening::held();
    let mut page = server.page(COMPACT);
    let burst = server.step(1);
    assert_eq!(server.frame(&mut page).burst, burst);
    server.step(4);
    server.runtime.block_on(page.records_until(burst + 4));
    let listed = server.see("/v1/agent/activity");
    let [viewer] = &listed.as_array().unwrap()[..] else { panic!("{listed}") };
    assert_eq!((&viewer["agent_id"], &viewer["protocol"]), (&json!("page-1"), &json!("WebSocket")));
    assert_eq!((&viewer["name"], &viewer["capabilities"]), (&json!("a page"), &json!(["visualization"])));
    let stream = &viewer["streams"][0];
    // The second frame has gone out as well, and there may be a third on its way to nobody.
    assert_eq!((&stream["frames"], &stream["peers"]), (&json!(2), &json!(1)));
    assert!(stream["bytes"].as_u64().unwrap() > 64);
    let metrics = server.runtime.block_on(server.life.get("/metrics")).text();
    for line in ["feagi_viewers 1.0", "feagi_viewer_frames_total 2"] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    drop(page);
    server.runtime.block_on(until(async || {
        let listed = server.life.see("/v1/agent/activity").await;
        listed.as_array().unwrap().is_empty().then_some(())
    }));
}

#[test]
fn frames_are_made_only_while_somebody_watches_and_a_new_viewer_sees_no_old_ones() {
    let server = Listening::held();
    let made = || {
        let counts = |running: &mut feagi_runtime::Running| {
            running.outgoing.counts(feagi_io::core::StreamType::Visualization).sent
        };
        server.life.state.brain().call(counts).unwrap()
    };
    let before = made();
    server.step(10);
    assert_eq!(made(), before);
    let mut page = server.page(COMPACT);
    let burst = server.step(1);
    assert_eq!((server.frame(&mut page).burst, made()), (burst, before + 1));
    drop(page);
    server.runtime.block_on(until(async || {
        let metrics = server.life.get("/metrics").await.text();
        metrics.contains("feagi_viewers 0.0").then_some(())
    }));
    let mut page = server.page(COMPACT);
    let burst = server.step(1);
    assert_eq!(server.frame(&mut page).burst, burst);
}

#[test]
fn viewers_are_told_when_the_server_stops() {
    let mut server = Listening::start(Limits::default());
    let mut pages = [COMPACT, LZ4, CONTAINER].map(|encoding| server.page(encoding));
    let farewells = {
        let runtime = server.runtime.handle().clone();
        std::thread::spawn(move || pages.each_mut().map(|page| runtime.block_on(page.end())))
    };
    server.stop().unwrap();
    for (code, reason) in farewells.join().unwrap() {
        assert_eq!((code, reason.as_str()), (1001, "the server stops"));
    }
}

#[test]
fn the_specification_s_example_reads_as_it_says() {
    // The bytes of the example in docs/wire-format.md.
    let example = [
        [1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0]
            .to_vec(),
        b"cust0001".to_vec(),
        [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0].to_vec(),
        [2, 0, 3, 0, 4, 0, 4, 0, 5, 0, 6, 0, 0x00, 0x3c, 0x00, 0x38].to_vec(),
    ]
    .concat();
    let voxels = vec![([65_538, 4, 5], 1.0), ([65_539, 4, 6], 0.5)];
    let entries = vec![(*b"cust0001", voxels)];
    let expected = Frame { burst: (1 << 32) + 7, left_out: 0, compressed: false, entries };
    assert_eq!(read_frame(&example), expected);
}
