//! Measurements for Prometheus and its like, in the OpenMetrics text format.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use feagi_io::core::{Activity, AgentInfo, Capability, StreamType};
use feagi_runtime::{FrameCounts, Histogram, IncomingCounts, MailCounts, Running};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::agent::stream_name;
use crate::ApiState;
use crate::refusal::Refusal;

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Vec<(&'static str, String)>;
type Counters = Family<Labels, Counter>;
type Gauges = Family<Labels, Gauge<f64, AtomicU64>>;

/// Shares of bursts for which a time is told.
const QUANTILES: [f64; 4] = [0.5, 0.9, 0.99, 1.0];

/// What the burst thread counts.
struct Brain {
    bursts: u64,
    missed: u64,
    on_time: u64,
    spikes: u64,
    inputs: u64,
    sensory: IncomingCounts,
    mail: MailCounts,
    motor: FrameCounts,
    visualization: FrameCounts,
    genomes: u64,
    neurons: usize,
    synapses: usize,
    areas: usize,
    rate: f64,
    burst_time: [Duration; 4],
    jitter: [Duration; 4],
}

impl Brain {
    fn of(running: &mut Running) -> Self {
        let (brain, report) = (&running.brain, &running.report);
        let quantiles = |histogram: &Histogram| QUANTILES.map(|quantile| histogram.quantile(quantile));
        Self {
            bursts: report.bursts,
            missed: report.missed,
            on_time: report.on_time,
            spikes: report.spikes,
            inputs: report.inputs,
            sensory: running.incoming.counts(),
            mail: running.incoming.mailboxes().counts(),
            motor: running.outgoing.counts(StreamType::Motor),
            visualization: running.outgoing.counts(StreamType::Visualization),
            genomes: running.genomes_loaded + 1,
            neurons: brain.engine.neuron_count(),
            synapses: brain.engine.synapse_count(),
            areas: brain.areas.len(),
            rate: running.rate.hz(),
            burst_time: quantiles(&report.burst_time),
            jitter: quantiles(&report.jitter),
        }
    }
}

/// A registry that is filled for one answer.
struct Page {
    registry: Registry,
}

impl Page {
    fn new() -> Self {
        Self { registry: Registry::with_prefix("feagi") }
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        let counter: Counter = Counter::default();
        counter.inc_by(value);
        self.registry.register(name, help, counter);
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        let gauge: Gauge<f64, AtomicU64> = Gauge::default();
        gauge.set(value);
        self.registry.register(name, help, gauge);
    }

    fn counters(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = (Labels, u64)>) {
        let family = Counters::default();
        for (labels, value) in values {
            family.get_or_create(&labels).inc_by(value);
        }
        self.registry.register(name, help, family);
    }

    fn gauges(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = (Labels, f64)>) {
        let family = Gauges::default();
        for (labels, value) in values {
            family.get_or_create(&labels).set(value);
        }
        self.registry.register(name, help, family);
    }

    fn brain(&mut self, brain: &Brain) {
        self.counter("bursts", "Bursts that ran", brain.bursts);
        self.counter("bursts_missed", "Bursts left out because the next one was due", brain.missed);
        self.counter("bursts_on_time", "Bursts that started within a millisecond", brain.on_time);
        self.counter("spikes", "Neurons that fired", brain.spikes);
        self.counter("inputs", "Inputs that were staged", brain.inputs);
        self.sensory(brain.sensory, brain.mail);
        self.made([(StreamType::Motor, brain.motor), (StreamType::Visualization, brain.visualization)]);
        self.counter("genomes_loaded", "Genomes that ran, the first included", brain.genomes);
        self.gauge("neurons", "Neurons", brain.neurons as f64);
        self.gauge("synapses", "Synapses", brain.synapses as f64);
        self.gauge("cortical_areas", "Cortical areas", brain.areas as f64);
        self.gauge("burst_rate_hertz", "Bursts a second, as set", brain.rate);
        let by_quantile = |times: [Duration; 4]| {
            let label = |quantile: f64| vec![("quantile", quantile.to_string())];
            QUANTILES
                .into_iter()
                .zip(times)
                .map(move |(quantile, time)| (label(quantile), time.as_secs_f64()))
        };
        let help = "Time that a share of the bursts did not exceed";
        self.gauges("burst_time_seconds", help, by_quantile(brain.burst_time));
        let help = "Delay behind the deadline that a share of the bursts did not exceed";
        self.gauges("burst_jitter_seconds", help, by_quantile(brain.jitter));
    }

    /// What became of sensory frames behind the transports.
    fn sensory(&mut self, sensory: IncomingCounts, mail: MailCounts) {
        self.counter("sensory_frames", "Sensory frames that bursts took", sensory.frames);
        self.counter("sensory_overtaken", "Sensory frames that made room for newer ones", mail.dropped);
        self.counter(
            "sensory_malformed",
            "Structs in sensory frames that broke the format",
            sensory.malformed,
        );
        self.counter("sensory_unclaimed", "Sensory frames of agents without a mailbox", mail.unclaimed);
        let help = "Mentions of areas that the brain does not have";
        self.counter("sensory_unknown_areas", help, sensory.unknown_areas);
        let help = "Voxels outside of their area, negative or not finite";
        self.counter("sensory_ignored_voxels", help, sensory.ignored_voxels);
    }

    /// What became of frames before any transport had them.
    fn made(&mut self, streams: [(StreamType, FrameCounts); 2]) {
        type Figure = (&'static str, &'static str, fn(FrameCounts) -> u64);
        const FIGURES: [Figure; 3] = [
            ("frames_made", "Frames made of what fired", |counts| counts.sent),
            ("frames_not_made", "Frames left out because readers held every container", |counts| {
                counts.dropped
            }),
            ("frames_too_large", "Frames left out because no container can hold them", |counts| {
                counts.refused
            }),
        ];
        for (name, help, figure) in FIGURES {
            let by_stream = streams
                .map(|(stream, counts)| (vec![("stream", stream_name(stream).to_owned())], figure(counts)));
            self.counters(name, help, by_stream);
        }
    }

    fn sessions(&mut self, state: &ApiState, agents: &[AgentInfo]) {
        let counters = state.agents().counters();
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        self.gauge("agents", "Agents with a session", agents.len() as f64);
        let by_capability = [
            ("sensory", Capability::SendSensorData),
            ("motor", Capability::ReceiveMotorData),
            ("visualization", Capability::ReceiveNeuronVisualizations),
        ]
        .map(|(name, capability)| {
            let count = agents.iter().filter(|agent| agent.capabilities.contains(&capability)).count();
            (vec![("capability", name.to_owned())], count as f64)
        });
        self.gauges("agents_by_capability", "Agents that may do something", by_capability);
        self.counter("control_messages", "Control messages that came in", of(&counters.control_messages));
        self.counter("control_refused", "Control messages without an answer", of(&counters.control_refused));
        self.counter("registrations", "Sessions that began", of(&counters.registrations));
        let ended = [("left", &counters.left), ("evicted", &counters.evicted)]
            .map(|(how, counter)| (vec![("how", how.to_owned())], of(counter)));
        self.counters("sessions_ended", "Sessions that ended", ended);
    }

    fn traffic(&mut self, state: &ApiState, agents: &[AgentInfo]) {
        let now = Traffic::of(state, agents);
        let shown = state.traffic().rise_to(&now);
        for (name, help, [received, sent]) in [
            ("frames", "Data frames that passed", [shown[0], shown[1]]),
            ("frame_bytes", "Bytes of data frames that passed", [shown[2], shown[3]]),
        ] {
            let by_direction = [("in", received), ("out", sent)]
                .map(|(way, count)| (vec![("direction", way.to_owned())], count));
            self.counters(name, help, by_direction);
        }
        self.counter("frames_dropped", "Good frames left out because newer ones came", shown[4]);
        self.counter("frames_refused", "Messages of agents that were no frames", shown[5]);
        self.streams(agents);
    }

    /// What browsers are shown.
    fn viewers(&mut self, state: &ApiState) {
        let (viewers, total) = (state.viewers(), state.viewers().total());
        self.gauge("viewers", "Viewers of the stream", viewers.list().len() as f64);
        self.counter("viewer_frames", "Frames sent to viewers", total.frames());
        self.counter("viewer_frame_bytes", "Bytes of frames sent to viewers", total.bytes());
        let help = "Frames that viewers did not get because they were not ready";
        self.counter("viewer_frames_left_out", help, total.frames_dropped());
        let help = "Viewers sent away for what they said";
        self.counter("viewers_refused", help, total.frames_refused());
    }

    /// What passed on the endpoints that are open, by stream: it falls when agents go.
    fn streams(&mut self, agents: &[AgentInfo]) {
        type Figure = (&'static str, &'static str, fn(&Activity) -> u64);
        const FIGURES: [Figure; 5] = [
            ("stream_frames", "Frames that passed on open endpoints", Activity::frames),
            ("stream_frame_bytes", "Bytes that passed on open endpoints", Activity::bytes),
            ("stream_frames_dropped", "Frames left out on open endpoints", Activity::frames_dropped),
            (
                "stream_frames_refused",
                "Messages on open endpoints that were no frames",
                Activity::frames_refused,
            ),
            ("stream_peers", "Open data connections", |activity| activity.peers().into()),
        ];
        const STREAMS: [StreamType; 3] = [StreamType::Sensory, StreamType::Motor, StreamType::Visualization];
        for (name, help, figure) in FIGURES {
            let by_stream = STREAMS.map(|stream| {
                let endpoints = agents.iter().flat_map(|agent| &agent.endpoints);
                let of_stream = endpoints.filter(|endpoint| endpoint.stream == stream);
                let sum: u64 = of_stream.map(|endpoint| figure(&endpoint.activity)).sum();
                (vec![("stream", stream_name(stream).to_owned())], sum as f64)
            });
            self.gauges(name, help, by_stream);
        }
    }
}

/// Frames in and out, bytes in and out, frames dropped and refused: open endpoints and ended sessions.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    counts: [AtomicU64; 6],
}

impl Traffic {
    fn of(state: &ApiState, agents: &[AgentInfo]) -> Self {
        let ended = state.agents().counters();
        let mut counts = [
            &ended.sensory_frames,
            &ended.sent_frames,
            &ended.sensory_bytes,
            &ended.sent_bytes,
            &ended.dropped_frames,
            &ended.sensory_refused,
        ]
        .map(|counter| counter.load(Ordering::Relaxed));
        for endpoint in agents.iter().flat_map(|agent| &agent.endpoints) {
            let way = usize::from(endpoint.stream != StreamType::Sensory);
            counts[way] += endpoint.activity.frames();
            counts[2 + way] += endpoint.activity.bytes();
            counts[4] += endpoint.activity.frames_dropped();
            counts[5] += endpoint.activity.frames_refused();
        }
        Self { counts: counts.map(AtomicU64::new) }
    }

    /// Rises to `now` and returns the counts. While a session ends, its frames may be counted with the
    /// open endpoints or not at all; a counter that fell would look like a restart.
    fn rise_to(&self, now: &Self) -> [u64; 6] {
        let mut shown = [0; 6];
        for ((shown, count), now) in shown.iter_mut().zip(&self.counts).zip(&now.counts) {
            let now = now.load(Ordering::Relaxed);
            *shown = count.fetch_max(now, Ordering::Relaxed).max(now);
        }
        shown
    }
}

/// Measurements in the OpenMetrics text format.
#[utoipa::path(get, path = "/metrics", tag = "metrics",
    responses((status = OK, body = String, content_type = "application/openmetrics-text")))]
pub(crate) async fn metrics(State(state): State<ApiState>) -> Result<Response, Refusal> {
    let mut page = Page::new();
    // Agents and requests are told about even when the brain does not answer.
    let brain = state.ask(Brain::of).await;
    page.gauge("brain_up", "Whether the brain answers", f64::from(u8::from(brain.is_ok())));
    if let Ok(brain) = brain {
        page.brain(&brain);
    }
    let agents = state.agents().agents();
    page.sessions(&state, &agents);
    page.traffic(&state, &agents);
    page.viewers(&state);
    let requests = state.requests().counts();
    let by_status = requests.map(|(status, count)| (vec![("status", status.to_string())], count));
    page.counters("http_requests", "Answers to HTTP requests", by_status);
    let mut text = String::new();
    encode(&mut text, &page.registry).map_err(|_| Refusal::failed("the measurements cannot be written"))?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(OPENMETRICS))], text).into_response())
}
