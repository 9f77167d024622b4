//! Orders for a thread that waits in `zmq::poll`.

use std::sync::{Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender};

use crate::core::IoError;

use super::sockets::{failed, inner};

/// Orders that wait at most. Only the control thread gives them, one after the other.
const CAPACITY: usize = 64;

/// Where orders are given.
pub(super) struct Mailbox<T> {
    orders: Sender<T>,
    wake: Mutex<zmq::Socket>,
}

/// Where the thread takes them. It is readable for `zmq::poll` when orders may wait.
pub(super) struct Orders<T> {
    orders: Receiver<T>,
    wake: zmq::Socket,
}

/// Both ends; `name` is unique in the context.
pub(super) fn mailbox<T>(context: &zmq::Context, name: &str) -> Result<(Mailbox<T>, Orders<T>), IoError> {
    let address = format!("inproc://{name}");
    let receiver = inner(context, zmq::PULL)?;
    receiver.bind(&address).map_err(failed)?;
    let wake = inner(context, zmq::PUSH)?;
    wake.connect(&address).map_err(failed)?;
    let (sender, orders) = crossbeam_channel::bounded(CAPACITY);
    Ok((Mailbox { orders: sender, wake: Mutex::new(wake) }, Orders { orders, wake: receiver }))
}

impl<T> Mailbox<T> {
    /// Gives an order. Returns whether the thread is there to take it.
    pub(super) fn post(&self, order: T) -> bool {
        let posted = self.orders.send(order).is_ok();
        self.wake();
        posted
    }

    /// Makes the thread look.
    pub(super) fn wake(&self) {
        let wake = self.wake.lock().unwrap_or_else(PoisonError::into_inner);
        // A full queue of wakes wakes as well.
        let _ = wake.send(zmq::Message::new(), zmq::DONTWAIT);
    }
}

impl<T> Orders<T> {
    pub(super) fn poll_item(&self) -> zmq::PollItem<'_> {
        self.wake.as_poll_item(zmq::POLLIN)
    }

    /// The next order, if one waits. All of them have to be taken before the next poll. Wakes are
    /// swallowed: what they announce besides orders has to be looked at afterwards.
    pub(super) fn next(&self) -> Option<T> {
        let mut wake = zmq::Message::new();
        while self.wake.recv(&mut wake, zmq::DONTWAIT).is_ok() {}
        self.orders.try_recv().ok()
    }
}
