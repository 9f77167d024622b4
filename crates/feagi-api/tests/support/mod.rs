//! A brain that runs on a thread of its own, with an interface to it that tests call without sockets.

pub(crate) mod agents;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use feagi_api::{Addresses, ApiState, Limits, Setup, Starter, Viewers};
use feagi_io::PNSConfig;
use feagi_io::core::Directory;
use feagi_runtime::{
    Assembly, Brain, BurstLoop, Rate, Running, SteadyClock, StopFlag, commands, connect_to_watcher,
};
use serde_json::Value;
use tower::ServiceExt;

/// Areas with the ids that captures ask for: an input, an output and one between, with mappings.
pub(crate) const SMALL: &str = r#"{"version": "3.0", "genome_id": "small", "genome_title": "Small",
    "physiology": {"simulation_timestep": 0.002, "plasticity_queue_depth": 3},
    "hosts": {}, "stats": {}, "modulators": {}, "classifiers": {},
    "blueprint": {
        "aXN2aUkAAAA=": {"cortical_name": "vision_C", "block_boundaries": [4, 4, 3],
            "relative_coordinate": [45, 60, -20], "2d_coordinate": [-262, 127], "firing_threshold": 0.1,
            "cortical_mapping_dst": {"Y19fZm9yX18=": [{"morphology_id": "all_to_0-0-0",
                "morphology_scalar": [1, 1, 1], "plasticity_flag": false, "plasticity_constant": 1,
                "plasticity_window": 0, "ltp_multiplier": 1, "ltd_multiplier": 1,
                "postSynapticCurrent_multiplier": 1, "synaptic_delay_bursts": 1}]}},
        "Y19fZm9yX18=": {"cortical_name": "forward", "block_boundaries": [1, 1, 1],
            "cortical_mapping_dst": {"b21vdAUAAAA=": [{"morphology_id": "projector",
                "morphology_scalar": [1, 1, 1], "plasticity_flag": false, "plasticity_constant": 1,
                "plasticity_window": 0, "ltp_multiplier": 1, "ltd_multiplier": 1,
                "postSynapticCurrent_multiplier": 1, "synaptic_delay_bursts": 1}]}},
        "b21vdAUAAAA=": {"cortical_name": "Motor Output", "block_boundaries": [8, 1, 1]}
    }}"#;

/// A genome with nothing but the areas that every brain has.
pub(crate) const BARE: &str =
    r#"{"version": "3.0", "genome_id": "bare", "genome_title": "Bare", "blueprint": {}}"#;

/// A genome file of the folder named by `FEAGI_GENOMES`; `None` when the variable is not set.
pub(crate) fn genome_file(name: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(std::env::var_os("FEAGI_GENOMES")?);
    let path = folder.join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// A running brain and the interface to it. Dropping it ends both.
pub(crate) struct Life {
    pub(crate) state: ApiState,
    router: Router,
    pub(crate) stop: StopFlag,
    pub(crate) thread: Option<JoinHandle<()>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The content type; empty when there is none.
    pub(crate) fn content_type(&self) -> &str {
        self.headers.get("content-type").map_or("", |kind| kind.to_str().unwrap())
    }
}

impl Life {
    /// Runs `genome` with these agents and limits.
    pub(crate) fn with(genome: &[u8], agents: Directory, limits: Limits) -> Self {
        let brain = Brain::assemble(genome, &Assembly::default(), &mut |_| {}).unwrap();
        let rate = Rate::from_period_secs(brain.timestep_secs).unwrap();
        let (handle, commands) = commands();
        let stop = StopFlag::default();
        let stopped = stop.clone();
        let viewers = Viewers::new(limits.viewers).unwrap();
        let gate = Arc::clone(viewers.gate());
        let thread = std::thread::spawn(move || {
            let mut running = Running::new(brain, rate);
            connect_to_watcher(&mut running.outgoing, &gate);
            BurstLoop::new(&SteadyClock::new(), &stopped, &commands).run(&mut running);
        });
        let starter = |name: &str| {
            let bytes = genome_file(&format!("default_{name}.genome"));
            let bytes = bytes.unwrap_or_else(|| if name == "essential" { SMALL } else { BARE }.into());
            Starter { name: name.to_owned(), bytes: bytes.into() }
        };
        let state = ApiState::new(Setup {
            brain: handle,
            agents,
            addresses: Addresses { host: "127.0.0.1".to_owned(), port: 8000, agents: PNSConfig::default() },
            assembly: Assembly::default(),
            starters: vec![starter("barebones"), starter("essential")],
            viewers,
            limits,
        });
        let router = feagi_api::router(state.clone());
        Self { state, router, stop, thread: Some(thread) }
    }

    /// Sends a request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// Asks with GET.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Asks with GET for JSON.
    pub(crate) async fn see(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(
                ended.is_ok() || std::thread::panicking(),
                "the burst thread behind {:?} died",
                self.state
            );
        }
    }
}

/// Asks again until `condition` holds, ten seconds at most.
pub(crate) async fn until<T>(mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(answer) = condition().await {
            return answer;
        }
        assert!(begin.elapsed() < Duration::from_secs(10), "it did not come true");
        tokio::task::yield_now().await;
    }
}
