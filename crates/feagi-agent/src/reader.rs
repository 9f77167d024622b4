//! A thread that takes frames off a connection as they come, so that the newest is at hand and the
//! brain's signs of life are answered also while the program does something else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::frames::FrameQueue;
use crate::keeper::Order;
use crate::link::FrameLink;
use crate::status::Shared;

/// How soon a reader notices that it shall stop.
const SLICE: Duration = Duration::from_millis(50);

/// A stream that frames come in on.
#[derive(Clone, Copy)]
pub(crate) enum Inflow {
    Motor,
    Visualization,
}

/// The running thread; dropping it stops it.
pub(crate) struct Reader {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Inflow {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Motor => "motor frames",
            Self::Visualization => "visualization frames",
        }
    }

    fn queue(self, shared: &Shared) -> &FrameQueue {
        match self {
            Self::Motor => &shared.motor,
            Self::Visualization => &shared.visualization,
        }
    }
}

impl Reader {
    /// Reads `link` for the session `number` until stopped. When the connection breaks, `orders` hears.
    pub(crate) fn start(
        inflow: Inflow,
        number: u64,
        mut link: Box<dyn FrameLink>,
        shared: Arc<Shared>,
        orders: Sender<Order>,
    ) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new().name("feagi-agent-in".to_owned()).spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                match link.receive(SLICE) {
                    Ok(Some(bytes)) => inflow.queue(&shared).put(bytes),
                    Ok(None) => {}
                    Err(error) => {
                        let reason = error.to_string();
                        let _ = orders.send(Order::Broken { number, stream: inflow.name(), reason });
                        return;
                    }
                }
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A reader that panicked has nothing more to tell.
            let _ = thread.join();
        }
    }
}
