//! Lets areas grow for the devices of agents, seldom enough that bursts go on.
//!
//! Growing runs between two bursts and holds the next one up, so agents that ask without end must not
//! get their way each time: what they ask for is collected, the newest wish of each agent counts, and
//! after each growth there is a pause of many times what it took.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use feagi_io::SharedSignal;
use feagi_io::blocking::{StopSignal, Worker};
use feagi_io::core::{AreaRequest, DevicesConfiguredEvent, IoError};
use feagi_runtime::{BrainHandle, CallError, Growth};

/// Pause after a growth, in times of what it took: it takes a tenth of the bursts' time at most.
const REST: u32 = 9;
/// Pause when the brain has too much to do.
const BUSY: Duration = Duration::from_millis(50);

/// The newest wish of each agent.
type Newest = BTreeMap<Arc<str>, Arc<[AreaRequest]>>;

/// What agents wish for and nobody has looked at yet.
#[derive(Clone)]
struct Wishes {
    newest: Arc<Mutex<Newest>>,
    wake: Sender<()>,
}

/// Starts the thread that grows areas in the brain for what the signal tells.
///
/// # Errors
/// [`IoError::Transport`] when the system has no thread left.
pub(crate) fn start(
    devices: &SharedSignal<DevicesConfiguredEvent>,
    brain: BrainHandle,
) -> Result<Worker, IoError> {
    let (wake, woken) = bounded(1);
    let wishes = Wishes { newest: Arc::default(), wake };
    let heard = wishes.clone();
    devices
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .connect(move |event: &DevicesConfiguredEvent| heard.add(event));
    Worker::spawn("feagi-growth", || (), move |stop| grow(&wishes, &woken, &brain, stop))
}

impl Wishes {
    fn add(&self, event: &DevicesConfiguredEvent) {
        self.newest().insert(Arc::clone(&event.agent_id), Arc::clone(&event.areas));
        // A full channel means that the thread will look anyway.
        let _ = self.wake.try_send(());
    }

    fn newest(&self) -> MutexGuard<'_, Newest> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn grow(wishes: &Wishes, woken: &Receiver<()>, brain: &BrainHandle, stop: &StopSignal) {
    loop {
        crossbeam_channel::select_biased! {
            recv(stop.receiver()) -> _ => return,
            recv(woken) -> _ => {}
        }
        let areas: Vec<AreaRequest> =
            std::mem::take(&mut *wishes.newest()).values().flat_map(|areas| areas.iter().cloned()).collect();
        while let Some(pause) = attempt(&areas, brain) {
            crossbeam_channel::select_biased! {
                recv(stop.receiver()) -> _ => return,
                default(pause.after) => {}
            }
            if pause.done {
                break;
            }
        }
    }
}

/// When to go on.
struct Pause {
    after: Duration,
    /// Whether the areas were looked at.
    done: bool,
}

/// Has areas grown once; `None` when the brain has stopped.
fn attempt(areas: &[AreaRequest], brain: &BrainHandle) -> Option<Pause> {
    let wanted = areas.to_vec();
    let growth = brain.call(move |running| {
        let began = Instant::now();
        (running.brain.require_areas(&wanted), began.elapsed())
    });
    match growth {
        Ok((growth, took)) => {
            tell(&growth);
            Some(Pause { after: took * REST, done: true })
        }
        Err(CallError::Busy) => Some(Pause { after: BUSY, done: false }),
        Err(_) => None,
    }
}

fn tell(growth: &Growth) {
    for change in &growth.changes {
        tracing::info!(?change, "area for devices");
    }
    for refusal in &growth.refusals {
        tracing::warn!(%refusal, "no area for devices");
    }
    for warning in &growth.warnings {
        tracing::warn!(?warning, "mapping of a grown area");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use feagi_runtime::{Assembly, Brain, BurstLoop, Rate, Running, SteadyClock, StopFlag};
    use feagi_types::{CorticalId, Dimensions};

    fn wheels() -> CorticalId {
        CorticalId::from_bytes(*b"omot\x05\0\0\0").expect("an output id")
    }

    fn wish(agent: &str, dimensions: [u32; 3]) -> DevicesConfiguredEvent {
        let request =
            AreaRequest { id: wheels(), name: "wheels".to_owned(), dimensions: Dimensions::from(dimensions) };
        DevicesConfiguredEvent { agent_id: agent.into(), areas: Arc::new([request]) }
    }

    /// Asks again between bursts until the area has grown.
    fn look(handle: &BrainHandle, stop: StopFlag, end: Instant, enough: [u32; 3]) {
        let again = handle.clone();
        let _ = handle.post(move |running| {
            let size = running.brain.area(wheels()).map(|area| area.dimensions.to_array());
            let grown = size.is_some_and(|size| size.iter().zip(enough).all(|(&is, least)| is >= least));
            if grown || Instant::now() > end {
                stop.stop();
            } else {
                look(&again, stop, end, enough);
            }
        });
    }

    #[test]
    fn every_agent_gets_its_newest_wish_also_when_the_brain_was_too_busy_to_hear() {
        let brain = Brain::assemble(crate::assemble::BUILT_IN, &Assembly::default(), &mut |_| {});
        let rate = Rate::from_hz(1000.0).expect("a possible rate");
        let mut running = Running::new(brain.expect("a sound genome"), rate);
        let (handle, commands) = feagi_runtime::commands();
        while handle.post(|_| {}).is_ok() {}
        let signal = SharedSignal::<DevicesConfiguredEvent>::default();
        let mut worker = start(&signal, handle.clone()).expect("a thread");
        for event in [wish("one", [3, 1, 3]), wish("one", [7, 1, 5]), wish("two", [2, 1, 20])] {
            signal.lock().expect("nobody panicked").emit(&event);
        }
        let stop = StopFlag::default();
        let ends = stop.clone();
        let end = Instant::now() + Duration::from_secs(20);
        let clock = SteadyClock::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while handle.post(|_| {}).is_err() {
                    std::thread::yield_now();
                }
                look(&handle, ends, end, [7, 1, 20]);
            });
            BurstLoop::new(&clock, &stop, &commands).run(&mut running);
        });
        drop(commands);
        worker.stop().expect("it ends well");
        let area = running.brain.area(wheels()).expect("it was there before");
        assert!(area.dimensions.width >= 7 && area.dimensions.depth >= 20, "{:?}", area.dimensions);
    }
}
