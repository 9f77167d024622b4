//! A viewer's conversation.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use feagi_runtime::BrainState;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::control::{Allowance, FORM, LONGEST, Wish};
use super::encode::Header;
use super::pace::{NEVER, Pace};
use super::pictures::Picture;
use super::viewers::{Encoding, Seat};
use super::wire;
use crate::ApiState;
use crate::server::Guest;

/// Time between two looks at records and state.
const NEWS: Duration = Duration::from_millis(50);
/// A viewer that says nothing is asked so often whether it is there. Browsers answer by themselves.
const ASKED: Duration = Duration::from_secs(10);
/// A viewer that says nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a viewer may take for its farewell.
const FAREWELL: Duration = Duration::from_millis(300);
/// Bytes read from a socket at a time: viewers say little.
const READS: usize = 4 << 10;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Why a conversation ends.
enum End {
    /// The connection is gone, or the viewer has taken its leave.
    Gone,
    /// The viewer is sent away.
    Part(CloseCode, &'static str),
}

/// Shows a viewer what fires until it leaves or the server stops.
pub(crate) async fn serve(connection: Upgraded, seat: Seat, state: ApiState, mut guest: Guest) {
    let config = WebSocketConfig::default()
        .read_buffer_size(READS)
        // Nothing waits in the library: each message goes out before the next is made.
        .write_buffer_size(0)
        .max_message_size(Some(LONGEST))
        .max_frame_size(Some(LONGEST));
    let connection = TokioIo::new(connection);
    let mut socket = WebSocketStream::from_raw_socket(connection, Role::Server, Some(config)).await;
    let mut whole = true;
    let end = tokio::select! {
        biased;
        () = guest.asked_to_leave() => End::Part(CloseCode::Away, "the server stops"),
        end = Conversation::new(&mut socket, &seat, &state, &mut whole).hold() => end,
    };
    if let End::Part(code, reason) = end
        && whole
    {
        let farewell = CloseFrame { code, reason: reason.into() };
        let _ = timeout(FAREWELL, part(&mut socket, farewell)).await;
    }
}

/// Says why, and lets the viewer answer: who closes a connection while something is still on its way
/// to it may take its own last words back.
async fn part(socket: &mut Socket, farewell: CloseFrame) {
    if socket.close(Some(farewell)).await.is_err() {
        return;
    }
    let mut rest = [0; 1024];
    while socket.get_mut().read(&mut rest).await.is_ok_and(|length| length > 0) {}
}

struct Conversation<'a> {
    socket: &'a mut Socket,
    seat: &'a Seat,
    state: &'a ApiState,
    /// False while a message has gone out in part: nothing else may be sent then.
    whole: &'a mut bool,
    pace: Pace,
    allowance: Allowance,
    screen: watch::Receiver<Option<Arc<Picture>>>,
    /// The last burst that it was told of.
    told: u64,
    shown: Option<(BrainState, bool)>,
    /// Kept for its memory.
    records: Vec<u8>,
    heard: Instant,
    asked: Instant,
}

/// What happens next.
enum Event {
    Heard(Option<Result<Message, Error>>),
    Shown,
    Look,
}

impl<'a> Conversation<'a> {
    fn new(socket: &'a mut Socket, seat: &'a Seat, state: &'a ApiState, whole: &'a mut bool) -> Self {
        let pace = if seat.encoding() == Encoding::Container { Pace::free() } else { Pace::asked() };
        let now = Instant::now();
        Self {
            socket,
            state,
            whole,
            pace,
            allowance: Allowance::new(now),
            screen: seat.screen(),
            told: seat.audience.gate.last_burst(),
            shown: None,
            records: Vec::new(),
            heard: now,
            asked: now,
            seat,
        }
    }

    async fn hold(mut self) -> End {
        let mut looks = interval(NEWS);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut held = self.greet().await;
        while held.is_ok() {
            held = self.turn(&mut looks).await;
        }
        held.err().unwrap_or(End::Gone)
    }

    async fn greet(&mut self) -> Result<(), End> {
        let (session, burst) = (self.state.session(), self.told);
        let hello = json!({"version": env!("CARGO_PKG_VERSION"), "session": session, "burst": burst});
        self.say(Message::text(json!({ "hello": hello }).to_string())).await
    }

    async fn turn(&mut self, looks: &mut Interval) -> Result<(), End> {
        let due = self.pace.due();
        // What was shown while it could take nothing may be old: only what comes from now on counts.
        self.screen.mark_unchanged();
        self.seat.wait_for(due);
        let event = tokio::select! {
            biased;
            message = self.socket.next() => Event::Heard(message),
            changed = self.screen.changed(), if due != NEVER => {
                changed.map_err(|_| End::Gone)?;
                Event::Shown
            }
            _ = looks.tick() => Event::Look,
        };
        self.seat.busy();
        match event {
            Event::Heard(message) => self.hear(message).await,
            Event::Shown => self.send_frame().await,
            Event::Look => self.look().await,
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        let message = match message {
            Some(Ok(message)) => message,
            Some(Err(error)) => return Err(self.refuse(reason(&error))),
            None => return Err(End::Gone),
        };
        self.heard = Instant::now();
        self.seat.heard();
        if !self.allowance.take(self.heard) {
            return Err(self.refuse(End::Part(CloseCode::Policy, "too many messages")));
        }
        match message {
            Message::Text(text) => {
                let Some(Wish { next, every }) = Wish::read(&text) else {
                    return Err(self.refuse(End::Part(CloseCode::Policy, FORM)));
                };
                next.into_iter().for_each(|frames| self.pace.next(frames));
                every.into_iter().for_each(|bursts| self.pace.every(bursts));
                Ok(())
            }
            Message::Binary(_) => Err(self.refuse(End::Part(CloseCode::Unsupported, FORM))),
            // The library answers.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(()),
            Message::Close(_) => {
                // The library has the answer ready; it goes out with the flush.
                let _ = timeout(FAREWELL, self.socket.flush()).await;
                Err(End::Gone)
            }
        }
    }

    fn refuse(&self, end: End) -> End {
        if matches!(end, End::Part(..)) {
            self.seat.refused();
        }
        end
    }

    /// Sends the frame that is shown, if the viewer can take it.
    async fn send_frame(&mut self) -> Result<(), End> {
        let Some(picture) = self.screen.borrow_and_update().clone() else { return Ok(()) };
        let Some(left_out) = self.pace.send(picture.header.burst, picture.number) else { return Ok(()) };
        let header = Header { left_out, ..picture.header }.to_bytes();
        let head = if self.seat.encoding() == Encoding::Container { &[][..] } else { &header };
        write(self.socket, self.whole, head, picture.body()).await?;
        self.seat.sent(head.len() + picture.body().len(), left_out);
        Ok(())
    }

    /// Sends what is new of records and state, and looks after viewers that say nothing.
    async fn look(&mut self) -> Result<(), End> {
        let audience = &self.seat.audience;
        let state = audience.journal.state(&audience.gate).map(|state| (state, self.state.is_loading()));
        if let Some((brain, loading)) = state
            && self.shown != state
        {
            self.shown = state;
            let state = json!({
                "genomes_loaded": brain.genomes_loaded,
                "revision": brain.revision,
                "paused": brain.held,
                "rate_hz": brain.rate.hz(),
                "loading": loading,
            });
            self.say(Message::text(json!({ "state": state }).to_string())).await?;
        }
        if self.seat.encoding() != Encoding::Container
            && let Some(told) = audience.journal.since(self.told, &audience.gate, &mut self.records)
        {
            self.told = told;
            write(self.socket, self.whole, &[], &self.records).await?;
        }
        if self.heard.elapsed() >= SILENCE {
            return Err(End::Gone);
        }
        if self.heard.elapsed() >= ASKED && self.asked.elapsed() >= ASKED {
            self.asked = Instant::now();
            self.say(Message::Ping(Bytes::new())).await?;
        }
        Ok(())
    }

    async fn say(&mut self, message: Message) -> Result<(), End> {
        *self.whole = false;
        let said = self.socket.send(message).await;
        *self.whole = true;
        said.map_err(|_| End::Gone)
    }
}

/// Sends a binary message in two parts without copying them.
async fn write(socket: &mut Socket, whole: &mut bool, head: &[u8], body: &[u8]) -> Result<(), End> {
    *whole = false;
    // What the library still has to say, such as the answer to a ping, goes first.
    socket.flush().await.map_err(|_| End::Gone)?;
    wire::send(socket.get_mut(), head, body).await.map_err(|_| End::Gone)?;
    *whole = true;
    Ok(())
}

/// What a viewer is told whose message could not be read.
fn reason(error: &Error) -> End {
    match error {
        Error::Capacity(_) => End::Part(CloseCode::Size, FORM),
        Error::Utf8(_) => End::Part(CloseCode::Invalid, "text has to be UTF-8"),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Gone,
        Error::Protocol(_) => End::Part(CloseCode::Protocol, "not a WebSocket message"),
        _ => End::Gone,
    }
}
