//! A control connection: messages to the control thread, replies to the peer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::door::{Closing, Stranger};
use super::patience::{Gone, Patience, Socket};
use crate::core::Inbound;
use crate::nonblocking::channels::{Offer, Receiver, Sender, bounded};

/// Replies that a peer has not read yet; a peer that lets more gather is cut off.
const REPLIES: usize = 16;
/// Pause for a peer whose message found no room.
const BUSY: Duration = Duration::from_millis(5);

/// The control connections that are open.
#[derive(Debug, Default)]
pub(super) struct Links {
    last: AtomicU64,
    open: Mutex<HashMap<u64, Sender<Vec<u8>>>>,
}

impl Links {
    /// Sends a reply. Returns whether the peer is there.
    pub(super) fn reply(&self, link: u64, message: Vec<u8>) -> bool {
        let mut open = self.open();
        let offer = open.get(&link).map(|replies| replies.offer(message));
        if offer == Some(Offer::Full) {
            open.remove(&link);
        }
        offer == Some(Offer::Taken)
    }

    fn add(&self) -> (u64, Receiver<Vec<u8>>) {
        let link = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (sender, receiver) = bounded(REPLIES);
        self.open().insert(link, sender);
        (link, receiver)
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Sender<Vec<u8>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the link out of the table however its task ends.
struct Entry<'a> {
    links: &'a Links,
    link: u64,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.links.open().remove(&self.link);
    }
}

/// Serves a control connection until it ends, which `inbound` is told unless the transport ended it.
pub(super) async fn serve(
    mut socket: Socket,
    links: Arc<Links>,
    inbound: Inbound,
    patience: Patience,
    mut closing: Closing,
    stranger: Stranger,
) {
    let (link, mut replies) = links.add();
    let entry = Entry { links: &links, link };
    let conversation = Conversation {
        socket: &mut socket,
        patience,
        replies: &mut replies,
        link,
        inbound: &inbound,
        waiting: None,
    };
    tokio::select! {
        biased;
        () = closing.told() => {
            drop(entry);
            return patience.part(&mut socket, CloseCode::Away, "server closes").await;
        }
        Gone = get_acquainted(conversation, stranger) => {}
    }
    drop(entry);
    drop(socket);
    let tell = async {
        while !inbound.try_closed(link) {
            sleep(BUSY).await;
        }
    };
    // The control thread may be waiting for this transport right now, or have ended.
    tokio::select! {
        () = tell => {}
        () = closing.told() => {}
    }
}

/// A peer that has got an answer is no stranger any more, and nobody takes its place.
async fn get_acquainted(mut conversation: Conversation<'_>, mut stranger: Stranger) -> Gone {
    tokio::select! {
        biased;
        () = stranger.must_go() => return Gone,
        answered = conversation.until_answered() => {
            if let Err(gone) = answered {
                return gone;
            }
        }
    }
    drop(stranger);
    loop {
        if let Err(gone) = conversation.until_answered().await {
            return gone;
        }
    }
}

struct Conversation<'a> {
    socket: &'a mut Socket,
    patience: Patience,
    replies: &'a mut Receiver<Vec<u8>>,
    link: u64,
    inbound: &'a Inbound,
    /// A message that found no room. Nothing is read until it has.
    waiting: Option<Vec<u8>>,
}

impl Conversation<'_> {
    /// Hands messages over until an answer has been sent.
    async fn until_answered(&mut self) -> Result<(), Gone> {
        loop {
            tokio::select! {
                biased;
                message = self.socket.next(), if self.waiting.is_none() => self.hear(message).await?,
                reply = self.replies.take() => {
                    let reply = reply.ok_or(Gone)?;
                    return self.patience.send(self.socket, Message::binary(reply)).await;
                }
                () = sleep(BUSY), if self.waiting.is_some() => {
                    if let Some(message) = self.waiting.take() {
                        self.hand_over(message);
                    }
                }
            }
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, Error>>) -> Result<(), Gone> {
        match message {
            Some(Ok(Message::Binary(bytes))) => {
                self.hand_over(bytes.into());
                Ok(())
            }
            other => pass_over(self.socket, self.patience, other).await,
        }
    }

    fn hand_over(&mut self, message: Vec<u8>) {
        self.waiting = self.inbound.offer(self.link, message).err();
    }
}

/// What every kind of connection does with what is no message for it: text and pings are
/// passed over, everything that ends the connection ends it.
pub(super) async fn pass_over(
    socket: &mut Socket,
    patience: Patience,
    message: Option<Result<Message, Error>>,
) -> Result<(), Gone> {
    match message {
        Some(Ok(Message::Close(_))) => {
            // The library has the answer ready; it goes out with the flush.
            let _ = timeout(patience.parting, socket.flush()).await;
            Err(Gone)
        }
        Some(Ok(_)) => Ok(()),
        Some(Err(Error::Capacity(_))) => {
            patience.part(socket, CloseCode::Size, "message too long").await;
            Err(Gone)
        }
        Some(Err(_)) | None => Err(Gone),
    }
}
