//! A connection to a motor or visualization endpoint: the newest frames to the peer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use feagi_serialization::FeagiByteContainer;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::control::pass_over;
use super::door::Closing;
use super::frame::send_frame;
use super::patience::{Gone, Patience, Socket};
use crate::core::{Activity, SharedFBC};
use crate::nonblocking::channels::Latest;

type Slot = Latest<FeagiByteContainer>;

/// The connections to one endpoint, each with a slot for the newest frame.
#[derive(Debug)]
pub(super) struct Audience {
    activity: Arc<Activity>,
    slots: Mutex<Vec<Arc<Slot>>>,
}

impl Audience {
    pub(super) fn new(activity: Arc<Activity>) -> Self {
        Self { activity, slots: Mutex::default() }
    }

    /// Puts a frame before every connection. One that has not taken the frame before it misses that.
    pub(super) fn show(&self, fbc: &SharedFBC) {
        for slot in self.slots().iter() {
            if slot.put(Arc::clone(fbc)) {
                self.activity.dropped(1);
            }
        }
    }

    fn slots(&self) -> MutexGuard<'_, Vec<Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in the counters of its endpoint, however its task ends.
pub(super) struct Presence(Arc<Activity>);

impl Presence {
    pub(super) fn new(activity: Arc<Activity>) -> Self {
        activity.connected();
        Self(activity)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.0.disconnected();
    }
}

/// A connection's slot, taken from the audience however its task ends.
struct Seat<'a> {
    audience: &'a Audience,
    slot: Arc<Slot>,
}

impl<'a> Seat<'a> {
    fn take(audience: &'a Audience) -> Self {
        let slot = Arc::new(Slot::default());
        audience.slots().push(Arc::clone(&slot));
        Self { audience, slot }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.audience.slots().retain(|slot| !Arc::ptr_eq(slot, &self.slot));
    }
}

/// Serves a viewer until it ends.
pub(super) async fn serve(
    mut socket: Socket,
    audience: Arc<Audience>,
    patience: Patience,
    mut closing: Closing,
) {
    let seat = Seat::take(&audience);
    // Counted last and gone first: who is counted gets the frames.
    let _presence = Presence::new(Arc::clone(&audience.activity));
    let mut whole = true;
    tokio::select! {
        biased;
        () = closing.told() => {}
        Gone = show(&mut socket, &seat, patience, &mut whole) => return,
    }
    if whole {
        patience.part(&mut socket, CloseCode::Away, "server closes").await;
    }
}

/// `whole` is false while a frame has gone out in part: nothing else may be sent then.
async fn show(socket: &mut Socket, seat: &Seat<'_>, patience: Patience, whole: &mut bool) -> Gone {
    loop {
        let done = tokio::select! {
            biased;
            message = socket.next() => pass_over(socket, patience, message).await,
            frame = seat.slot.take() => {
                *whole = false;
                let sent = send(socket, frame, patience, &seat.audience.activity).await;
                *whole = true;
                sent
            }
        };
        if let Err(gone) = done {
            return gone;
        }
    }
}

async fn send(
    socket: &mut Socket,
    frame: SharedFBC,
    patience: Patience,
    activity: &Activity,
) -> Result<(), Gone> {
    // What the library still has to say, such as the answer to a ping, goes before the frame.
    let flushed = tokio::time::timeout(patience.silence, socket.flush()).await;
    let Ok(Ok(())) = flushed else { return Err(Gone) };
    let length = frame.get_number_of_bytes_used();
    send_frame(socket.get_mut(), frame, patience.silence).await.map_err(|_| Gone)?;
    activity.frame(length);
    Ok(())
}
