//! From bytes to a running brain, while another one runs: a genome is developed, a saved brain goes on.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use feagi_genome::Genome;
use feagi_io::core::AreaRequest;
use feagi_io::wire::current::devices::areas;
use feagi_runtime::{Assembly, Brain, Checkpoint, Growth, Rate};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use crate::ApiState;
use crate::portrait::{Copied, Portrait, version};
use crate::refusal::Refusal;

/// What was loaded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Loaded {
    success: bool,
    message: String,
    genome_id: String,
    genome_title: String,
    cortical_area_count: usize,
    brain_region_count: usize,
}

/// What a brain is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A genome, which is developed.
    Genome,
    /// A brain that was saved with its state.
    Checkpoint,
}

/// A place in the line of requests that bring a genome. It is taken before the body is read, so that
/// few bodies lie in memory.
pub(crate) struct Place {
    permit: OwnedSemaphorePermit,
}

/// The place of a request that brings a saved brain: there is one.
pub(crate) struct LargePlace(pub(crate) Place);

impl FromRequestParts<ApiState> for LargePlace {
    type Rejection = Refusal;

    async fn from_request_parts(_: &mut Parts, state: &ApiState) -> Result<Self, Refusal> {
        let permit = Arc::clone(state.restores()).try_acquire_owned();
        permit
            .map(|permit| Self(Place { permit }))
            .map_err(|_| Refusal::unavailable("another brain is being restored; try again later"))
    }
}

impl FromRequestParts<ApiState> for Place {
    type Rejection = Refusal;

    async fn from_request_parts(_: &mut Parts, state: &ApiState) -> Result<Self, Refusal> {
        let permit = Arc::clone(state.uploads()).try_acquire_owned();
        permit
            .map(|permit| Self { permit })
            .map_err(|_| Refusal::unavailable("other genomes are being loaded; try again later"))
    }
}

impl ApiState {
    /// Makes a brain of `bytes` and lets it take the place of the one that runs, which
    /// goes on until then. Agents stay.
    ///
    /// The work goes on when nobody waits for it any more: a brain is never half loaded.
    ///
    /// # Errors
    /// 500 with the reason when the genome is refused, 503 when the brain that runs does not answer.
    pub(crate) async fn load(
        &self,
        bytes: Bytes,
        origin: Origin,
        place: Place,
        message: String,
    ) -> Result<Loaded, Refusal> {
        let state = self.clone();
        let work = tokio::spawn(async move {
            let _place = place.permit;
            let _turn = state.loading().acquire().await;
            state.load_now(bytes, origin, message).await
        });
        work.await.unwrap_or_else(|_| Err(Refusal::failed("Failed to load genome: loading broke off")))
    }

    async fn load_now(&self, bytes: Bytes, origin: Origin, message: String) -> Result<Loaded, Refusal> {
        let (assembly, devices) = (self.assembly().clone(), self.required_areas());
        let make = move || Successor::make(&bytes, origin, &assembly, &devices);
        let made = tokio::task::spawn_blocking(make).await;
        let successor = made
            .unwrap_or_else(|_| Err(String::from("making a brain of it broke off")))
            .map_err(|reason| {
                let what = if origin == Origin::Genome { "load genome" } else { "restore brain" };
                Refusal::failed(format!("Failed to {what}: {reason}"))
            })?;
        let copy = self.take_over(successor).await?;
        let before = self.last_portrait().load_full();
        let Copied { version, ref genome, ref areas } = *copy;
        let (genome, areas) = (Arc::clone(genome), areas.clone());
        let portrait = self.draw(move || Portrait::new(version, genome, areas, before.as_deref())).await?;
        // Agents may have spoken of devices in the meantime. The genome is loaded, whatever comes of it.
        if let Err(refusal) = self.require(self.required_areas()).await {
            tracing::warn!("areas for devices of agents were not made: {}", refusal.message);
        }
        Ok(Loaded {
            success: true,
            message,
            genome_id: portrait.genome.id.clone(),
            genome_title: portrait.genome.title.clone(),
            cortical_area_count: portrait.areas.len(),
            brain_region_count: portrait.genome.regions.len(),
        })
    }

    /// Lets a brain take the place of the one that runs.
    ///
    /// # Errors
    /// As [`ApiState::ask`].
    async fn take_over(&self, successor: Successor) -> Result<Arc<Copied>, Refusal> {
        let Successor { mut brain, rate, genome } = successor;
        let state = self.clone();
        self.ask(move |running| {
            // It is there: it is taken here only.
            let old = brain.0.take().map(|brain| Large(Some(running.replace_brain(brain))));
            running.rate = rate;
            let areas = running.brain.areas.clone();
            let copy = Arc::new(Copied { version: version(running), genome, areas });
            // Whoever asks now needs no copy of the genome.
            state.last_copy().store(Some(Arc::clone(&copy)));
            drop(old);
            copy
        })
        .await
    }

    /// The areas that the devices of registered agents need, whichever way they spoke of them.
    fn required_areas(&self) -> Vec<AreaRequest> {
        let agents = self.agents().agents();
        let told = agents.iter().filter_map(|agent| self.stored_devices(&agent.agent_id));
        let mut required: Vec<AreaRequest> = told.flat_map(|devices| areas(&devices).0).collect();
        let said = agents.iter().filter_map(|agent| agent.devices.as_deref());
        required.extend(said.flat_map(|devices| areas(devices).0));
        required
    }

    /// Makes sure that the running brain has these areas.
    ///
    /// # Errors
    /// As [`ApiState::ask`].
    pub(crate) async fn require(&self, requests: Vec<AreaRequest>) -> Result<Growth, Refusal> {
        let growth = self.ask(move |running| running.brain.require_areas(&requests)).await?;
        tell(&growth);
        Ok(growth)
    }
}

/// A brain, whose memory takes time to give back: that happens on a thread of its own, wherever the
/// brain is dropped, so that neither bursts nor answers wait for it.
struct Large(Option<Brain>);

impl Drop for Large {
    fn drop(&mut self) {
        let Some(brain) = self.0.take() else { return };
        // Without a thread it happens here.
        let _ = std::thread::Builder::new().name("feagi-farewell".to_owned()).spawn(move || drop(brain));
    }
}

/// A brain that is ready to take the place of another.
struct Successor {
    brain: Large,
    rate: Rate,
    /// A copy of its genome, so that the first who asks about it costs no burst.
    genome: Arc<Genome>,
}

impl Successor {
    fn make(
        bytes: &[u8],
        origin: Origin,
        assembly: &Assembly,
        devices: &[AreaRequest],
    ) -> Result<Self, String> {
        let (mut brain, rate) = match origin {
            Origin::Checkpoint => Checkpoint::read(bytes, assembly).map_err(|error| error.to_string())?,
            Origin::Genome => {
                let brain =
                    Brain::assemble(bytes, assembly, &mut |_| {}).map_err(|error| error.to_string())?;
                let rate = Rate::from_period_secs(brain.timestep_secs)
                    .map_err(|error| format!("physiology.simulation_timestep: {error}"))?;
                (brain, rate)
            }
        };
        tell(&brain.require_areas(devices));
        let genome = Arc::new(brain.genome.clone());
        Ok(Self { brain: Large(Some(brain)), rate, genome })
    }
}

fn tell(growth: &Growth) {
    for refusal in &growth.refusals {
        tracing::warn!(%refusal, "an area for devices of agents was not made");
    }
}
